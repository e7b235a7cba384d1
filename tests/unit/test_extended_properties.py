"""An extended property is taken away by None, as the documentation has it: "null value deletes"."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from good_calls import call, good_call
from support import NAMESPACE, Service, accepted, client_of, done

from aiosm import AsyncServiceManagementClient
from aiosm.emulator import Emulator

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


@pytest.mark.parametrize(
    "operation",
    [
        "update_hosted_service",
        "update_storage_account",
        "change_deployment_configuration",
        "upgrade_deployment",
    ],
)
async def test_none_is_written_as_nil(operation: str) -> None:
    """Quirk 5: the old SDK set the property to the text "None". The element itself is required."""
    service = Service(accepted() if "deployment" in operation else done(200))
    properties = {"Gone": None, "Kept": "1", "Emptied": ""}
    arguments = {**good_call(operation), "extended_properties": properties}
    await call(client_of(service), operation, **arguments)
    body = ET.fromstring(service.requests[0].content)
    found = {
        one.findtext(f"{{{NAMESPACE}}}Name"): one.find(f"{{{NAMESPACE}}}Value")
        for one in body.iter(f"{{{NAMESPACE}}}ExtendedProperty")
    }
    assert {name: (value.get(NIL), value.text) for name, value in found.items()} == {
        "Gone": ("true", None), "Kept": (None, "1"), "Emptied": (None, None),
    }  # fmt: skip


async def test_the_property_is_gone_afterwards() -> None:
    """The emulator goes by the documentation too; other properties stay."""
    async with (
        Emulator(speed="instant") as emulator,
        AsyncServiceManagementClient(**emulator.connection) as client,
    ):
        await client.create_hosted_service(
            "web", "web", location="West US", extended_properties={"a": "1", "b": "2"}
        )
        await client.update_hosted_service("web", extended_properties={"a": None, "c": "3"})
        found = await client.get_hosted_service_properties("web")
    assert found.hosted_service_properties is not None
    properties = found.hosted_service_properties.extended_properties
    assert properties.items() >= {"b": "2", "c": "3"}.items()
    assert "a" not in properties
