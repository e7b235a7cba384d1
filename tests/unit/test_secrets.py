"""No secret shows in a repr, a message, a log record or an exception."""

from __future__ import annotations

import logging
import traceback

import httpx
import pytest
from support import (
    IN_PROGRESS,
    REQUEST_ID,
    SUBSCRIPTION,
    SUCCEEDED,
    THROTTLED,
    Service,
    accepted,
    client_of,
    document,
    error_body,
    failing,
    reply,
    texts_of,
)

import aiosm

PASSWORD = "Pa55word-hush"
KEY = "c3RvcmFnZS1rZXktaHVzaA=="
TOKEN = "eyJ0b2tlbi1odXNo"
CUSTOM_DATA = "cloud-config-hush"
SECRETS = (PASSWORD, KEY, TOKEN, CUSTOM_DATA)

LINUX = aiosm.LinuxConfigurationSet("host", "user", PASSWORD, True, custom_data=CUSTOM_DATA)
WINDOWS = aiosm.WindowsConfigurationSet(
    "win",
    PASSWORD,
    custom_data=CUSTOM_DATA,
    domain_join=aiosm.DomainJoin(aiosm.Credentials("domain", "joiner", PASSWORD), "domain"),
)
KEYS = document(
    "StorageService",
    f"<Url>https://x.test</Url><StorageServiceKeys><Primary>{KEY}</Primary>"
    f"<Secondary>{KEY}</Secondary></StorageServiceKeys>",
)


def assert_silent(*texts: str) -> None:
    for text in texts:
        for secret in SECRETS:
            assert secret not in text


@pytest.mark.parametrize(
    "value",
    [
        LINUX,
        WINDOWS,
        aiosm.ConfigurationSets([LINUX, WINDOWS]),
        aiosm.StorageServiceKeys(KEY, KEY),
        aiosm.StorageService(storage_service_keys=aiosm.StorageServiceKeys(KEY, KEY)),
        aiosm.Credentials("domain", "user", PASSWORD),
        aiosm.ComponentSetting("AutoLogon", PASSWORD),
        aiosm.RawResponse(200, httpx.Headers(), KEY.encode()),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_secret_is_not_shown_by_what_holds_it(value: object) -> None:
    """Neither in repr nor in str nor in a format."""
    assert_silent(repr(value), str(value), f"{value}", f"{[value]}", f"{value!r:>500}")


def test_a_secret_that_is_set_is_shown_as_set() -> None:
    """Masked, not left out, so that one can see it is there."""
    assert "user_password=***" in repr(LINUX)


def test_a_client_shows_no_token() -> None:
    """Nor do its options."""
    client = client_of(Service(SUCCEEDED), token=TOKEN)
    poller = client.resume_operation(REQUEST_ID)
    assert_silent(
        repr(client), repr(client._session.options), repr(poller), poller.token, str(poller)
    )


def test_a_proxy_s_password_is_not_shown() -> None:
    """It stays inside the transport."""
    client = aiosm.AsyncServiceManagementClient(
        SUBSCRIPTION, token=TOKEN, proxy=f"http://me:{PASSWORD}@p.test:1"
    )
    assert_silent(repr(client), repr(client._session.options))


def machine(client: aiosm.AsyncServiceManagementClient, system: object = LINUX):
    return client.create_virtual_machine_deployment(
        "web", "web-1", "production", "web", "web-1", system,
        aiosm.OSVirtualHardDisk("image", "https://x.test/1.vhd"),
    )  # fmt: skip


FAILURES = [
    failing(httpx.ConnectError("refused")),
    failing(httpx.ReadError("gone")),
    failing(httpx.ReadTimeout("late")),
    reply(400, error_body("BadRequest", "no")),
    reply(403, "<html>no</html>"),
    reply(409, error_body("ConflictError", "busy")),
    reply(500),
    THROTTLED,
    reply(307, location="https://stranger.test/"),
    reply(202),
]


@pytest.mark.parametrize("system", [LINUX, WINDOWS], ids=["linux", "windows"])
@pytest.mark.parametrize("answer", FAILURES)
async def test_a_failed_call_tells_no_secret(
    answer, system, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither its exception with all behind it, nor the log at its most talkative."""
    caplog.set_level(logging.DEBUG)
    client = client_of(Service(answer), token=TOKEN)
    with pytest.raises(aiosm.ServiceManagementError) as caught:
        await machine(client, system)
    shown = "".join(traceback.format_exception(caught.value))
    assert_silent(texts_of(caught.value), shown, caplog.text)


async def test_a_call_that_succeeds_logs_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    """But method, path, status and request id, by which it can be found."""
    caplog.set_level(logging.DEBUG)
    client = client_of(Service(accepted(), IN_PROGRESS, reply(500), SUCCEEDED), token=TOKEN)
    await (await machine(client))
    await client.aclose()
    assert_silent(caplog.text, *(repr(vars(record)) for record in caplog.records))
    assert f"POST /{SUBSCRIPTION}/services/hostedservices/web/deployments: 202" in caplog.text
    assert REQUEST_ID in caplog.text


async def test_storage_keys_reach_the_caller_and_nobody_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The attributes hold them; nothing shows them."""
    caplog.set_level(logging.DEBUG)
    found = await client_of(Service(reply(200, KEYS)), token=TOKEN).get_storage_account_keys("data")
    assert found.storage_service_keys.primary == KEY
    assert_silent(repr(found), str(found), caplog.text)


@pytest.mark.parametrize("size", range(KEYS.index(KEY) - 12, len(KEYS), 5))
async def test_keys_that_arrive_in_part_are_not_shown_by_the_decode_error(
    size: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Wherever the answer breaks off: not even a part of a key."""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(aiosm.DecodeError) as caught:
        await client_of(Service(reply(200, KEYS[:size]))).get_storage_account_keys("data")
    told = texts_of(caught.value) + caplog.text
    assert not any(KEY[start : start + 6] in told for start in range(len(KEY) - 6))


@pytest.mark.parametrize(
    "body",
    [
        f"Primary={KEY}",
        f'{{"primary": "{KEY}"}}',
        f"{KEY}",
        f"\n  {KEY}<",
        f'<keys primary="{KEY}"/>',
        f"<!-- {KEY} --><keys/>",
        f"<![CDATA[{KEY}]]>",
        f"<html><body>Your key: {KEY}</body></html>",
    ],
)
async def test_keys_in_an_unexpected_form_are_not_shown_either(body: str) -> None:
    """An answer that made no sense may still hold them."""
    with pytest.raises(aiosm.DecodeError) as caught:
        await client_of(Service(reply(200, body))).get_storage_account_keys("data")
    told = texts_of(caught.value)
    assert not any(KEY[start : start + 6] in told for start in range(len(KEY) - 6))


@pytest.mark.parametrize("body", [KEYS[:-20], KEY, KEYS + KEYS])
async def test_a_raw_answer_that_cannot_be_read_is_not_shown(body: str) -> None:
    """Its bytes are the caller's alone."""
    answer = await client_of(Service(reply(200, body))).perform_get("/s/keys")
    with pytest.raises(aiosm.DecodeError) as caught:
        answer.to_dict()
    assert_silent(texts_of(caught.value), repr(answer))
