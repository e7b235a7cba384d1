"""What the service lists of images and disks may be said to it again: no check is in the way."""

from __future__ import annotations

import itertools
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
from recorded import NS, WIRE, Client, needs_recordings
from two_sides import SUBSCRIPTION

from aiosm import models
from aiosm.xml import ListReader

pytestmark = needs_recordings

URL = "https://store.blob.core.windows.net/vhds/a.vhd"


def listed(file: str, cls: type, root: str) -> list[Any]:
    """The items of a complete list of the real service."""
    reader: ListReader[Any] = ListReader(cls, root)
    reader.feed((WIRE / "big" / file).read_bytes())
    return reader.finish()


@pytest.fixture
async def sent() -> Any:
    """A client, and the requests that it has sent; each is answered as done."""
    requests: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, headers={"x-ms-request-id": "0" * 32})

    async with httpx.AsyncClient(transport=httpx.MockTransport(handler)) as http:
        yield Client(SUBSCRIPTION, http_client=http), requests


def labels_of(requests: list[httpx.Request]) -> list[str | None]:
    return [ET.fromstring(one.content).findtext(f"{NS}Label") for one in requests]


async def test_every_recorded_os_image_is_taken(sent: Any) -> None:
    """Two of their labels have 102 characters."""
    client, requests = sent
    images = listed("osimages.xml", models.OSImage, "Images")
    for image in images:
        await client.update_os_image_from_image_reference(image.name, image)
        await client.update_os_image(image.name, image.label, URL, image.name, image.os)
        await client.add_os_image(image.label, URL, image.name, image.os)
    wanted = [image.label for image in images for _ in range(3)]
    assert labels_of(requests) == wanted
    assert max(map(len, wanted)) == 102


async def test_every_recorded_vm_image_is_taken(sent: Any) -> None:
    """Their data disks have LUNs up to 30; those of the platform do not tell their blobs."""
    client, requests = sent
    images = listed("vmimages.xml", models.VMImage, "VMImages")
    for image in images:
        await client.update_vm_image(image.name, image)
        for disk in (image.os_disk_configuration, *image.data_disk_configurations):
            disk.media_link = disk.media_link or URL
        await client.create_vm_image(image)
    assert labels_of(requests) == [image.label for image in images for _ in range(2)]
    disks = itertools.chain(*(image.data_disk_configurations for image in images))
    assert {disk.lun for disk in disks} == set(range(31))


async def test_every_recorded_disk_is_taken(sent: Any) -> None:
    """Most have no label, so one is made up for them."""
    client, requests = sent
    disks = listed("disks.xml", models.Disk, "Disks")
    for disk in disks:
        label = disk.label or disk.name
        await client.add_disk(bool(disk.os), label, disk.media_link, disk.name, disk.os)
        await client.update_disk(disk.name, None, label, disk.media_link, disk.name, disk.os)
    assert len(requests) == 2 * len(disks)
