"""Machines, disks and DNS servers: the same calls on the old SDK and on aiosm."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

import pytest
from calls import HOSTILE_NAME, PLAIN_URL, TAME, URL, Text, assert_same, named
from models_made import disks, extensions, linux, network, os_disk, windows
from two_sides import HOSTILE, Side, canonical, new_sends, old_sends

HOSTILE_TEXT = Text(HOSTILE)
MACHINE = ("web1", "dep", "role")
HOSTILE_MACHINE = ("web1", HOSTILE_NAME, HOSTILE_NAME)

PLAIN: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("delete_role", MACHINE, {}),
    ("delete_role", (*MACHINE, True), {}),
    ("delete_role", HOSTILE_MACHINE, {"complete": False}),
    ("start_role", MACHINE, {}),
    ("start_role", HOSTILE_MACHINE, {}),
    ("restart_role", MACHINE, {}),
    ("restart_role", HOSTILE_MACHINE, {}),
    ("shutdown_role", MACHINE, {}),
    ("shutdown_role", (*MACHINE, "StoppedDeallocated"), {}),
    ("shutdown_role", HOSTILE_MACHINE, {"post_shutdown_action": "Stopped"}),
    ("start_roles", ("web1", "dep", ["one"]), {}),
    ("start_roles", ("web1", HOSTILE_NAME, ("one", HOSTILE_TEXT)), {}),
    ("shutdown_roles", ("web1", "dep", ["one", "two"]), {}),
    ("shutdown_roles", ("web1", HOSTILE_NAME, [HOSTILE_TEXT], "StoppedDeallocated"), {}),
    ("capture_role", (*MACHINE, "Delete", "image", "label"), {}),
    ("capture_role", (*HOSTILE_MACHINE, "Delete", HOSTILE_TEXT, HOSTILE_TEXT), {}),
    ("get_data_disk", (*MACHINE, 0), {}),
    ("get_data_disk", (*HOSTILE_MACHINE, 15), {}),
    ("add_data_disk", (*MACHINE, 1), {}),
    ("add_data_disk", (*MACHINE, 0), {"logical_disk_size_in_gb": 10}),
    ("add_data_disk", (*MACHINE, 0), {"disk_name": "disk"}),
    ("add_data_disk", (*MACHINE, 0), {"source_media_link": PLAIN_URL}),
    (
        "add_data_disk",
        (*MACHINE, 15, "ReadWrite", PLAIN_URL, "label", "disk", 1, PLAIN_URL),
        {},
    ),
    (
        "add_data_disk",
        (*HOSTILE_MACHINE, 2, "None", Text(URL), HOSTILE_TEXT, HOSTILE_TEXT, 1023, Text(URL)),
        {},
    ),
    ("update_data_disk", (*MACHINE, 1), {}),
    ("update_data_disk", (*MACHINE, 1, "ReadOnly", PLAIN_URL, 0, "label", "disk", 55), {}),
    (
        "update_data_disk",
        (*HOSTILE_MACHINE, 15, "None", Text(URL), 14, HOSTILE_TEXT, HOSTILE_TEXT, 1),
        {},
    ),
    ("delete_data_disk", (*MACHINE, 0), {}),
    ("delete_data_disk", (*MACHINE, 15, True), {}),
    ("delete_data_disk", (*HOSTILE_MACHINE, 3), {"delete_vhd": False}),
    ("list_disks", (), {}),
    ("get_disk", ("disk",), {}),
    ("get_disk", (HOSTILE_NAME,), {}),
    ("add_disk", (True, "label", PLAIN_URL, "disk", "Linux"), {}),
    ("add_disk", (False, HOSTILE_TEXT, Text(URL), HOSTILE_TEXT, "Windows"), {}),
    ("delete_disk", ("disk",), {}),
    ("delete_disk", ("disk", True), {}),
    ("delete_disk", (HOSTILE_NAME,), {"delete_vhd": False}),
    ("add_dns_server", ("web1", "dep", "dns", "10.0.0.1"), {}),
    ("add_dns_server", ("web1", HOSTILE_NAME, HOSTILE_TEXT, "fe80::1"), {}),
    ("update_dns_server", ("web1", "dep", "dns", "10.0.0.1"), {}),
    ("update_dns_server", ("web1", HOSTILE_NAME, TAME, "10.0.0.2"), {}),
    ("delete_dns_server", ("web1", "dep", "dns"), {}),
    ("delete_dns_server", ("web1", HOSTILE_NAME, HOSTILE_NAME), {}),
]


@pytest.mark.parametrize(
    ("name", "args", "kwargs"),
    PLAIN,
    ids=[f"{number}-{name}" for number, (name, _, _) in enumerate(PLAIN)],
)
async def test_operation_sends_what_the_old_sdk_sends(
    name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    """The same call makes the same request, on either side."""
    await assert_same(named(name, args, kwargs))


# Machines: models are made as code for the old SDK makes them, on both sides.


def added(service: Any, side: Side, text: str, system: Any) -> Any:
    """A machine with everything set."""
    return service.add_role(
        "web1", HOSTILE_NAME, side.text(f"role {text}"), system, os_disk(side, text),
        network(side, text), side.text(f"set {text}"), disks(side, text), "Small",
        "PersistentVMRole", extensions(side, text), True, side.text(f"image {text}"),
        side.text(URL),
    )  # fmt: skip


@pytest.mark.parametrize("text", ["text", HOSTILE], ids=["plain", "hostile"])
@pytest.mark.parametrize("system", [linux, windows])
async def test_machine_is_added_as_by_the_old_sdk(system: Any, text: str) -> None:
    """A further machine, with every model set the old way, is the same request."""
    await assert_same(lambda service, side: added(service, side, text, system(side, text)))


async def test_machine_is_added_with_the_fewest_arguments_as_by_the_old_sdk() -> None:
    """A first start and a system disk are enough."""
    await assert_same(
        lambda service, side: service.add_role(
            *MACHINE,
            side.LinuxConfigurationSet("h", "u"),
            side.OSVirtualHardDisk("image", PLAIN_URL),
        )
    )


async def test_machine_from_a_vm_image_is_added_as_by_the_old_sdk() -> None:
    """It needs neither a system disk nor a first start."""
    await assert_same(
        lambda service, side: service.add_role(*MACHINE, None, None, vm_image_name="image")
    )


@pytest.mark.parametrize("text", ["text", HOSTILE], ids=["plain", "hostile"])
async def test_machine_is_changed_as_by_the_old_sdk(text: str) -> None:
    """Everything that can be said in an update arrives in the old order."""
    await assert_same(
        lambda service, side: service.update_role(
            "web1", HOSTILE_NAME, TAME, os_disk(side, text), network(side, text),
            side.text(f"set {text}"), disks(side, text), "Medium", "PersistentVMRole",
            extensions(side, text), False,
        )
    )  # fmt: skip


NOTHINGS: list[dict[str, Any]] = [
    {},
    {"role_size": "Medium"},
    {"data_virtual_hard_disks": []},
    {"resource_extension_references": []},
    {"provision_guest_agent": None, "availability_set_name": None},
]


@pytest.mark.parametrize("changes", NOTHINGS, ids=str)
async def test_update_says_only_what_is_given(changes: dict[str, Any]) -> None:
    """Quirk 52: what is left out of an update is left out of its request, on both sides."""
    await assert_same(lambda service, _: service.update_role(*MACHINE, **changes))


@pytest.mark.parametrize("text", ["text", HOSTILE], ids=["plain", "hostile"])
@pytest.mark.parametrize("system", [linux, windows])
async def test_machine_is_captured_and_made_anew_as_by_the_old_sdk(system: Any, text: str) -> None:
    """The first start of the machine made anew stands between the action and the image."""
    await assert_same(
        lambda service, side: service.capture_role(
            *HOSTILE_MACHINE, "Reprovision", side.text(text), side.text(text), system(side, text)
        )
    )


# Where aiosm differs from the old SDK on purpose.


TEXTS = pytest.mark.parametrize(
    "text", ["text", HOSTILE, "x" * 100], ids=["plain", "hostile", "long"]
)


@TEXTS
async def test_quirk_54_an_update_of_a_disk_says_which_disk_it_is(text: str) -> None:
    """Quirk 54: the old SDK sends the label alone; the documentation wants the name as well."""

    def call(service: Any, side: Side) -> Any:
        return service.update_disk(HOSTILE_NAME, label=side.text(text))

    old, new = old_sends(call), await new_sends(call)
    assert (new.method, new.path, new.query) == (old.method, old.path, old.query)
    (root, (label, name)) = new.body
    assert (root, [label]) == old.body
    assert name == ("{http://schemas.microsoft.com/windowsazure}Name", HOSTILE_NAME)


@TEXTS
async def test_quirk_54_no_argument_of_an_update_of_a_disk_is_dropped(text: str) -> None:
    """Quirk 54: the old SDK drops four arguments; aiosm sends them in the documented order."""
    link = f"{PLAIN_URL}?{text}"

    def call(service: Any, side: Side) -> Any:
        return service.update_disk("disk", True, side.text(text), link, text, "Linux")

    assert [name.rpartition("}")[2] for name, _ in old_sends(call).body[1]] == ["Label"]
    sent = await new_sends(call)
    namespace = 'xmlns="http://schemas.microsoft.com/windowsazure"'
    assert sent.body == canonical(
        f"<Disk {namespace}><HasOperatingSystem>true</HasOperatingSystem><OS>Linux</OS>"
        f"<Label>{escape(text)}</Label><MediaLink>{escape(link)}</MediaLink>"
        f"<Name>{escape(text)}</Name></Disk>"
    )


async def test_quirk_54_a_label_is_needed_on_both_sides() -> None:
    """Quirk 54: although it has a default."""

    def call(service: Any, _: Side) -> Any:
        return service.update_disk("disk")

    with pytest.raises(ValueError, match="label"):
        old_sends(call)
    with pytest.raises(ValueError, match=r"^label must be given"):
        await new_sends(call)


async def test_quirk_6_a_machine_keeps_its_own_segment() -> None:
    """Quirk 6: a question mark cuts the old SDK's path; aiosm quotes it."""
    sent = await new_sends(lambda service, _: service.delete_role("web1", "dep", "a?b"))
    assert sent.path.endswith("/roles/a%3Fb")
    assert sent.query == []


async def test_quirk_61_a_text_is_no_permission_to_delete_blobs() -> None:
    """Quirk 61: the old SDK ignores what does not equal True; aiosm refuses it."""

    def call(service: Any, _: Side) -> Any:
        return service.delete_role(*MACHINE, complete="yes")

    assert old_sends(call).query == []
    with pytest.raises(TypeError, match=r"^complete "):
        await new_sends(call)


@pytest.mark.parametrize("value", ["false", "true", 1, 0, None])
@pytest.mark.parametrize(
    "call",
    [
        lambda client, value: client.delete_role(*MACHINE, complete=value),
        lambda client, value: client.delete_data_disk(*MACHINE, 1, delete_vhd=value),
        lambda client, value: client.delete_disk("disk", delete_vhd=value),
    ],
    ids=["delete_role", "delete_data_disk", "delete_disk"],
)
async def test_only_true_deletes_blobs(call: Any, value: Any) -> None:
    """A text such as "false" must not count as true where data would be lost."""
    with pytest.raises(TypeError, match="True or False"):
        await new_sends(lambda client, _: call(client, value))


async def test_a_data_disk_is_registered_without_a_system() -> None:
    """The old SDK wants a system even for a data disk; the documentation does not."""

    def call(service: Any, _: Side) -> Any:
        return service.add_disk(False, "label", PLAIN_URL, "disk", None)

    with pytest.raises(ValueError, match="os"):
        old_sends(call)
    sent = await new_sends(call)
    names = [name.rpartition("}")[2] for name, _ in sent.body[1]]
    assert names == ["Label", "MediaLink", "Name"]
