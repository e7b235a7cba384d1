"""Anything in any order: whatever is asked of the emulator, what it holds makes sense."""

import re

import pytest
from walk import CORES, SIZES, Walk

STEPS = 250
ENDED = {"ReadyRole", "StoppedVM", "StoppedDeallocated"}


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_asked_leads_to_a_state_that_makes_sense(seed):
    """After each step, and in the end, when all that was accepted is over."""
    walk = Walk(seed)
    for _ in range(STEPS):
        walk.step()
        for holds in ALWAYS:
            holds(walk)
    for path in ("hostedservices", "disks", "images", "vmimages", "networking/reservedips"):
        assert walk.ask("GET", path).status == 200
    walk.clock.advance(100_000)
    all_is_over(walk)
    for holds in ALWAYS:
        holds(walk)
    accepted = [status for _, _, status, _ in walk.log if status < 300]
    assert len(accepted) > STEPS / 10


def cores_are_counted(walk):
    """What the subscription says is what its machines show, and what running changes will take."""
    text = walk.ask("GET", "").body.decode()
    counted = int(re.search("<CurrentCoreCount>(.*?)<", text)[1])
    shown = 0
    for service in walk.owner.hosted_services:
        text = walk.ask("GET", f"hostedservices/{service}?embed-detail=true").body.decode()
        shown += sum(SIZES[size] for size in re.findall("<InstanceSize>(.+?)<", text))
    assert shown <= counted <= CORES
    running = any(one.status == "InProgress" for one in walk.owner.operations.values())
    assert running or shown == counted


def disks_and_machines_know_each_other(walk):
    """A disk is attached to the machine that has it, once, and under a number of its own."""
    held = {}
    for service, deployment, role in walk.roles():
        luns = [disk.lun for disk in role.data_disks]
        assert len(set(luns)) == len(luns)
        for disk in [role.os_disk, *role.data_disks]:
            assert disk.name.lower() not in held
            held[disk.name.lower()] = (service.name, deployment.name, role.name)
    assert set(held) <= set(walk.owner.disks)
    busy = {(service.name, one.name): one for service, one in walk.deployed() if one.busy_with}
    for key, disk in walk.owner.disks.items():
        at = (disk.service, disk.deployment, disk.role)
        if key in held:
            assert held[key] == at
        elif any(at):
            # A new data disk is the machine's only when the operation is over.
            assert busy[at[:2]].role(disk.role)


def names_are_had_once(walk):
    """Of deployments, of what is in them, of images, and their addresses."""
    for service in walk.owner.hosted_services.values():
        different([one.name for one in service.deployments.values()])
        for slot, deployment in service.deployments.items():
            assert deployment.slot.lower() == slot
            different([one.name for one in deployment.roles])
            different([one.name for one in deployment.instances])
            roles = {one.name for one in deployment.roles}
            assert {one.role for one in deployment.instances} <= roles
    different([one.virtual_ip for _, one in walk.deployed() if one.virtual_ip])
    assert not set(walk.owner.os_images) & set(walk.owner.vm_images)


def different(values):
    assert len(set(values)) == len(values)


def a_reserved_address_is_in_use_by_its_deployment(walk):
    """By one that is there, whose address it is."""
    users = {one.reserved_ip: one for _, one in walk.deployed() if one.reserved_ip}
    assert set(users) <= set(walk.owner.reserved_ips)
    different([one.reserved_ip for _, one in walk.deployed() if one.reserved_ip])
    for name, address in walk.owner.reserved_ips.items():
        text = walk.ask("GET", f"networking/reservedips/{name}").body.decode()
        assert ("<InUse>true</InUse>" in text) == (name in users)
        assert name not in users or users[name].virtual_ip == address.address


ALWAYS = (
    cores_are_counted,
    disks_and_machines_know_each_other,
    names_are_had_once,
    a_reserved_address_is_in_use_by_its_deployment,
)


def all_is_over(walk):
    """Every operation has come to an end, and only an update that waits to be walked is left."""
    walk.ask("GET", "")
    assert walk.cloud.state.pending == []
    for request_id in walk.accepted:
        assert walk.owner.operations[request_id].status in {"Succeeded", "Failed"}
    for _, deployment in walk.deployed():
        assert not deployment.busy_with
        if deployment.update:
            assert deployment.update.mode == "Manual"
        else:
            assert not deployment.locked
            assert deployment.status in {"Running", "Suspended"}
        states = {one.status for one in deployment.instances}
        if deployment.machines:
            assert states <= ENDED
            assert (states == {"StoppedDeallocated"}) == (deployment.status == "Suspended")
        else:
            assert states == {"ReadyRole" if deployment.start else "StoppedVM"}
        assert not any(one.plan for one in deployment.instances)
    assert {one.state for one in walk.owner.reserved_ips.values()} <= {"Created"}
