"""Arguments of images, storage, affinity groups and subscriptions are checked before sending."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from support import NAMESPACE, Service, client_of, document, reply, silent_client

from aiosm.models import DataDiskConfiguration, OSImage, VMImage

URL = "https://store.blob.core.windows.net/vhds/a.vhd"


def vm_image(**changes: Any) -> VMImage:
    """An image that can be made, with something changed in it or its system disk."""
    image = VMImage("image", "label")
    disk = image.os_disk_configuration
    assert disk is not None
    disk.os_state, disk.os, disk.media_link = "Specialized", "Linux", URL
    for name, value in changes.items():
        setattr(disk if name in {"os", "os_state", "media_link", "host_caching"} else image,
                name, value)  # fmt: skip
    return image


def with_disk(**values: Any) -> VMImage:
    image = vm_image()
    image.data_disk_configurations.append(DataDiskConfiguration(**{"media_link": URL, **values}))
    return image


REFUSED: list[tuple[type[Exception], str, str, tuple[Any, ...]]] = [
    (ValueError, "image_name", "get_os_image", ("",)),
    (TypeError, "image_name", "get_os_image", (None,)),
    (ValueError, "image_name", "get_os_image_details", ("a/b",)),
    (ValueError, "image_name", "update_os_image", ("..", "l", URL, "n", "Linux")),
    (ValueError, "label", "update_os_image", ("i", "", URL, "n", "Linux")),
    (ValueError, "media_link", "update_os_image", ("i", "l", "no url", "n", "Linux")),
    (ValueError, "name", "update_os_image", ("i", "l", URL, "a\\b", "Linux")),
    (ValueError, "os is 'BeOS'", "update_os_image", ("i", "l", URL, "n", "BeOS")),
    (TypeError, "os_image", "update_os_image_from_image_reference", ("i", {"label": "l"})),
    (ValueError, r"os_image\.label", "update_os_image_from_image_reference", ("i", OSImage())),
    (ValueError, "image_name", "update_os_image_from_image_reference", ("", OSImage(label="l"))),
    (TypeError, "vm_image must be", "create_vm_image", (None,)),
    (ValueError, r"vm_image\.name", "create_vm_image", (vm_image(name=""),)),
    (ValueError, r"vm_image\.label", "create_vm_image", (vm_image(label=None),)),
    (ValueError, r"\.os_disk_configuration must be given", "create_vm_image",
     (vm_image(os_disk_configuration=None),)),
    (ValueError, r"configuration\.os_state", "create_vm_image", (vm_image(os_state=None),)),
    (ValueError, r"configuration\.os ", "create_vm_image", (vm_image(os="BeOS"),)),
    (ValueError, r"configuration\.media_link", "create_vm_image", (vm_image(media_link=None),)),
    (ValueError, r"configuration\.host_caching", "create_vm_image",
     (vm_image(host_caching="Some"),)),
    (ValueError, r"configurations\[0\]\.lun is 32", "create_vm_image", (with_disk(lun=32),)),
    (TypeError, r"configurations\[0\]\.lun", "create_vm_image", (with_disk(lun="1"),)),
    (ValueError, r"configurations\[0\]\.media_link", "create_vm_image",
     (with_disk(media_link=None),)),
    (ValueError, r"configurations\[0\]\.name", "update_vm_image", ("i", with_disk())),
    (ValueError, "vm_image_name", "update_vm_image", ("a/b", vm_image())),
    (ValueError, r"vm_image\.label", "update_vm_image", ("i", vm_image(label=""))),
    (TypeError, "vm_image must be", "update_vm_image", ("i", OSImage())),
    (ValueError, "vm_image_name", "replicate_vm_image", ("", ["West US"], "o", "s", "1")),
    (TypeError, "regions", "replicate_vm_image", ("i", "West US", "o", "s", "1")),
    (ValueError, "regions", "replicate_vm_image", ("i", [], "o", "s", "1")),
    (TypeError, r"regions\[1\]", "replicate_vm_image", ("i", ["West US", None], "o", "s", "1")),
    (ValueError, "offer", "replicate_vm_image", ("i", ["West US"], "o o", "s", "1")),
    (ValueError, "sku", "replicate_vm_image", ("i", ["West US"], "o", "x" * 65, "1")),
    (ValueError, "version", "replicate_vm_image", ("i", ["West US"], "o", "s", "1.x")),
    (ValueError, "vm_image_name", "unreplicate_vm_image", (".",)),
    (ValueError, "vm_image_name", "share_vm_image", ("", "Public")),
    (ValueError, "permission is 'All'.*Public, Private, MSDN", "share_vm_image", ("i", "All")),
    (ValueError, "publisher_name", "list_resource_extension_versions", ("", "e")),
    (ValueError, "extension_name", "list_resource_extension_versions", ("p", "a/b")),
    (ValueError, "start_time", "list_subscription_operations", ("yesterday",)),
    (TypeError, "end_time", "list_subscription_operations", (None, 5)),
    (TypeError, "object_id_filter", "list_subscription_operations", (None, None, 5)),
    (ValueError, "operation_result_filter", "list_subscription_operations",
     (None, None, None, "Done")),
    (TypeError, "continuation_token", "list_subscription_operations",
     (None, None, None, None, b"t")),
    (ValueError, "service_name", "update_storage_account", ("Store",)),
    (ValueError, "description", "update_storage_account", ("store", "x" * 1025)),
    (ValueError, "label", "update_storage_account", ("store", None, "")),
    (ValueError, "extended_properties", "update_storage_account",
     ("store", None, None, None, {"1": "v"})),
    (ValueError, "account_type", "update_storage_account",
     ("store", None, None, None, None, "Standard")),
    (ValueError, "service_name", "regenerate_storage_account_keys", ("a", "Primary")),
    (ValueError, "key_type", "regenerate_storage_account_keys", ("store", "Third")),
    (ValueError, "affinity_group_name", "get_affinity_group_properties", ("",)),
    (ValueError, "name", "create_affinity_group", ("a/b", "l", "West US")),
    (ValueError, "label", "create_affinity_group", ("g", "x" * 101, "West US")),
    (ValueError, "location", "create_affinity_group", ("g", "l", "")),
    (ValueError, "description", "create_affinity_group", ("g", "l", "West US", "x" * 1025)),
    (TypeError, "label", "update_affinity_group", ("g", None)),
    (ValueError, "affinity_group_name", "update_affinity_group", ("..", "l")),
    (ValueError, "affinity_group_name", "delete_affinity_group", ("a\nb",)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("error", "named", "operation", "args"),
    REFUSED,
    ids=[f"{number}-{case[2]}" for number, case in enumerate(REFUSED)],
)
async def test_a_bad_argument_is_named_and_nothing_is_sent(
    error: type[Exception], named: str, operation: str, args: tuple[Any, ...]
) -> None:
    """The error says which argument it is."""
    async with silent_client() as client:
        with pytest.raises(error, match=named):
            await getattr(client, operation)(*args)


def page(token: str, *ids: str) -> str:
    """A page of operations as the service writes it, prefix and all."""
    listed = "".join(
        f"<SubscriptionOperation><OperationId>{one}</OperationId><OperationParameters "
        'xmlns:z="http://schemas.datacontract.org/2004/07/x"><OperationParameter>'
        f"<z:Name>serviceName</z:Name><z:Value>of {one}</z:Value></OperationParameter>"
        "</OperationParameters><OperationStatus><ID>1</ID><Status>Succeeded</Status>"
        "<HttpStatusCode>200</HttpStatusCode></OperationStatus></SubscriptionOperation>"
        for one in ids
    )
    more = f"<ContinuationToken>{token}</ContinuationToken>" if token else ""
    return document(
        "SubscriptionOperationCollection",
        f"<SubscriptionOperations>{listed}</SubscriptionOperations>{more}",
    )


async def test_the_iterator_follows_the_pages() -> None:
    """Each page is asked for with the token of the one before, and only when it is needed."""
    service = Service(reply(200, page("t&amp;1", "a", "b")), reply(200, page("", "c")))
    async with client_of(service) as client:
        found = client.iter_subscription_operations("2016-05-01", operation_result_filter="Failed")
        names = [(await anext(found)).operation_id for _ in range(2)]
        assert len(service.requests) == 1
        names += [one.operation_id async for one in found]
    assert names == ["a", "b", "c"]
    first, second = (dict(request.url.params) for request in service.requests)
    assert first == {"StartTime": "2016-05-01", "OperationResultFilter": "Failed"}
    assert second == {**first, "ContinuationToken": "t&1"}


async def test_a_token_that_stays_the_same_ends_the_iteration() -> None:
    """A service that repeats itself is not asked for ever."""
    service = Service(reply(200, page("t", "a")))
    async with client_of(service) as client:
        assert [one.operation_id async for one in client.iter_subscription_operations()] == [
            "a",
            "a",
        ]


async def test_quirk_27_parameters_are_read_with_any_prefix() -> None:
    """The old SDK finds them only under the prefix ``a``."""
    async with client_of(Service(reply(200, page("", "one")))) as client:
        (found,) = (await client.list_subscription_operations()).subscription_operations
    assert found.operation_parameters == {"serviceName": "of one"}
    assert found.operation_status is not None
    assert (found.operation_status.status_id, found.operation_status.status) == ("1", "Succeeded")


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (datetime(2016, 5, 1, 12, tzinfo=UTC), "2016-05-01T12:00:00Z"),
        (datetime(2016, 5, 1, 12), "2016-05-01T12:00:00Z"),  # noqa: DTZ001 - naive is the point
        (datetime(2016, 5, 1, 1, tzinfo=timezone(timedelta(hours=2))), "2016-04-30T23:00:00Z"),
        ("2016-05-01T12:00:00.1234567Z", "2016-05-01T12:00:00.1234567Z"),
    ],
)
async def test_times_are_sent_in_utc(given: Any, sent: str) -> None:
    """A datetime of any zone becomes the service's form; a text stays."""
    service = Service(reply(200, page("")))
    async with client_of(service) as client:
        await client.list_subscription_operations(given, given)
    assert dict(service.requests[0].url.params) == {"StartTime": sent, "EndTime": sent}


async def test_regenerated_keys_are_masked() -> None:
    """They can be read, and are not shown."""
    body = document(
        "StorageService",
        "<StorageServiceKeys><Primary>open</Primary><Secondary>sesame</Secondary>"
        "</StorageServiceKeys>",
    )
    async with client_of(Service(reply(200, body))) as client:
        found = await client.regenerate_storage_account_keys("store", "Primary")
    assert found.storage_service_keys is not None
    assert found.storage_service_keys.secondary == "sesame"
    assert "sesame" not in repr(found)
    assert NAMESPACE in body
