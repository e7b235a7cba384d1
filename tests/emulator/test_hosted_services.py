"""Hosted services and operations: names, limits, deletion, and when a write is done."""

import re

import pytest
from bodies import NS, b64, hosted_service, storage_account
from steps import HOSTED, STORAGE, VM, error, service_with_machine, states
from wires import wire_to

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
