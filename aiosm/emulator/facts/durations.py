"""How long operations take, in seconds: medians of what recordings show."""

from __future__ import annotations

__all__ = ["JITTER", "SECONDS"]

SECONDS: dict[str, float] = {
    "storage.create": 30,
    "deployment.create": 65,
    "deployment.delete": 15,
    "deployment.delete_media": 60,
    "service.delete_media": 60,
    "role.capture": 45,
    "vm_image.create": 8,
    "vm_image.delete": 8,
    # What a virtual machine goes through after its creation succeeded.
    "instance.creating": 60,
    "instance.starting": 60,
    "instance.provisioning": 420,
    # What an instance of a cloud service goes through.
    "worker.creating": 45,
    "worker.starting": 90,
}

JITTER = 0.2
"""Each duration is drawn from this much around its median."""
