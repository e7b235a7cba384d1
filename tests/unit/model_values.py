"""Every model class, and values of each, made from what the codec knows of it."""

from __future__ import annotations

import functools
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

import aiosm.models
from aiosm.xml import Model
from aiosm.xml.masking import MASK
from aiosm.xml.schema import Field, schema_of

ALL: list[type[Model]] = [
    found
    for name in aiosm.models.__all__
    if isinstance(found := getattr(aiosm.models, name), type) and issubclass(found, Model)
]

# What XML 1.0 can carry.
TEXTS = st.text(
    st.characters(
        exclude_categories=("Cs",),
        exclude_characters="".join(map(chr, {*range(32), 0xFFFE, 0xFFFF} - {9, 10, 13})),
    ),
    max_size=8,
)
WORDS = TEXTS.map(str.strip).filter(bool)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=-7)), timezone(timedelta(hours=5.5))])
# Not the first and last days of all, which other zones do not have.
DATES = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=ZONES)  # noqa: DTZ001


@functools.cache
def values_of(cls: type[Model]) -> st.SearchStrategy[Any]:
    """Values of a model class, with every field set or not."""
    return st.builds(cls, **{known.attribute: _field(known) for known in schema_of(cls).fields})


def _field(known: Field) -> st.SearchStrategy[Any]:
    found = st.deferred(lambda: _solid(known))
    return st.none() | found if known.optional else found


def _solid(known: Field) -> st.SearchStrategy[Any]:
    match known.kind:
        case "text":
            return TEXTS.filter(lambda text: text != MASK) if known.wire.secret else TEXTS
        case "int":
            return st.integers(-(2**63), 2**63)
        case "bool":
            return st.booleans()
        case "datetime":
            return DATES
        case "enum":
            return st.sampled_from(known.target) | WORDS
        case "model":
            values = values_of(known.target)
            # Nothing in it is the same as nothing at all, for those.
            return values.filter(_is_filled) if known.wire.omit_blank else values
        case "models":
            return st.lists(values_of(known.target), max_size=1).map(known.container)
        case "texts":
            return st.lists(TEXTS, max_size=2).map(known.container)
        case "pairs":
            return st.dictionaries(TEXTS, TEXTS, max_size=2)


def _is_filled(value: Model) -> bool:
    return any(getattr(value, known.attribute) for known in schema_of(type(value)).fields)
