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
    made.input_endpoints.append(endpoint)
    made.public_ips.append(models.PublicIP("own"))
    made.static_virtual_network_ip_address = "10.0.0.9"
    return made


async def test_a_machine_shows_its_network_as_it_was_described(client):
    """Rules in their order, the static address, and the public address of its own."""
    role = await create(client, network())
    (found,) = role.configuration_sets
    assert found.static_virtual_network_ip_address == "10.0.0.9"
    assert [one.name for one in found.public_ips] == ["own"]
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
    assert own.domain_name_label is None


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
    "change",
    [
        lambda net: net.public_ips.append(models.PublicIP("second")),
        lambda net: setattr(net, "static_virtual_network_ip_address", "10.0.0.999"),
        lambda net: setattr(net.input_endpoints[0].endpoint_acl.rules[0], "action", "perhaps"),
        lambda net: setattr(net.input_endpoints[0].endpoint_acl.rules[0], "remote_subnet", "here"),
    ],
    ids=["two public addresses", "no address", "no action", "no subnet"],
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
