"""Complete lists of the real service, and parts that were recorded only inside of others."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from recorded import NS, WIRE, exchanges, needs_recordings
from walking import walk

from aiosm import models
from aiosm.xml import ListReader

pytestmark = needs_recordings

BIG = [
    ("osimages.xml", models.OSImage, "Images", 1441),
    ("vmimages.xml", models.VMImage, "VMImages", None),
    ("hostedservices.xml", models.HostedService, "HostedServices", None),
    ("storageservices.xml", models.StorageService, "StorageServices", None),
    ("disks.xml", models.Disk, "Disks", 2622),
    ("resourceextensions.xml", models.ResourceExtension, "ResourceExtensions", 153),
]


@pytest.mark.parametrize("piece", [1 << 30, 1 << 16, 997], ids=["whole", "64KiB", "997B"])
@pytest.mark.parametrize(("file", "cls", "root", "count"), BIG, ids=[big[0] for big in BIG])
def test_big_lists_are_read_in_full(
    file: str, cls: type, root: str, count: int | None, piece: int
) -> None:
    """A complete list of the real service loses nothing, in pieces of any size."""
    body = (WIRE / "big" / file).read_bytes()
    reader: ListReader[Any] = ListReader(cls, root)
    for start in range(0, len(body), piece):
        reader.feed(body[start : start + piece])
    items = reader.finish()
    found = walk(items, body)
    assert (found.wrong, found.unnamed) == ([], set())
    assert len(items) == (count or len(ET.fromstring(body)))


def test_every_big_list_is_read() -> None:
    """None of the folder is left out."""
    assert {one.name for one in (WIRE / "big").glob("*.xml")} == {one[0] for one in BIG}


def test_the_answer_to_a_new_disk_is_a_disk() -> None:
    """What the service says of a disk just registered is what the model holds."""
    (exchange,) = (
        one
        for one in exchanges()
        if one["method"] == "POST" and one["path"].endswith("/services/disks")
    )
    disks = f"<Disks xmlns='{NS[1:-1]}'>{exchange['response_body']}</Disks>"
    reader: ListReader[Any] = ListReader(models.Disk, "Disks")
    reader.feed(disks.encode())
    found_disks = reader.finish()
    read = walk(found_disks, disks)
    assert (read.wrong, read.unnamed, len(found_disks)) == ([], set(), 1)
    assert found_disks[0].attached_to is None


def test_recorded_data_disks_are_read_in_full() -> None:
    """Data disks were recorded only inside of machines; each is read as by itself."""
    bodies = {
        piece
        for exchange in exchanges()
        for piece in re.findall(
            r"<DataVirtualHardDisk>.*?</DataVirtualHardDisk>", exchange.get("response_body") or ""
        )
    }
    assert bodies
    disks = f"<Disks xmlns='{NS[1:-1]}'>{''.join(sorted(bodies))}</Disks>"
    reader: ListReader[Any] = ListReader(models.DataVirtualHardDisk, "Disks")
    reader.feed(disks.encode())
    read = walk(reader.finish(), disks)
    assert (read.wrong, read.unnamed) == ([], set())
