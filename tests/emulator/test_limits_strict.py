"""Strict mode: what is not documented is refused and named; otherwise it is taken as recorded."""

import json
from pathlib import Path

import pytest
from bodies import b64, hosted_service, machine, storage_account
from steps import HOSTED, STORAGE, error
from wires import wire_to

import aiosm
from aiosm.demo.display import Display
from aiosm.demo.guide import run_guide
from aiosm.emulator import Emulator, Request
from aiosm.emulator.errors import ServiceFault
from aiosm.emulator.naming import OPERATIONS, target_of
from aiosm.emulator.registry import ROUTES
from aiosm.emulator.routing import Router
from aiosm.emulator.strict import _elements, check

WIRE = Path(__file__).parents[3] / "shared/wire"
ROUTER = Router(ROUTES)
NS = "http://schemas.microsoft.com/windowsazure"
GROUP = ("<Name>a</Name>", f"<Label>{b64('a')}</Label>", "<Location>West US</Location>")


@pytest.fixture
async def strict():
    """Requests to an emulator in strict mode."""
    async with Emulator(strict=True) as emulator:
        wire = wire_to(emulator)
        async with wire.http:
            yield wire


def group(*parts, root="CreateAffinityGroup", namespace=NS):
    return f'<{root} xmlns="{namespace}">{"".join(parts)}</{root}>'


async def both(strict, wire, body, **headers):
    """What strict mode says to a new affinity group, and that the other takes it."""
    assert (await wire("POST", "affinitygroups", body, **headers)).status_code == 201
    return error(await strict("POST", "affinitygroups", body, **headers))


async def test_what_is_documented_is_taken(strict):
    """In its order, with what is optional and without it."""
    assert (await strict("POST", "affinitygroups", group(*GROUP))).status_code == 201
    assert (await strict("POST", HOSTED, hosted_service("one"))).status_code == 201
    assert (await strict("POST", STORAGE, storage_account("shop"))).status_code == 202
    assert (await strict("POST", f"{HOSTED}/one/deployments", machine())).status_code == 202
    assert (await strict("GET", HOSTED)).status_code == 200


async def test_an_element_that_is_not_known_is_named(strict, wire):
    """The service would pass over it in silence."""
    status, code, text = await both(strict, wire, group(*GROUP, "<Colour>red</Colour>"))
    assert (status, code) == (400, "InvalidXmlRequest")
    assert text.endswith(f"CreateAffinityGroup has no element Colour in the namespace {NS}.")


async def test_an_element_within_a_text_is_not_known_either(strict, wire):
    """However deep it is."""
    odd = "<Description>a<b/></Description>"
    _, _, text = await both(strict, wire, group(*GROUP[:2], odd, GROUP[2]))
    assert "Description has no element b" in text


async def test_an_element_that_comes_too_late_is_named(strict, wire):
    """The service would take it for missing."""
    _, _, text = await both(strict, wire, group(GROUP[0], GROUP[2], GROUP[1]))
    assert text.endswith("in CreateAffinityGroup, Label must come before Location.")


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ((*GROUP, GROUP[2]), "CreateAffinityGroup has Location only once."),
        ((GROUP[0], GROUP[0], *GROUP[1:]), "CreateAffinityGroup has Name only once."),
        ((*GROUP[:2], "hello", GROUP[2]), "and no text such as 'hello'."),
        ((*GROUP[:2], '<Location foo="1">West US</Location>'), "Location has no attribute foo."),
    ],
    ids=str,
)
async def test_a_body_has_nothing_beside_what_it_has(strict, wire, parts, text):
    """Nothing twice, no stray text, no attribute."""
    status, code, said = await both(strict, wire, group(*parts))
    assert (status, code) == (400, "InvalidXmlRequest")
    assert said.replace("&#x27;", "'").endswith(text)


@pytest.mark.parametrize("version", ["2014-10-02", "2014-11-01", "2017-12-31"])
async def test_a_version_that_never_was_is_refused(strict, wire, version):
    """Those there were are of the first of a month, but for two."""
    headers = {"x-ms-version": version}
    assert (await wire("GET", "locations", **headers)).status_code == 200
    assert "never was a version" in error(await strict("GET", "locations", **headers))[2]
    odd = {"x-ms-version": "2011-02-25"}
    assert (await strict("GET", "locations", **odd)).status_code == 200


async def test_a_query_that_nothing_has_is_refused(strict, wire):
    """Those of operations are taken, in any case."""
    assert (await wire("GET", f"{HOSTED}?foo=bar")).status_code == 200
    assert "no query parameter" not in (await strict("GET", f"{HOSTED}?Comp=x")).text
    assert "query parameter" in error(await strict("GET", f"{HOSTED}?foo=bar"))[2]
    assert "no operation has comp='x'" in error(await strict("GET", f"{HOSTED}?Comp=x"))[2]
    twice = await strict("GET", f"{HOSTED}?comp=media&comp=media")
    assert "has 'comp' twice" in error(twice)[2]


@pytest.mark.parametrize("name", ["Status", "KeyType"])
async def test_what_is_alone_is_not_always_a_list(strict, name):
    """Only items of lists may be repeated."""
    twice = f"<{name}>x</{name}>" * 2
    path, root = {
        "Status": (f"{HOSTED}/web/deployments/web/?comp=status", "UpdateDeploymentStatus"),
        "KeyType": ("services/storageservices/shop/keys?action=regenerate", "RegenerateKeys"),
    }[name]
    answer = await strict("POST", path, group(twice, root=root))
    assert f"has {name} only once" in error(answer)[2]


async def test_a_root_that_nothing_has_is_refused(strict):
    """Where operations are told apart by it."""
    place = f"{HOSTED}/one/deployments/vm/roles/operations"
    text = error(await strict("POST", place, f'<Odd xmlns="{NS}"/>'))[2]
    assert "must be one of StartRoleOperation, RestartRoleOperation" in text


async def test_an_element_that_is_missing_is_named(strict, wire):
    """Which the service itself leaves its users to find."""
    status, code, text = error(await strict("POST", "affinitygroups", group(*GROUP[:2])))
    assert (status, code) == (400, "InvalidXmlRequest")
    assert text.endswith("CreateAffinityGroup must have an element Location.")


async def test_another_namespace_is_another_element(strict, wire):
    """Also if it has the same name."""
    odd = '<Description xmlns="urn:other">a</Description>'
    _, _, text = await both(strict, wire, group(*GROUP[:2], odd, GROUP[2]))
    assert "has no element Description" in text


async def test_a_body_has_its_type(strict, wire):
    """Atom entries, which the old SDK says it sends, are taken otherwise."""
    headers = {"Content-Type": "application/atom+xml;type=entry;charset=utf-8"}
    status, code, text = await both(strict, wire, group(*GROUP), **headers)
    assert (status, code) == (400, "InvalidContentType")
    assert "must be application/xml, not 'application/atom+xml'" in text


async def test_an_operation_is_there_since_its_version(strict, wire):
    """An older version knows nothing of it."""
    headers = {"x-ms-version": "2013-11-01"}
    assert (await wire("GET", "services/vmimages", **headers)).status_code == 200
    status, code, text = error(await strict("GET", "services/vmimages", **headers))
    assert (status, code) == (400, "MissingOrIncorrectVersionHeader")
    assert "list_vm_images needs x-ms-version 2014-02-01 or later" in text


async def test_an_operation_without_a_body_gets_none(strict, wire):
    """Something is misunderstood if it does."""
    await strict("POST", HOSTED, hosted_service("one"))
    place = f"{HOSTED}/one"
    assert "has no request body" in error(await strict("DELETE", place, "<a/>"))[2]
    assert (await strict("DELETE", place)).status_code == 200


@pytest.mark.parametrize(
    "body", [b"<a", b"\xff\xfe", b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", b"<a/><b/>", b""]
)
async def test_what_is_no_document_is_no_500(strict, body):
    """In strict mode as otherwise."""
    headers = {"Content-Type": "application/xml"}
    answer = await strict.http.post(
        f"{strict.prefix}/affinitygroups", content=body, headers=headers
    )
    assert error(answer)[:2] == (400, "InvalidXmlRequest")


async def test_the_guide_runs_in_strict_mode():
    """What aiosm sends is as documented."""
    display = Display(lambda _: lambda: None, lambda *_: None)
    async with (
        Emulator(strict=True) as emulator,
        aiosm.AsyncServiceManagementClient(
            **emulator.connection, polling=aiosm.PollingPolicy(first=0, interval=0.01)
        ) as client,
    ):
        await run_guide(client, display)
    refused = [one for one in emulator.requests if "Strict" in one.response_body]
    assert refused == []


def recorded():
    for line in (WIRE / "dev.jsonl").read_text().splitlines():
        one = json.loads(line)
        if one.get("request_body") and one["status"] < 300:
            yield one["method"], one["path"], one["request_body"]


@pytest.mark.skipif(not WIRE.is_dir(), reason="the recordings are not here")
def test_recorded_requests_are_documented_but_for_one_mistake():
    """The old SDK wrote a listener's parts in an order that made the service drop one of them."""
    checked, refused = 0, set()
    for method, path, body in recorded():
        headers = {"x-ms-version": "2015-04-01", "content-type": "application/xml"}
        request = Request(method, path, headers, body.encode())
        operation = target_of(request, ROUTER).operation
        if operation:
            checked += 1
            try:
                check(operation, request)
            except ServiceFault as fault:
                refused.add(fault.message.partition("Strict mode: ")[2])
    assert checked > 60
    assert refused == {"in Listener, CertificateThumbprint must come before Protocol."}


def written(name, known, without=None, at=()):
    """A body with everything that may be in it, except for what is at one place."""
    inside = "".join(
        written(one, within, without, (*at, one))
        for one, within, *_ in known
        if (*at, one) != without
    )
    return f'<{name} xmlns="{NS}">{inside}</{name}>' if not at else f"<{name}>{inside}</{name}>"


def required(known, at=()):
    for name, within, *marked in known:
        if marked:
            yield (*at, name)
        yield from required(within, (*at, name))


@pytest.mark.parametrize("operation", sorted(_elements()))
def test_each_required_element_must_be_there(operation):
    """Wherever what it is in is there; what is whole is taken."""
    known = _elements()[operation]
    headers = {"x-ms-version": "2015-04-01", "content-type": "application/xml"}

    def checked(without=None):
        check(operation, Request("POST", "/", headers, written("Root", known, without).encode()))

    checked()
    for place in required(known):
        with pytest.raises(ServiceFault) as caught:
            checked(place)
        parent = place[-2] if len(place) > 1 else "Root"
        assert (caught.value.status, caught.value.code) == (400, "InvalidXmlRequest")
        assert caught.value.message.endswith(f"{parent} must have an element {place[-1]}.")


def test_marks_are_spelled_as_they_are_read():
    """There is only one."""
    marks = [mark for known in _elements().values() for mark in marks_of(known)]
    assert set(marks) == {"required"}
    assert len(marks) > 100


def marks_of(known):
    for _, within, *marked in known:
        yield from marked
        yield from marks_of(within)


@pytest.mark.skipif(not WIRE.is_dir(), reason="the recordings are not here")
def test_what_the_old_sdk_sends_lacks_nothing():
    """With every argument and with the fewest; that it has no name for some is another matter."""
    checked, refused = 0, set()
    for file in sorted((WIRE / "captured").glob("[a-z]*.json")):
        sent = json.loads(file.read_text())["request"]
        headers = {"x-ms-version": "2015-04-01", "content-type": "application/xml"}
        path = sent["url"].partition(".net")[2]
        request = Request(sent["method"], path, headers, (sent["body"] or "").encode())
        operation = target_of(request, ROUTER).operation
        if operation and sent["body"]:
            checked += 1
            try:
                check(operation, request)
            except ServiceFault as fault:
                refused.add((file.name, fault.message.partition("Strict mode: ")[2]))
    assert checked > 60
    assert not {one for one in refused if "must have" in one[1]}, refused


def test_every_operation_with_a_body_has_its_elements():
    """And none is listed that there is not."""
    assert set(_elements()) < OPERATIONS
    writing = {one for one in OPERATIONS if one.startswith(("create_", "add_", "update_"))}
    assert writing <= set(_elements())
