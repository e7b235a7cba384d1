"""The page of the admin port in a real browser: what it shows, live, by keyboard, on a phone."""

import contextlib
import shutil

import pytest
import pytest_asyncio
from admin_double import NOTHING, SUBSCRIPTION, AdminDouble, operation, request, service

playwright = pytest.importorskip("playwright.async_api", reason="playwright is not installed")

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="there is no chromium"),
    pytest.mark.asyncio(loop_scope="module"),
]
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
# The contrast of each text with what is behind it, as WCAG 2 computes it.
CONTRASTS = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const read = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map((one) => one / 255)
    .map((one) => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
    .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (one) => {
    for (; one; one = one.parentElement) {
      const colour = read(getComputedStyle(one).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255];
  };
  const worst = {};
  for (const one of document.querySelectorAll("body *")) {
    const own = [...one.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
    if (!own || !one.checkVisibility() || /^(SCRIPT|STYLE)$/.test(one.tagName)) continue;
    const [a, b] = [light(read(getComputedStyle(one).color)), light(behind(one))].sort();
    worst[one.className || one.tagName] = Math.min(worst[one.className || one.tagName] ?? 99,
      (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
  }
  return worst;
}"""


@pytest_asyncio.fixture(loop_scope="module")
async def admin():
    """The endpoint that the page talks to."""
    async with AdminDouble() as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser():
    """One for all tests, started as a person's is not: without a window or a network of its own."""
    async with playwright.async_playwright() as started:
        running = await started.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield running
        await running.close()


@pytest_asyncio.fixture(loop_scope="module")
async def new_page(browser):
    """Make pages that know nothing of each other, and are gone after the test."""
    async with contextlib.AsyncExitStack() as made:

        async def make(**options):
            context = await made.enter_async_context(await browser.new_context(**options))
            return await context.new_page()

        yield make


@pytest_asyncio.fixture(loop_scope="module")
async def opened(new_page, admin):
    """Open the page; it must not complain, nor ask anybody else for anything."""
    complaints, asked = [], []

    async def open_page(width=1280, scheme="light"):
        view = await new_page(
            viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
        )
        view.on("console", lambda said: complaints.append(said.text))
        view.on("pageerror", lambda error: complaints.append(str(error)))
        view.on("request", lambda request: asked.append(request.url))
        await view.goto(admin.url)
        await playwright.expect(view.locator("#live")).to_have_text("live")
        await playwright.expect(view.locator("#requests details")).to_have_count(2)
        return view

    yield open_page
    assert complaints == []
    assert all(url.startswith(admin.url) for url in asked), asked


def see(view, section):
    return playwright.expect(view.locator(f"#{section}"))


async def test_it_shows_everything_that_there_is(opened):
    """Services with their deployments and roles, accounts, disks, images, addresses, groups."""
    view = await opened()
    for section, texts in {
        "services": ["shop", "vms", "104.40.12.7", "busy", "web1", "StoppedDeallocated"],
        "accounts": ["shopdata", "Creating", "Standard_GRS", "West US"],
        "disks": ["shop-web0-0-201604261815320000", "30", "shop/vms/web0"],
        "images": ["golden", "vm"],
        "addresses": ["front", "191.98.111.130", "shop/vms"],
        "groups": ["near"],
        "subscriptions": [SUBSCRIPTION, "1 services, 1 accounts, 1 disks"],
        "operations": ["CreateDeployment", "until 18:18:00", "BadRequest: Port 22 is taken."],
        "clock": ["2016-04-26 18:15:32 UTC, stepped"],
    }.items():
        for text in texts:
            await see(view, section).to_contain_text(text)
    states = view.locator("#services .inner .pill")
    assert await states.evaluate_all("all => all.map(one => one.className)") == [
        "pill good", "pill busy", "pill good", "pill good", "pill ", "pill ",
    ]  # fmt: skip


async def test_running_operations_have_a_bar(opened):
    """One that never ends has one that does not say how far it is."""
    view = await opened()
    bars = view.locator("#operations progress")
    await playwright.expect(bars).to_have_count(2)
    assert await bars.evaluate_all("all => all.map(one => one.position)") == [0.25, -1]
    await see(view, "operations").to_contain_text("never ends")


async def test_each_subscription_has_its_own(opened):
    """And says so where there is nothing."""
    view = await opened()
    await view.get_by_role("button", name="11111111-2222").click()
    await see(view, "services").to_contain_text("No hosted services yet.")
    await see(view, "operations").to_contain_text("Nothing was asked to change yet.")
    await playwright.expect(view.locator("#subscriptions [aria-pressed=true]")).to_be_focused()


async def test_a_request_shows_its_headers_and_bodies_when_it_is_opened(opened):
    """The body is laid out so that it can be read."""
    view = await opened()
    await view.locator("#requests summary").first.click()
    shown = view.locator("#requests .sides")
    for text in ("x-ms-version: 2015-04-01", "x-ms-request-id", "<Error>\n  <Code>Taken</Code>"):
        await playwright.expect(shown).to_contain_text(text, use_inner_text=True)
    # The path is shown whole only here.
    await playwright.expect(shown).to_contain_text(f"/{SUBSCRIPTION}/services/hostedservices")


async def test_it_is_live(opened, admin):
    """A request appears at the top, a change is drawn, and what was open stays open."""
    view = await opened()
    await view.locator("#requests summary").first.click()
    await admin.tell("request", request(3, "DELETE", status=None, fault="reset"))
    top = view.locator("#requests details").first
    await playwright.expect(top).to_contain_text("no answer")
    await playwright.expect(top).to_contain_text("fault: reset")
    still_open = view.locator("#requests details[open]")
    await playwright.expect(still_open).to_have_attribute("data-key", "2")
    await playwright.expect(still_open.locator("summary")).to_be_focused()

    admin.state["subscriptions"][0] = {"id": SUBSCRIPTION, **NOTHING}
    admin.state["subscriptions"][0]["hosted_services"] = [service("other")]
    await admin.tell("change", {})
    await see(view, "services").to_contain_text("other")
    await see(view, "accounts").to_contain_text("No storage accounts yet.")


async def test_it_keeps_the_last_hundred_requests(opened, admin):
    """More would make it slow."""
    view = await opened()
    for number in range(3, 110):
        await admin.tell("request", request(number))
    first = view.locator("#requests details").first
    await playwright.expect(first).to_have_attribute("data-key", "109")
    await playwright.expect(view.locator("#requests details")).to_have_count(100)


async def test_it_comes_back_when_the_emulator_does(opened, admin):
    """With whatever has changed meanwhile."""
    view = await opened()
    admin.requests.insert(0, request(3, path="meanwhile"))
    admin.hang_up()
    await see(view, "requests").to_contain_text("meanwhile")
    await see(view, "live").to_have_text("live")


async def test_bars_move_while_time_passes(opened, admin):
    """On a clock that runs by itself nobody tells of it."""
    admin.state["clock"]["mode"] = "real"
    view = await opened()
    admin.state["subscriptions"][0]["operations"] = [operation("CreateDeployment", progress=0.75)]
    bar = view.locator("#operations progress").first
    await playwright.expect(bar).to_have_js_property("position", 0.75)


async def test_the_clock_can_be_advanced(opened, admin):
    """By the form, as JSON; not there where operations take no time."""
    view = await opened()
    await view.get_by_label("seconds").fill("90")
    advanced = "**/api/clock/advance"
    async with view.expect_response(advanced):
        await view.get_by_label("seconds").press("Enter")
    async with view.expect_response(advanced), view.expect_request("**/api/state"):
        await view.get_by_role("button", name="Advance").click()
    assert admin.posted == [("application/json", {"seconds": 90})] * 2
    admin.state["clock"]["mode"] = "instant"
    await admin.tell("change", {})
    await playwright.expect(view.locator("#advance")).to_be_hidden()


async def test_a_keyboard_is_enough(opened):
    """A link to the requests comes first; a stroke looks for words; requests open and close."""
    view = await opened()
    await view.keyboard.press("Tab")
    link = view.get_by_role("link", name="Skip to the requests")
    await playwright.expect(link).to_be_in_viewport()
    await view.keyboard.press("Enter")
    await playwright.expect(view.locator("#requests")).to_be_focused()

    await view.keyboard.press("/")
    await playwright.expect(view.locator("#filter")).to_be_focused()
    await view.keyboard.type("post 409")
    await playwright.expect(view.locator("#requests details")).to_have_count(1)
    await view.keyboard.type(" nothing")
    await see(view, "requests").to_contain_text("No request has these words.")
    await view.keyboard.press("Escape")
    await playwright.expect(view.locator("#requests details")).to_have_count(2)

    await view.keyboard.press("Tab")
    await view.keyboard.press("Enter")
    await playwright.expect(view.locator("#requests details[open]")).to_have_count(1)


async def test_the_subscription_keeps_the_focus(opened, admin):
    """Whatever changes meanwhile."""
    view = await opened()
    chosen = view.locator("#subscriptions button").first
    await chosen.focus()
    admin.state["subscriptions"][0]["disks"] = []
    async with view.expect_response("**/api/state"):
        await admin.tell("change", {})
    await playwright.expect(chosen).to_contain_text("0 disks")
    await playwright.expect(chosen).to_be_focused()


async def test_a_refused_advance_says_why(new_page, admin):
    """Beside the number; the browser itself complains of the refusal as well."""
    view = await new_page()
    await view.goto(admin.url)
    admin.refusal = "seconds must be less"
    await view.get_by_label("seconds").fill("1000000000000")
    async with view.expect_response("**/api/clock/advance"):
        await view.get_by_label("seconds").press("Enter")
    told = "() => document.getElementById('seconds').validationMessage === 'seconds must be less'"
    await view.wait_for_function(told)
    await view.get_by_label("seconds").fill("1")
    assert await view.evaluate("() => document.getElementById('seconds').checkValidity()")


async def test_forgotten_requests_go(opened, admin):
    """And so do those of an emulator before, though they had the same numbers."""
    view = await opened()
    await admin.tell("cleared", {})
    await see(view, "requests").to_contain_text("No requests yet.")
    admin.requests = [request(2, "PUT", time="2017-01-01T00:00:00Z")]
    admin.hang_up()
    await playwright.expect(view.locator("#requests details")).to_have_count(1)
    await see(view, "requests").to_contain_text("PUT")
    admin.requests = [request(2, "DELETE", time="2018-01-01T00:00:00Z")]
    admin.hang_up()
    await see(view, "requests").to_contain_text("DELETE")


async def test_it_comes_back_when_there_is_room(new_page, admin):
    """A browser does not try again by itself after a refusal."""
    admin.full = 1
    view = await new_page()
    await view.goto(admin.url)
    await playwright.expect(view.locator("#live")).to_have_text("live", timeout=15_000)


async def test_what_others_named_is_only_text(opened, admin):
    """A service may be called anything: nothing of it is run or drawn as a part of the page."""
    view = await opened()
    trick = "<img src=x onerror=document.title='run'>"
    admin.state["subscriptions"][0]["hosted_services"] = [service(trick)]
    await admin.tell("change", {})
    await admin.tell("request", request(3, path=trick, request_body=trick))
    await see(view, "services").to_contain_text(trick)
    await view.locator("#requests summary").first.click()
    await playwright.expect(view.locator("#requests .sides")).to_contain_text(trick)
    assert await view.title() == "aiosm emulator"
    assert await view.locator("img").count() == 0


async def test_nothing_but_its_own_script_runs(new_page, admin):
    """The policy refuses what was put into the page, and what comes from elsewhere."""
    view = await new_page()
    await view.goto(admin.url)
    ran = await view.evaluate("""() => {
      const script = document.createElement("script");
      script.textContent = "window.ran = true";
      document.body.append(script);
      return window.ran === true;
    }""")
    assert not ran
    assert (
        await view.evaluate("fetch('http://127.0.0.1:1/').catch(error => 'refused')") == "refused"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1280])
async def test_it_can_be_read_on_any_screen(opened, width, scheme):
    """Nothing sticks out to the side, and every text stands out from its ground."""
    view = await opened(width, scheme)
    await view.locator("#requests summary").first.click()
    assert await view.evaluate("document.documentElement.scrollWidth") == width
    outside = await view.evaluate(
        """width => [...document.querySelectorAll("main *, header *, nav *")]
        .filter(one => one.checkVisibility() && one.closest("thead") === null)
        .filter(one => one.getBoundingClientRect().right > width + 1)
        .map(one => one.outerHTML)""",
        width,
    )
    assert outside == []
    contrasts = await view.evaluate(CONTRASTS)
    assert len(contrasts) > 8
    assert {name: ratio for name, ratio in contrasts.items() if ratio < 4.5} == {}
