"""Extensions, own public addresses, static addresses and access rules of machines."""

import pytest

import aiosm
from aiosm import models


@pytest.fixture
async def client():
    """A client of an emulator with a service and an image to start machines from."""
    async with (
        aiosm.emulator.Emulator(speed="instant") as emulator,
        aiosm.AsyncServiceManagementClient(
            **emulator.connection, polling=aiosm.PollingPolicy(first=0, interval=0.01)
        ) as client,
    ):
        await client.create_hosted_service("web", "web", location="West US")
        yield client


async def create(client, network, extensions=None):
    """Create the machine ``vm`` in the deployment ``dep`` of ``web``."""
    image = next(one for one in await client.list_os_images() if one.os == "Linux")
    poller = await client.create_virtual_machine_deployment(
        "web", "dep", "production", "label", "vm",
        models.LinuxConfigurationSet("host", "user", "passw0rd", False),
        models.OSVirtualHardDisk(image.name, "https://x.blob.core.windows.net/vhds/a.vhd"),
        network_config=network,
        resource_extension_references=extensions,
        provision_guest_agent=True,
    )  # fmt: skip
    await poller
    return await client.get_role("web", "dep", "vm")


def network():
    """A network configuration with everything set."""
    made = models.ConfigurationSet()
    endpoint = models.ConfigurationSetInputEndpoint("ssh", "tcp", "22", "22")
    office = models.AclRule(2, "permit", "23.99.18.228/31", "office")
    rules = models.AclRules([office, models.AclRule(1, "deny", "1.2.3.0/24")])
    endpoint.endpoint_acl = models.EndpointAcl(rules)
    endpoint.idle_timeout_in_minutes = 30
    endpoint.virtual_ip_name = "depContractContract"
    made.input_endpoints.append(endpoint)
    made.public_ips.append(models.PublicIP("own", idle_timeout_in_minutes=15))
    made.static_virtual_network_ip_address = "10.0.0.9"
    return made


async def test_a_machine_shows_its_network_as_it_was_described(client):
    """Rules in their order, the static address, and the public address of its own."""
    role = await create(client, network())
    (found,) = role.configuration_sets
    assert found.static_virtual_network_ip_address == "10.0.0.9"
    (asked,) = found.public_ips
    assert (asked.name, asked.idle_timeout_in_minutes, asked.address) == ("own", 15, None)
    (endpoint,) = found.input_endpoints
    assert (endpoint.idle_timeout_in_minutes, endpoint.virtual_ip_name) == (
        30, "depContractContract",
    )  # fmt: skip
    rules = found.input_endpoints[0].endpoint_acl.rules
    assert [(one.order, one.action, one.remote_subnet) for one in rules] == [
        (1, "deny", "1.2.3.0/24"),
        (2, "permit", "23.99.18.228/31"),
    ]
    (instance,) = (await client.get_deployment_by_name("web", "dep")).role_instance_list
    assert instance.ip_address == "10.0.0.9"
    (own,) = instance.public_ips
    assert own.name == "own"
    assert own.address
    assert (own.idle_timeout_in_minutes, own.domain_name_label) == (15, None)


async def test_a_name_of_its_own_in_the_dns_is_shown(client):
    """With the public address, where the description and the instance have it."""
    made = models.ConfigurationSet()
    made.public_ips.append(models.PublicIP("own", domain_name_label="shop"))
    role = await create(client, made)
    assert role.configuration_sets[0].public_ips[0].domain_name_label == "shop"
    (instance,) = (await client.get_deployment_by_name("web", "dep")).role_instance_list
    assert instance.public_ips[0].domain_name_label == "shop"


def with_cards(*names, static=None, forwarding=None):
    """A network configuration with further network interfaces."""
    made = models.ConfigurationSet()
    for name in names:
        place = models.IPConfiguration("Subnet-1", None, static)
        made.network_interfaces.append(
            models.NetworkInterface(name, None, [place], ip_forwarding=forwarding)
        )
    return made


async def interfaces(client):
    """Those of the description, and those of the instance."""
    (instance,) = (await client.get_deployment_by_name("web", "dep")).role_instance_list
    (described,) = (await client.get_role("web", "dep", "vm")).configuration_sets
    return described.network_interfaces, instance.network_interfaces


async def test_a_machine_has_the_network_interfaces_it_was_given(client):
    """As recorded: described without, instantiated with their addresses; not forwarding."""
    await create(client, with_cards("one", "two"))
    described, running = await interfaces(client)
    assert described == [
        models.NetworkInterface(
            name, None, [models.IPConfiguration("Subnet-1")], ip_forwarding="Disabled"
        )
        for name in ("one", "two")
    ]
    assert [(one.name, one.ip_forwarding) for one in running] == [
        ("one", "Disabled"), ("two", "Disabled"),
    ]  # fmt: skip
    assert [one.ip_configurations[0].subnet_name for one in running] == ["Subnet-1"] * 2
    assert len({one.ip_configurations[0].address for one in running} - {None}) == 2
    assert len({one.mac_address for one in running}) == 2
    assert all(len(bytes.fromhex(one.mac_address)) == 6 for one in running)


async def test_an_update_replaces_the_interfaces(client):
    """One that it names again stays the same one."""
    await create(client, with_cards("one", "two"))
    _, (first, _) = await interfaces(client)
    change = with_cards("one", static=None, forwarding="Enabled")
    await (await client.update_role("web", "dep", "vm", network_config=change))
    _, (kept,) = await interfaces(client)
    assert kept == first.replace(ip_forwarding="Enabled")
    moved = with_cards("one", static="10.0.0.5")
    await (await client.update_role("web", "dep", "vm", network_config=moved))
    (described,), (running,) = await interfaces(client)
    assert described.ip_configurations[0].static_virtual_network_ip_address == "10.0.0.5"
    assert running.ip_configurations[0].address == "10.0.0.5"
    await (await client.update_role("web", "dep", "vm", role_size="Small"))
    assert await interfaces(client) == ([], [])


async def test_extensions_are_shown_without_their_secrets(client):
    """Public parameters come back, private ones without their value."""
    reference = models.ResourceExtensionReference("ref", "Microsoft.Compute", "BGInfo", "1.*")
    values = reference.resource_extension_parameter_values
    values.append(models.ResourceExtensionParameterValue("open", "cHVi", "Public"))
    values.append(models.ResourceExtensionParameterValue("hidden", "c2VjcmV0", "Private"))
    role = await create(client, models.ConfigurationSet(), [reference])
    (found,) = role.resource_extension_references
    assert (found.reference_name, found.name, found.state) == ("ref", "BGInfo", "Enable")
    shown = {one.key: one.value for one in found.resource_extension_parameter_values}
    assert shown == {"open": "cHVi", "hidden": None}


async def test_an_update_replaces_the_network_and_keeps_the_extensions(client):
    """What the new description leaves out of the network is gone."""
    reference = models.ResourceExtensionReference("ref", "Microsoft.Compute", "BGInfo", "1.*")
    await create(client, network(), [reference])
    await (await client.update_role("web", "dep", "vm", network_config=models.ConfigurationSet()))
    role = await client.get_role("web", "dep", "vm")
    (found,) = role.configuration_sets
    assert not found.input_endpoints
    assert not found.public_ips
    assert found.static_virtual_network_ip_address is None
    assert [one.reference_name for one in role.resource_extension_references] == ["ref"]


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        (("Nobody", "BGInfo", "1.*"), "extension BGInfo of publisher Nobody does not exist"),
        (("Microsoft.Compute", "Nothing", "1.*"), "extension Nothing of publisher Microsoft"),
        (("Microsoft.Compute", "BGInfo", "7.*"), r"has no version 7\.\*"),
        (("Microsoft.Compute", "BGInfo", "1"), "has no version 1"),
    ],
)
async def test_an_extension_that_there_is_not_is_refused(client, wrong, match):
    """In a new machine, in a further one, and in an update."""
    known = models.ResourceExtensionReference("ref", "microsoft.compute", "bginfo", "1.1")
    unknown = models.ResourceExtensionReference("ref", *wrong)
    for references in ([unknown], [known, unknown]):
        with pytest.raises(aiosm.BadRequestError, match=match):
            await create(client, models.ConfigurationSet(), references)
    assert await client.list_disks() == []
    await create(client, models.ConfigurationSet(), [known])
    with pytest.raises(aiosm.BadRequestError, match=match):
        await client.update_role("web", "dep", "vm", resource_extension_references=[unknown])
    disk = models.OSVirtualHardDisk("none", "https://x.blob.core.windows.net/vhds/b.vhd")
    with pytest.raises(aiosm.BadRequestError, match=match):
        await client.add_role(
            "web", "dep", "two", None, disk, resource_extension_references=[unknown]
        )
    role = await client.get_role("web", "dep", "vm")
    assert [one.version for one in role.resource_extension_references] == ["1.1"]


@pytest.mark.parametrize(
    "change",
    [
        lambda net: net.network_interfaces.extend(with_cards("a", "A").network_interfaces),
        lambda net: net.network_interfaces.append(models.NetworkInterface("bare")),
        lambda net: net.network_interfaces.extend(
            with_cards("a", forwarding="Perhaps").network_interfaces
        ),
        lambda net: net.network_interfaces.extend(
            with_cards("a", static="10.0.0.9").network_interfaces
        ),
        lambda net: setattr(net, "static_virtual_network_ip_address", "10.0.0.999"),
        lambda net: setattr(net.input_endpoints[0].endpoint_acl.rules[0], "action", "perhaps"),
        lambda net: setattr(net.input_endpoints[0].endpoint_acl.rules[0], "remote_subnet", "here"),
    ],
    ids=[
        "one name twice",
        "no subnet",
        "odd forwarding",
        "address twice",
        "no address",
        "no action",
        "no range",
    ],
)
async def test_a_network_that_makes_no_sense_is_refused(client, change):
    """With 400, before anything is made."""
    wrong = network()
    change(wrong)
    with pytest.raises(aiosm.BadRequestError):
        await create(client, wrong)
    with pytest.raises(aiosm.ResourceNotFoundError):
        await client.get_deployment_by_name("web", "dep")


def with_address(address):
    """A network configuration with a static address and nothing else."""
    made = models.ConfigurationSet()
    made.static_virtual_network_ip_address = address
    return made


async def test_a_static_address_belongs_to_one_machine(client):
    """Neither a new machine nor an update gets one that is taken."""
    await create(client, with_address("10.0.0.9"))
    image = next(one for one in await client.list_os_images() if one.os == "Linux")

    def machine(name, address):
        return client.add_role(
            "web", "dep", name,
            models.LinuxConfigurationSet("host", "user", "passw0rd", False),
            models.OSVirtualHardDisk(image.name, f"https://x.blob.core.windows.net/vhds/{name}.vhd"),
            network_config=with_address(address),
        )  # fmt: skip

    with pytest.raises(aiosm.BadRequestError):
        await machine("two", "10.0.0.9")
    await (await machine("two", "10.0.0.10"))
    with pytest.raises(aiosm.BadRequestError):
        await client.update_role("web", "dep", "two", network_config=with_address("10.0.0.9"))


async def test_a_stopped_machine_gets_its_new_address(client):
    """An update that does not start it still moves it."""
    await create(client, with_address("10.0.0.9"))
    await (await client.shutdown_role("web", "dep", "vm"))
    await (await client.update_role("web", "dep", "vm", network_config=with_address("10.0.0.77")))
    (instance,) = (await client.get_deployment_by_name("web", "dep")).role_instance_list
    assert (instance.instance_status, instance.ip_address) == ("StoppedVM", "10.0.0.77")
