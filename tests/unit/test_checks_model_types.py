"""Whatever has the wrong type is refused by its place, in every attribute of every model."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from good_calls import OPERATIONS, call, good_call
from model_values import ALL
from support import silent_client

from aiosm.models import OSImage, UnattendPass
from aiosm.xml import Model, document
from aiosm.xml.schema import Field, schema_of

TEXTS = [7, True, 1.5, b"bytes", ["text"], {"a": "b"}, object(), OSImage()]
NUMBERS = ["7", True, 1.5, b"7", [7], {}, object()]
LISTS = [7, True, "text", b"bytes", {}, {"a": "b"}, {"text"}, object(), iter(()), OSImage()]
WRONG: dict[str, list[Any]] = {
    "text": TEXTS,
    "enum": TEXTS,
    "int": NUMBERS,
    "bool": ["true", "", 0, 1, [], object()],
    "datetime": [7, 1.5, b"2026-01-01", "tomorrow", ["2026-01-01"], object()],
    "model": [7, "text", b"bytes", {}, [], object(), UnattendPass()],
    "models": [*LISTS, ["text"], [None], [UnattendPass(), 7], [object()]],
    "texts": [*LISTS, [7], [None], [b"bytes"], ["text", ["text"]]],
    "pairs": [7, "text", ["text"], object(), {7: "a"}, {"a": 7}, {"a": None}],
}


def wrong_values(known: Field) -> list[Any]:
    values = WRONG[known.kind]
    if known.wire.digits:  # code for the old SDK has numbers there as often as texts
        values = [value for value in values if value != 7 or value is True]
    if known.target is UnattendPass:
        values = [value for value in values if not isinstance(value, UnattendPass)]
    # Of a list, None says that there is nothing in it.
    return values if known.optional or known.container else [None, *values]


def filled(cls: type[Model]) -> Model:
    """A model with everything in it, one item in every list."""
    return cls(**{known.attribute: _value(known) for known in schema_of(cls).fields})


def _value(known: Field) -> Any:
    match known.kind:
        case "int":
            return 1
        case "bool":
            return True
        case "datetime":
            return datetime(2026, 1, 1, tzinfo=UTC)
        case "model":
            return filled(known.target)
        case "models":
            return known.container([filled(known.target)])
        case "texts":
            return known.container(["text"])
        case "pairs":
            return {"name": "value"}
    return "text"


def places(model: Model, path: str = "") -> Iterator[tuple[Model, Field, str]]:
    """Every attribute in a model and in all that is in it: who has it, and where that is."""
    for known in schema_of(type(model)).fields:
        where = f"{path}.{known.attribute}"
        yield model, known, where
        item = getattr(model, known.attribute)
        if known.kind == "model":
            yield from places(item, where)
        elif known.kind == "models":
            yield from places(item[0], f"{where}[0]")


@pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.__name__)
def test_a_filled_model_can_be_written(cls: type[Model]) -> None:
    """Otherwise the test below would prove nothing."""
    assert document("Root", filled(cls)).startswith(b"<Root ")


@pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.__name__)
def test_an_attribute_of_the_wrong_type_is_named_when_the_model_is_written(
    cls: type[Model],
) -> None:
    """With the whole way to it, however deep it is."""
    whole = filled(cls)
    tried = 0
    for owner, known, where in places(whole):
        good = getattr(owner, known.attribute)
        for value in wrong_values(known):
            setattr(owner, known.attribute, value)
            with pytest.raises((TypeError, ValueError)) as caught:
                document("Root", whole)
            assert str(caught.value).startswith(f"Root{where}"), (value, caught.value)
            tried += 1
        setattr(owner, known.attribute, good)
    assert tried


def model_arguments() -> Iterator[tuple[str, str, bool]]:
    """The arguments of all operations that are models, or lists of models."""
    for operation in OPERATIONS:
        for parameter, value in good_call(operation).items():
            listed = isinstance(value, list) and isinstance(value[0], Model)
            if listed or isinstance(value, Model):
                yield operation, parameter, listed


@pytest.mark.parametrize(("operation", "parameter", "listed"), list(model_arguments()))
async def test_an_attribute_of_the_wrong_type_is_named_before_anything_is_sent(
    operation: str, parameter: str, listed: bool
) -> None:
    """By the argument's name, and the way from there."""
    client, arguments = silent_client(), good_call(operation)
    given = arguments[parameter]
    whole = filled(type(given[0] if listed else given))
    arguments[parameter] = [whole] if listed else whole
    start = f"{parameter}[0]" if listed else parameter
    for owner, known, where in places(whole):
        good = getattr(owner, known.attribute)
        for value in wrong_values(known):
            setattr(owner, known.attribute, value)
            with pytest.raises((TypeError, ValueError)) as caught:
                await call(client, operation, **arguments)
            assert str(caught.value).startswith(f"{start}{where}"), (value, caught.value)
        setattr(owner, known.attribute, good)


def test_the_arguments_that_are_models_are_found() -> None:
    """The table is not empty for the wrong reason."""
    found = list(model_arguments())
    assert len(found) >= 18
    assert ("create_virtual_machine_deployment", "dns_servers", True) in found
    assert ("capture_vm_image", "options", False) in found
