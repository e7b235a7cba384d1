"""Whatever a model holds survives the way over the wire, and over a plain dict."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from model_values import ALL, values_of

from aiosm.xml import Model, ModelReader, document

# Of the larger models a value is hundreds of fields: few examples, and no complaints about size.
QUICK = settings(
    max_examples=12,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def test_every_model_is_tried() -> None:
    """The list is not empty for the wrong reason."""
    assert len(ALL) > 80
    assert all(issubclass(cls, Model) for cls in ALL)


@pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.__name__)
@QUICK
@given(data=st.data())
def test_a_model_survives_the_wire(cls: type[Model], data: st.DataObject) -> None:
    """decode(encode(x)) == x."""
    value = data.draw(values_of(cls))
    reader = ModelReader(cls)
    reader.feed(document(cls.__name__, value))
    assert reader.finish() == value


@pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.__name__)
@QUICK
@given(data=st.data())
def test_a_model_survives_a_plain_dict(cls: type[Model], data: st.DataObject) -> None:
    """from_dict(to_dict(x, secrets=True)) == x, by way of JSON."""
    value = data.draw(values_of(cls))
    plain = json.loads(json.dumps(value.to_dict(secrets=True)))
    assert cls.from_dict(plain) == value
    assert value.replace() == value
