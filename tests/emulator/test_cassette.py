"""Recordings that tests of applications run on, made of the emulator over TLS."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest
from bulk_fleet import CONFIGURATION
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509 import load_pem_x509_certificate

import aiosm
from aiosm.emulator import Emulator, pki
from aiosm.testing import CassetteError, recording, replaying
from aiosm.testing.masking import masked


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


@pytest.mark.parametrize("ended", [RuntimeError, asyncio.CancelledError])
async def test_what_was_recorded_until_something_failed_is_kept(
    tmp_path: Path, ended: type[BaseException]
) -> None:
    """A failed test, or a cancelled one."""
    file = tmp_path / "shop.json"
    async with Emulator() as emulator:
        with contextlib.suppress(ended):
            async with recording(file, **emulator.connection) as client:
                await client.list_hosted_services()
                raise ended
    async with replaying(file) as client:
        assert await client.list_hosted_services() == []


async def test_a_deadline_over_a_recording_keeps_it_as_well(tmp_path: Path) -> None:
    """The scope that was cancelled cancels no writing."""
    file = tmp_path / "shop.json"
    async with Emulator() as emulator:
        with anyio.CancelScope() as scope:
            async with recording(file, **emulator.connection) as client:
                await client.list_hosted_services()
                scope.cancel()
                await anyio.lowlevel.checkpoint()
        assert scope.cancelled_caught
    async with replaying(file) as client:
        assert await client.list_hosted_services() == []


async def test_a_file_that_cannot_be_written_is_told_before_anything_is_sent(
    tmp_path: Path,
) -> None:
    """Not when all was done."""
    async with Emulator() as emulator:
        with pytest.raises(FileNotFoundError):
            async with recording(tmp_path / "no folder/x.json", **emulator.connection) as client:
                await client.list_hosted_services()
        assert not emulator.requests


async def test_an_earlier_recording_stays_until_there_is_a_new_one(tmp_path: Path) -> None:
    """Also where the new one cannot begin."""
    file = tmp_path / "shop.json"
    async with Emulator() as emulator:
        async with recording(file, **emulator.connection) as client:
            await client.list_hosted_services()
        before = file.read_text()
        with pytest.raises(ValueError, match="base_url"):
            async with recording(file, **{**emulator.connection, "base_url": "nowhere"}):
                pass
        assert file.read_text() == before
        async with recording(file, **emulator.connection):
            assert file.read_text() == before
        assert file.read_text() != before


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


async def test_the_private_key_of_a_certificate_is_masked(tmp_path: Path) -> None:
    """It is in the file that is uploaded, next to its password; other data stays."""
    file = tmp_path / "certificate.json"
    pem = pki.management_identity("web").pem
    key, certificate = load_pem_private_key(pem, None), load_pem_x509_certificate(pem)
    packed = pkcs12.serialize_key_and_certificates(
        None, key, certificate, None, BestAvailableEncryption(b"S3cret")
    )
    pfx = base64.b64encode(packed).decode()

    async def upload(client: aiosm.AsyncServiceManagementClient) -> None:
        await client.create_hosted_service("web", "web", location="West US")
        await (await client.add_service_certificate("web", pfx, "pfx", "S3cret"))
        (found,) = await client.list_service_certificates("web")
        assert found.data

    async with Emulator() as emulator, recording(file, **emulator.connection) as client:
        await upload(client)
    assert pfx[:60] not in file.read_text()
    assert "S3cret" not in file.read_text()
    async with replaying(file) as client:
        await upload(client)


async def test_what_is_masked_can_still_be_read(tmp_path: Path) -> None:
    """The configuration of a deployment, which comes as base64; and properties stay as they are."""
    file = tmp_path / "deployment.json"

    async def deploy(client: aiosm.AsyncServiceManagementClient) -> list[str]:
        await client.create_hosted_service(
            "web", "web", location="West US", extended_properties={"team": "blue"}
        )
        await (
            await client.create_deployment(
                "web", "production", "web", "https://x.blob.core.windows.net/p/p.cspkg", "web",
                CONFIGURATION,
            )
        )  # fmt: skip
        deployment = await client.get_deployment_by_name("web", "web")
        service = await client.get_hosted_service_properties("web")
        return [deployment.configuration, service.hosted_service_properties.extended_properties]

    async with Emulator() as emulator, recording(file, **emulator.connection) as client:
        configuration, properties = await deploy(client)
    assert "ServiceConfiguration" in configuration
    assert CONFIGURATION not in file.read_text()
    async with replaying(file) as client:
        assert await deploy(client) == ["***", properties]


@pytest.mark.parametrize(
    "secret",
    [
        "<Password>hush</Password>",
        '<a:Password xmlns:a="urn:a">hush</a:Password>',
        "<UserPassword><![CDATA[<hush>]]></UserPassword >",
        "<AdminPassword>ha<!-- -->hush</AdminPassword>",
        "<PrivateConfiguration>hush</PrivateConfiguration>",
        "<ResourceExtensionParameterValue><Value>hush</Value></ResourceExtensionParameterValue>",
        "<Link>https://x.test/a?sv=1&amp;SIG=hush&amp;se=2</Link>",
        "<Id>ABCDEF00-1111-2222-3333-44444444hush</Id>",
    ],
)
def test_however_a_secret_is_written_it_is_masked(secret: str) -> None:
    """Requests of one's own may be written in other ways than aiosm's."""
    shown = masked(f"<X><A/>{secret}<B>kept</B></X>", "abcdef00-1111-2222-3333-44444444HUSH")
    assert "hush" not in shown
    assert shown.endswith("<B>kept</B></X>")
