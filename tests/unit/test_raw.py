"""Requests to paths that have no method of their own."""

from __future__ import annotations

import httpx
import pytest
from support import REQUEST_ID, SUBSCRIPTION, Service, client_of, error_body, failing, reply
from support import silent_client as silent

import aiosm

PATH = f"/{SUBSCRIPTION}/services/anything"


def call(client: aiosm.AsyncServiceManagementClient, method: str, path: str, **more):
    return getattr(client, f"perform_{method.lower()}")(path, **more)


METHODS = pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])


@METHODS
async def test_the_answer_comes_back_as_it_is(method: str) -> None:
    """Status, headers in any case, request id and bytes."""
    service = Service(reply(202, b"\x00<raw>", x_ms_request_id=REQUEST_ID))
    answer = await call(client_of(service), method, PATH)
    assert answer.status == 202
    assert answer.body == b"\x00<raw>"
    assert answer.request_id == REQUEST_ID
    assert answer.headers["X-MS-Request-ID"] == REQUEST_ID
    assert service.methods == [method]
    assert service.requests[0].url.path == PATH


async def test_an_answer_without_request_id_has_none() -> None:
    """Nothing is made up."""
    assert (await client_of(Service(reply(200))).perform_get(PATH)).request_id is None


@METHODS
async def test_the_version_is_the_client_s_unless_given(method: str) -> None:
    """Some operations exist in newer versions only."""
    service = Service(reply(200))
    client = client_of(service, api_version="2013-08-01")
    await call(client, method, PATH)
    await call(client, method, PATH, x_ms_version="2015-04-01")
    assert [request.headers["x-ms-version"] for request in service.requests] == [
        "2013-08-01",
        "2015-04-01",
    ]


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize(
    ("body", "sent"),
    [
        (None, b""),
        ("<A>\u00e9</A>", b"<A>\xc3\xa9</A>"),
        (b"<A/>", b"<A/>"),
        ({"A": {"@x": "1", "B": ["2", "3"]}}, b'<A x="1"><B>2</B><B>3</B></A>'),
    ],
)
async def test_the_body_may_be_text_bytes_or_a_dict(method: str, body, sent: bytes) -> None:
    """A dict is written as xmltodict writes it."""
    service = Service(reply(200))
    await call(client_of(service), method, PATH, body=body)
    assert service.requests[0].content == sent
    assert service.requests[0].headers["content-type"].startswith("application/xml")


async def test_a_get_has_no_body_and_no_content_type() -> None:
    """There is nothing to describe."""
    service = Service(reply(200))
    await client_of(service).perform_get(PATH)
    assert service.requests[0].content == b""
    assert "content-type" not in service.requests[0].headers


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/s/a?comp=media&x=1", b"/s/a?comp=media&x=1"),
        ("/s/a b", b"/s/a%20b"),
        ("/s/a%20b", b"/s/a%20b"),
        ("/s/50%", b"/s/50%25"),
        ("/s/\u00e9", b"/s/%C3%A9"),
        ("/s/a#b", b"/s/a%23b"),
        ("/s/a?x=y z", b"/s/a?x=y%20z"),
        ("/s/a\r\nHost: evil", b"/s/a%0D%0AHost%3A%20evil"),
        ("//evil.test/s", b"//evil.test/s"),
        ("/@evil.test/s", b"/%40evil.test/s"),
    ],
)
async def test_what_may_not_stand_in_a_url_is_quoted_once(path: str, sent: bytes) -> None:
    """What is quoted already stays, and the host stays the client's."""
    service = Service(reply(200))
    await client_of(service).perform_get(path)
    assert service.requests[0].url.raw_path == sent
    assert service.requests[0].url.host == "management.core.windows.net"


@METHODS
@pytest.mark.parametrize(
    "path", ["", " ", "s/a", "https://evil.test/", "?a", "/s/../x", "/s/./x", "/..", "/s/%2e%2E/x"]
)
async def test_what_is_no_path_is_refused(method: str, path: str) -> None:
    """Before anything is sent."""
    with pytest.raises(ValueError, match="path"):
        await call(silent(), method, path)


@METHODS
async def test_a_path_that_is_no_text_is_refused(method: str) -> None:
    """Before anything is sent."""
    with pytest.raises(TypeError, match="path"):
        await call(silent(), method, None)


@METHODS
@pytest.mark.parametrize(
    "version", [" ", "latest", "2014-10-01\r\nX: y", "2014-10-1", "\u0662014-10-01"]
)
async def test_a_version_of_another_form_is_refused(method: str, version: str) -> None:
    """It becomes a header."""
    with pytest.raises(ValueError, match="x_ms_version"):
        await call(silent(), method, PATH, x_ms_version=version)


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("body", [7, ["<A/>"], object()])
async def test_a_body_of_another_kind_is_refused(method: str, body) -> None:
    """Before anything is sent."""
    with pytest.raises(TypeError, match="body must be str, bytes or a dict"):
        await call(silent(), method, PATH, body=body)


async def test_errors_and_retries_are_those_of_every_operation() -> None:
    """GET is repeated, POST is not, and errors have their kinds."""
    service = Service(reply(500), reply(409, error_body("ConflictError", "no")))
    with pytest.raises(aiosm.ConflictError):
        await client_of(service).perform_get(PATH)
    assert service.methods == ["GET", "GET"]
    service = Service(failing(httpx.ReadError("gone")))
    with pytest.raises(aiosm.OutcomeUnknownError):
        await client_of(service).perform_post(PATH, "<A/>")
    assert service.methods == ["POST"]


async def test_an_answer_is_read_as_dicts_on_demand() -> None:
    """As xmltodict reads it."""
    answer = await client_of(Service(reply(200, "<A><B>1</B><B>2</B></A>"))).perform_get(PATH)
    assert answer.to_dict() == {"A": {"B": ["1", "2"]}}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"plain",
        b"<A><B></A>",
        b"<A>",
        b"\xff\xfe",
        b'<!DOCTYPE A [<!ENTITY x "y">]><A>&x;</A>',
        b"<A>&undefined;</A>",
    ],
)
async def test_what_is_no_xml_is_a_decode_error(body: bytes) -> None:
    """With the request id, by which the service's people find the call."""
    answer = aiosm.RawResponse(200, httpx.Headers({"x-ms-request-id": "7"}), body)
    with pytest.raises(aiosm.DecodeError) as caught:
        answer.to_dict()
    assert caught.value.request_id == "7"


def test_the_body_is_not_shown() -> None:
    """It may hold keys."""
    assert "secret" not in repr(aiosm.RawResponse(200, {}, b"secret"))
