"""Recorded tests of services, storage, images and groups, made again in the emulator."""

import re

import pytest
from likeness import assert_alike
from test_recorded_shapes import RECORDINGS
from test_recorded_walk_machines import FIRST_START, Walk, recorded, states
from wires import wire_to

from aiosm.emulator import Emulator, SteppedClock

pytestmark = pytest.mark.skipif(
    not RECORDINGS.exists(), reason="the recordings are not part of the repository"
)

TESTS = [
    "py/affinitygroup/test_create_affinity_group",
    "py/affinitygroup/test_get_affinity_group_properties",
    "py/affinitygroup/test_list_affinity_groups",
    "py/affinitygroup/test_update_affinity_group",
    "py/misc/test_add_os_image",
    "py/misc/test_check_hosted_service_name_availability_available",
    "py/misc/test_create_get_delete_deployment",
    "py/misc/test_create_update_delete_hosted_service",
    "py/misc/test_create_virtual_machine_deployment_linux_vm_image",
    "py/misc/test_create_virtual_machine_deployment_windows_virtual_network",
    "py/misc/test_create_vm_image",
    "py/misc/test_delete_deployment_with_vhd",
    "py/misc/test_get_hosted_service_properties",
    "py/misc/test_get_hosted_service_properties_with_embed_detail",
    "py/misc/test_get_os_image",
    "py/misc/test_get_os_image_details",
    "py/misc/test_get_subscription",
    "py/misc/test_list_hosted_services",
    "py/misc/test_list_operating_system_families",
    "py/misc/test_list_vm_images_location_publisher",
    "py/misc/test_list_vm_images_location_publisher_and_category",
    "py/misc/test_perform_post",
    "py/misc/test_perform_put",
    "py/misc/test_update_os_image",
    "py/misc/test_update_vm_image",
    "py/storage/test_check_storage_account_name_availability_not_available",
    "py/storage/test_create_storage_account",
    "py/storage/test_delete_storage_account",
    "py/storage/test_get_storage_account_keys",
    "py/storage/test_get_storage_account_properties",
    "py/storage/test_regenerate_storage_account_keys",
    "py/storage/test_unicode_create_storage_account_unicode_description_label",
    "py/storage/test_update_storage_account",
]
# A group that was there before.
GROUP = (
    '<CreateAffinityGroup xmlns="http://schemas.microsoft.com/windowsazure">'
    "<Name>utaffgrpdonotdelete</Name><Label>dA==</Label><Location>West US</Location>"
    "</CreateAffinityGroup>"
)
# An image of the people who recorded, and one that the emulator offers.
OWN_IMAGE = "unittest-donotdelete-ubuntu1404"
OFFERED_IMAGE = re.compile("<Name>([^<]+)</Name>")


def waits_for_something(one):
    """Whether a request asks for a state that takes time to be reached."""
    single = not one["path"].endswith(("hostedservices", "storageservices"))
    is_read = one["method"] == "GET" and one["status"] == 200
    return is_read and single and "Status>" in (one.get("response_body") or "")


@pytest.mark.parametrize("test", TESTS)
async def test_a_recorded_test_runs_alike(test):
    """The same statuses and elements, request by request."""
    exchanges = recorded(test)
    async with Emulator(clock=SteppedClock()) as emulator:
        wire = wire_to(emulator)
        async with wire.http:
            offered = OFFERED_IMAGE.search((await wire("GET", "services/vmimages")).text).group(1)
            if "virtual_network" in test:
                await wire("POST", "affinitygroups", GROUP)
            walk = Walk(wire)
            for one in exchanges:
                request = (one.get("request_body") or "").replace(OWN_IMAGE, offered)
                exchange = {**one, "request_body": request or None}
                body = one.get("response_body") or ""
                waits = waits_for_something(one)
                if waits and FIRST_START & set(states(body)):
                    continue
                answer = await (walk.reach(exchange) if waits else walk.take(exchange))
                assert_alike(answer, one, emulator.subscription_id)
    assert exchanges
