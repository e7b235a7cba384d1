"""Apache Libcloud's Azure driver, unchanged, on a connection to the emulator over mutual TLS."""

import asyncio

import pytest

pytest.importorskip("libcloud", reason="apache-libcloud is not installed")

import libcloud.security
from libcloud.common.types import LibcloudError
from libcloud.compute.base import NodeAuthPassword
from libcloud.compute.providers import get_driver
from libcloud.compute.types import NodeState, Provider

from aiosm.emulator import Emulator, SteppedClock

PASSWORD = NodeAuthPassword("Secret-123")
SERVICE = "shop"


def driver_of(connection):
    host, _, port = connection["base_url"].removeprefix("https://").partition(":")
    return get_driver(Provider.AZURE)(
        connection["subscription_id"], connection["cert_file"], host=host, port=int(port)
    )


@pytest.fixture
def drive(emulator, monkeypatch):
    """Let the driver take some steps, in a thread of its own."""

    async def run(steps, running=emulator):
        # How libcloud is told whom to trust.
        monkeypatch.setattr(libcloud.security, "CA_CERTS_PATH", running.connection["ca_file"])

        def take():
            driver = driver_of(running.connection)
            try:
                return steps(driver)
            finally:
                driver.connection.connection.session.close()

        return await asyncio.to_thread(take)

    return run


def small(driver):
    return next(one for one in driver.list_sizes() if one.id == "Small")


def image(driver, name):
    return next(one for one in driver.list_images() if name in one.id)


def create(driver, name, system="Ubuntu-15_04", **more):
    return driver.create_node(
        name, small(driver), image(driver, system), SERVICE, auth=PASSWORD, **more
    )


def nodes(driver):
    return {one.name: one for one in driver.list_nodes(SERVICE)}


async def test_it_lists_locations_images_and_sizes(drive):
    """With what each can do, and where each image is."""

    def steps(driver):
        west = next(one for one in driver.list_locations() if one.name == "West US")
        assert "PersistentVMRole" in west.available_services
        assert "Small" in west.virtual_machine_role_sizes

        everywhere = driver.list_images()
        systems = {one.extra["os"] for one in everywhere if not one.extra.get("vm_image")}
        assert systems == {"Linux", "Windows"}
        machines = [one for one in everywhere if one.extra.get("vm_image")]
        assert {one.extra["category"] for one in machines} == {"Public"}
        assert len(driver.list_images(location="West US")) == len(everywhere)
        assert driver.list_images(location="Atlantis") == []

        sizes = {one.id: one.ram for one in driver.list_sizes()}
        assert sizes["Small"] == 1792

    await drive(steps)


async def test_it_creates_and_destroys_cloud_services(drive):
    """Also one with properties of its own; a name cannot be had twice."""

    def steps(driver):
        assert driver.ex_create_cloud_service(SERVICE, "West US", "front end", {"team": "blue"})
        assert driver.list_nodes(SERVICE) == []
        with pytest.raises(LibcloudError, match="ConflictError"):
            driver.ex_create_cloud_service(SERVICE, "West US")

        assert driver.ex_destroy_cloud_service(SERVICE)
        with pytest.raises(LibcloudError, match="ResourceNotFound"):
            driver.ex_destroy_cloud_service(SERVICE)

    await drive(steps)


async def test_it_creates_lists_reboots_and_destroys_nodes(drive):
    """The first makes the deployment and a storage account, the next ones join it."""

    def steps(driver):
        driver.ex_create_cloud_service(SERVICE, "West US")
        first = create(driver, "first")
        create(driver, "second", ex_custom_data="#!/bin/sh")
        create(driver, "third", "Windows-Server-2012-R2")
        found = nodes(driver)
        assert {one.state for one in found.values()} == {NodeState.RUNNING}
        assert found["first"].extra["ssh_port"] == "22"
        assert int(found["second"].extra["ssh_port"]) > 40000
        assert int(found["third"].extra["remote_desktop_port"]) > 40000
        assert len({one.public_ips[0] for one in found.values()}) == 1
        assert len({one.private_ips[0] for one in found.values()}) == 3
        assert len(driver.list_volumes()) == 3
        # It has None for the disks of others.
        assert [one.size for one in driver.list_volumes(found["first"]) if one] == [30]

        assert driver.reboot_node(first)
        assert nodes(driver)["first"].state == NodeState.RUNNING

        assert driver.destroy_node(found["third"], SERVICE)
        assert set(nodes(driver)) == {"first", "second"}
        with pytest.raises(LibcloudError, match="Status code: 409"):
            driver.ex_destroy_cloud_service(SERVICE)
        for name in ("second", "first"):
            assert driver.destroy_node(found[name], SERVICE)
        assert nodes(driver) == {}
        assert driver.list_volumes() == []
        assert driver.ex_destroy_cloud_service(SERVICE)
        assert driver.ex_destroy_storage_service(SERVICE)

    await drive(steps)


async def test_it_creates_a_node_from_a_machine_image(drive):
    """Such an image says itself which disks there are."""

    def steps(driver):
        driver.ex_create_cloud_service(SERVICE, "West US")
        offered = [one for one in driver.list_images() if one.extra.get("vm_image")]
        chosen = next(one for one in offered if one.extra["os"] == "Linux")
        driver.create_node("again", small(driver), chosen, SERVICE, auth=PASSWORD)
        assert nodes(driver)["again"].state == NodeState.RUNNING

    await drive(steps)


async def test_it_opens_another_port_of_a_node(drive):
    """Its update of a role leaves the name to the path."""

    def steps(driver):
        driver.ex_create_cloud_service(SERVICE, "West US")
        create(driver, "first")
        web = {"name": "web", "protocol": "tcp", "port": 80, "local_port": 8080}
        driver.ex_add_instance_endpoints(nodes(driver)["first"], [web])
        opened = nodes(driver)["first"].extra["instance_endpoints"]
        assert [(one.name, one.public_port) for one in opened] == [("SSH", "22"), ("web", "80")]

    await drive(steps)


async def test_it_keeps_a_storage_account(drive):
    """Which takes its name from nobody."""

    def steps(driver):
        assert driver.ex_create_storage_service("shopdata", "West US")
        with pytest.raises(LibcloudError, match="Status code: 409"):
            driver.ex_create_storage_service("shopdata", "West US")
        assert driver.ex_destroy_storage_service("shopdata")

    await drive(steps)


async def test_it_sees_a_reboot_that_takes_its_time(drive):
    """With a clock that stands still the node is not running yet."""
    clock = SteppedClock()
    async with Emulator(clock=clock) as slow:

        def prepare(driver):
            driver.ex_create_cloud_service(SERVICE, "West US")
            # It would wait with real sleeps: time passes while it asks.
            before = driver._get_operation_status

            def asked(request_id):
                clock.advance(600)
                return before(request_id)

            driver._get_operation_status = asked
            return create(driver, "first")

        node = await drive(prepare, slow)
        clock.advance(3600)

        def reboot(driver):
            assert nodes(driver)["first"].state == NodeState.RUNNING
            assert driver.reboot_node(node)

        await drive(reboot, slow)
        clock.advance(20)
        assert (await drive(nodes, slow))["first"].state != NodeState.RUNNING
        clock.advance(3600)
        assert (await drive(nodes, slow))["first"].state == NodeState.RUNNING
