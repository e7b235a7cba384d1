"""Recordings that tests of applications run on, made of the emulator over TLS."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import aiosm
from aiosm.emulator import Emulator
from aiosm.testing import CassetteError, recording, replaying


async def work(client: aiosm.AsyncServiceManagementClient) -> tuple[str, str, list[str]]:
    """What an application might do."""
    poller = await client.create_storage_account("shop", "", "shop", location="West US")
    operation = await poller
    keys = await client.get_storage_account_keys("shop")
    await client.create_hosted_service("web", "web", location="West US")
    names = [service.service_name for service in await client.list_hosted_services()]
    return operation.status, keys.storage_service_keys.primary, names


async def test_a_recording_gives_back_what_the_service_said(tmp_path: Path) -> None:
    """Without it, and with its secrets masked."""
    file = tmp_path / "shop.json"
    async with Emulator() as emulator:
        async with recording(file, **emulator.connection) as client:
            status, key, names = await work(client)
        subscription = emulator.subscription_id
    assert key not in file.read_text()
    assert subscription not in file.read_text()
    async with replaying(file) as client:
        assert await work(client) == (status, "***", names)
        with pytest.raises(CassetteError, match=r"no answer \(left\) to GET .*hostedservices"):
            await client.list_hosted_services()


async def test_another_request_than_recorded_is_told(tmp_path: Path) -> None:
    """With what is different."""
    file = tmp_path / "shop.json"
    async with Emulator() as emulator, recording(file, **emulator.connection) as client:
        await client.create_hosted_service("web", "web", location="West US")
    async with replaying(file) as client:
        with pytest.raises(CassetteError, match="for another query or body"):
            await client.create_hosted_service("other", "web", location="West US")


async def test_errors_are_recorded_as_well(tmp_path: Path) -> None:
    """With their codes."""
    file = tmp_path / "errors.json"
    async with Emulator() as emulator, recording(file, **emulator.connection) as client:
        with pytest.raises(aiosm.ResourceNotFoundError):
            await client.get_affinity_group_properties("nowhere")
    async with replaying(file) as client:
        with pytest.raises(aiosm.ResourceNotFoundError) as caught:
            await client.get_affinity_group_properties("nowhere")
    assert caught.value.error_code == "ResourceNotFound"


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 9, "exchanges": []}', "\0"])
async def test_what_is_no_recording_is_refused(tmp_path: Path, content: str) -> None:
    """The error names the file."""
    (tmp_path / "x.json").write_text(content)
    for file in (tmp_path / "x.json", tmp_path / "missing.json"):
        with pytest.raises(CassetteError, match=file.name):
            async with replaying(file):
                pass


async def test_passwords_in_requests_are_masked(tmp_path: Path) -> None:
    """Those of virtual machines, say; the request is still known again."""
    file = tmp_path / "vm.json"
    disk = aiosm.OSVirtualHardDisk("image", "https://shop.blob.core.windows.net/vhds/os.vhd")
    system = aiosm.LinuxConfigurationSet("vm", "me", "S3cret-pass!")

    async def create(client: aiosm.AsyncServiceManagementClient) -> None:
        with pytest.raises(aiosm.ServiceManagementError):
            await client.create_virtual_machine_deployment(
                "web", "web", "Production", "web", "vm", system, disk
            )

    async with Emulator() as emulator, recording(file, **emulator.connection) as client:
        await create(client)
    assert "S3cret" not in file.read_text()
    assert json.loads(file.read_text())["exchanges"]
    async with replaying(file) as client:
        await create(client)
