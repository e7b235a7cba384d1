"""Passwords and other texts that a plan file only refers to.

``{env: NAME}`` is the value of an environment variable, ``{file: PATH}`` the content of a file
without the line break at its end, ``{base64_file: PATH}`` the content of any file as base64, as
certificates need it. Paths are relative to the plan file. Each may stand for any text.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path

from aiosm.bulk.yaml_lines import At, Problems

__all__ = ["SOURCES", "is_reference", "read_reference"]

# Custom data, the longest text the service takes, has 64 KB; packages' configurations are larger.
_LARGEST = 1024 * 1024
SOURCES = ("env", "file", "base64_file")


def is_reference(node: At) -> bool:
    """Whether it is ``{env: ...}`` or its like, be it right or not."""
    return isinstance(node.value, dict) and bool(node.value) and node.value.keys() <= set(SOURCES)


def read_reference(node: At, directory: Path, problems: Problems) -> str | None:
    """Read what a reference stands for.

    Args:
        node: The reference.
        directory: Where relative paths begin: the plan file's directory.
        problems: Where to note what is wrong.

    Returns:
        The text; None where something is wrong.
    """
    assert isinstance(node.value, dict)  # noqa: S101 - is_reference was asked
    if len(node.value) != 1:
        problems.add(node.line, f"give only one of {', '.join(SOURCES)}")
        return None
    ((source, target),) = node.value.items()
    if not isinstance(target.value, str) or not target.value:
        problems.add(target.line, f"{source} must be a text, not {target.kind}")
        return None
    try:
        return _read(source, target.value, directory)
    except OSError as error:
        problems.add(target.line, f"cannot read the file {target.value!r}: {error.strerror}")
    except ValueError as error:
        problems.add(target.line, str(error))
    return None


def _read(source: str, target: str, directory: Path) -> str:
    if source == "env":
        return _environment(target)
    content = _content(directory / target)
    return base64.b64encode(content).decode() if source == "base64_file" else _text(content, target)


def _environment(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        state = "is not set" if value is None else "is empty"
        raise ValueError(f"environment variable {name!r} {state}: set it before you run this")
    return value


def _content(path: Path) -> bytes:
    # Opening a pipe would wait for a writer.
    if path.exists() and not path.is_file():
        raise ValueError(f"{str(path)!r} is not a file")
    with path.open("rb") as file:
        content = file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise ValueError(f"the file {str(path)!r} is larger than {_LARGEST // 1024} KB")
    return content


def _text(content: bytes, name: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"the file {name!r} is not a text in UTF-8") from None
    text = text.removesuffix("\n").removesuffix("\r")
    if not text:
        raise ValueError(f"the file {name!r} is empty")
    return text
