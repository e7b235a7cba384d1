"""The old SDK, unchanged, drives what the other files of this folder leave; and nothing is left."""

import ast
from pathlib import Path

import pytest
from azure.common import AzureMissingResourceHttpError
from porting_table import NOT_PORTED, old_methods
from test_old_sdk_catalogue import drive, emulator  # noqa: F401 - a fixture

NS = 'xmlns="http://schemas.microsoft.com/windowsazure"'


async def test_names_are_free_until_they_are_taken(emulator):  # noqa: F811 - the fixture
    """Storage accounts, beside the hosted services of the guide."""

    def steps(sms):
        assert sms.check_storage_account_name_availability("freename").result is True
        sms.create_storage_account("freename", "d", "l", location="West US")
        assert sms.check_storage_account_name_availability("freename").result is False

    await drive(emulator, steps)


async def test_a_hosted_service_is_changed(emulator):  # noqa: F811
    """Label, description and extended properties."""

    def steps(sms):
        sms.create_hosted_service("web1", label="old", location="West US")
        sms.update_hosted_service("web1", "new", "changed", {"key": "value"})
        properties = sms.get_hosted_service_properties("web1").hosted_service_properties
        assert (properties.label, properties.description) == ("new", "changed")
        assert properties.extended_properties["key"] == "value"

    await drive(emulator, steps)


async def test_raw_requests_reach_any_path(emulator):  # noqa: F811
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
    """Each ported method is called, or handed to something that calls it, in this folder."""
    named: set[str] = set()
    for file in Path(__file__).parent.glob("test_*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Attribute):
                named.add(node.attr)
    wanted = {one.name for one in old_methods() if one.name not in NOT_PORTED}
    assert wanted - named == set()
