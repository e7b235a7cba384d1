"""Lists in models: with a class of their own wherever they come from, and None for none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from good_calls import call, good_call
from model_values import ALL
from support import Service, accepted, client_of

from aiosm import models
from aiosm.xml import Model, document
from aiosm.xml.schema import Field, schema_of

FIELDS = [(cls, known) for cls in ALL for known in schema_of(cls).fields]
OWN = [(cls, known) for cls, known in FIELDS if known.container not in {None, list, dict}]
MANY = [(cls, known) for cls, known in FIELDS if known.container and not known.optional]


def by(pairs: list[tuple[type[Model], Field]]) -> Any:
    return pytest.mark.parametrize(
        ("cls", "known"), pairs, ids=[f"{cls.__name__}-{known.attribute}" for cls, known in pairs]
    )


def test_there_are_such_lists() -> None:
    """The tables are not empty for the wrong reason."""
    assert len(OWN) > 25
    assert len(MANY) > 45


@by(OWN)
@pytest.mark.parametrize("kind", [list, tuple])
def test_a_plain_list_gets_the_class_of_its_own(cls: Any, known: Field, kind: type) -> None:
    """Given to the constructor or to a copy; the old attributes of the list answer then."""
    item = known.target() if known.kind == "models" else "text"
    for made in (
        cls(**{known.attribute: kind([item])}),
        cls().replace(**{known.attribute: [item]}),
    ):
        found = getattr(made, known.attribute)
        assert type(found) is known.container
        assert found == [item]


def test_the_old_attribute_answers() -> None:
    """As code for the old SDK asks for it."""
    endpoint = models.ConfigurationSetInputEndpoint("web", "tcp", "80", "80")
    network = models.ConfigurationSet(input_endpoints=[endpoint])  # type: ignore[arg-type]
    assert network.input_endpoints.input_endpoints == [endpoint]
    assert network.replace(input_endpoints=[]).input_endpoints.input_endpoints == []


def test_a_list_that_has_its_class_stays_the_same_object() -> None:
    """What is appended to it afterwards is in the model."""
    endpoints = models.ConfigurationSetInputEndpoints()
    assert models.ConfigurationSet(input_endpoints=endpoints).input_endpoints is endpoints


def test_what_is_no_list_stays_for_the_checks_to_name() -> None:
    """The constructor refuses nothing."""
    assert models.ConfigurationSet(input_endpoints="x").input_endpoints == "x"  # type: ignore[arg-type]


@by(MANY)
def test_none_is_written_as_nothing_in_it(cls: Any, known: Field) -> None:
    """Code for the old SDK sets such attributes to None; so does the plain dict say."""
    empty = cls(**{known.attribute: known.container()})
    none = cls()
    setattr(none, known.attribute, None)
    assert document("A", none) == document("A", empty)
    assert none.to_dict() == empty.to_dict()
    assert cls.from_dict(json.loads(json.dumps(none.to_dict(secrets=True)))) == empty


async def sent(**arguments: Any) -> bytes:
    service = Service(accepted())
    await call(client_of(service), "add_role", **{**good_call("add_role"), **arguments})
    return bytes(service.requests[0].content)


async def test_a_machine_described_with_none_is_the_one_described_with_nothing() -> None:
    """The checks too take None for an empty list."""
    network, reference = models.ConfigurationSet(), models.ResourceExtensionReference("a")
    system = models.WindowsConfigurationSet("computer")
    assert system.win_rm is not None
    assert system.additional_unattend_content is not None
    one = models.UnattendPass("a", models.Components([models.UnattendComponent("b")]))
    system.additional_unattend_content.passes.append(one)
    parts: dict[str, Any] = {
        "network_config": network,
        "resource_extension_references": [reference],
        "system_config": system,
    }
    expected = await sent(**parts)
    for owner, attribute in (
        (network, "input_endpoints"),
        (network, "subnet_names"),
        (network, "network_interfaces"),
        (network, "public_ips"),
        (reference, "resource_extension_parameter_values"),
        (system.win_rm, "listeners"),
        (one.components[0], "component_settings"),
    ):
        setattr(owner, attribute, None)
    assert await sent(**parts) == expected
    system.additional_unattend_content.passes = None  # type: ignore[assignment]
    assert b"AdditionalUnattendContent" not in await sent(**parts)
    one.components = None  # type: ignore[assignment]
    system.additional_unattend_content.passes = models.Passes([one])
    assert b"<PassName>a</PassName></UnattendPass>" in await sent(**parts)
