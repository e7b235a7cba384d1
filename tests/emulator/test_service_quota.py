"""How much a service, an endpoint, and a subscription's DNS can have: the documented numbers."""

import pytest
from asked import Asked, refusal
from bodies import NS, endpoint, hosted_service, linux, machine, network, os_disk

HOSTED = "services/hostedservices"
BLOB = "http://outside.blob.core.windows.net/vhds"


@pytest.fixture
def cloud():
    """A cloud with two services."""
    made = Asked()
    for name in ("s0", "s1"):
        made.do("POST", HOSTED, hosted_service(name))
    return made


def role(name, *endpoints, tag="PersistentVMRole"):
    disk = os_disk(f"{BLOB}/{name}.vhd")
    sets = linux() + network(*endpoints)
    inside = f"<RoleName>{name}</RoleName><ConfigurationSets>{sets}</ConfigurationSets>{disk}"
    return f"<{tag}{f' {NS}' * (tag != 'Role')}>{inside}</{tag}>"


def machines(count, name="d", slot="production"):
    listed = "".join(role(f"{name}{number}", tag="Role") for number in range(count))
    return (
        f"<Deployment {NS}><Name>{name}</Name><DeploymentSlot>{slot}</DeploymentSlot>"
        f"<Label>l</Label><RoleList>{listed}</RoleList></Deployment>"
    )


def over(answer, kind, limit, owner, current, more=1):
    """The refusal, with the numbers."""
    text = (
        f"The subscription policy limit for resource type '{kind}' was exceeded. The limit for "
        f"resource type '{kind}' is {limit} per {owner}, the current count is {current}, and the "
        f"requested increment is {more}."
    )
    return refusal(answer) == (400, text)


def test_a_service_has_fifty_machines(cloud):
    """In both of its slots together."""
    path, kind = f"{HOSTED}/s0/deployments", ("virtual machines", 50, "hosted service")
    assert over(cloud.ask("POST", path, machines(51)), *kind, 0, 51)
    cloud.do("POST", path, machines(49))
    staging = machines(2, "e", "staging")
    assert over(cloud.ask("POST", path, staging), *kind, 49, 2)
    cloud.do("POST", f"{path}/d/roles", role("more"))
    assert over(cloud.ask("POST", f"{path}/d/roles", role("most")), *kind, 50)
    cloud.do("POST", f"{HOSTED}/s1/deployments", machines(1, "other"))
    cloud.do("DELETE", f"{path}/d/roles/more")
    cloud.do("POST", f"{path}/d/roles", role("again"))


def ports(count, first=1000):
    return [endpoint(f"e{number}", first + number) for number in range(count)]


def test_a_service_has_150_endpoints(cloud):
    """Those of a machine that is changed count as they will be."""
    path, kind = f"{HOSTED}/s0/deployments", ("input endpoints", 150, "hosted service")
    body = machine("d", sets=linux() + network(*ports(151)))
    assert over(cloud.ask("POST", path, body), *kind, 0, 151)
    cloud.do("POST", path, machine("d", sets=linux() + network(*ports(149))))
    one = role("b", *ports(1, 5000))
    cloud.do("POST", f"{path}/d/roles", one)
    assert over(cloud.ask("POST", f"{path}/d/roles", role("c", *ports(1, 6000))), *kind, 150)
    changed = f"{path}/d/roles/b"
    update = one.replace(linux(), "")
    more = role("b", *ports(2, 5000)).replace(linux(), "")
    assert over(cloud.ask("PUT", changed, more), *kind, 150)
    cloud.do("PUT", changed, update)
    cloud.do("PUT", f"{path}/d/roles/d", update.replace(">b<", ">d<").replace("5000", "4000"))
    cloud.do("PUT", changed, more)


@pytest.mark.parametrize(("count", "status"), [(50, 202), (51, 400)])
def test_an_endpoint_has_fifty_rules(cloud, count, status):
    """Each endpoint for itself."""
    rules = "".join(
        f"<Rule><Order>{number}</Order><Action>permit</Action>"
        "<RemoteSubnet>10.0.0.0/8</RemoteSubnet></Rule>"
        for number in range(count)
    )
    acl = f"<EndpointAcl><Rules>{rules}</Rules></EndpointAcl></InputEndpoint>"
    both = [one.replace("</InputEndpoint>", acl) for one in ports(2)]
    body = machine("d", sets=linux() + network(*both))
    answer = cloud.ask("POST", f"{HOSTED}/s0/deployments", body)
    assert answer.status == status
    if status == 400:
        assert over(answer, "ACL rules", 50, "endpoint", 0, 51)


def named(count, name="d"):
    servers = "".join(
        f"<DnsServer><Name>n{number}</Name><Address>10.0.0.1</Address></DnsServer>"
        for number in range(count)
    )
    dns = f"<Dns><DnsServers>{servers}</DnsServers></Dns></Deployment>"
    disk = os_disk(f"{BLOB}/{name}.vhd")
    return machine(name, disk=disk).replace("</Deployment>", dns)


def test_a_subscription_has_twenty_dns_servers(cloud):
    """Those that a deployment brings along are counted like those that are added."""
    kind = ("DNS servers", 20, "subscription")
    one, two = (f"{HOSTED}/{name}/deployments" for name in ("s0", "s1"))
    assert over(cloud.ask("POST", one, named(500)), *kind, 0, 500)
    cloud.do("POST", one, named(19))
    assert over(cloud.ask("POST", two, named(2, "e")), *kind, 19, 2)
    cloud.do("POST", two, named(1, "e"))
    more = f"<DnsServer {NS}><Name>more</Name><Address>10.0.0.1</Address></DnsServer>"
    assert over(cloud.ask("POST", f"{one}/d/dnsservers", more), *kind, 20)
