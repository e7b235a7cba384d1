"""Whatever a model holds survives the way over the wire, and over a plain dict."""

from __future__ import annotations

import dataclasses
import importlib
import json
import pkgutil
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from model_values import ALL, values_of

import aiosm
from aiosm import answers
from aiosm.xml import Model, ModelReader, document
from aiosm.xml.schema import schema_of

# The public ones, and the one that only answers with an error are read into.
EVERY = [*ALL, answers._Error]
# Of the larger models a value is hundreds of fields: few examples, and no complaints about size.
QUICK = settings(
    max_examples=12,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def subclasses(cls: type[Model]) -> Iterator[type[Model]]:
    """All classes made of one, near and far, that aiosm itself defines."""
    for found in cls.__subclasses__():
        yield from subclasses(found)
        if found.__module__.startswith("aiosm."):
            yield found


def test_every_model_is_tried() -> None:
    """Whatever is a model anywhere in aiosm is in the list, public or not."""
    for module in pkgutil.walk_packages(aiosm.__path__, "aiosm."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    assert set(EVERY) == set(subclasses(Model))
    assert len(EVERY) == len(set(EVERY)) > 80


@pytest.mark.parametrize("cls", EVERY, ids=lambda cls: cls.__name__)
def test_every_attribute_is_tried(cls: type[Model]) -> None:
    """Each is one that the codec knows, so values are made with and without it."""
    known = {field.attribute for field in schema_of(cls).fields}
    assert known == {field.name for field in dataclasses.fields(cls)}


@pytest.mark.parametrize("cls", EVERY, ids=lambda cls: cls.__name__)
@QUICK
@given(data=st.data())
def test_a_model_survives_the_wire(cls: type[Model], data: st.DataObject) -> None:
    """decode(encode(x)) == x."""
    value = data.draw(values_of(cls))
    reader = ModelReader(cls)
    reader.feed(document(cls.__name__, value))
    assert reader.finish() == value


@pytest.mark.parametrize("cls", EVERY, ids=lambda cls: cls.__name__)
@QUICK
@given(data=st.data())
def test_a_model_survives_a_plain_dict(cls: type[Model], data: st.DataObject) -> None:
    """from_dict(to_dict(x, secrets=True)) == x, by way of JSON."""
    value = data.draw(values_of(cls))
    plain = json.loads(json.dumps(value.to_dict(secrets=True)))
    assert cls.from_dict(plain) == value
    assert value.replace() == value
