"""The protocol around the resources: TLS, headers, paths, refusals."""

import asyncio
import re
import ssl

import httpx
import pytest
from bodies import NS, hosted_service
from wires import VERSION, tls_context, wire_to

from aiosm.emulator import pki

FORBIDDEN = "<Code>AuthenticationFailed</Code><Message>The server failed to authenticate"


def stranger(emulator, tmp_path, **context):
    """A client with a certificate that no subscription knows."""
    pem = tmp_path / "stranger.pem"
    pem.write_bytes(pki.management_identity("stranger").pem)
    connection = {**emulator.connection, "cert_file": str(pem)}
    verify = tls_context(connection)
    for name, value in context.items():
        setattr(verify, name, value)
    return httpx.AsyncClient(base_url=emulator.base_url, verify=verify, trust_env=False)


async def test_every_answer_has_the_headers_of_the_service(wire):
    """Request id, region, caching and server are on each answer, dates in RFC 1123."""
    answer = await wire("GET", "locations")
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-ms-request-id"])
    assert answer.headers["x-ms-servedbyregion"] == "ussouth3"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["server"].endswith("Microsoft-HTTPAPI/2.0")
    assert answer.headers["strict-transport-security"]
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT", answer.headers["date"])
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"


async def test_answers_are_one_line_without_a_declaration(wire):
    """The root has the two namespaces, in the service's order."""
    answer = await wire("GET", "services/hostedservices")
    assert answer.text == (
        '<HostedServices xmlns="http://schemas.microsoft.com/windowsazure" '
        'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"/>'
    )


async def test_an_answer_without_a_body_has_no_content_type(wire):
    """A created hosted service is answered with 201 and nothing else."""
    answer = await wire("POST", "services/hostedservices", hosted_service("one"))
    assert answer.status_code == 201
    assert answer.headers["content-length"] == "0"
    assert "content-type" not in answer.headers


async def test_a_created_service_has_a_location_in_lower_case(wire):
    """The header names the resource as the service does, not as the request did."""
    answer = await wire("POST", "services/hostedservices", hosted_service("MixedCase"))
    sub = wire.emulator.subscription_id
    assert answer.headers["location"] == (
        f"https://management.core.windows.net/subscriptions/{sub}/compute/mixedcase"
    )


@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
async def test_an_unknown_certificate_gets_the_services_own_403(emulator, tmp_path, version):
    """The handshake succeeds with any certificate; the answer says what is wrong."""
    pinned = ssl.TLSVersion[version]
    async with stranger(
        emulator, tmp_path, minimum_version=pinned, maximum_version=pinned
    ) as client:
        answer = await client.get(
            f"/{emulator.subscription_id}/locations", headers={"x-ms-version": VERSION}
        )
    assert answer.status_code == 403
    assert FORBIDDEN in answer.text


async def test_no_certificate_gets_the_same_403(emulator):
    """A client that shows nothing is a stranger, too."""
    verify = tls_context(emulator.connection, certificate=False)
    async with httpx.AsyncClient(verify=verify, trust_env=False) as client:
        answer = await client.get(f"{emulator.base_url}/{emulator.subscription_id}/locations")
    assert answer.status_code == 403
    assert FORBIDDEN in answer.text


async def test_a_certificate_opens_only_its_own_subscription(emulator):
    """Two subscriptions of one emulator do not see each other."""
    other = emulator.add_subscription()
    wire = wire_to(emulator, other)
    async with wire.http:
        assert (await wire("GET", "locations")).status_code == 200
        wire.prefix = f"/{emulator.subscription_id}"
        answer = await wire("GET", "locations")
    assert answer.status_code == 403
    assert FORBIDDEN in answer.text


async def test_an_unknown_subscription_is_403(wire):
    """Whether a subscription exists is not told to strangers."""
    wire.prefix = "/00000000-0000-0000-0000-000000000000"
    assert (await wire("GET", "locations")).status_code == 403


async def test_a_registered_token_is_as_good_as_a_certificate(emulator):
    """Bearer tokens count only if they were registered."""
    verify = tls_context(emulator.connection, certificate=False)
    emulator.add_token("good")
    url = f"{emulator.base_url}/{emulator.subscription_id}/locations"
    statuses = []
    async with httpx.AsyncClient(verify=verify, trust_env=False) as client:
        for token in ("good", "bad"):
            headers = {"x-ms-version": VERSION, "authorization": f"Bearer {token}"}
            statuses.append((await client.get(url, headers=headers)).status_code)
    assert statuses == [200, 403]


@pytest.mark.parametrize("version", [None, "", "2014-13-01", "yesterday", "2030-01-01"])
async def test_the_version_header_must_be_there_and_make_sense(wire, version):
    """Without a known version the request is refused."""
    del wire.http.headers["x-ms-version"]
    headers = {} if version is None else {"x-ms-version": version}
    answer = await wire("GET", "locations", **headers)
    assert answer.status_code == 400
    assert "<Code>MissingOrIncorrectVersionHeader</Code>" in answer.text


async def test_an_unknown_path_is_404(wire):
    """The refusal has the service's error body."""
    answer = await wire("GET", "services/nothing")
    assert answer.status_code == 404
    assert "<Code>ResourceNotFound</Code>" in answer.text


async def test_a_wrong_verb_is_400(wire):
    """The service answers 400 here, not 405."""
    answer = await wire("DELETE", "locations")
    assert answer.status_code == 400
    assert "<Code>InvalidHttpVerb</Code>" in answer.text


@pytest.mark.parametrize("path", ["LOCATIONS", "/locations", "locations/", "//locations//"])
async def test_paths_are_read_generously(wire, path):
    """Case, doubled and trailing slashes do not matter."""
    assert (await wire("GET", path)).status_code == 200


async def test_names_in_paths_are_percent_decoded(wire):
    """An odd name comes back in the error as it was meant, and escaped for XML."""
    answer = await wire("GET", "services/storageservices/a%20%3Cb%3E%01")
    assert answer.status_code == 404
    assert "The storage account 'a &lt;b&gt;\ufffd' was not found." in answer.text


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not xml",
        "<CreateHostedService>",
        f"<Other {NS}/>",
        f"<CreateHostedService {NS}><Label>YQ==</Label></CreateHostedService>",
        "<CreateHostedService><ServiceName>a</ServiceName></CreateHostedService>",
        b"\xff\xfe\x00",
    ],
)
async def test_a_body_that_is_no_such_document_is_refused(wire, body):
    """Not well-formed, another root, no namespace, a required element missing: 400."""
    answer = await wire("POST", "services/hostedservices", body)
    assert answer.status_code == 400
    assert "<Code>InvalidXmlRequest</Code>" in answer.text


@pytest.mark.parametrize(
    "start",
    [
        "<!DOCTYPE x>",
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
    ],
)
async def test_document_types_are_refused(wire, start):
    """No request has one, so none is read, whatever it declares."""
    answer = await wire("POST", "services/hostedservices", start + hosted_service("one"))
    assert answer.status_code == 400
    assert "<Code>InvalidXmlRequest</Code>" in answer.text


async def test_a_huge_body_is_refused_and_the_server_lives_on(wire):
    """Two megabytes are too much; the next request is served."""
    answer = await wire("POST", "services/hostedservices", b"x" * 2_000_000)
    assert answer.status_code == 413
    assert "<Code>BadRequest</Code>" in answer.text
    assert (await wire("GET", "locations")).status_code == 200


async def test_deeply_nested_bodies_do_no_harm(wire):
    """A hundred thousand levels are refused like any other nonsense."""
    answer = await wire("POST", "services/hostedservices", "<a>" * 100_000 + "</a>" * 100_000)
    assert answer.status_code == 400


async def test_a_prefixed_namespace_is_as_good_as_a_default_one(wire):
    """Clients choose their prefixes, and their order of elements."""
    body = (
        '<w:CreateHostedService xmlns:w="http://schemas.microsoft.com/windowsazure">'
        "<w:Location>West US</w:Location><w:Label>YQ==</w:Label>\n"
        "<w:ServiceName>prefixed</w:ServiceName></w:CreateHostedService>"
    )
    answer = await wire("POST", "services/hostedservices", body)
    assert answer.status_code == 201


async def test_clients_that_wait_for_continue_are_told_to(emulator):
    """.NET clients announce bodies and wait for "100 Continue"."""
    context = tls_context(emulator.connection)
    port = int(emulator.base_url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    body = hosted_service("dotnet").encode()
    writer.write(
        f"POST /{emulator.subscription_id}/services/hostedservices HTTP/1.1\r\nHost: x\r\n"
        f"x-ms-version: {VERSION}\r\nContent-Length: {len(body)}\r\n"
        "Expect: 100-continue\r\nConnection: close\r\n\r\n".encode()
    )
    assert (await reader.readline()).startswith(b"HTTP/1.1 100")
    await reader.readline()
    writer.write(body)
    assert (await reader.readline()).startswith(b"HTTP/1.1 201")
    writer.close()
    await writer.wait_closed()


async def test_passwords_are_neither_logged_nor_kept(wire, caplog):
    """The machine's password is nowhere in the state or the log."""
    from bodies import linux, machine

    caplog.set_level(0)
    await wire("POST", "services/hostedservices", hosted_service("one"))
    body = machine(sets=linux(password="hunter2-hunter2"))
    assert (await wire("POST", "services/hostedservices/one/deployments", body)).status_code == 202
    assert "hunter2" not in repr(wire.emulator.cloud.state)
    assert "hunter2" not in caplog.text
