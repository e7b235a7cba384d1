"""Oddities in how the old SDK reads answers: the same answers, read by both."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from azure.common import AzureConflictHttpError
from two_sides import REQUEST_ID, Side, new_reads, old_reads

import aiosm

SCHEMA = "http://schemas.microsoft.com/windowsazure"


def document(root: str, content: str) -> str:
    return f'<{root} xmlns="{SCHEMA}">{content}</{root}>'


async def both(name: str, arguments: tuple[Any, ...], body: str, status: int = 200) -> Any:
    """What either side makes of an answer."""

    def call(service: Any, _: Side) -> Any:
        return getattr(service, name)(*arguments)

    return old_reads(call, body, status), await new_reads(call, body, status)


async def deployments(content: str) -> Any:
    body = document("Deployment", f"<Name>dep</Name>{content}")
    return await both("get_deployment_by_name", ("web1", "dep"), body)


async def roles(content: str) -> Any:
    body = document("PersistentVMRole", f"<RoleName>role</RoleName>{content}")
    return await both("get_role", ("web1", "dep", "role"), body)


async def statuses(content: str) -> Any:
    return await both("get_operation_status", (REQUEST_ID,), document("Operation", content))


async def test_quirk_14_no_request_id_is_lost() -> None:
    """Quirk 14: what starts something has the id, and so has an error; the old SDK's has none."""

    def call(service: Any, _: Side) -> Any:
        return service.delete_deployment("web1", "dep")

    old, new = old_reads(call, "", 202), await new_reads(call, "", 202)
    assert old.request_id == new.request_id == REQUEST_ID
    body = document("Error", "<Code>ConflictError</Code><Message>it is busy</Message>")
    with pytest.raises(AzureConflictHttpError) as lost:
        old_reads(call, body, 409)
    assert REQUEST_ID not in repr(vars(lost.value))
    with pytest.raises(aiosm.ConflictError) as kept:
        await new_reads(call, body, 409)
    assert kept.value.request_id == REQUEST_ID


@pytest.mark.parametrize(
    ("name", "arguments", "status"),
    [
        ("create_hosted_service", ("web1", "label", None, "West US"), 201),
        ("delete_hosted_service", ("web1",), 200),
        ("delete_storage_account", ("store1",), 200),
        ("add_os_image", ("label", "https://s/a.vhd", "image", "Linux"), 200),
        ("delete_os_image", ("image", True), 200),
    ],
)
async def test_quirk_15_what_was_done_at_once_is_done(
    name: str, arguments: tuple[Any, ...], status: int
) -> None:
    """Quirk 15: the old SDK gives an id to ask for; a poller knows that there is nothing to ask."""
    old, new = await both(name, arguments, "", status)
    assert old.request_id == new.request_id == REQUEST_ID
    assert new.done
    assert (await new).status == "Succeeded"


@pytest.mark.parametrize("name", ["update_disk", "delete_disk"])
async def test_quirk_16_disks_change_at_once(name: str) -> None:
    """Quirk 16: there is nothing to wait for, on either side."""
    arguments = ("disk",) if name == "delete_disk" else ("disk", None, "label")
    assert await both(name, arguments, "") == (None, None)


async def test_quirk_17_a_failure_without_a_reason_ends_the_waiting() -> None:
    """Quirk 17: such a state was waited for until the time was over; and the status is a number."""
    body = document("Operation", "<Status>Failed</Status><HttpStatusCode>409</HttpStatusCode>")
    with pytest.raises(aiosm.OperationFailedError) as failure:
        await new_reads(
            lambda service, _: service.wait_for_operation_status(REQUEST_ID, timeout=10_000), body
        )
    assert failure.value.status_code == 409


async def test_quirk_18_an_operation_has_its_id() -> None:
    """Quirk 18: the service writes ID, the old SDK looks for Id."""
    old, new = await statuses("<ID>guid</ID><Status>InProgress</Status>")
    assert (old.id, new.id) == ("", "guid")


async def test_quirk_19_an_error_says_what_the_service_says() -> None:
    """Quirk 19: the old SDK's message is the whole body."""

    def call(service: Any, _: Side) -> Any:
        return service.delete_disk("disk")

    body = document("Error", "<Code>ConflictError</Code><Message>it is in use</Message>")
    with pytest.raises(AzureConflictHttpError, match="<Message>it is in use</Message>"):
        old_reads(call, body, 409)
    with pytest.raises(aiosm.ConflictError) as error:
        await new_reads(call, body, 409)
    assert (error.value.error_code, error.value.message) == ("ConflictError", "it is in use")


async def test_quirk_20_a_time_of_the_last_change_is_read() -> None:
    """Quirk 20: the old SDK looks for Last-Modified-Time."""
    old, new = await deployments("<LastModifiedTime>2015-02-01T12:00:00Z</LastModifiedTime>")
    assert not old.last_modified_time
    assert new.last_modified_time == datetime(2015, 2, 1, 12, tzinfo=UTC)


async def test_quirk_21_names_with_capitals_are_read() -> None:
    """Quirk 21: the old SDK never fills what is spelled in capitals on the wire."""
    network = (
        "<ConfigurationSets><ConfigurationSet><ConfigurationSetType>NetworkConfiguration"
        "</ConfigurationSetType><StaticVirtualNetworkIPAddress>10.0.0.4"
        "</StaticVirtualNetworkIPAddress></ConfigurationSet></ConfigurationSets>"
    )
    old, new = await roles(network)
    assert not old.configuration_sets[0].static_virtual_network_ip_address
    assert new.configuration_sets[0].static_virtual_network_ip_address == "10.0.0.4"
    address = "<VirtualIPs><VirtualIP><ReservedIPName>ip</ReservedIPName></VirtualIP></VirtualIPs>"
    old, new = await deployments(address)
    assert (old.virtual_ips[0].reserved_ip_name, new.virtual_ips[0].reserved_ip_name) == ("", "ip")


async def test_quirk_23_a_reason_is_a_text() -> None:
    """Quirk 23: the old SDK makes True of it."""
    body = document("AvailabilityResponse", "<Result>false</Result><Reason>it is taken</Reason>")
    old, new = await both("check_storage_account_name_availability", ("store1",), body)
    assert (old.result, old.reason) == (False, True)
    assert (new.result, new.reason) == (False, "it is taken")


async def test_quirk_24_what_is_neither_true_nor_false_is_no_answer() -> None:
    """Quirk 24: for the old SDK whatever is not false is true."""
    body = document("AvailabilityResponse", "<Result>perhaps</Result>")

    def call(service: Any, _: Side) -> Any:
        return service.check_storage_account_name_availability("store1")

    assert old_reads(call, body).result is True
    with pytest.raises(aiosm.DecodeError, match="Result"):
        await new_reads(call, body)


async def test_quirk_25_what_is_missing_is_none_and_lists_are_empty() -> None:
    """Quirk 25: the old SDK leaves some lists None, and texts and numbers as they began."""
    old, new = await deployments("")
    assert (old.role_list, old.status) == (None, "")
    assert (new.role_list, new.status) == ([], None)
    sizes = document("RoleSizes", "<RoleSize><Name>Small</Name></RoleSize>")
    old, new = await both("list_role_sizes", (), sizes)
    assert (old[0].cores, new[0].cores) == (0, None)


CODED = base64.b64encode("läbel".encode()).decode()


@pytest.mark.parametrize(
    ("name", "arguments", "root", "attribute"),
    [
        ("get_affinity_group_properties", ("group",), "AffinityGroup", None),
        ("get_deployment_by_name", ("web1", "dep"), "Deployment", None),
        ("get_hosted_service_properties", ("web1",), "HostedService", "HostedServiceProperties"),
        ("get_storage_account_properties", ("store1",), "StorageService",
         "StorageServiceProperties"),
    ],
)  # fmt: skip
async def test_quirk_26_a_label_that_is_base64_is_read_as_text(
    name: str, arguments: tuple[str, ...], root: str, attribute: str | None
) -> None:
    """Quirk 26: as the old SDK does it."""
    content = f"<Name>x</Name><Label>{CODED}</Label>"
    if attribute:
        content = f"<ServiceName>x</ServiceName><{attribute}><Label>{CODED}</Label></{attribute}>"
    for found in await both(name, arguments, document(root, content)):
        part = re.sub(r"(?<!^)(?=[A-Z])", "_", attribute or "").lower()
        assert (getattr(found, part) if part else found).label == "läbel"


@pytest.mark.parametrize(
    ("name", "argument", "root"),
    [("get_disk", "disk", "Disk"), ("get_os_image", "image", "OSImage"),
     ("get_reserved_ip_address", "ip", "ReservedIP")],
)  # fmt: skip
async def test_quirk_26_a_label_that_is_plain_is_left_plain(
    name: str, argument: str, root: str
) -> None:
    """Quirk 26: even if it looks like base64."""
    body = document(root, f"<Name>x</Name><Label>{CODED}</Label>")
    old, new = await both(name, (argument,), body)
    assert old.label == new.label == CODED


async def test_quirk_28_dates_are_dates() -> None:
    """Quirk 28: the old SDK leaves them texts."""
    old, new = await deployments("<CreatedTime>2015-02-01T12:00:00Z</CreatedTime>")
    assert old.created_time == "2015-02-01T12:00:00Z"
    assert new.created_time == datetime(2015, 2, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("name", ["get_storage_account_keys", "regenerate_storage_account_keys"])
async def test_quirk_31_keys_come_in_a_storage_service(name: str) -> None:
    """Quirk 31: of which the address and the keys are all that is filled, on both sides."""
    keys = "<Primary>one</Primary><Secondary>two</Secondary>"
    content = f"<Url>https://x</Url><StorageServiceKeys>{keys}</StorageServiceKeys>"
    arguments = ("store1", "Primary") if name.startswith("re") else ("store1",)
    for found in await both(name, arguments, document("StorageService", content)):
        assert found.url == "https://x"
        assert found.storage_service_keys.primary == "one"
        assert found.storage_service_keys.secondary == "two"
        assert not found.service_name


async def test_quirk_62_a_service_is_deleted_with_all_it_holds() -> None:
    """Quirk 62: that takes time, and is waited for; without what it holds it goes at once."""

    def call(service: Any, _: Side) -> Any:
        return service.delete_hosted_service("web1", complete=True)

    assert not (await new_reads(call, "", 202)).done
    _, new = await both("delete_hosted_service", ("web1",), "")
    assert new.done


async def test_quirk_69_the_pages_of_a_list_of_operations_are_followed() -> None:
    """Quirk 69: the old SDK leaves the token to its caller; aiosm has an iterator as well."""
    kind = "SubscriptionOperation"
    operations = f"<{kind}s><{kind}><OperationId>id</OperationId></{kind}></{kind}s>"
    token = "<ContinuationToken>again</ContinuationToken>"
    body = document(f"{kind}Collection", operations + token)
    for page in await both("list_subscription_operations", (), body):
        assert page.continuation_token == "again"
        assert len(page.subscription_operations) == 1

    async def everything(service: Any, _: Side) -> list[Any]:
        return [one async for one in service.iter_subscription_operations()]

    # A second page with the token of the first is the last one.
    assert len(await new_reads(everything, body)) == 2


async def test_quirk_34_what_came_with_later_versions_is_read() -> None:
    """Quirk 34: the old SDK's models have no place for it."""
    address = (
        "<VirtualIPs><VirtualIP><Address>1.2.3.4</Address><IsDnsProgrammed>true</IsDnsProgrammed>"
        "<Name>first</Name></VirtualIP></VirtualIPs><LoadBalancers><LoadBalancer><Name>inner</Name>"
        "</LoadBalancer></LoadBalancers>"
    )
    old, new = await deployments(address)
    assert not hasattr(old.virtual_ips[0], "is_dns_programmed")
    assert not hasattr(old, "load_balancers")
    assert (new.virtual_ips[0].is_dns_programmed, new.virtual_ips[0].name) == (True, "first")
    assert new.load_balancers[0].name == "inner"
