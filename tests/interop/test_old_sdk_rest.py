"""The old SDK, unchanged, drives what the other files of this folder leave; and nothing is left."""

import importlib
from pathlib import Path

import pytest
from azure.common import AzureMissingResourceHttpError
from driving import ANSWERED, drive, drives
from porting_table import NOT_PORTED, old_methods

NS = 'xmlns="http://schemas.microsoft.com/windowsazure"'


@drives("check_storage_account_name_availability", "create_storage_account")
async def test_names_are_free_until_they_are_taken(emulator):
    """Storage accounts, beside the hosted services of the guide."""

    def steps(sms):
        assert sms.check_storage_account_name_availability("freename").result is True
        sms.create_storage_account("freename", "d", "l", location="West US")
        assert sms.check_storage_account_name_availability("freename").result is False

    await drive(emulator, steps)


@drives("create_hosted_service", "get_hosted_service_properties", "update_hosted_service")
async def test_a_hosted_service_is_changed(emulator):
    """Label, description and extended properties."""

    def steps(sms):
        sms.create_hosted_service("web1", label="old", location="West US")
        sms.update_hosted_service("web1", "new", "changed", {"key": "value"})
        properties = sms.get_hosted_service_properties("web1").hosted_service_properties
        assert (properties.label, properties.description) == ("new", "changed")
        assert properties.extended_properties["key"] == "value"

    await drive(emulator, steps)


@drives("perform_delete", "perform_get", "perform_post", "perform_put")
async def test_raw_requests_reach_any_path(emulator):
    """POST, PUT and DELETE with a body of one's own, and GET to see what they did."""

    def steps(sms):
        group = f"/{sms.subscription_id}/affinitygroups"
        body = (
            f"<CreateAffinityGroup {NS}><Name>raw</Name><Label>cmF3</Label>"
            "<Location>West US</Location></CreateAffinityGroup>"
        )
        assert sms.perform_post(group, body).status == 201
        body = f"<UpdateAffinityGroup {NS}><Label>bmV3</Label></UpdateAffinityGroup>"
        assert sms.perform_put(f"{group}/raw", body).status == 200
        assert b"<Label>bmV3</Label>" in sms.perform_get(f"{group}/raw").body
        assert sms.perform_delete(f"{group}/raw").status == 200
        with pytest.raises(AzureMissingResourceHttpError):
            sms.perform_get(f"{group}/raw")

    await drive(emulator, steps)


def test_every_method_of_the_old_sdk_is_driven_here():
    """Each ported method is driven by a test of this folder, which fails if it is not."""
    driven: set[str] = set()
    for file in sorted(Path(__file__).parent.glob("test_*.py")):
        for test in vars(importlib.import_module(file.stem)).values():
            driven |= getattr(test, "drives", frozenset())
    assert driven == {one.name for one in old_methods() if one.name not in NOT_PORTED}


async def test_what_failed_or_was_not_called_is_not_driven(emulator):
    """A method that was named, handed on or refused was not answered."""

    def steps(sms):
        assert callable(sms.list_disks)
        with pytest.raises(AzureMissingResourceHttpError):
            sms.get_disk("nowhere")
        result = sms.create_hosted_service("web1", label="old", location="West US")
        # It asks by get_operation_status, which the test does not call.
        sms.wait_for_operation_status(
            result.request_id, progress_callback=None, success_callback=None
        )

    await drive(emulator, steps)
    assert {"create_hosted_service", "wait_for_operation_status"} == ANSWERED
