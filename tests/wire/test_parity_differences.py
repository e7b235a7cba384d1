"""Where aiosm differs from the old SDK on purpose; the machines' own are beside their calls."""

from __future__ import annotations

import base64
import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from models_made import machine, unattended
from two_sides import Side, canonical, new_sends, old_sends

NS = "{http://schemas.microsoft.com/windowsazure}"


async def test_quirk_5_text_is_escaped() -> None:
    """Quirk 5: the old SDK writes markup as it is and breaks the document; aiosm escapes it."""

    def call(service: Any, side: Side) -> Any:
        return service.create_hosted_service("web1", "label", "a & <b>", "West US")

    with pytest.raises(ET.ParseError):
        ET.fromstring(old_sends(call).raw)
    sent = await new_sends(call)
    assert ET.fromstring(sent.raw).findtext(f"{NS}Description") == "a & <b>"


@pytest.mark.parametrize("name", ["a?b", "a?b=c", "100%", "a%20b"])
async def test_quirk_6_a_name_stays_one_segment(name: str) -> None:
    """Quirk 6: a question mark cuts the old SDK's path; aiosm quotes it."""
    sent = await new_sends(lambda service, side: service.get_role("web1", "dep", name))
    assert sent.path.endswith("/roles/" + name.replace("%", "%25").replace("?", "%3F"))
    assert sent.query == []


async def test_quirk_7_a_query_value_stays_whole() -> None:
    """Quirk 7: an ampersand cuts the old SDK's query values; aiosm quotes it."""

    def call(service: Any, side: Side) -> Any:
        return service.list_vm_images(publisher="a&b=c%20")

    assert old_sends(call).query == [("publisher", "a"), ("b", "c%20")]
    assert (await new_sends(call)).query == [("publisher", "a&b=c%20")]


async def test_quirk_39_each_unattend_pass_has_its_own_element() -> None:
    """Quirk 39: the old SDK runs passes together; aiosm wraps each in UnattendPass."""
    sent = await new_sends(lambda service, side: machine(service, side, "t", unattended(side)))
    passes = ET.fromstring(sent.raw).find(f".//{NS}AdditionalUnattendContent/{NS}Passes")
    assert passes is not None
    assert [one.tag for one in passes] == [f"{NS}UnattendPass"] * 2
    assert [one.findtext(f"{NS}PassName") for one in passes] == ["pass 1", "pass 2"]


async def test_quirk_40_the_documented_order_is_written() -> None:
    """Quirk 40: the service drops what comes out of order, and the old SDK has two such places."""
    sent = await new_sends(lambda service, side: machine(service, side, "t", unattended(side)))
    body = ET.fromstring(sent.raw)
    tags = [child.tag.removeprefix(NS) for child in body.findall(f".//{NS}ConfigurationSet")[0]]
    assert tags[-3:] == ["AdminUsername", "AdditionalUnattendContent", "CustomData"]
    for listener in body.iter(f"{NS}Listener"):
        names = [child.tag.removeprefix(NS) for child in listener]
        assert names == ["CertificateThumbprint", "Protocol"]


async def test_quirks_37_39_and_40_are_all_that_differs() -> None:
    """Quirks 37, 39, 40: base64, the wrapper and the order undone, the request is the old one."""

    def call(service: Any, side: Side) -> Any:
        return machine(service, side, "t", unattended(side))

    body = ET.fromstring((await new_sends(call)).raw)
    for content in body.iter(f"{NS}Content"):
        content.text = base64.b64decode(content.text or "", validate=True).decode()
    passes = body.find(f".//{NS}Passes")
    assert passes is not None
    passes[:] = [part for one in passes for part in one]
    system = body.findall(f".//{NS}ConfigurationSet")[0]
    system[-2:] = reversed(system[-2:])
    for listener in body.iter(f"{NS}Listener"):
        listener[:] = reversed(listener)
    assert canonical(ET.tostring(body)) == old_sends(call).body


async def test_quirk_43_the_root_tag_has_no_trailing_blank() -> None:
    """Quirk 43: the old SDK's root tag ends in a blank, aiosm's does not."""

    def call(service: Any, side: Side) -> Any:
        options = side.CaptureRoleAsVMImage("Generalized", "image", "label")
        return service.capture_vm_image("web1", "dep", "role", options)

    assert old_sends(call).raw.endswith(b"</CaptureRoleAsVMImageOperation >")
    sent = await new_sends(call)
    assert sent.raw.endswith(b"</CaptureRoleAsVMImageOperation>")
    assert re.match(rb"<CaptureRoleAsVMImageOperation xmlns", sent.raw)


async def test_empty_update_is_refused_instead_of_sent() -> None:
    """Quirk 57: the old SDK sends an update that changes nothing; aiosm says so."""
    with pytest.raises(ValueError, match="nothing to change"):
        await new_sends(lambda service, side: service.update_hosted_service("web1"))
