"""Storage accounts, images, and machines captured as images."""

import base64
import re

import pytest
from bodies import (
    NS,
    WINDOWS,
    capture,
    linux,
    machine,
    network,
    os_image,
    shutdown,
    storage_account,
)
from steps import HOSTED, STORAGE, VM, error, service_with_machine, states
from wires import wire_to

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
    operations = f"{VM}/roleinstances/vm/Operations"
    refused = await wire("POST", operations, capture("image", "Generalized"))
    assert error(refused) == (
        409, "ConflictError", "Role vm must be stopped before it can be captured.",
    )  # fmt: skip
    await wire("POST", operations, shutdown())
    await wire("POST", operations, capture("image", "Generalized"))
    assert (await wire("GET", VM)).status_code == 404
    assert "<Disk>" not in (await wire("GET", "services/disks")).text
    assert (await wire("DELETE", f"{HOSTED}/one")).status_code == 200


async def test_a_machine_can_be_made_from_a_captured_one(wire):
    """A specialized image needs no provisioning, a generalized one does."""
    await service_with_machine(wire)
    operations = f"{VM}/roleinstances/vm/Operations"
    await wire("POST", operations, capture("special"))
    await wire("POST", operations, shutdown())
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
