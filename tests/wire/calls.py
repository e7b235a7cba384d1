"""How the arguments of a call are written down once for both sides, and hostile ones among them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from two_sides import HOSTILE, Side, new_sends, old_sends

# Quirk 6: what the old SDK does not quote in a path (a slash, "?" and "%") is left out here.
HOSTILE_NAME = "a & b <c> \"d\" 'e' (é)$=,漢;:@+#[]"
# Quirk 7: an ampersand cuts the old SDK's query values.
HOSTILE_QUERY = "a <b> 'c' \"d\" é 漢 (e)$,/f"
# Quirk 5: what stands in a path and in XML can be escaped for the old SDK in neither.
TAME = "role é 漢 $=,;@+'"
PLAIN_URL = "https://store.blob.core.windows.net/vhds/a.vhd"
URL = f"{PLAIN_URL}?sig=a%2Fb&se=1"
LONG = 4000
# The service remembers operations for 90 days, and neither side asks for older ones.
DAY = (datetime.now(UTC) - timedelta(days=30)).strftime("%Y-%m-%d")


class Free(str):  # noqa: SLOT000 - it carries its limit
    """A text of any characters, given to both sides as it is.

    Args:
        value: An ordinary value.
        longest: How many characters are allowed; ``LONG`` is taken for a text without a limit.
    """

    hostile = HOSTILE
    start = ""
    longest: int

    def __new__(cls, value: str, longest: int = LONG) -> Self:
        made = super().__new__(cls, value)
        made.longest = longest
        return made

    def other(self, value: str) -> Self:
        """Another value in the same place."""
        return type(self)(value, self.longest)


class Text(Free):
    """A text that is written into XML as it is, not as base64."""


class Name(Free):
    """A text that becomes a segment of the path."""

    hostile = HOSTILE_NAME

    def __new__(cls, value: str, longest: int = 260) -> Self:
        return super().__new__(cls, value, longest)


class NameAndText(Name):
    """A text that becomes a segment of the path and is written into XML as well."""

    hostile = TAME


class Query(Free):
    """A text that becomes a value of the query."""

    hostile = HOSTILE_QUERY


class Link(Text):
    """A URL that is written into XML."""

    hostile = f"{PLAIN_URL}?{HOSTILE}"
    start = f"{PLAIN_URL}?"


class Coded(Free):
    """A text that is base64 already, and so never hostile."""


class Path(Free):
    """The path of a raw request."""

    hostile = f"/sub/{HOSTILE_NAME}?x={HOSTILE_QUERY}"
    start = "/sub/"


@dataclass(frozen=True)
class Made:
    """A model, made of a side's classes with a text in all its attributes that take any."""

    build: Callable[[Side, str], Any]


def given(value: Any, side: Side, text: str = "text") -> Any:
    """A value as it is given to one side; ``text`` is what models are filled with."""
    match value:
        case Made():
            return value.build(side, text)
        case Text():
            return side.text(str(value))
        case Free():
            return str(value)
        case dict():
            return {key: given(item, side, text) for key, item in value.items()}
        case list() | tuple():
            return [given(item, side, text) for item in value]
    return value


async def assert_same(call: Any) -> None:
    """The same call makes the same request, on either side."""
    assert (await new_sends(call)).facts == old_sends(call).facts


def named(name: str, args: Any = (), kwargs: Any = None, text: str = "text") -> Any:
    """The call of a method with arguments as they are written down here."""

    def call(service: Any, side: Side) -> Any:
        positional, by_name = given(args, side, text), given(kwargs or {}, side, text)
        return getattr(service, name)(*positional, **by_name)

    return call
