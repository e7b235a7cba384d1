"""The old SDK, unchanged, changes deployments and their instances in the emulator."""

import base64

import pytest
from azure.common import AzureConflictHttpError, AzureHttpError, AzureMissingResourceHttpError
from driving import drive, drives

from aiosm.emulator import Emulator, SteppedClock

PACKAGE = "https://store.blob.core.windows.net/packages/p.cspkg"
HOUR = 3600


def configuration(count, setting="one"):
    text = (
        '<ServiceConfiguration serviceName="s" osFamily="4" osVersion="*" xmlns="http://schemas.'
        'microsoft.com/ServiceHosting/2008/10/ServiceConfiguration"><Role name="Worker">'
        f'<Instances count="{count}" /><ConfigurationSettings><Setting name="S" '
        f'value="{setting}" /></ConfigurationSettings></Role></ServiceConfiguration>'
    )
    return base64.b64encode(text.encode()).decode()


class Old:
    """The old SDK on an emulator whose clock stands still until it is told to move."""

    def __init__(self, clock, sms):
        self.clock = clock
        self.sms = sms

    def end(self, result, seconds=HOUR):
        self.clock.advance(seconds)
        assert self.sms.get_operation_status(result.request_id).status == "Succeeded"

    def deploy(self, name="dep", slot="production", count=2):
        result = self.sms.create_deployment(
            "web", slot, name, PACKAGE, name, configuration(count), start_deployment=True
        )
        self.end(result)
        return self.get(name)

    def get(self, name="dep"):
        return self.sms.get_deployment_by_name("web", name)

    def upgraded(self, mode, setting):
        """Upgrade until the change was taken over."""
        result = self.sms.upgrade_deployment(
            "web",
            "dep",
            mode,
            PACKAGE,
            configuration(2, setting),
            setting,
            True,
            "Worker",
            {"A": "1"},
        )
        while self.sms.get_operation_status(result.request_id).status == "InProgress":
            self.clock.advance(1)
        return self.get()


def states(deployment):
    return [one.instance_status for one in deployment.role_instance_list]


def shown(deployment):
    """Type, state and number, as the old SDK reads them."""
    status = deployment.upgrade_status
    return (
        status.upgrade_type,
        status.current_upgrade_domain_state,
        status.current_upgrade_domain,
    )


async def run(steps):
    """Run steps of the old SDK in a thread of their own, so that the emulator can answer."""
    async with Emulator(clock=SteppedClock()) as emulator:

        def work(sms):
            sms.create_hosted_service("web", label="web", location="West US")
            steps(Old(emulator.clock, sms))

        await drive(emulator, work)


@drives("change_deployment_configuration", "get_deployment_by_name", "update_deployment_status")
async def test_the_old_sdk_changes_status_and_configuration():
    """Suspended, grown, and started again."""

    def steps(old):
        old.deploy()
        old.end(old.sms.update_deployment_status("web", "dep", "Suspended"))
        assert (old.get().status, states(old.get())) == ("Suspended", ["StoppedVM"] * 2)
        result = old.sms.change_deployment_configuration(
            "web", "dep", configuration(4), True, "Auto", {"A": "1"}
        )
        assert old.get().locked
        old.end(result)
        grown = old.get()
        assert (len(grown.role_instance_list), grown.upgrade_domain_count) == (4, "4")
        assert grown.extended_properties == {"A": "1"}
        old.end(old.sms.update_deployment_status("web", "dep", "Running"))
        assert (old.get().status, states(old.get())) == ("Running", ["ReadyRole"] * 4)

    await run(steps)


@drives("upgrade_deployment", "walk_upgrade_domain")
async def test_the_old_sdk_upgrades_by_itself_and_by_hand():
    """In auto mode time does it, in manual mode each domain is walked."""

    def steps(old):
        old.deploy()
        begun = old.upgraded("Auto", "two")
        assert (begun.status, begun.label) == ("RunningTransitioning", "two")
        assert shown(begun) == ("Auto", "During", "0")
        with pytest.raises(AzureConflictHttpError, match="exclusive access"):
            old.sms.update_deployment_status("web", "dep", "Suspended")
        old.clock.advance(HOUR)
        assert (old.get().status, old.get().locked) == ("Running", False)

        assert shown(old.upgraded("Manual", "three")) == ("Manual", "Before", "0")
        with pytest.raises(AzureHttpError, match="cannot be walked now"):
            old.sms.walk_upgrade_domain("web", "dep", 1)
        old.end(old.sms.walk_upgrade_domain("web", "dep", 0))
        assert shown(old.get()) == ("Manual", "Before", "1")
        old.end(old.sms.walk_upgrade_domain("web", "dep", 1))
        assert (old.get().status, old.get().label) == ("Running", "three")

    await run(steps)


@drives("rollback_update_or_upgrade")
async def test_the_old_sdk_rolls_back():
    """Only while an upgrade runs; the label and the configuration are the old ones again."""

    def steps(old):
        before = old.deploy()
        with pytest.raises(AzureConflictHttpError):
            old.sms.rollback_update_or_upgrade("web", "dep", "auto", True)
        assert old.upgraded("Manual", "two").rollback_allowed
        old.end(old.sms.walk_upgrade_domain("web", "dep", 0))
        result = old.sms.rollback_update_or_upgrade("web", "dep", "auto", True)
        assert old.sms.get_operation_status(result.request_id).status == "Succeeded"
        assert shown(old.get()) == ("Auto", "During", "0")
        old.clock.advance(HOUR)
        after = old.get()
        assert (after.label, after.configuration) == (before.label, before.configuration)
        assert (after.status, after.locked) == ("Running", False)

    await run(steps)


@drives("swap_deployment")
async def test_the_old_sdk_swaps():
    """The new one is in production, at the address of the old one."""

    def steps(old):
        first, second = old.deploy("old"), old.deploy("new", "staging")
        old.end(old.sms.swap_deployment("web", "old", "new"))
        production = old.sms.get_deployment_by_slot("web", "Production")
        assert (production.name, production.url) == ("new", first.url)
        assert production.virtual_ips[0].address == first.virtual_ips[0].address
        staging = old.sms.get_deployment_by_slot("web", "Staging")
        assert staging.virtual_ips[0].address == second.virtual_ips[0].address

    await run(steps)


@drives(
    "delete_role_instances", "reboot_role_instance", "rebuild_role_instance",
    "reimage_role_instance",
)  # fmt: skip
async def test_the_old_sdk_acts_on_instances():
    """Rebooted, installed anew in two ways, deleted; and the deployment deleted in the end."""

    def steps(old):
        old.deploy(count=3)
        for call in (
            old.sms.reboot_role_instance,
            old.sms.reimage_role_instance,
            old.sms.rebuild_role_instance,
        ):
            result = call("web", "dep", "Worker_IN_1")
            assert states(old.get()) == ["ReadyRole", "StoppingVM", "ReadyRole"]
            old.end(result)
            assert states(old.get()) == ["ReadyRole"] * 3
            with pytest.raises(AzureMissingResourceHttpError):
                call("web", "dep", "Worker_IN_9")
        old.end(old.sms.delete_role_instances("web", "dep", ["Worker_IN_0", "Worker_IN_2"]))
        left = old.get()
        assert [one.instance_name for one in left.role_instance_list] == ["Worker_IN_1"]
        assert 'count="1"' in left.configuration
        with pytest.raises(AzureHttpError, match="at least one instance"):
            old.sms.delete_role_instances("web", "dep", ["Worker_IN_1"])
        old.end(old.sms.delete_deployment("web", "dep"))
        old.end(old.sms.delete_hosted_service("web"))

    await run(steps)
