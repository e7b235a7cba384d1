"""A client of httpx2 serves as well as one of httpx."""

import httpx2
import pytest

import aiosm

LOCATIONS = (
    '<Locations xmlns="http://schemas.microsoft.com/windowsazure">'
    "<Location><Name>West US</Name></Location></Locations>"
)


def client(handler, **options):
    return aiosm.AsyncServiceManagementClient(
        "sub-1",
        http_client=httpx2.AsyncClient(transport=httpx2.MockTransport(handler)),
        retry=aiosm.NO_RETRY,
        **options,
    )


async def test_an_operation_runs_over_httpx2():
    """The request goes out and the answer is read."""
    seen = []

    def handler(request):
        seen.append(request)
        return httpx2.Response(200, text=LOCATIONS)

    locations = await client(handler, timeout=7).list_locations()
    assert [location.name for location in locations] == ["West US"]
    assert seen[0].headers["x-ms-version"] == "2014-10-01"
    assert seen[0].extensions["timeout"]["read"] == 7


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (httpx2.ConnectError("refused"), aiosm.ServiceRequestError),
        (httpx2.ConnectTimeout("slow"), aiosm.ServiceRequestError),
        (httpx2.ReadError("reset"), aiosm.OutcomeUnknownError),
        (httpx2.ReadTimeout("slow"), aiosm.OutcomeUnknownError),
    ],
)
async def test_failures_of_httpx2_are_told_apart(failure, expected):
    """Its exceptions become the same ones of ours as httpx's."""

    def handler(_request):
        raise failure

    with pytest.raises(expected):
        await client(handler).create_hosted_service("web", "web", location="West US")
