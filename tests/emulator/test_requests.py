"""The log of requests: what it knows of each, what it hides, and what can be asked of it."""

import json
import random
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from bodies import hosted_service, machine
from bodies import storage_account as storage
from steps import HOSTED, STORAGE, service_with_machine

from aiosm.emulator import Cloud, Emulator, Request, RequestLog, SteppedClock
from aiosm.emulator.masking import LONGEST, masked_body, masked_headers
from aiosm.emulator.naming import OPERATIONS, target_of
from aiosm.emulator.registry import ROUTES
from aiosm.emulator.routing import Router

ROUTER = Router(ROUTES)
CAPTURED = Path(__file__).parents[3] / "shared/wire/captured"


def target(method, path, body=b""):
    return target_of(Request(method, f"/sub/{path}", body=body), ROUTER)


# --- which operation it is


@pytest.mark.skipif(not CAPTURED.is_dir(), reason="the captured requests are not here")
def test_operations_are_called_what_the_old_sdk_calls_them():
    """Each request that the old SDK sends, where the emulator serves it, has its method's name."""
    served = set()
    for path in sorted(CAPTURED.glob("*.full.json")):
        sent = json.loads(path.read_text())
        request, name = sent["request"], sent["method_name"]
        if "url" in request and name in OPERATIONS | {"update_os_image_from_image_reference"}:
            url = "/" + request["url"].split("/", 3)[3]
            asked = Request(request["method"], url, body=(request["body"] or "").encode())
            # The same request under another name, in the old SDK too.
            known = name.removesuffix("_from_image_reference")
            assert target_of(asked, ROUTER).operation == known
            served.add(known)
    assert served == OPERATIONS


@pytest.mark.parametrize("route", ROUTES, ids=lambda one: f"{one.method} {one.pattern}")
def test_every_route_has_a_name(route):
    """No request that is served is nameless."""
    path = re.sub(r"\{[^}]*\}", "x", route.pattern)
    comps = ("", "config", "delete", "reboot")
    bodies = (b"", b"<StartRoleOperation/>", b"<StartRolesOperation/>")
    names = {
        target(route.method, f"{path}?comp={comp}", body).operation
        for comp in comps
        for body in bodies
    }
    assert names & OPERATIONS


@pytest.mark.parametrize(
    ("method", "path", "body", "operation", "name"),
    [
        ("POST", STORAGE, storage("shop"), "create_storage_account", "shop"),
        ("POST", HOSTED, hosted_service("One"), "create_hosted_service", "One"),
        ("GET", f"{STORAGE}/shop%20a", "", "get_storage_account_properties", "shop a"),
        ("GET", HOSTED, "", "list_hosted_services", ""),
        ("DELETE", f"{HOSTED}/a/deployments/b?comp=media", "", "delete_deployment", "b"),
        ("POST", f"{HOSTED}/a/deploymentslots/production?Comp=Upgrade", "",
         "upgrade_deployment", "production"),
        ("POST", f"{HOSTED}/a/deployments/b/roleinstances/c/Operations",
         '<?xml version="1.0"?><!-- x --><n:StartRoleOperation xmlns:n="x"/>', "start_role", "c"),
        ("POST", f"{HOSTED}/a/deployments/b/roleinstances/c/Operations", "<Other/>", "", "c"),
        ("POST", f"{HOSTED}/a/deployments/b/roleinstances/c/Operations", "", "", "c"),
        ("GET", "no/such/path", "", "", ""),
        ("PATCH", HOSTED, "", "", ""),
    ],
)  # fmt: skip
def test_a_request_is_about_an_operation_and_a_thing(method, path, body, operation, name):
    """Whatever the case of its path, the prefix of its elements and the order of its query."""
    found = target(method, path, body.encode())
    assert (found.operation, found.name, found.subscription) == (operation, name, "sub")


@pytest.mark.parametrize("path", ["", "/", "//", "/?", "?", "/a/%ff/%00", "/a//////b", "*"])
def test_no_path_is_too_odd_to_be_named(path):
    """Those that lead nowhere have no operation, and one part alone is a subscription."""
    found = target_of(Request("GET", path), ROUTER)
    assert found.operation == ("" if found.path else "get_subscription")


@pytest.mark.parametrize("kind", ["blanks", "names", "prefixes"])
def test_no_body_takes_long_to_be_named(kind):
    """In a process of its own: what looks for ever cannot be stopped from within."""
    code = """
        import sys
        from aiosm.emulator import Request
        from aiosm.emulator.naming import target_of
        from aiosm.emulator.registry import ROUTES
        from aiosm.emulator.routing import Router

        body = {
            "blanks": b"<ServiceName>" + b" " * 2**20,
            "names": b"<ServiceName>" * 80_000,
            "prefixes": b"<" + b"a" * 2**20,
        }[sys.argv[1]]
        role = "services/hostedservices/a/deployments/b/roleinstances/c/Operations"
        for path in ("services/hostedservices", role):
            print(repr(target_of(Request("POST", f"/x/{path}", body=body), Router(ROUTES)).name))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), kind],
        capture_output=True, text=True, timeout=30, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["''", "'c'"]


def test_the_blanks_around_a_name_are_no_part_of_it():
    """As the service reads it."""
    body = b"<CreateHostedService><ServiceName>\n  one\t</ServiceName></CreateHostedService>"
    assert target("POST", HOSTED, body).name == "one"


# --- what can be asked


async def test_requests_are_found_by_what_they_were(wire):
    """By operation, name, path, status and subscription."""
    log = wire.emulator.requests
    assert (await wire("POST", STORAGE, storage("shop"))).status_code == 202
    assert (await wire("POST", STORAGE, storage("shop"))).status_code == 409
    assert (await wire("POST", STORAGE, storage("other"))).status_code == 202
    await wire("GET", f"{STORAGE}/shop/keys")
    assert [one.name for one in log.of("create_storage_account")] == ["shop", "shop", "other"]
    assert [one.status for one in log.of("create_storage_account", name="SHOP")] == [202, 409]
    assert [one.number for one in log.of(path="*/keys")] == [4]
    assert [one.number for one in log.of(status=409)] == [2]
    assert len(log.of(subscription=wire.emulator.subscription_id.upper())) == 4
    assert log.of(subscription="another") == []
    assert log.counts == {"create_storage_account": 3, "get_storage_account_keys": 1}
    assert [one.number for one in log] == [1, 2, 3, 4]


async def test_an_operation_that_there_is_not_is_not_looked_for(wire):
    """A mistake in a name must not look like "it was never asked"."""
    with pytest.raises(ValueError, match="did you mean create_storage_account"):
        wire.emulator.requests.of("create_storage_acount")
    with pytest.raises(ValueError, match="'create_shop'"):
        wire.emulator.requests.assert_exactly_once("create_shop")


async def test_exactly_once_counts_what_was_carried_out(wire):
    """An attempt that was refused does not count, and two that were carried out are too many."""
    log = wire.emulator.requests
    await wire("POST", STORAGE, storage("shop"))
    await wire("POST", STORAGE, storage("shop"))
    await wire("POST", STORAGE, storage("other"))
    assert log.assert_exactly_once("create_storage_account", name="shop").number == 1
    with pytest.raises(AssertionError) as caught:
        log.assert_exactly_once("create_storage_account")
    lines = str(caught.value).splitlines()
    assert lines[0] == "create_storage_account was carried out 2 times, not exactly once"
    place = f"POST /{wire.emulator.subscription_id}/{STORAGE}"
    assert lines[1:] == [f"  #1 {place} -> 202", f"  #2 {place} -> 409", f"  #3 {place} -> 202"]
    with pytest.raises(AssertionError, match=r"of 'none' was carried out 0 times(?s:.*)nobody"):
        log.assert_exactly_once("create_storage_account", name="none")


async def test_only_the_newest_are_kept_and_that_is_said():
    """Counts go on; what cannot be known any more is not guessed."""
    async with Emulator(keep_requests=2) as emulator:
        for _ in range(3):
            emulator.requests.add(
                recorded(emulator.requests, "create_storage_account", carried_out=True)
            )
        assert [one.number for one in emulator.requests] == [2, 3]
        assert emulator.requests.counts == {"create_storage_account": 3}
        with pytest.raises(AssertionError, match=r"forgotten 1 such requests.*keep_requests"):
            emulator.requests.assert_exactly_once("create_storage_account")
        emulator.requests.clear()
        assert list(emulator.requests) == []
        assert emulator.requests.counts == {}


def recorded(log, operation, **more):
    from aiosm.emulator import RecordedRequest

    return RecordedRequest(
        number=log.next_number(), time=SteppedClock().now(), method="POST", path="/x",
        operation=operation, subscription="sub", name="x", status=202, **more,
    )  # fmt: skip


@pytest.mark.parametrize("keep", [0, -1, 1.5, "many"])
def test_a_log_keeps_at_least_one(keep):
    """Anything else is a mistake."""
    with pytest.raises(ValueError, match="keep must be"):
        RequestLog(keep)


async def test_listeners_hear_of_each_request_until_they_leave(wire):
    """Which is what the events of the admin endpoint are made of."""
    heard = []
    leave = wire.emulator.requests.listen(heard.append)
    await wire("GET", "locations")
    leave()
    await wire("GET", "locations")
    assert [one.operation for one in heard] == ["list_locations"]


async def test_a_listener_that_fails_changes_nothing(wire, caplog):
    """The work is done, so the client is told so; and the others hear of it."""
    heard = []
    wire.emulator.requests.listen(lambda one: heard.index(one))
    wire.emulator.requests.listen(heard.append)
    assert (await wire("POST", HOSTED, hosted_service("one"))).status_code == 201
    assert [one.status for one in heard] == [201]
    assert [one.getMessage() for one in caplog.records] == [
        "a listener of the request log failed with #1"
    ]


async def test_only_the_service_s_own_answers_leave(wire, monkeypatch, caplog):
    """Whatever fails in front of it: a 500 of the service, and the log has it."""
    monkeypatch.setattr(wire.emulator.front, "_delivery", lambda *_: 1 / 0)
    answer = await wire("GET", "locations")
    assert answer.status_code == 500
    assert "<Code>InternalError</Code>" in answer.text
    assert "Microsoft-HTTPAPI" in answer.headers["server"]
    assert "ZeroDivisionError" not in answer.text
    monkeypatch.undo()
    assert (await wire("GET", "locations")).status_code == 200
    assert [one.status for one in wire.emulator.requests] == [500, 200]
    assert "failed inside the emulator" in caplog.text


# --- what is hidden


async def test_secrets_are_neither_in_the_log_nor_in_its_repr(wire):
    """Passwords of machines, keys of accounts, tokens."""
    log = wire.emulator.requests
    await service_with_machine(wire, machine().replace("Secret", "Hidden"))
    await wire("POST", STORAGE, storage("shop"))
    keys = await wire("GET", f"{STORAGE}/shop/keys", authorization="Bearer abc-token")
    primary = re.search("<Primary>(.*?)</Primary>", keys.text)[1]
    text = repr([(one, one.request_headers, one.request_body, one.response_body) for one in log])
    assert "UserPassword" in text
    assert "Hidden" not in text
    assert primary not in text
    assert "abc-token" not in text
    assert "<Primary>(masked)</Primary>" in text
    assert "shop" in text


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"", ""),
        (b"<a><Password>x</Password></a>", "<a><Password>(masked)</Password></a>"),
        (b'<p:Password a="b">x</p:Password>', '<p:Password a="b">(masked)</p:Password>'),
        (b"<a><Password/><b>x</b></a>", "<a><Password/><b>x</b></a>"),
        (b"<Password a='>' /><b>x</b>", "(26 bytes that are not XML)"),
        (b'<Password x="/>">x</Password>', '<Password x="/>">(masked)</Password>'),
        (b"<Password><![CDATA[</Password>x]]></Password>", "<Password>(masked)</Password>"),
        (b"<Password><!-- </Password> -->x</Password>", "<Password>(masked)</Password>"),
        (b"<Password>a<Password>b</Password>x</Password>", "<Password>(masked)</Password>"),
        (b"<a><!-- <Password>x</Password> --></a>", "<a><!--(masked)--></a>"),
        (b"<a><![CDATA[<Password>x]]>b</a>", "<a><![CDATA[(masked)]]>b</a>"),
        (b"<a><Password>x</a>", "(18 bytes that are not XML)"),
        (b'{"AdminPassword": "x"}', "(22 bytes that are not XML)"),
        (b"user=me&pwd=xx", "(14 bytes that are not XML)"),
        (b"<!DOCTYPE a [<!ENTITY b 'x'>]><a>&b;</a>", "(40 bytes that are not XML)"),
        (b"<Password><![CDATA[</b>x]]></Password >", "<Password>(masked)</Password >"),
        (b"<UserPassword>cut off", "<UserPassword>(masked)"),
        (b"<CustomData>x\ny</CustomData>", "<CustomData>(masked)</CustomData>"),
        (b"<CertificateFile><Data>x</Data></CertificateFile>",
         "<CertificateFile><Data>(masked)</Data></CertificateFile>"),
        (b"<Data>public</Data>", "<Data>public</Data>"),
        (b"<Uri>https://a/b?sv=1&amp;sig=abc%3D&amp;x=y</Uri>",
         "<Uri>https://a/b?sv=1&amp;sig=(masked)&amp;x=y</Uri>"),
        (b"<a>AccountName=me;AccountKey=abc==;x=y</a>",
         "<a>AccountName=me;AccountKey=(masked);x=y</a>"),
        (b"<a>AccountName = me; AccountKey = abc==; x = y</a>",
         "<a>AccountName = me; AccountKey = (masked); x = y</a>"),
        (b"<a>password='x' SharedAccessSignature=sv=1</a>",
         "<a>password='(masked)' SharedAccessSignature=(masked)</a>"),
        (b"\xff\xfe<", "(3 bytes that are not text)"),
    ],
)  # fmt: skip
def test_bodies_are_shown_without_their_secrets(body, shown):
    """However they are written, and also if they are cut off in the middle."""
    assert masked_body(body) == shown


def test_long_bodies_are_cut_before_a_secret_and_within_one():
    """The log stays small, and the cut lets nothing slip through."""
    long = b"<a>" + b"x" * LONGEST
    assert masked_body(long).endswith("xx... (3 more bytes)")
    within = b"x" * (LONGEST - 20) + b"<Password>Hidden-and-so-on</Password>"
    assert "Hidden" not in masked_body(within)
    assert masked_body(b"<a>" + b"\xc3\xa4" * LONGEST).startswith("<a>ää")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_no_encoding_shows_a_secret(encoding):
    """Though the service takes none of these."""
    shown = masked_body("<a><Password>Hidden</Password></a>".encode(encoding))
    assert "Hidden" not in shown.replace("\0", "")


def test_headers_are_shown_without_signatures():
    """Wherever an address with one is put."""
    assert masked_headers({"Location": "https://a/b?sig=abc&x=y", "Cookie": "a"}) == {
        "Location": "https://a/b?sig=(masked)&x=y",
        "Cookie": "(masked)",
    }


@pytest.mark.parametrize("seed", range(3))
def test_no_damage_to_a_body_shows_its_secret(seed):
    """Whatever is cut out of it or put into it, the log can be asked for it."""
    source = random.Random(seed)
    body = machine().replace("Secret", "Hidden")
    assert "<AdminPassword>Hidden" in body or "<UserPassword>Hidden" in body
    odd = ("<!--", "-->", "<![CDATA[", "]]>", "\0", "'", '"', "<", "/>", "&", "<!DOCTYPE a>")
    for _ in range(300):
        place = source.randrange(body.index("Hidden"))
        damaged = body[:place] + source.choice(odd) + body[place:]
        assert "Hidden" not in masked_body(damaged.encode())


def test_the_cloud_alone_has_no_log():
    """The core stays a function of requests."""
    assert not hasattr(Cloud(SteppedClock()), "requests")
