"""Changes of deployments and their instances: the same calls on the old SDK and on aiosm."""

from __future__ import annotations

import base64
import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from calls import HOSTILE_NAME, Text, assert_same, named
from two_sides import HOSTILE, NEW, OLD, Side, new_sends, old_sends

import aiosm

URL = "https://store.blob.core.windows.net/packages/p.cspkg?sig=a%2Fb&se=1"
CONFIGURATION = base64.b64encode(b"<ServiceConfiguration/>" * 20).decode()


HOSTILE_TEXT = Text(HOSTILE_NAME)
PROPERTIES = {"One": Text("1"), "Two_2": Text(HOSTILE)}


PLAIN: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("swap_deployment", ("web1", "old", "new"), {}),
    ("swap_deployment", (), {"service_name": "w", "production": "p", "source_deployment": "s"}),
    ("swap_deployment", ("web1", HOSTILE_TEXT, Text("x" * 260)), {}),
    ("change_deployment_configuration", ("web1", "dep", CONFIGURATION), {}),
    (
        "change_deployment_configuration",
        ("web1", "dep", CONFIGURATION, True, "Manual", {"A": "1"}),
        {},
    ),
    (
        "change_deployment_configuration",
        ("web1", HOSTILE_NAME, CONFIGURATION, False, "Auto", PROPERTIES),
        {},
    ),
    (
        "change_deployment_configuration",
        ("web1", "dep"),
        {"configuration": "QUJD" * 4000, "extended_properties": {}},
    ),
    ("update_deployment_status", ("web1", "dep", "Running"), {}),
    ("update_deployment_status", ("web1", HOSTILE_NAME), {"status": "Suspended"}),
    ("upgrade_deployment", ("web1", "dep", "Auto", Text(URL), CONFIGURATION, "label", True), {}),
    (
        "upgrade_deployment",
        ("web1", "dep", "Manual", Text(URL), CONFIGURATION, "x" * 100, False, "Worker", {"A": "1"}),
        {},
    ),
    (
        "upgrade_deployment",
        ("web1", HOSTILE_NAME, "Simultaneous", Text(URL), CONFIGURATION, HOSTILE, False),
        {"role_to_upgrade": HOSTILE_TEXT, "extended_properties": PROPERTIES},
    ),
    ("walk_upgrade_domain", ("web1", "dep", 0), {}),
    ("walk_upgrade_domain", ("web1", HOSTILE_NAME), {"upgrade_domain": 19}),
    ("rollback_update_or_upgrade", ("web1", "dep", "Auto", True), {}),
    ("rollback_update_or_upgrade", ("web1", HOSTILE_NAME), {"mode": "Manual", "force": False}),
    ("reboot_role_instance", ("web1", "dep", "Worker_IN_0"), {}),
    ("reboot_role_instance", ("web1", HOSTILE_NAME, HOSTILE_NAME), {}),
    ("reimage_role_instance", ("web1", "dep", "Worker_IN_0"), {}),
    ("reimage_role_instance", ("web1", HOSTILE_NAME), {"role_instance_name": HOSTILE_NAME}),
    ("rebuild_role_instance", ("web1", "dep", "Worker_IN_0"), {}),
    ("rebuild_role_instance", ("web1", HOSTILE_NAME, "y" * 260), {}),
    ("delete_role_instances", ("web1", "dep", ["Worker_IN_0"]), {}),
    ("delete_role_instances", ("web1", HOSTILE_NAME, ["Worker_IN_0", HOSTILE_TEXT, "c"]), {}),
]


@pytest.mark.parametrize(
    ("name", "args", "kwargs"),
    PLAIN,
    ids=[f"{number}-{name}" for number, (name, _, _) in enumerate(PLAIN)],
)
async def test_operation_sends_what_the_old_sdk_sends(
    name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    """The same call makes the same request, on either side."""
    await assert_same(named(name, args, kwargs))


async def test_quirk_43_the_root_of_a_deletion_has_no_trailing_blank() -> None:
    """The old SDK writes "RoleInstances " with a blank: legal, but only just."""

    def call(service: Any, _side: Side) -> Any:
        return service.delete_role_instances("web1", "dep", ["a"])

    assert b"<RoleInstances  xmlns" in old_sends(call).raw
    assert b"<RoleInstances xmlns" in (await new_sends(call)).raw


async def test_quirk_6_an_instance_name_stays_one_segment() -> None:
    """The old SDK pastes a name into the path as it is; aiosm quotes it."""

    def call(service: Any, _side: Side) -> Any:
        return service.reboot_role_instance("web1", "dep", "a?b#c%2Fd")

    sent = await new_sends(call)
    assert sent.path.endswith("/roleinstances/a%3Fb%23c%252Fd")
    assert sent.query == [("comp", "reboot")]


CAPTURED = Path(__file__).parents[3] / "shared/wire/captured"
LEGAL = {
    "configuration": CONFIGURATION,
    "service_name": "web1",
    "status": "Running",
    "mode": "Auto",
    "package_url": "https://store/p.cspkg",
    "upgrade_domain": 3,
}
NAMES = sorted({name for name, _, _ in PLAIN})


@pytest.mark.skipif(not CAPTURED.is_dir(), reason="../shared/wire/captured is not here")
@pytest.mark.parametrize(("name", "size"), list(itertools.product(NAMES, ["full", "min"])))
async def test_captured_call_of_the_old_sdk_is_repeated(name: str, size: str) -> None:
    """Each recorded call of the old SDK, with legal values in place of the placeholders."""
    call_of = json.loads((CAPTURED / f"{name}.{size}.json").read_text())
    kwargs = {key: LEGAL.get(key, value) for key, value in call_of["kwargs"].items()}

    def call(service: Any, _side: Side) -> Any:
        return getattr(service, name)(**kwargs)

    assert (await new_sends(call)).facts == old_sends(call).facts
    assert call_of["request"]["method"] == "POST"


def test_both_sides_are_what_they_say() -> None:
    """Neither library stands in for the other."""
    assert OLD.models.__name__.startswith("azure.")
    assert NEW.models.__name__ == f"{aiosm.__name__}.models"
