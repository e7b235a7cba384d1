"""Writing the service's XML: one line, no declaration, empty elements self-closed.

Every function returns text, so that a list of thousands of resources is a plain join.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from xml.sax.saxutils import escape

__all__ = [
    "INSTANCE",
    "NAMESPACE",
    "document",
    "flag",
    "leaf",
    "moment",
    "moment_precise",
    "nil",
    "node",
]

NAMESPACE = "http://schemas.microsoft.com/windowsazure"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"

# A name from a percent-encoded path may hold characters that XML cannot carry at all.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def leaf(name: str, value: str | int | None) -> str:
    """Return an element with text, nothing for ``None``, self-closed for an empty text."""
    if value is None:
        return ""

    if value == "":
        return f"<{name}/>"

    text = _NOT_XML.sub("\ufffd", str(value))
    return f"<{name}>{escape(text, {chr(13): '&#xD;'})}</{name}>"


def flag(name: str, value: bool | None) -> str:
    """Return an element with ``true`` or ``false``, nothing for ``None``."""
    return "" if value is None else f"<{name}>{'true' if value else 'false'}</{name}>"


def nil(name: str) -> str:
    """Return the element that says "no value here"."""
    return f'<{name} i:nil="true"/>'


def node(name: str, *parts: str, kind: str | None = None) -> str:
    """Return an element around parts already written, self-closed without any.

    Args:
        name: The element's name.
        parts: Its content, written.
        kind: The value of its ``i:type``, if it has one.
    """
    attribute = f' i:type="{kind}"' if kind else ""
    inner = "".join(parts)
    return f"<{name}{attribute}>{inner}</{name}>" if inner else f"<{name}{attribute}/>"


def document(name: str, parts: Iterable[str]) -> bytes:
    """Return a whole answer: the root element with its namespaces."""
    inner = "".join(parts)
    start = f'<{name} xmlns="{NAMESPACE}" xmlns:i="{INSTANCE}"'
    return (f"{start}>{inner}</{name}>" if inner else f"{start}/>").encode()


def moment(when: datetime) -> str:
    """Return a date as most elements show it, to the second."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def moment_precise(when: datetime) -> str:
    """Return a date with seven digits of a second, trailing zeros dropped."""
    digits = f"{when.microsecond:06d}0".rstrip("0")
    return when.strftime("%Y-%m-%dT%H:%M:%S") + (f".{digits}" if digits else "") + "Z"
