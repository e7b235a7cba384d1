"""What is shown of the inside of machines: agents, extensions, certificates."""

import re

import pytest
from asked import Asked, found
from bodies import WINDOWS, endpoint, hosted_service, linux, machine, network, os_disk, windows
from full_bodies import capture_system, operation, role

HOSTED = "services/hostedservices"
PATH = f"{HOSTED}/s0/deployments"
AGENT = "<ProvisionGuestAgent>true</ProvisionGuestAgent><RoleSize>"
REFERENCE = (
    "<ResourceExtensionReference><ReferenceName>{0}</ReferenceName><Publisher>Microsoft.Compute"
    "</Publisher><Name>{0}</Name><Version>{1}</Version><State>{2}</State>"
    "</ResourceExtensionReference>"
)
BG_INFO = REFERENCE.format("BGInfo", "1.*", "Enable")
LISTENER = "<WinRM><Listeners><Listener><Protocol>Https</Protocol></Listener></Listeners></WinRM>"


@pytest.fixture
def cloud():
    """A cloud with a service."""
    made = Asked()
    made.do("POST", HOSTED, hosted_service("s0"))
    return made


def body(system, *references, agent=True, winrm=""):
    sets = linux() if system == "Linux" else windows()
    sets = sets.replace("</ConfigurationSet>", f"{winrm}</ConfigurationSet>")
    listed = f"<ResourceExtensionReferences>{''.join(references)}</ResourceExtensionReferences>"
    disk = os_disk() if system == "Linux" else os_disk(image=WINDOWS)
    text = machine("vm", sets=sets, disk=disk, data=listed)
    return text.replace("<RoleSize>", AGENT) if agent else text


def instance(cloud, name="vm"):
    shown = cloud.get(f"{PATH}/vm")
    every = re.findall("<RoleInstance>.*?</RoleInstance>", shown)
    return next(one for one in every if f"<RoleName>{name}<" in one)


def watched(cloud, seconds=1500, step=5):
    """What the agent and the extensions are, and the status of the machine, one after another."""
    seen = []
    for _ in range(seconds // step):
        one = instance(cloud)
        now = (found("InstanceStatus", one)[0], found("Status", one))
        if not seen or seen[-1] != now:
            seen.append(now)
        cloud.wait(step)
    return seen


def test_an_agent_reports_when_the_machine_is_up(cloud):
    """First that it is there and installs, then that it is done; until then nothing is known."""
    cloud.do("POST", PATH, body("Linux", BG_INFO), seconds=100)
    assert watched(cloud) == [
        ("RoleStateUnknown", ["NotReady"]),
        ("CreatingVM", ["NotReady"]),
        ("ReadyRole", ["NotReady"]),
        ("ReadyRole", ["Ready", "Installing"]),
        ("ReadyRole", ["Ready", "Ready"]),
    ]
    operations = f"{PATH}/vm/roleinstances/vm/Operations"
    cloud.do("POST", operations, operation("RestartRoleOperation"), seconds=1)
    assert watched(cloud) == [
        ("RoleStateUnknown", ["NotReady"]),
        ("ReadyRole", ["NotReady"]),
        ("ReadyRole", ["Ready", "Installing"]),
        ("ReadyRole", ["Ready", "Ready"]),
    ]


def test_the_texts_are_the_recorded_ones(cloud):
    """Word by word, with the time, and the version that the asterisk stands for."""
    cloud.do("POST", PATH, body("Windows", BG_INFO), seconds=150)
    early = instance(cloud)
    assert "<GuestAgentVersion>Unknown</GuestAgentVersion><Status>NotReady</Status>" in early
    assert found("Message", early) == ["Status not available for role vm."]
    assert "ResourceExtensionStatusList" not in early
    cloud.wait()
    shown = re.search("<GuestAgentStatus>.*</ResourceExtensionStatusList>", instance(cloud))[0]
    shown = re.sub(r"(<Timestamp>)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ<", r"\1TIME<", shown)
    assert shown == (
        "<GuestAgentStatus><ProtocolVersion>1.0</ProtocolVersion><Timestamp>TIME</Timestamp>"
        "<GuestAgentVersion>2.7.1198.778</GuestAgentVersion><Status>Ready</Status>"
        "<FormattedMessage><Language>en-US</Language><Message>GuestAgent is running and accepting "
        "new configurations.</Message></FormattedMessage></GuestAgentStatus>"
        "<ResourceExtensionStatusList><ResourceExtensionStatus><HandlerName>"
        "Microsoft.Compute.BGInfo</HandlerName><Version>1.1</Version><Status>Ready</Status>"
        "<FormattedMessage><Language>en-US</Language><Message>Plugin enabled (name: "
        "Microsoft.Compute.BGInfo, version: 1.1).</Message></FormattedMessage>"
        "</ResourceExtensionStatus></ResourceExtensionStatusList>"
    )


@pytest.mark.parametrize(
    ("system", "listed"), [("Linux", "<ResourceExtensionStatusList/>"), ("Windows", "")]
)
def test_without_extensions_there_is_little_to_list(cloud, system, listed):
    """As recorded, Linux says that there are none; one that is disabled does not count."""
    disabled = REFERENCE.format("BGInfo", "1.*", "Disable")
    cloud.do("POST", PATH, body(system, disabled))
    shown = instance(cloud)
    assert found("Status", shown) == ["Ready"]
    assert re.findall("<ResourceExtensionStatusList.*?>", shown) == ([listed] if listed else [])


def test_a_machine_without_an_agent_reports_nothing(cloud):
    """Neither does one that is deallocated."""
    cloud.do("POST", PATH, body("Linux", agent=False))
    assert "GuestAgentStatus" not in instance(cloud)
    cloud.do("DELETE", f"{PATH}/vm?comp=media")
    cloud.do("POST", PATH, body("Linux"))
    assert "GuestAgentStatus" in instance(cloud)
    stop = operation("ShutdownRoleOperation", PostShutdownAction="StoppedDeallocated")
    cloud.do("POST", f"{PATH}/vm/roleinstances/vm/Operations", stop)
    assert "GuestAgentStatus" not in instance(cloud)


@pytest.mark.parametrize(
    ("system", "form"), [("Linux", "[0-9a-f]{40}"), ("Windows", "[0-9A-F]{40}")]
)
def test_a_machine_makes_its_certificate_once(cloud, system, form):
    """When it is up for the first time; it keeps it, until it is made anew."""
    name = "RemoteAccessCertificateThumbprint"
    cloud.do("POST", PATH, body(system, agent=False), seconds=100)
    assert found(name, instance(cloud)) == []
    cloud.wait()
    (made,) = found(name, instance(cloud))
    assert re.fullmatch(form, made)
    operations = f"{PATH}/vm/roleinstances/vm/Operations"
    cloud.do("POST", operations, operation("RestartRoleOperation"), seconds=1)
    assert found(name, instance(cloud)) == [made]
    cloud.wait()
    stop = operation("ShutdownRoleOperation", PostShutdownAction="StoppedDeallocated")
    cloud.do("POST", operations, stop)
    assert instance(cloud).endswith(
        f"<PowerState>Stopped</PowerState><{name}>{made}</{name}></RoleInstance>"
    )
    if system == "Linux":
        cloud.do("POST", operations, capture_system("Reprovision"), seconds=60)
        assert found(name, instance(cloud)) == []
        cloud.wait()
        assert found(name, instance(cloud)) not in ([], [made])


def test_a_service_has_one_certificate_for_winrm(cloud):
    """Shown with each machine that has a listener, and with the service."""
    name = "DefaultWinRmCertificateThumbprint"
    cloud.do("POST", PATH, body("Windows", winrm="<WinRM><Listeners/></WinRM>"))
    every = (f"{HOSTED}/s0", f"{PATH}/vm", f"{PATH}/vm/roles/vm", HOSTED)
    assert [found(name, cloud.get(path)) for path in every] == [[]] * 4
    for number, other in enumerate(("second", "third")):
        sets = windows().replace("</ConfigurationSet>", f"{LISTENER}</ConfigurationSet>")
        sets += network(endpoint("x", 100 + number))
        disk = os_disk(f"http://outside.blob.core.windows.net/vhds/{other}.vhd", WINDOWS)
        inside = f"<ConfigurationSets>{sets}</ConfigurationSets>{disk}"
        cloud.do("POST", f"{PATH}/vm/roles", role(inside, other))
    (made,) = found(name, cloud.get(f"{HOSTED}/s0"))
    assert re.fullmatch("[0-9A-F]{40}", made)
    assert [found(name, cloud.get(path)) for path in every] == [[made], [made] * 2, [], [made]]
    shown = cloud.get(f"{PATH}/vm/roles/third")
    after_size = f"</RoleSize><{name}>{made}</{name}><ProvisionGuestAgent>true<"
    assert after_size in shown
    cloud.do("POST", HOSTED, hosted_service("s1"))
    assert found(name, cloud.get(f"{HOSTED}/s1")) == []
