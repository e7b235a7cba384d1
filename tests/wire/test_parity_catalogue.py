"""Images, storage, affinity groups, subscriptions: the same calls on the old SDK and on aiosm."""

from __future__ import annotations

from typing import Any

import pytest
from calls import DAY, HOSTILE_NAME, PLAIN_URL, URL, Text, assert_same, named
from models_made import os_image, vm_image
from two_sides import HOSTILE, NEW, OLD, SUBSCRIPTION, Side, new_sends, old_sends

import aiosm

HOSTILE_TEXT = Text(HOSTILE)
LRS = {"account_type": "Standard_LRS"}

PLAIN: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("get_os_image", ("image",), {}),
    ("get_os_image", (HOSTILE_NAME,), {}),
    ("get_os_image_details", ("image",), {}),
    ("get_os_image_details", (HOSTILE_NAME,), {}),
    ("update_os_image", ("image", "label", PLAIN_URL, "image", "Linux"), {}),
    ("update_os_image", (HOSTILE_NAME, HOSTILE_TEXT, Text(URL), HOSTILE_TEXT, "Windows"), {}),
    ("replicate_vm_image", ("image", ["West US"], "offer", "sku", "1.0"), {}),
    ("replicate_vm_image", (HOSTILE_NAME, ["West US", HOSTILE_TEXT], "a-b.C", "2", "3"), {}),
    ("unreplicate_vm_image", ("image",), {}),
    ("unreplicate_vm_image", (HOSTILE_NAME,), {}),
    ("share_vm_image", ("image", "Public"), {}),
    ("share_vm_image", (HOSTILE_NAME, "MSDN"), {}),
    ("list_resource_extensions", (), {}),
    ("list_resource_extension_versions", ("Some.Publisher", "Extension"), {}),
    ("list_resource_extension_versions", (HOSTILE_NAME, HOSTILE_NAME), {}),
    ("list_role_sizes", (), {}),
    ("get_subscription", (), {}),
    ("list_subscriptions", (), {}),
    ("list_virtual_network_sites", (), {}),
    ("list_subscription_operations", (), {}),
    ("list_subscription_operations", (DAY, f"{DAY}T01:02:03.1234567Z"), {}),
    (
        "list_subscription_operations",
        (
            DAY,
            f"{DAY}T01:02:03Z",
            f"/{SUBSCRIPTION}/services/hostedservices/web1",
            "Failed",
            "a+/==",
        ),
        {},
    ),
    ("list_subscription_operations", (), {"object_id_filter": "/a/b c <d> 'e' é 漢 (f)"}),
    ("update_storage_account", ("store1", "new", "label", True, {"A": "1"}, "Standard_GRS"), {}),
    ("update_storage_account", ("store1",), LRS),
    ("update_storage_account", ("store1", "", "label"), {"account_type": "Standard_RAGRS"}),
    ("update_storage_account", ("store1", "new"), {"geo_replication_enabled": False}),
    ("update_storage_account", ("store1", "new"), {"geo_replication_enabled": True}),
    (
        "update_storage_account",
        ("store1", HOSTILE_TEXT, HOSTILE, None, {"One": Text("1"), "Two_2": HOSTILE_TEXT}),
        LRS,
    ),
    ("regenerate_storage_account_keys", ("store1", "Primary"), {}),
    ("regenerate_storage_account_keys", ("store1",), {"key_type": "Secondary"}),
    ("list_affinity_groups", (), {}),
    ("get_affinity_group_properties", ("group",), {}),
    ("get_affinity_group_properties", (HOSTILE_NAME,), {}),
    ("create_affinity_group", ("group", "label", "West US"), {}),
    ("create_affinity_group", ("group", "label", "West US", "description"), {}),
    ("create_affinity_group", (HOSTILE_TEXT, HOSTILE, HOSTILE_TEXT, HOSTILE_TEXT), {}),
    ("update_affinity_group", ("group", "label"), {}),
    ("update_affinity_group", ("group", "label", ""), {}),
    ("update_affinity_group", (HOSTILE_NAME, HOSTILE, HOSTILE_TEXT), {}),
    ("delete_affinity_group", ("group",), {}),
    ("delete_affinity_group", (HOSTILE_NAME,), {}),
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


# Images: made as code for the old SDK makes them, attribute by attribute.


@pytest.mark.parametrize("text", ["text", HOSTILE, "x" * 50], ids=["plain", "hostile", "long"])
@pytest.mark.parametrize("operation", ["os_image", "create", "update"])
async def test_image_sends_what_the_old_sdk_sends(operation: str, text: str) -> None:
    """With everything set, in whatever characters, the requests are the same."""

    def call(service: Any, side: Side) -> Any:
        if operation == "os_image":
            return service.update_os_image_from_image_reference("image", os_image(side, text))
        if operation == "create":
            return service.create_vm_image(vm_image(side, text))
        return service.update_vm_image("image", vm_image(side, text))

    assert (await new_sends(call)).facts == old_sends(call).facts


@pytest.mark.parametrize("operation", ["create", "update"])
async def test_small_vm_image_sends_what_the_old_sdk_sends(operation: str) -> None:
    """With the fewest values, of which ShowInGui is one that has to be set (quirk 46)."""

    def call(service: Any, side: Side) -> Any:
        image = side.VMImage("image", "label")
        image.show_in_gui = False
        if operation == "update":
            return service.update_vm_image("image", image)
        image.os_disk_configuration.os_state = "Generalized"
        image.os_disk_configuration.os = "Windows"
        image.os_disk_configuration.media_link = PLAIN_URL
        return service.create_vm_image(image)

    assert (await new_sends(call)).facts == old_sends(call).facts


# Where the old SDK is odd.


def names(sent: Any) -> list[str]:
    return [element[0].rpartition("}")[2] for element in sent.body[1]]


async def test_quirk_56_an_update_leaves_the_replication_alone() -> None:
    """The old SDK turns every updated account into Standard_GRS; aiosm sends what was given."""

    def call(service: Any, _side: Side) -> Any:
        return service.update_storage_account("store1", "new description")

    assert names(old_sends(call)) == ["Description", "AccountType"]
    assert names(await new_sends(call)) == ["Description"]


async def test_quirk_56_both_forms_of_replication_given() -> None:
    """False wins over a type, True gives way to one, on either side."""
    for flag, kind in ((False, "Standard_ZRS"), (True, "Standard_ZRS")):

        def call(service: Any, _side: Side, flag: bool = flag, kind: str = kind) -> Any:
            return service.update_storage_account(
                "store1", geo_replication_enabled=flag, account_type=kind
            )

        assert (await new_sends(call)).facts == old_sends(call).facts


async def test_quirk_45_an_untouched_data_disk_has_no_negative_numbers() -> None:
    """The old SDK sends LUN -1 and a size of -1 GB for what was never set."""

    def call(service: Any, side: Side) -> Any:
        image = vm_image(side, "text")
        disk = side.DataDiskConfiguration()
        disk.media_link = PLAIN_URL
        image.data_disk_configurations.data_disk_configurations[:] = [disk]
        return service.create_vm_image(image)

    assert old_sends(call).raw.count(b">-1<") == 2
    assert b"<Lun>0</Lun>" in (await new_sends(call)).raw
    assert b"LogicalDiskSizeInGB" not in (await new_sends(call)).raw


async def test_quirk_46_an_untouched_flag_is_not_sent() -> None:
    """The old SDK hides every image whose show_in_gui was not set."""

    def call(service: Any, side: Side) -> Any:
        return service.update_vm_image("image", side.VMImage("image", "label"))

    assert names(old_sends(call))[-1] == "ShowInGui"
    assert "ShowInGui" not in names(await new_sends(call))


async def test_quirk_47_untouched_attributes_are_not_sent() -> None:
    """The old SDK empties what was not set, and changes the caller's model."""

    def call(service: Any, side: Side) -> Any:
        image = side.OSImage()
        image.label = "label"
        return service.update_os_image_from_image_reference("image", image)

    old = old_sends(call)
    assert len(names(old)) == 10
    assert sum(text == "" for _, text in old.body[1]) == 8
    assert names(await new_sends(call)) == ["Label"]
    kept = NEW.OSImage(label="label", published_date=None)
    await new_sends(lambda service, _: service.update_os_image_from_image_reference("i", kept))
    assert kept == NEW.OSImage(label="label")


async def test_quirk_59_publishing_is_about_os_images() -> None:
    """The three are named after VM images, and act on services/images with a later version."""
    calls = (
        lambda service, _: service.replicate_vm_image("image", ["West US"], "o", "s", "1"),
        lambda service, _: service.unreplicate_vm_image("image"),
        lambda service, _: service.share_vm_image("image", "Private"),
    )
    for call in calls:
        sent = await new_sends(call)
        assert sent.path.startswith(f"/{SUBSCRIPTION}/services/images/image/")
        assert sent.version == "2015-04-01"


async def test_quirk_68_subscriptions_are_listed_outside_of_any() -> None:
    """The path has no subscription id."""
    sent = await new_sends(lambda service, _: service.list_subscriptions())
    assert (sent.method, sent.path, sent.query) == ("GET", "/subscriptions", [])


async def test_quirk_7_a_filter_is_sent_whole() -> None:
    """The old SDK cuts a filter at an ampersand."""

    def call(service: Any, _side: Side) -> Any:
        return service.list_subscription_operations(object_id_filter="/a&b")

    assert old_sends(call).query == [("ObjectIdFilter", "/a")]
    assert (await new_sends(call)).query == [("ObjectIdFilter", "/a&b")]


def test_models_default_as_the_old_ones() -> None:
    """What old code sets without making it first is there, on either side."""
    for side in (OLD, NEW):
        image = side.VMImage()
        assert image.os_disk_configuration.host_caching is None
        assert len(image.data_disk_configurations.data_disk_configurations) == 0
        assert len(side.AffinityGroup().hosted_services.hosted_services) == 0
        assert len(side.OSImageDetails().replication_progress.replication_progress_elements) == 0
        assert len(side.VirtualNetworkSite().subnets.subnets) == 0
        page = side.SubscriptionOperationCollection()
        assert len(page.subscription_operations.subscription_operations) == 0
    assert aiosm.models.VMImage().os_disk_configuration == aiosm.models.OSDiskConfiguration()
