"""The kinds of resources a plan can have; each is one file, and a line in the table below.

After a change ``python -m aiosm.bulk.generate`` and ``python -m aiosm.bulk.schema`` write their
methods and the schema of plan files anew; tests tell where that was forgotten.
"""

from __future__ import annotations

from typing import Any

from aiosm.bulk.kinds.affinity_group import AffinityGroup
from aiosm.bulk.kinds.base import SECRET, Kind, Present, Refers
from aiosm.bulk.kinds.data_disk import DataDisk
from aiosm.bulk.kinds.deployment import Deployment
from aiosm.bulk.kinds.hosted_service import HostedService
from aiosm.bulk.kinds.management_certificate import ManagementCertificate
from aiosm.bulk.kinds.os_image import OSImage
from aiosm.bulk.kinds.reserved_ip import ReservedIP
from aiosm.bulk.kinds.service_certificate import ServiceCertificate
from aiosm.bulk.kinds.storage_account import StorageAccount
from aiosm.bulk.kinds.virtual_machine import VirtualMachine
from aiosm.bulk.kinds.vm_image import VMImage

__all__ = ["KINDS", "SECRET", "Kind", "Present", "Refers"]

KINDS: dict[str, Kind[Any]] = {
    kind.name: kind
    for kind in (
        AffinityGroup(),
        StorageAccount(),
        HostedService(),
        ServiceCertificate(),
        Deployment(),
        VirtualMachine(),
        DataDisk(),
        ReservedIP(),
        OSImage(),
        VMImage(),
        ManagementCertificate(),
    )
}
"""The kinds of resources by name: what each is made of, and how it is made and deleted."""
