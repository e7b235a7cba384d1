"""The app as it is started, clicked through in a browser: narrow as a phone, and wide."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
OPTIONS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
NARROW, WIDE, HEIGHT = 400, 1280, 900
both_widths = pytest.mark.parametrize("width", [NARROW, WIDE])


@pytest.fixture
def process(tmp_path) -> Iterator[subprocess.Popen[str]]:
    """The one command, with an emulator in it."""
    log = (tmp_path / "log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "examples.webapp", "--port", "0", "--speed", "60"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        log.close()


@pytest.fixture
def address(process) -> str:
    line = process.stdout.readline()
    found = re.search(r"http://127\.0\.0\.1:\d+", line)
    assert found, line
    return found[0]


@pytest.fixture(scope="module")
def browser():
    """One for all tests: it takes longer to start than most of them do."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def width() -> int:
    return NARROW


@pytest.fixture
def page(width, browser, address):
    """The page in a context of its own, which must run into nothing that the policy forbids."""
    complaints: list[str] = []
    with browser.new_context(viewport={"width": width, "height": HEIGHT}) as context:
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda one: complaints.append(one.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        yield page
    # A refused request is shown by the browser as well, and wanted here.
    assert [one for one in complaints if "Failed to load resource" not in one] == []


def start_machine(page, name: str, *, service: str = "", ports: str = "22") -> None:
    form = page.locator("form#machine")
    form.get_by_label("Name").fill(name)
    form.get_by_label("Service").fill(service)
    form.get_by_label("Open ports").fill(ports)
    form.get_by_role("button").click()


def operation(page, title: str):
    return page.locator("#operations > li", has_text=title)


def expect(locator):
    from playwright.sync_api import expect

    expect.set_options(timeout=20_000)  # as the page's own
    return expect(locator)


def assert_fits(page) -> None:
    """Nothing sticks out at the side, also when the window is drawn to the other width."""
    before = page.viewport_size["width"]
    for width in (NARROW, WIDE, before):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        assert page.evaluate("window.innerWidth") == width
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@both_widths
def test_a_machine_is_started_and_becomes_ready(page, tmp_path):
    start_machine(page, "web1")
    item = operation(page, "Machine web1")
    expect(item).to_have_class("running")
    expect(item).to_be_in_viewport()
    expect(item.locator("progress")).to_have_js_property("max", 4)
    assert_fits(page)
    expect(item).to_have_class("done")
    expect(item.locator(".words")).to_have_text("ready")
    row = page.locator("#machines tbody tr")
    expect(row).to_have_text(re.compile("web1.*ReadyRole"))
    expect(page.locator("#stats")).to_have_text(re.compile(r"\d+ requests sent"))
    assert_fits(page)


@both_widths
def test_a_failure_is_shown_in_words(page):
    start_machine(page, "web1", ports="80")
    expect(operation(page, "Machine web1")).to_have_class("done")
    start_machine(page, "web2", service="web1", ports="80")
    item = operation(page, "Machine web2")
    expect(item).to_have_class("failed")
    expect(item.locator(".words")).to_contain_text("Port 80 is already in use")
    expect(item.locator(".problems")).to_have_text("BadRequest")
    assert_fits(page)


def test_what_is_refused_at_once_is_said_at_the_form(page):
    start_machine(page, "not a name")
    alert = page.locator("form#machine [role=alert]")
    expect(alert).to_contain_text("letters, digits and hyphens")
    expect(page.locator("#operations > li")).to_have_count(0)
    assert_fits(page)


def test_a_fleet_fills_its_bar(page):
    form = page.locator("form#fleet")
    form.get_by_label("Name").fill("flo")
    form.get_by_label("Machines").fill("2")
    form.get_by_role("button").click()
    item = operation(page, "Fleet flo")
    expect(item).to_have_class("done")
    expect(item.locator(".words")).to_have_text("5 created")
    expect(item.locator("progress")).to_have_js_property("value", 5)


def test_the_waiting_is_ended_and_taken_up_again(page):
    start_machine(page, "web1")
    item = operation(page, "Machine web1")
    item.get_by_role("button", name="Stop waiting").click()
    expect(item).to_have_class("stopped")
    item.get_by_role("button", name="Follow again").click()
    expect(item).to_have_class("done")


def test_operations_are_still_followed_when_the_page_is_loaded_again(page):
    start_machine(page, "web1")
    expect(operation(page, "Machine web1")).to_be_visible()
    page.reload()
    expect(operation(page, "Machine web1")).to_have_class("done")
    operation(page, "Machine web1").get_by_role("button", name="Forget").click()
    expect(page.locator("#operations > li")).to_have_count(0)
    page.reload()
    expect(page.locator("#nothing")).to_be_visible()


def test_more_are_followed_than_a_browser_has_connections(page):
    """While nothing of it hangs: the next can be started, and the list is looked at."""
    for number in range(9):
        start_machine(page, f"web{number}")
        expect(operation(page, f"Machine web{number}")).to_be_visible()
    for number in range(9):
        expect(operation(page, f"Machine web{number}")).to_have_class("done")
    expect(page.locator("#machines tbody tr")).to_have_count(9)
    page.reload()
    expect(page.locator("#operations > li.done")).to_have_count(9)


def test_what_is_followed_already_is_not_listed_twice(page):
    start_machine(page, "web1")
    item = operation(page, "Machine web1")
    request_id = item.locator("p.faint").inner_text()
    page.get_by_text("Follow by request id").click()
    form = page.locator("form#follow")
    for wanted in (f" {request_id} ", "no/such"):
        form.get_by_label("Request id").fill(wanted)
        form.get_by_role("button").click()
    expect(item).to_have_count(1)
    expect(item).to_have_class("done")
    expect(operation(page, "no/such")).to_have_class("failed")
    assert_fits(page)


def test_a_slow_service_is_not_asked_again_and_again(page):
    asked = []
    page.route("**/api/services", lambda route: asked.append(route))  # and never answered
    page.clock.install()
    with page.expect_request("**/api/services"):  # the minute begins when it is asked
        page.reload()
    page.clock.run_for(60_000)
    assert len(asked) == 1


def test_ctrl_c_ends_it_cleanly_while_somebody_follows(process, address, tmp_path):
    with httpx.Client(base_url=address, trust_env=False) as http:
        request_id = http.post("/api/machines", json={"name": "web1"}).json()["id"]
        with http.stream("GET", f"/api/operations/{request_id}/events") as stream:
            next(stream.iter_raw())
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=10) == 0
    log = (tmp_path / "log").read_text()
    assert "Traceback" not in log
    assert "ERROR" not in log


@pytest.mark.parametrize("wrong", ["taken", "99999", "http", "missing", "broken"])
def test_what_cannot_work_is_said_in_a_line(wrong, tmp_path):
    (tmp_path / "broken").write_text("{")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        arguments, words = {
            "taken": (["--port", str(taken.getsockname()[1])], "0 for any that is free"),
            "99999": (["--port", "99999"], "from 0 to 65535"),
            "http": (["--port", "http"], "from 0 to 65535"),
            "missing": (["--connection", "nowhere.json"], "No such file"),
            "broken": (["--connection", str(tmp_path / "broken")], "cannot be read"),
        }[wrong]
        ended = subprocess.run(
            [sys.executable, "-m", "examples.webapp", *arguments],
            cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert ended.returncode
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr


def test_what_is_missing_to_run_it_is_said_with_the_cure():
    code = (
        "import runpy, sys; sys.modules['fastapi'] = None; "
        "runpy.run_module('examples.webapp', run_name='__main__')"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    assert "pip install 'aiosm[examples]'" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_user_who_leaves_is_not_waited_for(process, address):
    """The stream ends with its connection, and the client asks no more."""
    with httpx.Client(base_url=address, trust_env=False) as http:
        request_id = http.post("/api/machines", json={"name": "web1"}).json()["id"]
        path = f"/api/operations/{request_id}/events"
        with http.stream("GET", path) as stream:
            next(stream.iter_raw())
        assert any(http.get("/api/waiting").json() == {} for _ in range(500))
