"""The app of examples/webapp, asked without a network; behind it is the real emulator over TLS."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from support import SUBSCRIPTION, THROTTLED, error_body, http_client, reply, until

import aiosm


async def test_it_lists_what_there_is(running):
    async with running() as app:
        await app.client.create_hosted_service("shop", "shop", location="West US")
        poller = await app.client.create_storage_account(
            "shopdata", None, "shop", location="West US"
        )
        await poller
        assert await app.get("/api/services") == [{"name": "shop", "place": "West US"}]
        assert await app.get("/api/storage-accounts") == [
            {"name": "shopdata", "place": "West US", "status": "Created"}
        ]
        assert await app.get("/api/machines") == []
        shown = await app.get("/api/services/shop")
        assert shown["service_name"] == "shop"
        shown = await app.get("/api/storage-accounts/shopdata")
        assert shown["storage_service_properties"]["location"] == "West US"


async def test_a_machine_is_started_and_followed_until_it_is_ready(running):
    async with running() as app:
        request_id = await app.start("/api/machines", name="web1", ports=[22, 80])
        seen = await app.follow(f"/api/operations/{request_id}/events?service=web1&machine=web1")
        assert [one["state"] for one in seen[:-1]] == ["running"] * (len(seen) - 1)
        assert seen[0]["words"] == "being created"
        assert seen[-1] == {
            "state": "done", "words": "ready", "done": 4, "total": 4, "problems": [],
            "key": request_id,
        }  # fmt: skip
        assert [one["done"] for one in seen] == sorted(one["done"] for one in seen)
        assert await app.get("/api/machines") == [
            {"service": "web1", "name": "web1", "size": "Small", "status": "ReadyRole"}
        ]
        role = await app.get("/api/machines/web1/web1")
        assert role["role_size"] == "Small"


async def test_an_operation_that_fails_says_why(running):
    """The service accepts a second machine with the port of the first, and fails later."""
    async with running() as app:
        request_id = await app.start("/api/machines", name="web1", ports=[80])
        await app.follow(f"/api/operations/{request_id}/events")
        request_id = await app.start("/api/machines", name="web2", service="web1", ports=[80])
        seen = await app.follow(f"/api/operations/{request_id}/events?service=web1&machine=web2")
        assert seen[-1]["state"] == "failed"
        assert "Port 80 is already in use" in seen[-1]["words"]
        assert seen[-1]["problems"] == ["BadRequest"]


async def test_a_machine_can_be_added_to_a_service(running):
    async with running() as app:
        request_id = await app.start("/api/machines", name="web1", ports=[80])
        await app.follow(f"/api/operations/{request_id}/events")
        request_id = await app.start("/api/machines", name="web2", service="web1", ports=[81])
        seen = await app.follow(f"/api/operations/{request_id}/events?service=web1&machine=web2")
        assert seen[-1]["words"] == "ready"
        assert [one["name"] for one in await app.get("/api/machines")] == ["web1", "web2"]


async def test_an_operation_is_followed_again_after_a_restart(running):
    """All it takes is the request id."""
    async with running() as app:
        request_id = await app.start("/api/machines", name="web1")
    async with running() as app:
        seen = await app.follow(f"/api/operations/{request_id}/events?service=web1&machine=web1")
        assert seen[-1]["words"] == "ready"


async def test_the_waiting_can_be_ended_and_the_operation_goes_on(running):
    async with running() as app:
        request_id = await app.start("/api/machines", name="web1")
        path = f"/api/operations/{request_id}/events"
        followers = [asyncio.create_task(app.follow(path)) for _ in range(2)]
        await until(lambda: app.waiting.on_whom() == {request_id: 2})
        answer = await app.http.delete(f"/api/waiting/{request_id}")
        assert answer.status_code == 204
        for follower in followers:
            assert (await follower)[-1]["state"] == "stopped"
        assert (await app.follow(path))[-1]["state"] == "done"


async def test_followers_of_one_operation_share_the_requests(running):
    async with running() as app:
        request_id = await app.start("/api/machines", name="web1")
        path = f"/api/operations/{request_id}/events"
        seen = await asyncio.gather(*(app.follow(path) for _ in range(20)))
        assert {one[-1]["state"] for one in seen} == {"done"}
        asked = app.client.stats().by_operation["get_operation_status"].requests
        assert asked <= 2 * max(len(one) for one in seen)


async def test_another_app_asks_through_a_client_of_its_own(running):
    """Also where a poller of the first one, whose client is closed, is still there."""
    async with running() as app:
        request_id = await app.start("/api/machines", name="web1")
        kept = app.asgi.state.pollers.of(request_id)
    async with running() as app:
        seen = await app.follow(f"/api/operations/{request_id}/events")
        assert seen[-1]["state"] == "done"
        assert not kept.done


async def test_many_things_are_followed_over_one_connection(running):
    """Browsers have six for all; what is not known fails alone."""
    async with running() as app:
        fleet = await app.start("/api/fleets", name="flo", count=1)
        machine = await app.start("/api/machines", name="web1") + "/web1/web1"
        plain = await app.start("/api/machines", name="web2")
        wanted = {"operation": [machine, plain, "no id", "0" * 32], "fleet": [fleet, "0123"]}
        seen = await app.follow(f"/api/events?{httpx.QueryParams(wanted)}")
        last = {one["key"]: (one["state"], one["words"]) for one in seen}
        assert last.pop(machine) == ("done", "ready")
        assert last.pop(plain) == ("done", "done")
        assert last.pop(fleet) == ("done", "3 created")
        assert last.pop("0123") == ("failed", "no such fleet")
        assert {key: state for key, (state, _) in last.items()} == {
            "no id": "failed", "0" * 32: "failed",
        }  # fmt: skip


async def test_a_machine_that_is_gone_is_not_waited_for_forever(running):
    async with running() as app:
        request_id = await app.start("/api/machines", name="web1")
        seen = await app.follow(f"/api/operations/{request_id}/events?service=web1&machine=web2")
        assert seen[-1]["state"] == "failed"
        assert "deleted, perhaps" in seen[-1]["words"]


async def test_an_unforeseen_error_ends_the_following_of_one_thing_alone(running, monkeypatch):
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("examples.webapp.following.until_ready", broken)
    async with running() as app:
        request_id = await app.start("/api/machines", name="web1")
        wanted = {"operation": [f"{request_id}/web1/web1", request_id]}
        seen = await app.follow(f"/api/events?{httpx.QueryParams(wanted)}")
        last = {one["key"]: one["state"] for one in seen}
        assert last == {f"{request_id}/web1/web1": "failed", request_id: "done"}


async def test_a_silent_stream_shows_that_it_is_alive(running, monkeypatch):
    """Proxies end connections on which nothing is said."""
    monkeypatch.setattr("examples.webapp.events.BEAT", 0.01)
    async with running() as app:
        request_id = await app.start("/api/machines", name="web1")
        answer = await app.http.get(f"/api/operations/{request_id}/events", timeout=60)
        assert ": still here" in answer.text.split("\n\n")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("GET", "/api/services/nowhere", None, 404, "The hosted service does not exist."),
        ("GET", "/api/services/a%20b", None, 422, "letters, digits and hyphens"),
        ("GET", "/api/fleets/0123/events", None, 404, None),
        ("GET", "/api/fleets/..%2Fapp/events", None, 404, None),
        ("POST", "/api/machines", {"name": "a b"}, 422, "letters, digits and hyphens"),
        ("POST", "/api/machines", {"name": "web1", "size": "Huge"}, 400, None),
        ("POST", "/api/machines", {"name": "web1", "ports": [0]}, 422, None),
        ("POST", "/api/fleets", {"name": "no good", "count": 1}, 422, "(and 1 more)"),
    ],
)
async def test_errors_are_fitting_answers(running, method, path, body, status, words):
    async with running() as app:
        answer = await app.http.request(method, path, json=body)
        assert answer.status_code == status, answer.text
        assert words is None or words in answer.json()["error"]["words"]


async def test_a_busy_service_is_a_conflict(running):
    async with running() as app:
        await app.start("/api/machines", name="web1")
        wanted = {"name": "web2", "service": "web1"}
        answer = await app.http.post("/api/machines", json=wanted)
        assert answer.status_code == 409
        assert answer.json()["error"]["request_id"]


@pytest.mark.parametrize(
    ("answered", "status", "code"),
    [
        (reply(403, error_body("AuthenticationFailed", "no")), 502, "AuthenticationFailed"),
        (THROTTLED, 503, "TooManyRequests"),
        (reply(500, error_body("InternalError", "oh")), 502, "InternalError"),
        (reply(200, "no XML"), 502, "DecodeError"),
    ],
)
async def test_trouble_with_the_service_is_not_the_users(running, answered, status, code):
    options = {"subscription_id": SUBSCRIPTION, "retry": aiosm.NO_RETRY}
    async with running(**options, http_client=http_client(answered_by(answered))) as app:
        answer = await app.http.get("/api/services")
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def answered_by(answer):
    async def handle(request: httpx.Request) -> httpx.Response:
        return answer(request)

    return handle


class Slow:
    """A service that does not answer, and knows who still waits."""

    def __init__(self) -> None:
        self.asked = 0
        self.left = 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        try:
            await asyncio.Event().wait()
        finally:
            self.left += 1
        raise AssertionError


@pytest.fixture
def slow():
    return Slow()


async def test_a_full_client_answers_busy(running, slow):
    options = {"subscription_id": SUBSCRIPTION, "max_in_flight": 1, "place_timeout": 0.02}
    async with running(**options, http_client=http_client(slow)) as app:
        first = asyncio.create_task(app.http.get("/api/services"))
        await until(lambda: slow.asked == 1)
        stats = await app.get("/stats")
        assert (stats["in_flight"], stats["queued"]) == (1, 0)
        answer = await app.http.get("/api/services")
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "5"
        assert answer.json()["error"]["code"] == "PoolTimeoutError"
        first.cancel()


async def test_a_request_whose_user_has_left_is_given_up(running, slow):
    """Its call is cancelled, its place given back, and nothing is tried again."""
    gone, sent = asyncio.Event(), []
    told = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive():
        for message in told:
            return message
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    async with running(subscription_id=SUBSCRIPTION, http_client=http_client(slow)) as app:
        request = httpx.Request("GET", "http://127.0.0.1/api/services")
        scope = {
            "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": request.url.path, "raw_path": request.url.raw_path, "query_string": b"",
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1),
        }  # fmt: skip
        answering = asyncio.create_task(app.asgi(scope, receive, send))
        await until(lambda: slow.asked == 1)
        assert app.client.stats().in_flight == 1
        gone.set()
        await answering
        assert (slow.asked, slow.left) == (1, 1)
        assert app.client.stats().in_flight == 0
        assert sent[0]["status"] == 499


async def test_a_request_has_a_deadline(running, slow, monkeypatch):
    monkeypatch.setattr("examples.webapp.careful.SECONDS", 0.3)
    async with running(subscription_id=SUBSCRIPTION, http_client=http_client(slow)) as app:
        answer = await app.http.get("/api/services")
        assert answer.status_code == 504
        assert (slow.asked, slow.left) == (1, 1)
        assert app.client.stats().in_flight == 0


async def test_stats_tell_what_the_client_does(running):
    async with running() as app:
        await app.get("/api/services")
        stats = await app.get("/stats")
        assert stats["requests"] == 1
        assert stats["by_operation"]["list_hosted_services"]["calls"] == 1


async def test_the_log_knows_each_answer(running, caplog):
    caplog.set_level("INFO", "webapp")
    async with running() as app:
        await app.get("/api/services")
    assert any(one.message.startswith("list_hosted_services 200 in") for one in caplog.records)


async def test_nothing_but_the_page_itself_may_run(running):
    async with running() as app:
        answer = await app.http.get("/")
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http://" not in answer.text
        assert "https://" not in answer.text


async def test_other_host_names_are_refused(running):
    """A page elsewhere whose name leads here could start machines otherwise."""
    async with running() as app:
        answer = await app.http.get("/", headers={"Host": "evil.example"})
        assert answer.status_code == 400
