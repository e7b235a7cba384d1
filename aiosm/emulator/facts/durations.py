"""How long operations take, in seconds: medians of what recordings show."""

from __future__ import annotations

__all__ = ["JITTER", "SECONDS"]

SECONDS: dict[str, float] = {
    "storage.create": 30,
    "deployment.create": 65,
    "deployment.delete": 15,
    "deployment.status": 6,
    # Not recorded: a swap, an upgrade domain, and what is done to single instances.
    "deployment.swap": 20,
    "update.begin": 74,
    "update.domain": 150,
    "update.settle": 60,
    "instance.reboot": 120,
    "instance.reimage": 240,
    "instance.rebuild": 300,
    "instance.delete": 60,
    "deployment.delete_media": 60,
    "service.delete_media": 60,
    "role.add": 37,
    "role.update": 47,
    "role.delete": 30,
    "role.capture": 45,
    "role.start": 35,
    "role.start_many": 85,
    "role.restart": 65,
    "role.shutdown": 60,
    "role.deallocate": 21,
    "role.shutdown_many": 7,
    "data_disk.add": 30,
    "data_disk.delete": 30,
    "dns_server.change": 15,
    "image.replicate": 1800,
    "image.share": 8,
    "image.unreplicate": 8,
    "service_certificate.add": 10,
    "service_certificate.delete": 10,
    "reserved_ip.create": 15,
    "reserved_ip.delete": 15,
    "reserved_ip.associate": 58,
    "reserved_ip.disassociate": 58,
    "vm_image.create": 8,
    "vm_image.delete": 8,
    # What a virtual machine goes through after its creation succeeded.
    "instance.creating": 60,
    "instance.starting": 60,
    "instance.provisioning": 420,
    # How long after that it reports, and its extensions take; not recorded.
    "instance.reporting": 15,
    "instance.installing": 30,
    # How long it is unknown during a change of its deployment, and how long it takes to stop.
    "instance.settling": 60,
    "instance.stopping": 110,
    # What an instance of a cloud service goes through.
    "worker.creating": 45,
    "worker.starting": 90,
    "worker.stopping": 30,
}

JITTER = 0.2
"""Each duration is drawn from this much around its median."""
