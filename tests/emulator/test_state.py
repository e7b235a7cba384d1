"""The resources: what can be made, what is refused, what becomes of it with time."""

import base64
import re

import pytest
from bodies import (
    NS,
    WINDOWS,
    b64,
    capture,
    cloud_service,
    endpoint,
    hosted_service,
    linux,
    machine,
    network,
    os_disk,
    os_image,
    storage_account,
    windows,
)
from conftest import wire_to

HOSTED = "services/hostedservices"
STORAGE = "services/storageservices"
VM = f"{HOSTED}/one/deployments/vm"


async def service_with_machine(wire, body=None, *, wait=3600):
    """A hosted service "one" with a machine "vm" that had time to come up."""
    assert (await wire("POST", HOSTED, hosted_service("one"))).status_code == 201
    answer = await wire("POST", f"{HOSTED}/one/deployments", body or machine())
    assert answer.status_code == 202, answer.text
    if wait and hasattr(wire.emulator.clock, "advance"):
        wire.advance(wait)
    return answer


def error(answer):
    """Status, code and text of a refusal."""
    code = re.search("<Code>(.*?)</Code>", answer.text)
    text = re.search("<Message>(.*?)</Message>", answer.text)
    assert code, (answer.status_code, answer.text)
    return answer.status_code, code[1], text[1]


def states(answer):
    return re.findall("<InstanceStatus>(.*?)</InstanceStatus>", answer.text)


# --- hosted services


async def test_a_name_is_taken_only_once_in_the_world(emulator):
    """Another subscription cannot have it either, in whatever case."""
    first, second = wire_to(emulator), wire_to(emulator, emulator.add_subscription())
    async with first.http, second.http:
        await first("POST", HOSTED, hosted_service("one"))
        answer = await second("POST", HOSTED, hosted_service("ONE"))
        available = await second("GET", f"{HOSTED}/operations/isavailable/one")
    assert error(answer) == (409, "ConflictError", "The specified DNS name is already taken.")
    assert "<Result>false</Result><Reason>A hosted service with the" in available.text


async def test_a_free_name_is_available_without_a_reason(wire):
    """The reason is nil then."""
    answer = await wire("GET", f"{HOSTED}/operations/isavailable/free")
    assert '<Result>true</Result><Reason i:nil="true"/>' in answer.text


@pytest.mark.parametrize("name", ["-a", "a-", "a_b", "a.b", "x" * 64, "\u00e4"])
async def test_a_malformed_service_name_is_refused(wire, name):
    """Names are labels of the domain name system."""
    answer = await wire("POST", HOSTED, hosted_service(name))
    assert error(answer) == (400, "BadRequest", "The hosted service name is invalid.")


@pytest.mark.parametrize(
    "body",
    [
        hosted_service("a", location="Nowhere"),
        hosted_service("a", more="<AffinityGroup>g</AffinityGroup>"),
        hosted_service("a", location=""),
        hosted_service("a", label="x" * 101),
        hosted_service("a", more=f"<Description>{'x' * 1025}</Description>"),
        hosted_service("a").replace(b64("label"), "not base64!"),
        hosted_service(
            "a",
            more="<ExtendedProperties><ExtendedProperty><Name>1</Name><Value>v</Value>"
            "</ExtendedProperty></ExtendedProperties>",
        ),
    ],
    ids=["place", "both", "neither", "label", "description", "base64", "property"],
)
async def test_a_service_that_breaks_a_rule_is_refused(wire, body):
    """Exactly one existing place, and labels, descriptions, properties within their limits."""
    assert error(await wire("POST", HOSTED, body))[:2] == (400, "BadRequest")
    assert "<ServiceName>" not in (await wire("GET", HOSTED)).text


async def test_a_service_shows_what_was_sent(wire):
    """The label as it was sent, a missing description as nil, and two added properties."""
    await wire("POST", HOSTED, hosted_service("One", label="grün & gut"))
    answer = await wire("GET", f"{HOSTED}/one")
    assert "<ServiceName>One</ServiceName>" in answer.text
    assert f'<Description i:nil="true"/><Location>West US</Location><Label>{b64("grün & gut")}' in (
        answer.text
    )
    assert "<Name>ResourceGroup</Name><Value>One</Value>" in answer.text


async def test_an_update_sets_what_it_names(stepped):
    """The rest stays; the date of the change moves."""
    await stepped("POST", HOSTED, hosted_service("one"))
    stepped.advance(60)
    body = (
        f"<UpdateHostedService {NS}><Description>new</Description><ExtendedProperties>"
        "<ExtendedProperty><Name>ext</Name><Value>v</Value></ExtendedProperty>"
        "</ExtendedProperties></UpdateHostedService>"
    )
    assert (await stepped("PUT", f"{HOSTED}/one", body)).status_code == 200
    text = (await stepped("GET", f"{HOSTED}/one")).text
    assert "<Description>new</Description>" in text
    assert f"<Label>{b64('label')}</Label>" in text
    assert "<Name>ResourceGroup</Name>" in text
    assert "<Name>ext</Name><Value>v</Value>" in text
    assert "<DateLastModified>2016-04-26T18:16:00Z" in text


async def test_a_service_with_a_deployment_is_not_deleted(wire):
    """First the deployments, then the service."""
    await service_with_machine(wire)
    assert error(await wire("DELETE", f"{HOSTED}/one"))[:2] == (409, "ConflictError")
    await wire("DELETE", VM)
    assert (await wire("DELETE", f"{HOSTED}/one")).status_code == 200
    missing = await wire("GET", f"{HOSTED}/one")
    assert error(missing) == (404, "ResourceNotFound", "The hosted service does not exist.")


async def test_deleting_a_service_with_its_media_takes_time_and_everything(stepped):
    """It is Deleting meanwhile; then service, deployments and disks are gone."""
    await service_with_machine(stepped)
    answer = await stepped("DELETE", f"{HOSTED}/one?comp=media")
    assert answer.status_code == 202
    assert "<Status>Deleting</Status>" in (await stepped("GET", f"{HOSTED}/one")).text
    assert error(await stepped("DELETE", f"{HOSTED}/one"))[0] == 409
    stepped.advance(600)
    assert "<Status>Succeeded</Status>" in await stepped.status(answer)
    assert (await stepped("GET", f"{HOSTED}/one")).status_code == 404
    assert "<Disk>" not in (await stepped("GET", "services/disks")).text


# --- operations


async def test_an_operation_is_in_progress_until_its_time(stepped):
    """Then it succeeds, with the status code 200 of every success."""
    answer = await stepped("POST", STORAGE, storage_account("store"))
    before = await stepped.status(answer)
    stepped.advance(60)
    after = await stepped.status(answer)
    assert before.endswith("<Status>InProgress</Status></Operation>")
    assert after.endswith(
        "<Status>Succeeded</Status><HttpStatusCode>200</HttpStatusCode></Operation>"
    )


async def test_with_instant_speed_an_operation_is_over_when_first_asked(wire):
    """And so is everything that follows from it."""
    answer = await service_with_machine(wire)
    assert "<Status>Succeeded</Status>" in await wire.status(answer)
    assert states(await wire("GET", VM)) == ["ReadyRole"]


async def test_an_operation_answers_to_its_id_with_and_without_dashes(wire):
    """The id of any write can be asked about, also of one that was done at once."""
    answer = await wire("POST", HOSTED, hosted_service("one"))
    plain = answer.headers["x-ms-request-id"]
    dashed = re.search("<ID>(.*?)</ID>", await wire.status(answer))[1]
    assert dashed == re.sub("(.{8})(.{4})(.{4})(.{4})(.{12})", r"\1-\2-\3-\4-\5", plain)
    assert (await wire("GET", f"operations/{dashed}")).status_code == 200


async def test_an_unknown_operation_is_404(wire):
    """Ids that were never given out, and ids of other subscriptions."""
    assert error(await wire("GET", f"operations/{'0' * 32}"))[:2] == (404, "ResourceNotFound")


# --- virtual machines


async def test_a_machine_comes_up_step_by_step(stepped):
    """Deploying and locked, then its instance is created, started and ready."""
    await service_with_machine(stepped, wait=0)
    text = (await stepped("GET", VM)).text
    assert "<Status>Deploying</Status>" in text
    assert "<RoleInstanceList/>" in text
    assert "<Locked>true</Locked>" in text
    assert "<Url>" not in text

    seen = []
    for _ in range(60):
        stepped.advance(5)
        now = states(await stepped("GET", VM))
        if now and now != seen[-1:]:
            seen += now
    assert seen == ["RoleStateUnknown", "CreatingVM", "ReadyRole"]
    text = (await stepped("GET", VM)).text
    assert "<Status>Running</Status>" in text
    assert "<Locked>false</Locked>" in text
    assert "<Url>http://one.cloudapp.net/</Url>" in text
    assert "<HostName>host</HostName>" in text


async def test_a_windows_machine_is_provisioned_under_another_name(stepped):
    """It gets its own name only when it is ready."""
    await service_with_machine(
        stepped, machine(sets=windows(), disk=os_disk(image=WINDOWS)), wait=300
    )
    text = (await stepped("GET", VM)).text
    assert "<InstanceStatus>Provisioning</InstanceStatus>" in text
    assert "<HostName>WIN-" in text
    stepped.advance(600)
    assert "<HostName>computer</HostName>" in (await stepped("GET", VM)).text


async def test_a_machine_shows_label_disk_and_ports_as_recorded(wire):
    """Label as base64, a disk name made of the parts, the address at each port."""
    await service_with_machine(wire)
    text = (await wire("GET", VM)).text
    vip = re.search("<Address>(.*?)</Address>", text)[1]
    assert f"<Label>{b64('vm label')}</Label>" in text
    assert re.search(r"<DiskName>vm-vm-0-\d{18}</DiskName>", text)
    assert f"<Port>22</Port><Protocol>tcp</Protocol><Vip>{vip}</Vip>" in text
    assert f"<Vip>{vip}</Vip><PublicPort>22</PublicPort>" in text
    configuration = base64.b64decode(re.search("<Configuration>(.*?)<", text)[1]).decode()
    assert '<Role name="vm">\r\n    <Instances count="1" />' in configuration


async def test_the_slot_and_the_name_lead_to_the_same_deployment(wire):
    """Names in any case."""
    await service_with_machine(wire)
    by_name = await wire("GET", f"{HOSTED}/ONE/deployments/VM")
    by_slot = await wire("GET", f"{HOSTED}/one/deploymentslots/production")
    embedded = await wire("GET", f"{HOSTED}/one?embed-detail=true")
    inner = re.search("<Deployment .*?>(.*)</Deployment>", by_name.text)[1]
    assert inner in by_slot.text
    assert f"<Deployments><Deployment>{inner}</Deployment></Deployments>" in embedded.text


async def test_a_role_can_be_read_alone(wire):
    """The root says what kind it is; the addresses are only in the deployment."""
    await service_with_machine(wire)
    text = (await wire("GET", f"{VM}/roles/vm")).text
    assert text.startswith("<PersistentVMRole ")
    assert "<Vip>" not in text
    missing = await wire("GET", f"{VM}/roles/other")
    assert error(missing)[2] == "Role other was not found in the currently deployed service."


async def test_a_port_taken_twice_fails_the_operation(stepped):
    """Accepted at first; then the operation fails and the deployment is gone."""
    sets = linux() + network(endpoint("a", 22), endpoint("b", 22, 23))
    answer = await service_with_machine(stepped, machine(sets=sets), wait=0)
    assert "<Name>vm</Name>" in (await stepped("GET", VM)).text
    stepped.advance(120)
    text = await stepped.status(answer)
    assert "<Status>Failed</Status><HttpStatusCode>400</HttpStatusCode>" in text
    assert "Port 22 is already in use by one of the endpoints in this deployment." in text
    assert error(await stepped("GET", VM))[2] == "No deployments were found."
    assert "<Disk>" not in (await stepped("GET", "services/disks")).text


async def test_a_failed_creation_keeps_a_disk_that_was_there_before(stepped):
    """A registered disk is only detached again."""
    await service_with_machine(stepped)
    await stepped("DELETE", VM)
    stepped.advance(120)
    name = re.search("<Name>(.*?)</Name>", (await stepped("GET", "services/disks")).text)[1]
    sets = network(endpoint("a", 22), endpoint("b", 22, 23))
    disk = f"<OSVirtualHardDisk><DiskName>{name}</DiskName></OSVirtualHardDisk>"
    answer = await stepped("POST", f"{HOSTED}/one/deployments", machine(sets=sets, disk=disk))
    assert answer.status_code == 202
    stepped.advance(120)
    assert "Failed" in await stepped.status(answer)
    kept = await stepped("GET", f"services/disks/{name}")
    assert kept.status_code == 200
    assert "<AttachedTo>" not in kept.text


async def test_while_an_operation_runs_other_writes_are_refused(stepped):
    """The refusal names the running operation."""
    running = await service_with_machine(stepped, wait=0)
    request_id = running.headers["x-ms-request-id"]
    text = (
        f"Windows Azure is currently performing an operation with x-ms-requestid {request_id} "
        "on this deployment that requires exclusive access."
    )
    for method, path, body in (
        ("DELETE", VM, None),
        ("POST", f"{VM}/roleinstances/vm/Operations", capture("image")),
        ("DELETE", f"{HOSTED}/one?comp=media", None),
    ):
        assert error(await stepped(method, path, body)) == (409, "ConflictError", text)


async def test_a_slot_holds_one_deployment_and_names_are_unique(wire):
    """The other slot takes another name."""
    await service_with_machine(wire)
    again = await wire("POST", f"{HOSTED}/one/deployments", machine("two"))
    same = await wire("POST", f"{HOSTED}/one/deployments", machine("vm", slot="staging"))
    assert error(again)[:2] == (409, "ConflictError")
    assert error(same)[:2] == (409, "ConflictError")
    other = machine("two", slot="Staging", disk=os_disk("http://s.blob.core.windows.net/v/2.vhd"))
    assert (await wire("POST", f"{HOSTED}/one/deployments", other)).status_code == 202


@pytest.mark.parametrize(
    "body",
    [
        machine(disk=os_disk(image="no-such-image")),
        machine(image="no-such-vm-image"),
        machine(size="Gigantic"),
        machine(sets=windows()),
        machine(sets=network()),
        machine(sets=linux(password="short")),
        machine(sets=linux() + network(endpoint("a", 70000))),
        machine(sets=linux() + network(endpoint("a", 1), endpoint("a", 2))),
        machine("a name"),
        machine(disk="<OSVirtualHardDisk><DiskName>none</DiskName></OSVirtualHardDisk>"),
        machine(disk=os_disk().replace("<MediaLink>", "<IOType>Standard</IOType><MediaLink>")),
    ],
    ids=[
        "image",
        "vm image",
        "size",
        "system",
        "provisioning",
        "password",
        "port",
        "twice",
        "name",
        "disk",
        "iotype",
    ],
)
async def test_a_machine_that_breaks_a_rule_is_refused(wire, body):
    """At once, with 400, and nothing of it stays."""
    await wire("POST", HOSTED, hosted_service("one"))
    answer = await wire("POST", f"{HOSTED}/one/deployments", body)
    assert error(answer)[:2] == (400, "BadRequest")
    assert "<Disk>" not in (await wire("GET", "services/disks")).text
    assert error(await wire("GET", VM))[2] == "No deployments were found."


async def test_a_blob_serves_one_disk_only(wire):
    """A second machine on the same media link is refused."""
    await service_with_machine(wire)
    await wire("POST", HOSTED, hosted_service("two"))
    answer = await wire("POST", f"{HOSTED}/two/deployments", machine())
    assert error(answer)[:2] == (409, "ConflictError")


async def test_deleting_a_deployment_keeps_or_takes_its_disks(stepped):
    """It stays until the operation is over; only comp=media takes the disks along."""
    await service_with_machine(stepped)
    answer = await stepped("DELETE", VM)
    assert answer.status_code == 202
    assert "<Locked>true</Locked>" in (await stepped("GET", VM)).text
    stepped.advance(30)
    assert (await stepped("GET", VM)).status_code == 404
    disks = (await stepped("GET", "services/disks")).text
    assert "<AttachedTo>" not in disks
    assert "<Disk>" in disks
    name = re.search("<Name>(.*?)</Name>", disks)[1]

    disk = f"<OSVirtualHardDisk><DiskName>{name}</DiskName></OSVirtualHardDisk>"
    await stepped("POST", f"{HOSTED}/one/deployments", machine(sets=network(), disk=disk))
    stepped.advance(600)
    attached = await stepped("DELETE", f"services/disks/{name}")
    assert error(attached)[:2] == (409, "ConflictError")
    await stepped("DELETE", f"{VM}?comp=media")
    stepped.advance(600)
    assert (await stepped("GET", f"services/disks/{name}")).status_code == 404


async def test_data_disks_are_registered_with_their_machine(wire):
    """The first one's number is not shown, as recorded."""
    data = (
        "<DataVirtualHardDisks><DataVirtualHardDisk><Lun>0</Lun>"
        "<LogicalDiskSizeInGB>20</LogicalDiskSizeInGB></DataVirtualHardDisk>"
        "<DataVirtualHardDisk><Lun>3</Lun><LogicalDiskSizeInGB>5</LogicalDiskSizeInGB>"
        "</DataVirtualHardDisk></DataVirtualHardDisks>"
    )
    await service_with_machine(wire, machine(data=data))
    text = (await wire("GET", VM)).text
    assert "<DiskLabel>one-vm-vm-0</DiskLabel>" in text
    assert text.count("<Lun>") == 1
    assert "<Lun>3</Lun><LogicalDiskSizeInGB>5</LogicalDiskSizeInGB>" in text
    assert (await wire("GET", "services/disks")).text.count("<Disk>") == 3


# --- cloud services


async def test_a_package_is_deployed_as_its_configuration_says(stepped):
    """So many instances, over as many domains, stopped unless told to start."""
    await stepped("POST", HOSTED, hosted_service("one"))
    path = f"{HOSTED}/one/deploymentslots/Production"
    assert (await stepped("POST", path, cloud_service(count=3))).status_code == 202
    stepped.advance(600)
    text = (await stepped("GET", path)).text
    assert "<Status>Suspended</Status>" in text
    assert re.findall("<InstanceName>(.*?)<", text) == [f"WorkerRole1_IN_{n}" for n in range(3)]
    assert states(await stepped("GET", path)) == ["StoppedVM"] * 3
    assert "<UpgradeDomainCount>3</UpgradeDomainCount>" in text
    assert "<OsVersion>WA-GUEST-OS-4.21_201506-01</OsVersion>" in text
    assert "<Role><RoleName>" in text


async def test_a_package_that_is_started_runs(wire):
    """Its instances are ready in the end."""
    await wire("POST", HOSTED, hosted_service("one"))
    path = f"{HOSTED}/one/deploymentslots/staging"
    await wire("POST", path, cloud_service(start="true"))
    answer = await wire("GET", path)
    assert "<DeploymentSlot>Staging</DeploymentSlot>" in answer.text
    assert states(answer) == ["ReadyRole", "ReadyRole"]


@pytest.mark.parametrize("body", [cloud_service(count=0), cloud_service(family="9")])
async def test_a_configuration_that_makes_no_sense_is_refused(wire, body):
    """No instances, or a system that does not exist."""
    await wire("POST", HOSTED, hosted_service("one"))
    answer = await wire("POST", f"{HOSTED}/one/deploymentslots/staging", body)
    assert error(answer)[:2] == (400, "BadRequest")


# --- storage accounts


async def test_a_storage_account_is_creating_until_it_is_created(stepped):
    """Its endpoints are there at once; deleting it has to wait."""
    await stepped("POST", STORAGE, storage_account("store"))
    text = (await stepped("GET", STORAGE)).text
    assert "<Status>Creating</Status>" in text
    assert "<Endpoint>https://store.blob.core.windows.net/</Endpoint>" in text
    text = (
        "Windows Azure is currently performing an operation on this storage account "
        "that requires exclusive access."
    )
    assert error(await stepped("DELETE", f"{STORAGE}/store")) == (409, "ConflictError", text)
    stepped.advance(60)
    assert "<Status>Created</Status>" in (await stepped("GET", f"{STORAGE}/store")).text
    assert (await stepped("DELETE", f"{STORAGE}/store")).status_code == 200
    gone = await stepped("GET", f"{STORAGE}/store")
    assert error(gone)[2] == "The storage account 'store' was not found."


@pytest.mark.parametrize("name", ["ab", "x" * 25, "Upper", "a-b", "\u00e4bc"])
async def test_a_malformed_storage_name_is_refused(wire, name):
    """When it is created and when it is asked about."""
    answer = await wire("POST", STORAGE, storage_account(name))
    asked = await wire("GET", f"{STORAGE}/operations/isavailable/{name}")
    assert error(answer)[2].startswith("The name is not a valid storage account name.")
    assert error(asked) == error(answer)


async def test_a_taken_storage_name_says_whose_it_is(emulator):
    """One's own account, or somebody else's."""
    own, other = wire_to(emulator), wire_to(emulator, emulator.add_subscription())
    async with own.http, other.http:
        await own("POST", STORAGE, storage_account("store"))
        again = await own("POST", STORAGE, storage_account("store"))
        asked = [
            await one("GET", f"{STORAGE}/operations/isavailable/store") for one in (own, other)
        ]
    taken = "The storage account named 'store' is already taken."
    assert error(again) == (409, "ConflictError", taken)
    assert "A storage account named 'store' already exists in the subscription." in asked[0].text
    assert taken in asked[1].text


async def test_regenerating_a_key_changes_that_key_only(wire):
    """Both are shown afterwards."""
    await wire("POST", STORAGE, storage_account("store"))
    before = await wire("GET", f"{STORAGE}/store/keys")
    body = f"<RegenerateKeys {NS}><KeyType>Secondary</KeyType></RegenerateKeys>"
    after = await wire("POST", f"{STORAGE}/store/keys?action=regenerate", body)
    keys = [re.findall("<(?:Primary|Secondary)>(.*?)<", one.text) for one in (before, after)]
    assert keys[0][0] == keys[1][0]
    assert keys[0][1] != keys[1][1]
    assert [len(base64.b64decode(key)) for key in keys[1]] == [64, 64]


async def test_keys_are_not_in_the_representation_of_the_state(wire):
    """What is logged by accident shows no secrets."""
    await wire("POST", STORAGE, storage_account("store"))
    keys = (await wire("GET", f"{STORAGE}/store/keys")).text
    assert re.search("<Primary>(.*?)<", keys)[1] not in repr(wire.emulator.cloud.state)


async def test_the_kind_of_a_storage_account_shows_in_its_copies(wire):
    """Only geo-redundant kinds have a second region."""
    kinds = {"lrs": "Standard_LRS", "grs": "Standard_GRS", "ragrs": "Standard_RAGRS"}
    texts = {}
    for name, kind in kinds.items():
        more = f"<AccountType>{kind}</AccountType>"
        await wire("POST", STORAGE, storage_account(name, more=more))
        texts[name] = (await wire("GET", f"{STORAGE}/{name}")).text
    assert "<GeoSecondaryRegion/>" in texts["lrs"]
    assert "<GeoSecondaryRegion>East US</GeoSecondaryRegion>" in texts["grs"]
    assert "<SecondaryEndpoints>" in texts["ragrs"]


async def test_an_account_with_an_image_in_it_is_not_deleted(wire):
    """The refusal names an example."""
    await wire("POST", STORAGE, storage_account("store"))
    await wire("POST", "services/images", os_image("image"))
    answer = error(await wire("DELETE", f"{STORAGE}/store"))
    assert answer[:2] == (409, "ConflictError")
    assert "e.g. image." in answer[2]
    await wire("DELETE", "services/images/image")
    assert (await wire("DELETE", f"{STORAGE}/store")).status_code == 200


async def test_an_update_of_an_account_keeps_what_it_does_not_name(wire):
    """The added properties stay."""
    await wire("POST", STORAGE, storage_account("store"))
    root = "UpdateStorageServiceInput"
    body = f"<{root} {NS}><Description>new</Description></{root}>"
    assert (await wire("PUT", f"{STORAGE}/store", body)).status_code == 200
    text = (await wire("GET", f"{STORAGE}/store")).text
    assert "<Description>new</Description>" in text
    assert "<Value>Default-Storage-WestUS</Value>" in text
    assert "<AccountType>Standard_GRS</AccountType>" in text


# --- images


async def test_an_added_image_is_shown_as_recorded(wire):
    """The service adds category, place, size, state and kind of storage."""
    answer = await wire("POST", "services/images", os_image("image"))
    assert answer.status_code == 200
    assert re.sub(' xmlns.*?".*?"', "", answer.text) == (
        "<OSImage><Category>User</Category><Label>an image</Label><Location>West US</Location>"
        "<LogicalSizeInGB>30</LogicalSizeInGB>"
        "<MediaLink>http://store.blob.core.windows.net/vhds/image.vhd</MediaLink>"
        "<Name>image</Name><OS>Linux</OS><IsPremium>false</IsPremium>"
        "<OSState>Generalized</OSState><IOType>Standard</IOType></OSImage>"
    )
    assert (await wire("GET", "services/images/image")).text == answer.text
    assert "Succeeded" in await wire.status(answer)


async def test_an_images_name_is_unique_and_a_deleted_one_is_gone(wire):
    """Platform images cannot be deleted at all."""
    await wire("POST", "services/images", os_image("image"))
    assert error(await wire("POST", "services/images", os_image("Image")))[0] == 409
    assert (await wire("DELETE", "services/images/image?comp=media")).status_code == 200
    gone = await wire("GET", "services/images/image")
    assert error(gone)[2] == "The image with the specified name does not exist."
    assert error(await wire("DELETE", f"services/images/{WINDOWS}"))[0] == 400


async def test_an_image_in_somebody_elses_account_is_refused(emulator):
    """A blob must be in the subscription's own storage."""
    own, other = wire_to(emulator), wire_to(emulator, emulator.add_subscription())
    async with own.http, other.http:
        await own("POST", STORAGE, storage_account("store"))
        answer = await other("POST", "services/images", os_image("image"))
    assert error(answer)[:2] == (400, "BadRequest")


# --- captured machines


async def test_a_specialized_capture_keeps_the_machine(stepped):
    """The image is there when the operation is over, and tells where it came from."""
    await service_with_machine(stepped)
    path = f"{VM}/roleinstances/vm/Operations"
    answer = await stepped("POST", path, capture("image"))
    assert answer.status_code == 202
    assert "<Name>image</Name>" not in (await stepped("GET", "services/vmimages")).text
    stepped.advance(120)
    assert "Succeeded" in await stepped.status(answer)
    text = (await stepped("GET", "services/vmimages?category=user")).text
    assert "<VMImageState>VMImageReadyForUse</VMImageState>" in text
    assert "<RoleStateOnCapture>ReadyRole</RoleStateOnCapture>" in text
    assert "<ServiceName>one</ServiceName><DeploymentName>vm</DeploymentName>" in text
    assert states(await stepped("GET", VM)) == ["ReadyRole"]


async def test_a_generalized_capture_deletes_the_machine(wire):
    """Its disk has become the image, and the service can be deleted at once."""
    await service_with_machine(wire)
    await wire("POST", f"{VM}/roleinstances/vm/Operations", capture("image", "Generalized"))
    assert (await wire("GET", VM)).status_code == 404
    assert "<Disk>" not in (await wire("GET", "services/disks")).text
    assert (await wire("DELETE", f"{HOSTED}/one")).status_code == 200


async def test_a_machine_can_be_made_from_a_captured_one(wire):
    """A specialized image needs no provisioning, a generalized one does."""
    await service_with_machine(wire)
    operations = f"{VM}/roleinstances/vm/Operations"
    await wire("POST", operations, capture("special"))
    await wire("POST", operations, capture("general", "Generalized"))
    for name, sets, status in (
        ("special", network(), 202),
        ("general", network(), 400),
        ("general", linux(), 202),
    ):
        body = machine("again", sets=sets, image=name)
        answer = await wire("POST", f"{HOSTED}/one/deployments", body)
        assert answer.status_code == status
        if status == 202:
            text = (await wire("GET", f"{HOSTED}/one/deployments/again")).text
            assert f"<VMImageName>{name}</VMImageName><DataVirtualHardDisks/>" in text
            assert f"<SourceImageName>{name}-os-" in text
            await wire("DELETE", f"{HOSTED}/one/deployments/again?comp=media")


async def test_an_image_name_is_captured_once(wire):
    """Names of both kinds of images share one list."""
    await service_with_machine(wire)
    operations = f"{VM}/roleinstances/vm/Operations"
    await wire("POST", operations, capture("image"))
    assert error(await wire("POST", operations, capture("image")))[0] == 409


async def test_machine_images_are_filtered(wire):
    """By publisher, category and place, without regard to case."""
    for query, count in (
        ("publisher=cloudera", 1),
        ("category=Public", 2),
        ("category=User", 0),
        ("location=West%20US", 2),
        ("location=Nowhere", 0),
        ("publisher=Cloudera&category=User", 0),
    ):
        answer = await wire("GET", f"services/vmimages?{query}")
        assert answer.text.count("<VMImage>") == count, query


async def test_deleting_a_machine_image_takes_time(stepped):
    """It is listed until the operation is over."""
    body = (
        f"<VMImage {NS}><Name>image</Name><Label>l</Label><OSDiskConfiguration>"
        "<OSState>Specialized</OSState><OS>Linux</OS>"
        "<MediaLink>https://store.blob.core.windows.net/vhds/i.vhd</MediaLink>"
        "</OSDiskConfiguration></VMImage>"
    )
    assert (await stepped("POST", "services/vmimages", body)).status_code == 202
    answer = await stepped("DELETE", "services/vmimages/image?comp=media")
    assert answer.status_code == 202
    assert "<Name>image</Name>" in (await stepped("GET", "services/vmimages")).text
    stepped.advance(30)
    assert "<Name>image</Name>" not in (await stepped("GET", "services/vmimages")).text
    assert error(await stepped("DELETE", "services/vmimages/image"))[0] == 404


# --- many


async def test_lists_of_thousands_are_served(wire):
    """Two thousand hosted services are one answer."""
    for number in range(2000):
        answer = in_process(wire, "POST", HOSTED, hosted_service(f"many{number}"))
        assert answer.status == 201
    text = (await wire("GET", HOSTED)).text
    assert text.count("<HostedService>") == 2000


def in_process(wire, method, path, body):
    from aiosm.emulator import Request

    (thumbprint,) = wire.emulator.cloud.state.subscriptions[
        wire.emulator.subscription_id
    ].thumbprints
    return wire.emulator.cloud.handle(
        Request(
            method,
            f"{wire.prefix}/{path}",
            {"x-ms-version": "2014-10-01"},
            body.encode(),
            thumbprint,
        )
    )
