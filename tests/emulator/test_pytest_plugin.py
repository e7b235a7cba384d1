"""The fixtures that come with the package, in runs of pytest of their own."""

import os
import statistics
import subprocess
import sys
import textwrap
import time

import pytest

ONE_SERVICE = """
    await client.create_hosted_service("web", "web", location="West US")
    assert [one.service_name for one in await client.list_hosted_services()] == ["web"]
"""


@pytest.fixture
def run(tmp_path):
    """Run pytest on a file of tests, with only the plugins that are named."""

    def run(code, *arguments, plugins=(), config=""):
        (tmp_path / "test_it.py").write_text(textwrap.dedent(code))
        if "pytest_asyncio.plugin" in plugins:
            config += "\nasyncio_default_fixture_loop_scope = function"  # else it warns
        (tmp_path / "pytest.ini").write_text(f"[pytest]\nfilterwarnings = error\n{config}\n")
        chosen = [part for name in ("aiosm.pytest_plugin", *plugins) for part in ("-p", name)]
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *chosen, *arguments],
            cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False,
            env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        )  # fmt: skip

    return run


def passed(done, number):
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{number} passed" in done.stdout


def test_the_installed_package_registers_its_fixtures(tmp_path):
    """Nothing needs to be said for pytest to know them, and what they are for."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--fixtures", "-p", "no:cacheprovider"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    for name in (
        "aiosm_emulator", "aiosm_session_emulator", "aiosm_client",
        "aiosm_session_client [session scope]", "aiosm_emulator_options [session scope]",
    ):  # fmt: skip
        assert f"\n{name}" in done.stdout
        described = done.stdout.partition(f"\n{name}")[2].splitlines()[1]
        assert described.strip() != "no docstring available"


def test_a_run_without_the_fixtures_loads_nothing_heavy(run):
    """Who only has aiosm installed does not pay for it."""
    code = """
        import sys

        def test_it():
            heavy = {"aiohttp", "httpx", "cryptography", "aiosm.client", "aiosm.emulator"}
            assert "aiosm.pytest_plugin" in sys.modules
            assert not heavy & set(sys.modules)
    """
    passed(run(code), 1)
    passed(run(code, plugins=["pytest_asyncio.plugin", "anyio.pytest_plugin"]), 1)


def test_plain_functions_have_an_emulator_each(run):
    """A test without any event loop reaches it over TLS, and finds nothing of another's."""
    code = """
        import http.client, pytest, ssl

        @pytest.mark.parametrize("name", ["one", "two"])
        def test_it(aiosm_emulator, name):
            given = aiosm_emulator.connection
            context = ssl.create_default_context(cafile=given["ca_file"])
            context.load_cert_chain(given["cert_file"])
            host = given["base_url"].removeprefix("https://")
            path = f"/{given['subscription_id']}/affinitygroups"
            headers = {"x-ms-version": "2014-10-01"}
            body = ("<CreateAffinityGroup xmlns='http://schemas.microsoft.com/windowsazure'>"
                    f"<Name>{name}</Name><Label>bA==</Label><Location>West US</Location>"
                    "</CreateAffinityGroup>")
            connection = http.client.HTTPSConnection(host, context=context)
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            assert (answer.status, answer.read()) == (201, b"")
            connection.request("GET", path, headers=headers)
            assert connection.getresponse().read().count(b"<Name>") == 1
            connection.close()
    """
    passed(run(code), 2)


@pytest.mark.parametrize("scope", ["function", "class", "module", "session"])
def test_a_client_under_pytest_asyncio(run, scope):
    """In whichever loop the test runs, and each test with a service of its own."""
    code = f"""
        import pytest

        pytestmark = pytest.mark.asyncio(loop_scope={scope!r})

        class Test:
            @pytest.mark.parametrize("turn", [1, 2])
            async def test_it(self, aiosm_client, turn):
                client = aiosm_client
                {ONE_SERVICE.strip().replace(chr(10), chr(10) + " " * 12)}
    """
    passed(run(code, plugins=["pytest_asyncio.plugin"]), 2)


@pytest.mark.parametrize("config", ["", "asyncio_default_test_loop_scope = session"])
def test_a_client_under_pytest_asyncio_in_auto_mode(run, config):
    """Marks are not needed, and the scope may stand in the configuration."""
    code = f"""
        async def test_it(aiosm_client, aiosm_emulator):
            client = aiosm_client
            assert client.subscription_id == aiosm_emulator.subscription_id
            {ONE_SERVICE.strip().replace(chr(10), chr(10) + " " * 8)}
    """
    done = run(code, plugins=["pytest_asyncio.plugin"], config=f"asyncio_mode = auto\n{config}")
    passed(done, 1)


def test_a_client_under_anyio_on_both_of_its_backends(run):
    """Anyio's own marker is enough; under trio the client sends over httpx."""
    code = f"""
        import pytest

        @pytest.mark.anyio
        async def test_it(aiosm_client):
            client = aiosm_client
            {ONE_SERVICE.strip().replace(chr(10), chr(10) + " " * 8)}
    """
    done = run(code, "-vv", plugins=["anyio.pytest_plugin"])
    passed(done, 2)
    assert "[trio]" in done.stdout
    passed(run(code, plugins=["anyio.pytest_plugin", "pytest_asyncio.plugin"]), 2)


SHARED = """
    async def test_one(aiosm_session_client):
        await aiosm_session_client.create_hosted_service("web", "web", location="West US")

    async def test_two(aiosm_session_client, aiosm_session_emulator):
        assert len(await aiosm_session_client.list_hosted_services()) == 1
        assert len(aiosm_session_emulator.cloud.state.subscriptions) == 1
"""


def test_a_client_for_the_whole_run_under_pytest_asyncio(run):
    """Two tests share an emulator, a client and what is there."""
    config = "asyncio_mode = auto\nasyncio_default_test_loop_scope = session"
    passed(run(SHARED, plugins=["pytest_asyncio.plugin"], config=config), 2)


def test_a_client_for_the_whole_run_under_anyio(run):
    """Anyio wants its backend to have the same scope."""
    backend = """
    import pytest
    pytestmark = pytest.mark.anyio

    @pytest.fixture(scope="session")
    def anyio_backend():
        return "asyncio"
    """
    passed(run(backend + SHARED, plugins=["anyio.pytest_plugin"]), 2)


def test_workers_of_xdist_do_not_meet(run):
    """Each has its own emulators on its own ports, also for the whole run."""
    code = """
        import pytest

        @pytest.mark.asyncio
        @pytest.mark.parametrize("turn", range(12))
        async def test_it(aiosm_client, turn):
            await aiosm_client.create_hosted_service("web", "web", location="West US")

        def test_shared(aiosm_session_emulator):
            assert aiosm_session_emulator.base_url
    """
    passed(run(code, "-n", "3", plugins=["pytest_asyncio.plugin", "xdist"]), 13)


def test_the_options_are_a_fixture_to_define_anew(run):
    """For a file, a class or everything, as fixtures are."""
    code = """
        import pytest
        from aiosm.emulator import SteppedClock

        @pytest.fixture
        def aiosm_emulator_options():
            return {"clock": SteppedClock()}

        @pytest.mark.asyncio
        async def test_it(aiosm_client, aiosm_emulator):
            client = aiosm_client
            poller = await client.create_storage_account("data", None, "data", location="West US")
            assert (await poller.status()).status == "InProgress"
            aiosm_emulator.clock.advance(300)
            assert (await poller.status()).status == "Succeeded"
    """
    passed(run(code, plugins=["pytest_asyncio.plugin"]), 1)


def test_a_client_without_an_event_loop_is_explained(run):
    """The message says what to do."""
    done = run("def test_it(aiosm_client): pass")
    assert done.returncode == 1
    assert "aiosm_client needs pytest-asyncio, or anyio's marker on the test" in done.stdout


def test_emulators_after_the_first_start_at_once(request):
    """In less than 50 ms, start and stop together.

    What others do on the machine counts for nothing: half of them spend no more on the processor,
    and the one that was disturbed least took no longer by the clock.
    """
    request.getfixturevalue("aiosm_session_emulator")
    background = request.getfixturevalue("_aiosm_background")
    from aiosm.pytest_plugin import _serving

    spent, taken = [], []
    for _ in range(15):
        begun, on_processor = time.perf_counter(), time.process_time()
        assert [one.base_url for one in _serving(background, {})]
        spent.append(time.process_time() - on_processor)
        taken.append(time.perf_counter() - begun)
    assert statistics.median(spent) < 0.05, spent
    assert min(taken) < 0.05, taken
