"""Redirects are followed to hosts of the same cloud and nowhere else."""

from __future__ import annotations

import httpx
import pytest
from support import REQUEST_ID, SUBSCRIPTION, SUCCEEDED, Service, accepted, client_of, reply

import aiosm
from aiosm.line import Line
from aiosm.transport import Timeouts
from aiosm.transport.through_httpx import OwnTransport

CLOUD = "management.core.windows.net"


# Redirects.


def redirect(location: str):
    return reply(307, location=location)


async def test_a_redirect_within_the_cloud_is_followed_as_it_was() -> None:
    """Quirk 8: same method, path, query, body and headers, but to hosts of the cloud alone."""
    service = Service(redirect(f"https://ussouth.{CLOUD}/elsewhere?lost"), accepted())
    client = client_of(service, token="t0ken")
    await client.create_storage_account("web1data", None, "data", location="West US")
    first, second = service.requests
    assert second.url == first.url.copy_with(host=f"ussouth.{CLOUD}")
    assert (second.method, second.content) == (first.method, first.content)
    assert {**second.headers, "host": ""} == {**first.headers, "host": ""}
    assert second.headers["host"] == f"ussouth.{CLOUD}"


@pytest.mark.parametrize("method", ["get", "put", "post", "delete"])
async def test_every_method_follows_a_redirect(method: str) -> None:
    """The recorded service redirects GET, POST and PUT."""
    service = Service(redirect(f"https://east.{CLOUD}/x?y"), reply(200))
    await getattr(client_of(service), f"perform_{method}")("/s/x?comp=media")
    assert service.methods == [method.upper()] * 2
    assert service.requests[1].url.raw_path == b"/s/x?comp=media"


@pytest.mark.parametrize(
    "location",
    [
        "https://stranger.test/",
        "https://evilmanagement.core.windows.net/",
        f"https://{CLOUD}.evil.test/",
        f"http://{CLOUD}/",
        f"http://east.{CLOUD}/",
        f"https://east.{CLOUD}:8443/",
        f"https://user:hush@east.{CLOUD}/",
        f"https://{CLOUD}@stranger.test/",
        f"//east.{CLOUD}/",
        "/elsewhere",
        "ftp://x.test/",
        "https://",
        "",
        f"https://east.{CLOUD}:port/",
        f"https://east.{CLOUD}:99999999/",
        "https://[::1",
        "https://management.core.chinacloudapi.cn/",
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
async def test_a_redirect_elsewhere_is_refused(method: str, location: str) -> None:
    """Nothing is sent there: the certificate and the token would go along."""
    service = Service(redirect(location))
    client = client_of(service, token="t0ken")
    # As for a client with its own transport: a given httpx client fails on the worst by itself.
    client._session.connection._line = Line(
        OwnTransport(httpx.MockTransport(service), Timeouts(5, 5, 5, 5))
    )
    with pytest.raises(aiosm.ServiceRequestError, match="redirected to") as caught:
        await getattr(client, f"perform_{method}")("/s/x")
    assert len(service.requests) == 1
    assert not caught.value.retriable
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("location", [f"https://east.{CLOUD}:port/", "https://[::1"])
async def test_a_given_client_that_cannot_read_a_location_fails_as_ours(location: str) -> None:
    """It is read by httpx before aiosm can; httpx's error does not come through."""
    service = Service(redirect(location))
    with pytest.raises(aiosm.ServiceManagementError):
        await client_of(service, retry=aiosm.NO_RETRY).list_hosted_services()
    assert len(service.requests) == 1


async def test_an_endpoint_of_one_s_own_redirects_only_to_itself() -> None:
    """A private endpoint is no part of the public cloud."""
    service = Service(redirect("https://asm.test:8443/x"), reply(200))
    client = client_of(service, base_url="https://asm.test:8443")
    await client.perform_get("/s/x")
    service = Service(redirect(f"https://{CLOUD}/x"))
    with pytest.raises(aiosm.ServiceRequestError):
        await client_of(service, base_url="https://asm.test:8443").perform_get("/s/x")
    assert len(service.requests) == 1


async def test_a_redirect_without_a_location_is_an_error() -> None:
    """There is nowhere to go."""
    with pytest.raises(aiosm.HttpResponseError) as caught:
        await client_of(Service(reply(307))).list_hosted_services()
    assert caught.value.status_code == 307


async def test_redirects_in_circles_come_to_an_end() -> None:
    """After a few, and the circle is not taken up again."""
    service = Service(redirect(f"https://{CLOUD}/"))
    with pytest.raises(aiosm.ServiceRequestError, match="redirected more than 3 times") as caught:
        await client_of(service).list_hosted_services()
    assert len(service.requests) <= 4
    assert not caught.value.retriable


@pytest.mark.parametrize("status", [301, 302, 303, 308])
async def test_other_redirects_are_not_followed(status: int) -> None:
    """The service knows 307 only; 303 would turn a write into a GET."""
    service = Service(reply(status, location=f"https://east.{CLOUD}/"))
    with pytest.raises(aiosm.HttpResponseError) as caught:
        await client_of(service).list_hosted_services()
    assert caught.value.status_code == status
    assert len(service.requests) == 1


async def test_an_operation_started_by_a_redirected_call_is_followed_at_home() -> None:
    """The poller asks the client's own endpoint."""
    service = Service(redirect(f"https://east.{CLOUD}/x"), accepted(), SUCCEEDED)
    await (await client_of(service).delete_deployment("web", "web-1"))
    assert str(service.requests[2].url) == (
        f"https://{CLOUD}/{SUBSCRIPTION}/operations/{REQUEST_ID}"
    )
