"""Oddities of the old SDK's requests: what aiosm does the same way, and what it does not."""

from __future__ import annotations

import base64
import inspect
from typing import Any

import pytest
from calls import HOSTILE_NAME, assert_same, named
from full_calls import FULL
from models_made import capture, os_image, vm_image
from recorded import WIRE, exchanges, needs_recordings
from two_sides import HOSTILE, NEW, SUBSCRIPTION, Side, new_sends, old_sends

import aiosm

MACHINE = ("web1", "dep", "role")
NS = "{http://schemas.microsoft.com/windowsazure}"


def elements(sent: Any) -> list[str]:
    """The names of the elements right under the root."""
    return [element[0].removeprefix(NS) for element in sent.body[1]]


def texts(sent: Any) -> dict[str, str]:
    return {name.removeprefix(NS): text for name, text in sent.body[1]}


@pytest.mark.parametrize("name", ["create_affinity_group", "update_affinity_group"])
async def test_quirk_2_plain_xml_is_called_plain_xml(name: str) -> None:
    """Quirk 2: the old SDK says that its XML is an Atom entry; aiosm says what it is."""
    call = named(name, (), FULL[name])
    old, new = old_sends(call), await new_sends(call)
    assert old.headers["content-type"].startswith("application/atom+xml")
    assert new.headers["content-type"] == "application/xml; charset=utf-8"


@pytest.mark.parametrize("name", ["delete_affinity_group", "reboot_role_instance", "get_role"])
async def test_quirk_3_a_write_without_a_body_says_that_it_is_empty(name: str) -> None:
    """Quirk 3: it has a type even so; what only reads has none, on both sides."""
    call = named(name, (), FULL[name])
    for sent in (old_sends(call), await new_sends(call)):
        assert sent.raw == b""
        assert ("content-type" in sent.headers) == (name != "get_role")


@pytest.mark.parametrize(
    ("name", "path"),
    [("update_role", "role_name"), ("update_dns_server", "dns_server_name")],
)
async def test_quirk_5_a_name_in_path_and_body_is_quoted_in_the_one_and_escaped_in_the_other(
    name: str, path: str
) -> None:
    """Quirk 5: the old SDK can be given no form of such a name that suits both places."""
    sent = await new_sends(named(name, (), {**FULL[name], path: HOSTILE_NAME}))
    assert sent.path.endswith(
        "/a%20%26%20b%20%3Cc%3E%20%22d%22%20'e'%20(%C3%A9)$=,%E6%BC%A2%3B%3A%40%2B%23%5B%5D"
    )
    assert HOSTILE_NAME in texts(sent).values()


@pytest.mark.parametrize("name", ["update_deployment_status", "delete_role_instances"])
async def test_quirk_10_the_slash_before_a_query_is_where_the_old_sdk_has_it(name: str) -> None:
    """Quirk 10: some paths end in a slash, which the service's documentation shows as well."""
    await assert_same(named(name, (), FULL[name]))
    sent = await new_sends(named(name, (), FULL[name]))
    assert sent.path.endswith("/")
    assert list(dict(sent.query)) == ["comp"]


async def test_quirk_11_paths_are_spelled_as_the_old_sdk_spells_them() -> None:
    """Quirk 11: other clients write roles/operations; the service takes both."""
    sent = await new_sends(named("start_roles", (), FULL["start_roles"]))
    assert sent.path == old_sends(named("start_roles", (), FULL["start_roles"])).path
    assert sent.path.endswith("/roles/Operations")


async def test_quirk_33_whether_details_are_wanted_is_always_said() -> None:
    """Quirk 33: sent even if it is the default; but True and False alone are taken."""

    def call(service: Any, _: Side) -> Any:
        return service.get_hosted_service_properties("web1")

    assert (await new_sends(call)).query == old_sends(call).query == [("embed-detail", "false")]
    with pytest.raises(TypeError, match=r"^embed_detail must be True or False"):
        await new_sends(lambda service, _: service.get_hosted_service_properties("web1", "yes"))


CODED = [
    "create_hosted_service", "update_hosted_service", "create_affinity_group",
    "update_affinity_group", "create_storage_account", "update_storage_account",
    "create_deployment", "upgrade_deployment",
]  # fmt: skip
PLAIN = [
    "create_virtual_machine_deployment", "add_disk", "add_os_image", "update_os_image",
    "create_reserved_ip_address",
]  # fmt: skip


@pytest.mark.parametrize("name", CODED + PLAIN)
async def test_quirk_35_a_label_is_base64_in_some_requests_and_plain_in_others(name: str) -> None:
    """Quirk 35: the caller gives plain text to each of them."""
    arguments = {key: value for key, value in FULL[name].items() if key != "affinity_group"}
    sent = await new_sends(named(name, (), {**arguments, "label": HOSTILE}))
    coded = base64.b64encode(HOSTILE.encode()).decode()
    assert texts_of_labels(sent) == [coded if name in CODED else HOSTILE]


def test_quirk_35_no_method_with_a_label_is_forgotten() -> None:
    """Quirk 35: the two lists hold all that take a label; of a disk quirk 54 has the tests."""
    known = {name for name, arguments in FULL.items() if "label" in arguments}
    assert known == {*CODED, *PLAIN}


def texts_of_labels(sent: Any) -> list[str]:
    return [text for name, text in sent.body[1] if name == f"{NS}Label"]


@pytest.mark.parametrize(
    "name", ["create_deployment", "change_deployment_configuration", "upgrade_deployment"]
)
async def test_quirk_36_a_configuration_is_sent_as_given(name: str) -> None:
    """Quirk 36: the caller has made base64 of it, as the old SDK wants it."""
    sent = await new_sends(named(name, (), FULL[name]))
    assert texts(sent)["Configuration"] == "Q29uZmln"


@needs_recordings
async def test_quirk_41_the_order_of_an_image_is_the_recorded_one() -> None:
    """Quirk 41: the old SDK's order is not another client's; the service has been seen to take it.

    It took a description that stood before the disks, and its own answers have IconUri before
    PrivacyUri.
    """
    changed = await new_sends(
        lambda service, side: service.update_vm_image("image", vm_image(side))
    )
    assert elements(changed)[:3] == ["Label", "Description", "OSDiskConfiguration"]
    steps = [one for one in exchanges() if one["id"].startswith("py/misc/test_update_vm_image/")]
    (put,) = (one["request_body"] for one in steps if one["method"] == "PUT")
    assert put.index("<Description>") < put.index("<OSDiskConfiguration>")
    assert "<Description>Updated description</Description>" in steps[-1]["response_body"]

    sent = await new_sends(
        lambda service, side: service.update_os_image_from_image_reference("image", os_image(side))
    )
    names = elements(sent)
    assert names.index("IconUri") < names.index("PrivacyUri")
    images = (WIRE / "big" / "osimages.xml").read_text().split("</OSImage>")
    both = [one for one in images if "<IconUri>" in one and "<PrivacyUri>" in one]
    assert len(both) > 100
    assert all(one.index("<IconUri>") < one.index("<PrivacyUri>") for one in both)


async def test_quirk_44_a_capture_says_all_that_the_old_sdk_says() -> None:
    """Quirk 44: four elements beyond the documented ones, each sent if it was set."""

    def call(service: Any, side: Side) -> Any:
        return service.capture_vm_image(*MACHINE, capture(side))

    documented = ["OperationType", "OSState", "VMImageName", "VMImageLabel"]
    more = ["Description", "Language", "ImageFamily", "RecommendedVMSize"]
    assert elements(await new_sends(call)) == elements(old_sends(call)) == documented + more
    bare = NEW.CaptureRoleAsVMImage("Specialized", "image", "label")
    sent = await new_sends(lambda service, _: service.capture_vm_image(*MACHINE, bare))
    assert elements(sent) == documented


async def test_quirk_50_a_configuration_set_says_its_type_in_an_element() -> None:
    """Quirk 50: there is no i:type attribute; the service reads ConfigurationSetType."""
    call = named("add_role", (), FULL["add_role"])
    for sent in (old_sends(call), await new_sends(call)):
        assert b":type=" not in sent.raw
        assert sent.raw.count(b"<ConfigurationSetType>") == 2


async def test_quirk_53_an_update_of_a_data_disk_may_say_nothing() -> None:
    """Quirk 53: neither caching nor blob are insisted on, and the number only if it is new."""
    nothing = await new_sends(lambda service, _: service.update_data_disk(*MACHINE, 1))
    assert nothing.body == (f"{NS}DataVirtualHardDisk", "")
    await assert_same(lambda service, _: service.update_data_disk(*MACHINE, 1))
    moved = await new_sends(lambda service, _: service.update_data_disk(*MACHINE, 1, updated_lun=0))
    assert texts(moved) == {"Lun": "0"}


async def test_quirk_58_an_address_can_be_asked_for_without_a_location() -> None:
    """Quirk 58: the old SDK does not insist on what the documentation requires, nor does aiosm."""

    def call(service: Any, _: Side) -> Any:
        return service.create_reserved_ip_address("ip")

    await assert_same(call)
    assert texts(await new_sends(call)) == {"Name": "ip"}


async def test_quirk_60_all_local_drives_are_rebuilt() -> None:
    """Quirk 60: nothing else can be chosen, on either side."""

    def call(service: Any, _: Side) -> Any:
        return service.rebuild_role_instance("web1", "dep", "instance")

    sent = await new_sends(call)
    assert sent.query == old_sends(call).query
    assert sent.query == [("comp", "rebuild"), ("resources", "allLocalDrives")]


def test_quirk_60_a_slot_stands_for_a_deployment_only_where_it_did() -> None:
    """Quirk 60: deployments are found by slot and made in one; all else takes their name."""
    with_slot = {
        name
        for name, method in inspect.getmembers(aiosm.AsyncServiceManagementClient, callable)
        if not name.startswith("_") and "deployment_slot" in inspect.signature(method).parameters
    }
    assert with_slot == {
        "create_deployment", "create_virtual_machine_deployment", "get_deployment_by_slot",
    }  # fmt: skip


async def test_quirk_69_the_times_of_a_list_of_operations_may_be_left_out() -> None:
    """Quirk 69: documented as required; whether it wants them is left to the service."""
    sent = await new_sends(lambda service, _: service.list_subscription_operations())
    assert (sent.path, sent.query) == (f"/{SUBSCRIPTION}/operations", [])


async def test_quirk_51_what_other_clients_can_say_is_said() -> None:
    """Quirk 51: a network configuration says more than the old SDK's, and only what was set."""
    endpoint = NEW.ConfigurationSetInputEndpoint("web", "tcp", 80, 80)
    endpoint.endpoint_acl = NEW.EndpointAcl(NEW.AclRules([NEW.AclRule(1, "permit", "10.0.0.0/8")]))
    endpoint.virtual_ip_name = "second"
    endpoint.load_balancer_probe = NEW.LoadBalancerProbe("", 80, "tcp", 15, 31)
    config = NEW.ConfigurationSet()
    config.input_endpoints.append(endpoint)
    config.public_ips.append(NEW.PublicIP("ip", domain_name_label="label"))
    sent = await new_sends(lambda service, _: service.update_role(*MACHINE, network_config=config))
    for part in (
        "<RemoteSubnet>10.0.0.0/8</RemoteSubnet>",
        "<VirtualIPName>second</VirtualIPName>",
        "<IntervalInSeconds>15</IntervalInSeconds>",
        "<TimeoutInSeconds>31</TimeoutInSeconds>",
        "<DomainNameLabel>label</DomainNameLabel>",
    ):
        assert part.encode() in sent.raw
    bare = await new_sends(named("update_role", (), FULL["update_role"]))
    for part in (b"EndpointAcl", b"VirtualIPName", b"IntervalInSeconds", b"DomainNameLabel"):
        assert part not in bare.raw
