"""The kinds of resources: their methods, their words, and what they keep to themselves."""

import dataclasses
from pathlib import Path

import pytest
from bulk_world import UBUNTU, linux

from aiosm.bulk import KINDS, Plan, adders
from aiosm.bulk.adders import Adders
from aiosm.bulk.generate import adders_source
from aiosm.bulk.kinds.base import Present, unlike
from aiosm.bulk.properties import properties_of

LINUX = {"host_name": "host", "user_name": "user", "user_password": "Secret-123"}


def add_machine(plan, name="vm", *, line=None, **changes):
    web = plan.hosted_service(f"web-{name}", location="West US")
    given = {"deployment": "web", "service": web, "image": UBUNTU, "system_config": linux()}
    return plan.add("virtual_machine", name, line=line, **given | changes)


def test_each_kind_has_a_method_that_is_up_to_date():
    """Run ``python -m aiosm.bulk.generate`` if this fails."""
    assert Path(adders.__file__).read_text(encoding="utf-8") == adders_source()
    assert {name for name in vars(Adders) if not name.startswith("_")} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_documents_its_properties(kind):
    """And says which of them are secret."""
    cls = KINDS[kind].Properties
    for one in properties_of(cls):
        assert f"        {one.name}: " in f"    {cls.__doc__}", one.name
    secret = {one.name for one in properties_of(cls) if one.secret}
    assert {"password", "configuration", "package_url"} & {
        one.name for one in properties_of(cls)
    } <= secret


@pytest.mark.parametrize(
    ("wanted", "found", "differs"),
    [
        (None, "anything", False),
        ("West US", "west us", False),
        ("West US", None, True),
        ({"a": "1"}, {"a": "1", "server": "2"}, False),
        ({"a": "1"}, {"a": "2"}, True),
        ({"a": "1"}, None, True),
        (5, 6, True),
    ],
)
def test_what_the_plan_leaves_open_always_fits(wanted, found, differs):
    """The service compares without case, and may add pairs of its own."""
    assert unlike(wanted, found) == differs


def test_no_secret_shows_in_a_repr():
    """Of properties as they were given, or as they were found good; tracebacks may show both."""
    for kind in KINDS.values():
        fields = {field.name: field.repr for field in dataclasses.fields(kind.Properties)}
        for one in properties_of(kind.Properties):
            assert not (one.secret and fields[one.name]), (kind.name, one.name)
    plan = Plan()
    web = plan.hosted_service("web", location="x")
    hidden = plan.deployment(
        "jobs", service=web, package_url="https://a/b?sig=Hunter2", configuration="aGk="
    )
    plan.check()
    for shown in (repr(hidden), repr(hidden.given), repr(hidden.properties)):
        assert "Hunter2" not in shown
        assert "aGk=" not in shown
    assert hidden.given["configuration"] == "aGk="


def test_no_signature_shows_in_a_repr_or_a_difference():
    """Whoever has a signed URL can use the blob."""
    plan = Plan()
    machine = add_machine(plan)
    signed = "https://a.blob.core.windows.net/v/d.vhd?sv=1&sig=Hunter2"
    disk = plan.data_disk("d", machine=machine, lun=0, source_media_link=signed, media_link=signed)
    plan.check()
    assert "Hunter2" not in repr(disk.properties)
    present = Present(ready=True, properties={"media_link": "https://elsewhere/d.vhd"})
    (unlike,) = KINDS["data_disk"].differences("d", disk.properties, present)
    assert "Hunter2" not in unlike
    assert "sv=1&sig=***" in unlike
