"""A walk through everything that can be asked of the emulator, step by step at random.

A seed says which way it goes. Whatever it asks is mostly possible, and often refused: what was
asked before may not be over.
"""

import random
import re
import xml.dom.minidom

from bodies import (
    NS,
    UBUNTU,
    capture,
    cloud_service,
    endpoint,
    hosted_service,
    linux,
    machine,
    network,
)

from aiosm.emulator import Request, SteppedClock
from aiosm.emulator.core import Cloud
from aiosm.emulator.state import Limits

SUBSCRIPTION = "00000000-1111-2222-3333-444444444444"
THUMBPRINT = "AB" * 20
BLOB = "http://store.blob.core.windows.net/vhds"
CORES = 9
SIZES = {"ExtraSmall": 1, "Small": 1, "Medium": 2, "Large": 4}
SERVICES = ("s0", "s1")
NAMES = ("n0", "n1")
DISKS = ("x0", "x1")
SLOTS = ("production", "staging")
MODES = ("Auto", "Manual", "Simultaneous")
SECONDS = (0, 5, 30, 90, 150, 700, 3000)


class Walk:
    """A cloud, and someone who asks anything of it."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.clock = SteppedClock()
        limits = Limits(cores=CORES, hosted_services=2, reserved_ips=2)
        self.cloud = Cloud(self.clock, seed=seed, limits=limits)
        self.owner = self.cloud.add_subscription(SUBSCRIPTION)
        self.owner.thumbprints.add(THUMBPRINT)
        self.accepted = []
        self.log = []
        for name in SERVICES:
            self.ask("POST", "hostedservices", hosted_service(name))

    def step(self):
        """Let time pass, or ask for something that can be asked for now."""
        if self.random.random() < 0.4:
            self.clock.advance(self.random.choice(SECONDS))
            self.ask("GET", "")
            return

        kinds = [kind for kind in ASKED if not kind or getattr(self, kind)()]
        asked = [one for kind in kinds for one in ASKED[kind]]
        (chosen,) = self.random.choices(asked, [OFTEN.get(one, 1) for one in asked])
        getattr(self, chosen)()

    def ask(self, method, path, body=""):
        request = Request(
            method,
            f"/{SUBSCRIPTION}/services/{path}" if path else f"/{SUBSCRIPTION}",
            {"x-ms-version": "2015-04-01"},
            body.encode(),
            THUMBPRINT,
        )
        answer = self.cloud.handle(request)
        if method != "GET":
            self.log.append((method, path, answer.status, body))
        assert answer.status < 500, (method, path, body, answer.body)
        if answer.body:
            xml.dom.minidom.parseString(answer.body)
        if answer.status == 202:
            self.accepted.append(answer.headers["x-ms-request-id"])
        return answer

    # --- what is there to be picked

    def pick(self, *what):
        return self.random.choice(*what)

    def maybe(self, text):
        return text if self.random.random() < 0.5 else ""

    def deployed(self):
        return [
            (service, deployment)
            for service in self.owner.hosted_services.values()
            for deployment in service.deployments.values()
        ]

    def workers(self):
        return [one for one in self.deployed() if not one[1].machines]

    def machines(self):
        return [one for one in self.deployed() if one[1].machines]

    def roles(self):
        return [(*one, role) for one in self.machines() for role in one[1].roles]

    def disks(self):
        return [(*one, disk) for one in self.roles() for disk in one[2].data_disks]

    def at(self, service, deployment, rest=""):
        return f"hostedservices/{service.name}/deployments/{deployment.name}{rest}"

    def of_role(self, service, deployment, role, rest="", *, instance=False):
        kind = "roleinstances" if instance else "roles"
        return self.at(service, deployment, f"/{kind}/{role.name}{rest}")

    # --- hosted services and deployments

    def create_service(self):
        self.ask("POST", "hostedservices", hosted_service(self.pick(SERVICES)))

    def delete_service(self):
        self.ask("DELETE", f"hostedservices/{self.pick(SERVICES)}{self.maybe('?comp=media')}")

    def create_machine(self):
        body = machine(
            self.pick(NAMES), role="r0", size=self.pick(list(SIZES)), slot=self.pick(SLOTS),
            disk=self.system(), sets=linux() + self.ports(),
        )  # fmt: skip
        end = f"<ReservedIPName>{self.pick(NAMES)}</ReservedIPName></Deployment>"
        body = body.replace("</Deployment>", self.maybe(end) or "</Deployment>")
        self.ask("POST", f"hostedservices/{self.pick(SERVICES)}/deployments", body)

    def ports(self):
        # Now and then the same one twice, which fails the operation.
        port = self.random.randint(20, 28)
        return network(endpoint("ssh", port), endpoint("web", self.random.randint(20, 28), 80))

    def system(self):
        named = f"<DiskName>{self.pick(DISKS)}</DiskName>"
        new = (
            f"<MediaLink>{BLOB}/{len(self.log)}.vhd</MediaLink>"
            f"<SourceImageName>{UBUNTU}</SourceImageName>"
        )
        chosen = named if self.random.random() < 0.2 else new
        return f"<OSVirtualHardDisk>{chosen}</OSVirtualHardDisk>"

    def create_workers(self):
        body = cloud_service(
            self.pick(NAMES), count=self.random.randint(1, 3), start=self.pick(["true", "false"])
        )
        where = f"hostedservices/{self.pick(SERVICES)}/deploymentslots/{self.pick(SLOTS)}"
        self.ask("POST", where, body)

    def delete_deployment(self):
        self.ask("DELETE", self.at(*self.pick(self.deployed()), self.maybe("?comp=media")))

    def swap(self):
        service, _ = self.pick(self.deployed())
        elements = {"production": "Production", "staging": "SourceDeployment"}
        named = "".join(
            f"<{elements[slot]}>{service.deployments[slot].name}</{elements[slot]}>"
            for slot in sorted(service.deployments)
        )
        body = f"<Swap {NS}>{named}</Swap>"
        self.ask("POST", f"hostedservices/{service.name}", body)

    # --- machines

    def add_role(self):
        body = (
            f"<PersistentVMRole {NS}><RoleName>{self.pick(['r0', 'r1', 'r2'])}</RoleName>"
            f"<ConfigurationSets>{linux()}{self.ports()}</ConfigurationSets>{self.system()}"
            f"<RoleSize>{self.pick(list(SIZES))}</RoleSize></PersistentVMRole>"
        )
        self.ask("POST", self.at(*self.pick(self.machines()), "/roles"), body)

    def update_role(self):
        chosen = self.pick(self.roles())
        body = (
            f"<PersistentVMRole {NS}><RoleName>{chosen[2].name}</RoleName><ConfigurationSets>"
            f"{self.ports()}</ConfigurationSets>{self.maybe('<DataVirtualHardDisks/>')}"
            f"<RoleSize>{self.pick(list(SIZES))}</RoleSize></PersistentVMRole>"
        )
        self.ask("PUT", self.of_role(*chosen), body)

    def delete_role(self):
        self.ask("DELETE", self.of_role(*self.pick(self.roles()), self.maybe("?comp=media")))

    def then(self):
        return self.maybe("<PostShutdownAction>StoppedDeallocated</PostShutdownAction>")

    def power(self):
        kind = f"{self.pick(['Start', 'Restart', 'Shutdown'])}RoleOperation"
        body = f"<{kind} {NS}><OperationType>{kind}</OperationType>{self.then()}</{kind}>"
        path = self.of_role(*self.pick(self.roles()), "/Operations", instance=True)
        self.ask("POST", path, body)

    def power_of_several(self):
        service, deployment = self.pick(self.machines())
        kind = f"{self.pick(['Start', 'Shutdown'])}RolesOperation"
        chosen = self.pick([deployment.roles, deployment.roles[:1]])
        listed = "".join(f"<Name>{one.name}</Name>" for one in chosen)
        body = f"<{kind} {NS}><Roles>{listed}</Roles>{self.then()}</{kind}>"
        self.ask("POST", self.at(service, deployment, "/roles/Operations"), body)

    def capture_machine(self):
        path = self.of_role(*self.pick(self.roles()), "/Operations", instance=True)
        body = capture(self.pick(NAMES), self.pick(["Specialized", "Generalized"]))
        self.ask("POST", path, body)

    def capture_system(self):
        first = linux().replace("<ConfigurationSet>", "<ProvisioningConfiguration>")
        first = first.replace("</ConfigurationSet>", "</ProvisioningConfiguration>")
        action = self.pick(["Delete", f"Reprovision</PostCaptureAction>{first}"])
        action += "</PostCaptureAction>" * action.startswith("Delete")
        body = (
            f"<CaptureRoleOperation {NS}><OperationType>CaptureRoleOperation</OperationType>"
            f"<PostCaptureAction>{action}<TargetImageLabel>label</TargetImageLabel>"
            f"<TargetImageName>{self.pick(NAMES)}</TargetImageName></CaptureRoleOperation>"
        )
        path = self.of_role(*self.pick(self.roles()), "/Operations", instance=True)
        self.ask("POST", path, body)

    # --- disks and images

    def add_disk(self):
        name = self.pick(DISKS)
        body = (
            f"<Disk {NS}>{self.maybe('<OS>Linux</OS>')}<Label>l</Label>"
            f"<MediaLink>{BLOB}/{name}.vhd</MediaLink><Name>{name}</Name></Disk>"
        )
        self.ask("POST", "disks", body)

    def delete_disk(self):
        self.ask("DELETE", f"disks/{self.pick([*self.owner.disks, *DISKS])}")

    def attach(self):
        which = self.maybe(f"<DiskName>{self.pick(DISKS)}</DiskName>")
        size = "" if which else "<LogicalDiskSizeInGB>5</LogicalDiskSizeInGB>"
        lun = f"<Lun>{self.random.randint(0, 3)}</Lun>"
        body = f"<DataVirtualHardDisk {NS}>{which}{lun}{size}</DataVirtualHardDisk>"
        self.ask("POST", self.of_role(*self.pick(self.roles()), "/DataDisks"), body)

    def renumber(self):
        *where, disk = self.pick(self.disks())
        lun = f"<Lun>{self.random.randint(0, 3)}</Lun>"
        body = f"<DataVirtualHardDisk {NS}>{lun}</DataVirtualHardDisk>"
        self.ask("PUT", self.of_role(*where, f"/DataDisks/{disk.lun}"), body)

    def detach(self):
        *where, disk = self.pick(self.disks())
        rest = f"/DataDisks/{disk.lun}{self.maybe('?comp=media')}"
        self.ask("DELETE", self.of_role(*where, rest))

    def delete_image(self):
        self.ask("DELETE", f"{self.pick(['images', 'vmimages'])}/{self.pick(NAMES)}")

    # --- reserved addresses

    def reserve(self):
        name = f"<Name>{self.pick(NAMES)}</Name>"
        body = f"<ReservedIP {NS}>{name}<Location>West US</Location></ReservedIP>"
        self.ask("POST", "networking/reservedips", body)

    def give_back(self):
        self.ask("DELETE", f"networking/reservedips/{self.pick(NAMES)}")

    def move_address(self):
        service, deployment = self.pick(self.deployed())
        body = (
            f"<ReservedIPAssociation {NS}><ServiceName>{service.name}</ServiceName>"
            f"<DeploymentName>{deployment.name}</DeploymentName></ReservedIPAssociation>"
        )
        verb = self.pick(["associate", "disassociate"])
        path = f"networking/reservedips/{self.pick(NAMES)}/operations/{verb}"
        self.ask("POST", path, body)

    # --- workers

    def of_workers(self, comp, root, inside):
        path = self.at(*self.pick(self.workers()), f"?comp={comp}")
        self.ask("POST", path, f"<{root} {NS}>{inside}</{root}>")

    def change_status(self):
        status = f"<Status>{self.pick(['Running', 'Suspended'])}</Status>"
        self.of_workers("status", "UpdateDeploymentStatus", status)

    def update(self):
        body = cloud_service(count=self.random.randint(1, 4))
        package = re.search("<PackageUrl>.*</Label>", body)[0]
        configuration = re.search("<Configuration>.*</Configuration>", body)[0]
        mode = f"<Mode>{self.pick(MODES)}</Mode>"
        if self.maybe("upgrade"):
            self.of_workers("upgrade", "UpgradeDeployment", mode + package + configuration)
        else:
            self.of_workers("config", "ChangeConfiguration", mode + configuration)

    def walk(self):
        updates = [one.update for _, one in self.workers() if one.update and one.update.domains]
        number = updates[0].domains[0] if updates else 0
        inside = f"<UpgradeDomain>{number}</UpgradeDomain>"
        self.of_workers("walkupgradedomain", "WalkUpgradeDomain", inside)

    def roll_back(self):
        inside = "<Mode>Auto</Mode><Force>true</Force>"
        self.of_workers("rollback", "RollbackUpdateOrUpgrade", inside)

    def act(self):
        service, deployment = self.pick(self.deployed())
        name = self.pick([one.name for one in deployment.instances] or ["none"])
        comp = self.pick(["reboot", "reimage", "rebuild&resources=all", "delete"])
        body = f"<RoleInstances {NS}><Name>{name}</Name></RoleInstances>" * (comp == "delete")
        one = f"/{name}" * (comp != "delete")
        self.ask("POST", self.at(service, deployment, f"/roleinstances{one}?comp={comp}"), body)


# By what there must be for it, and how often it is asked for if not once.
ASKED = {
    "": (
        "create_service", "delete_service", "create_machine", "create_workers", "add_disk",
        "delete_disk", "delete_image", "reserve", "give_back",
    ),
    "deployed": ("delete_deployment", "swap", "move_address", "act"),
    "machines": ("add_role", "power_of_several"),
    "roles": (
        "update_role", "delete_role", "power", "capture_machine", "capture_system", "attach",
    ),
    "disks": ("renumber", "detach"),
    "workers": ("change_status", "update", "walk", "roll_back"),
}  # fmt: skip
OFTEN = {
    "delete_service": 0.1, "delete_deployment": 0.3, "delete_role": 0.3, "delete_image": 0.3,
    "power": 3, "move_address": 3, "update": 3, "add_role": 2,
}  # fmt: skip
