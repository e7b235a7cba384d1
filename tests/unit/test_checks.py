"""Bad input is refused before anything is sent, by an error that names the argument."""

from __future__ import annotations

import base64
from collections.abc import Awaitable
from typing import Any

import pytest
from support import Service, accepted, client_of, done, reply, silent_client

import aiosm

Client = aiosm.AsyncServiceManagementClient
PASSWORD = "Pa55word-not-shown"

# Each call with good arguments; the tests replace one of them.
GOOD: dict[str, dict[str, Any]] = {
    "get_hosted_service_properties": {"service_name": "web"},
    "check_hosted_service_name_availability": {"service_name": "web"},
    "create_hosted_service": {"service_name": "web", "label": "web", "location": "West US"},
    "update_hosted_service": {"service_name": "web", "label": "web"},
    "delete_hosted_service": {"service_name": "web"},
    "create_deployment": {
        "service_name": "web",
        "deployment_slot": "production",
        "name": "web-1",
        "package_url": "https://data.test/packages/web.cspkg",
        "label": "web",
        "configuration": "PGNvbmZpZy8+",
    },
    "get_deployment_by_name": {"service_name": "web", "deployment_name": "web-1"},
    "get_deployment_by_slot": {"service_name": "web", "deployment_slot": "staging"},
    "delete_deployment": {"service_name": "web", "deployment_name": "web-1"},
    "create_storage_account": {
        "service_name": "web1data",
        "description": None,
        "label": "data",
        "location": "West US",
    },
    "get_storage_account_properties": {"service_name": "web1data"},
    "get_storage_account_keys": {"service_name": "web1data"},
    "check_storage_account_name_availability": {"service_name": "web1data"},
    "delete_storage_account": {"service_name": "web1data"},
    "add_os_image": {
        "label": "image",
        "media_link": "https://data.test/vhds/image.vhd",
        "name": "image",
        "os": "Linux",
    },
    "delete_os_image": {"image_name": "image"},
    "create_virtual_machine_deployment": {
        "service_name": "web",
        "deployment_name": "web-1",
        "deployment_slot": "production",
        "label": "web",
        "role_name": "web-1",
        "system_config": aiosm.LinuxConfigurationSet("host", "user", PASSWORD, True),
        "os_virtual_hard_disk": aiosm.OSVirtualHardDisk("image", "https://data.test/vhds/1.vhd"),
    },
    "get_role": {"service_name": "web", "deployment_name": "web-1", "role_name": "web-1"},
    "capture_vm_image": {
        "service_name": "web",
        "deployment_name": "web-1",
        "role_name": "web-1",
        "options": aiosm.CaptureRoleAsVMImage("Specialized", "image", "label"),
    },
    "delete_vm_image": {"vm_image_name": "image"},
}


def call(client: Client, method: str, **changes: Any) -> Awaitable[Any]:
    return getattr(client, method)(**{**GOOD[method], **changes})


def those_with(argument: str) -> list[str]:
    return [method for method, arguments in GOOD.items() if argument in arguments]


async def refused(kind: type[Exception], match: str, method: str, **changes: Any) -> Exception:
    """The error with which a call is refused; sending anything fails the test."""
    with pytest.raises(kind, match=match) as caught:
        await call(silent_client(), method, **changes)
    return caught.value


@pytest.mark.parametrize("method", GOOD)
async def test_the_good_arguments_are_good(method: str) -> None:
    """Otherwise the tests below would prove nothing: without the mistake, a request is sent."""
    service = Service(accepted() if not method.startswith(("get", "check")) else reply(400))
    try:
        await call(client_of(service), method)
    except aiosm.BadRequestError:
        assert method.startswith(("get", "check"))
    assert len(service.requests) == 1


NAMED = [method for method in those_with("service_name") if not method.startswith("check_")]
HOSTED = [method for method in NAMED if "storage" not in method]
STORAGE = [method for method in NAMED if "storage" in method]
ASKING = [method for method in GOOD if method.startswith("check_")]


@pytest.mark.parametrize("method", ASKING)
@pytest.mark.parametrize("name", ["My_Store", "my_service", "a" * 64, "w\u00e9b", "a?b", "-"])
async def test_any_name_may_be_asked_for(method: str, name: str) -> None:
    """That it cannot be had is what the service is to say."""
    service = Service(reply(400))
    with pytest.raises(aiosm.BadRequestError):
        await call(client_of(service), method, service_name=name)
    assert service.requests[0].url.path.endswith(f"/operations/isavailable/{name}")


@pytest.mark.parametrize("method", ASKING)
@pytest.mark.parametrize("name", ["", " ", ".", "..", "a/b", "a\\b", "\x00"])
async def test_what_cannot_stand_in_a_path_cannot_be_asked_for(method: str, name: str) -> None:
    """It would ask for something else."""
    await refused(ValueError, "^service_name ", method, service_name=name)


@pytest.mark.parametrize(
    "name",
    [
        *("", " ", ".", "..", "-web", "web-", "web.1", "web/1", "web\\1", "web 1", "w\u00e9b"),
        *("a" * 64, "web\n", "\x00", "web?", "web#", "%2e%2e", "web\ud800"),
    ],
)
@pytest.mark.parametrize("method", HOSTED)
async def test_a_hosted_service_name_of_another_form_is_refused(method: str, name: str) -> None:
    """It becomes a part of a host name and of the path."""
    await refused(ValueError, "^service_name ", method, service_name=name)


@pytest.mark.parametrize(
    "name",
    ["", "ab", "a" * 25, "Data", "DATA", "my-data", "my_data", "d\u00e4ta", "data/1", "data\n"],
)
@pytest.mark.parametrize("method", STORAGE)
async def test_a_storage_account_name_of_another_form_is_refused(method: str, name: str) -> None:
    """Lower-case letters and digits only, and the message says so."""
    error = await refused(ValueError, "^service_name ", method, service_name=name)
    assert not name or "lower-case letters and digits" in str(error)


NAMES = [
    (method, argument)
    for argument in ("deployment_name", "role_name", "image_name", "vm_image_name", "name")
    for method in those_with(argument)
]


@pytest.mark.parametrize(
    "name", ["", "  ", ".", "..", "a/b", "a\\b", "/", "a\x00", "a\n", "a\x7f", "a" * 261]
)
@pytest.mark.parametrize(("method", "argument"), NAMES)
async def test_a_name_that_could_reach_another_path_is_refused(
    method: str, argument: str, name: str
) -> None:
    """No dots alone, no slashes, no control characters, nothing endless."""
    await refused(ValueError, f"^{argument} ", method, **{argument: name})


@pytest.mark.parametrize(("method", "argument"), NAMES)
async def test_a_name_that_is_no_unicode_is_refused_by_name(method: str, argument: str) -> None:
    """Half a surrogate pair cannot be sent; the error must not be an encoder's."""
    await refused(ValueError, f"^{argument} ", method, **{argument: "a\ud800"})


@pytest.mark.parametrize(
    "name", ["a", "a.b", "...", "a b", "\u00e9", "a'b(c)=d,e$f", "a?b#c&d%20", "a" * 260]
)
@pytest.mark.parametrize(
    ("method", "argument"), [pair for pair in NAMES if pair[0].startswith(("get", "delete"))]
)
async def test_an_unusual_name_stays_within_its_segment(
    method: str, argument: str, name: str
) -> None:
    """What may stand in a name is quoted, and the path keeps its shape."""
    usual, unusual = Service(reply(400)), Service(reply(400))
    for service, changes in ((usual, {}), (unusual, {argument: name})):
        with pytest.raises(aiosm.BadRequestError):
            await call(client_of(service), method, **changes)
    [one], [other] = usual.requests, unusual.requests
    assert other.url.raw_path.count(b"/") == one.url.raw_path.count(b"/")
    assert f"/{name}/" in f"{other.url.path}/"
    assert other.url.query == one.url.query


@pytest.mark.parametrize(
    ("method", "argument"),
    [
        (method, argument)
        for method, arguments in GOOD.items()
        for argument, value in arguments.items()
        if isinstance(value, str)
    ],
)
@pytest.mark.parametrize("wrong", [None, 7, b"web", ["web"]])
async def test_what_is_no_text_is_refused_where_a_text_belongs(
    method: str, argument: str, wrong: object
) -> None:
    """A TypeError, or a ValueError where None means "not given"."""
    if (method, argument, wrong) == ("update_hosted_service", "label", None):
        await refused(ValueError, "nothing to change", method, label=None)
    elif argument == "location" and wrong is None:
        await refused(ValueError, "neither of location and affinity_group", method, location=None)
    else:
        await refused(TypeError, f"^{argument} must be a str", method, **{argument: wrong})


PLACED = ["create_hosted_service", "create_storage_account"]


@pytest.mark.parametrize("method", PLACED)
@pytest.mark.parametrize(
    ("location", "group", "said"),
    [(None, None, "neither"), ("West US", "group", "both"), ("", "", "neither")],
)
async def test_exactly_one_place_must_be_given(
    method: str, location: str | None, group: str | None, said: str
) -> None:
    """The message names both arguments."""
    match = rf"{said} of location and affinity_group"
    await refused(ValueError, match, method, location=location, affinity_group=group)


@pytest.mark.parametrize("method", PLACED)
async def test_a_blank_location_is_refused(method: str) -> None:
    """An empty one is the same as none, for which see the test above."""
    await refused(ValueError, "^location ", method, location=" ")


@pytest.mark.parametrize("method", PLACED)
@pytest.mark.parametrize("group", [" ", "..", "a/b", "a\n"])
async def test_a_malformed_affinity_group_is_refused(method: str, group: str) -> None:
    """It is a name like others."""
    await refused(ValueError, "^affinity_group ", method, location=None, affinity_group=group)


LABELLED = [method for method in those_with("label") if "image" not in method]


@pytest.mark.parametrize("method", those_with("label"))
@pytest.mark.parametrize("label", ["", "   ", "\ud800"])
async def test_a_label_that_is_empty_is_refused(method: str, label: str) -> None:
    """The message names the argument; to change the label to nothing is to change nothing."""
    nothing = method == "update_hosted_service" and not label
    await refused(ValueError, "^nothing to" if nothing else "^label ", method, label=label)


@pytest.mark.parametrize("method", LABELLED)
@pytest.mark.parametrize("label", ["x" * 101, "x" * 5000])
async def test_a_label_that_is_too_long_is_refused(method: str, label: str) -> None:
    """Where the documentation has a limit, which it has not for images and disks."""
    await refused(ValueError, "^label ", method, label=label)


@pytest.mark.parametrize("method", LABELLED)
async def test_a_label_of_the_greatest_length_is_sent(method: str) -> None:
    """100 characters, whatever their size in bytes."""
    service = Service(accepted())
    await call(client_of(service), method, label="\u6f22" * 100)
    sent = service.requests[0].content.decode()
    assert "\u6f22" * 100 in sent or base64.b64encode(("\u6f22" * 100).encode()).decode() in sent


@pytest.mark.parametrize("method", [*PLACED, "update_hosted_service"])
async def test_a_description_that_is_too_long_is_refused(method: str) -> None:
    """More than 1024 characters."""
    await refused(ValueError, r"^description .*1024", method, description="x" * 1025)


@pytest.mark.parametrize("method", [*PLACED, "update_hosted_service"])
@pytest.mark.parametrize("bad", ["\x00", "\x0b", "\x1f", "\ufffe", "\ud800"])
async def test_what_xml_cannot_carry_is_refused(method: str, bad: str) -> None:
    """The message names the element or argument."""
    await refused(ValueError, r"(?i)^description", method, description=f"a{bad}b")


@pytest.mark.parametrize("method", [*PLACED, "update_hosted_service", "create_deployment"])
@pytest.mark.parametrize(
    ("properties", "kind"),
    [
        ({f"k{number}": "v" for number in range(51)}, ValueError),
        ({"": "v"}, ValueError),
        ({"1k": "v"}, ValueError),
        ({"k-k": "v"}, ValueError),
        ({"k" * 65: "v"}, ValueError),
        ({"k": "v" * 256}, ValueError),
        ({7: "v"}, TypeError),
        ("k=v", TypeError),
        ([("k", "v")], TypeError),
    ],
)
async def test_malformed_extended_properties_are_refused(method: str, properties, kind) -> None:
    """Names, lengths and number are as the service allows."""
    await refused(kind, "extended_properties", method, extended_properties=properties)


@pytest.mark.parametrize("method", [*PLACED, "create_deployment"])
async def test_a_new_thing_has_no_property_to_take_away(method: str) -> None:
    """None is for updates."""
    match = r"^extended_properties\['k'\] must be a str, not None"
    await refused(TypeError, match, method, extended_properties={"k": None})


async def test_extended_properties_of_the_greatest_size_are_sent() -> None:
    """50 pairs of 64 and 255 characters."""
    service = Service(done())
    properties = {f"k{number:063d}": "v" * 255 for number in range(50)}
    await call(client_of(service), "create_hosted_service", extended_properties=properties)
    assert service.requests[0].content.count(b"<ExtendedProperty>") == 50


@pytest.mark.parametrize("method", those_with("deployment_slot"))
@pytest.mark.parametrize("slot", ["", "prod", "production ", "Staging/1"])
async def test_a_slot_that_does_not_exist_is_refused(method: str, slot: str) -> None:
    """The message lists those that do."""
    error = await refused(ValueError, "^deployment_slot ", method, deployment_slot=slot)
    assert not slot or "Production, Staging" in str(error)


@pytest.mark.parametrize("os", ["", "linux ", "BSD"])
async def test_an_operating_system_that_does_not_exist_is_refused(os: str) -> None:
    """The message lists those that do."""
    error = await refused(ValueError, "^os ", "add_os_image", os=os)
    assert not os or "Linux, Windows" in str(error)


@pytest.mark.parametrize("kind", ["", "LRS", "Standard"])
async def test_an_account_type_that_does_not_exist_is_refused(kind: str) -> None:
    """The message lists those that do."""
    await refused(ValueError, "^account_type ", "create_storage_account", account_type=kind)


@pytest.mark.parametrize(
    ("method", "argument"), [("add_os_image", "media_link"), ("create_deployment", "package_url")]
)
@pytest.mark.parametrize(
    "url", ["", "image.vhd", "ftp://data.test/x", "https://", "https:///x", "https://[::1/x"]
)
async def test_what_is_no_url_is_refused_without_showing_it(
    method: str, argument: str, url: str
) -> None:
    """A URL may carry a shared access signature."""
    secret = f"{url}?sig=hush" if url else url
    error = await refused(ValueError, f"^{argument} ", method, **{argument: secret})
    assert "hush" not in str(error)


@pytest.mark.parametrize(
    ("system", "part"),
    [
        (aiosm.LinuxConfigurationSet("", "user", PASSWORD, True), "host_name"),
        (aiosm.LinuxConfigurationSet(None, "user", PASSWORD, True), "host_name"),
        (aiosm.LinuxConfigurationSet("h" * 65, "user", PASSWORD, True), "host_name"),
        (aiosm.LinuxConfigurationSet("host", "", PASSWORD, True), "user_name"),
        (aiosm.LinuxConfigurationSet("host", "u" * 33, PASSWORD, True), "user_name"),
        (aiosm.LinuxConfigurationSet("host", "user", PASSWORD[:5], True), "user_password"),
        (aiosm.LinuxConfigurationSet("host", "user", PASSWORD * 5, True), "user_password"),
        (
            aiosm.LinuxConfigurationSet("host", "user", PASSWORD + "\x00", True),
            r"^system_config\.user_password ",
        ),
        (aiosm.WindowsConfigurationSet("", PASSWORD), "computer_name"),
        (aiosm.WindowsConfigurationSet("c" * 16, PASSWORD), "computer_name"),
        (
            aiosm.WindowsConfigurationSet("win", PASSWORD + "\x00"),
            r"^system_config\.admin_password ",
        ),
    ],
)
async def test_a_first_start_that_would_fail_is_refused_without_showing_the_password(
    system: object, part: str
) -> None:
    """The part is named, its value is not."""
    error = await refused(
        ValueError, part, "create_virtual_machine_deployment", system_config=system
    )
    assert PASSWORD[:5] not in str(error)


async def test_a_machine_needs_a_disk_or_an_image() -> None:
    """Either will do, neither will not."""
    await refused(
        ValueError,
        "neither os_virtual_hard_disk nor vm_image_name",
        "create_virtual_machine_deployment",
        os_virtual_hard_disk=None,
    )


@pytest.mark.parametrize(
    ("method", "changes", "match"),
    [
        ("create_virtual_machine_deployment", {"system_config": "linux"}, "^system_config"),
        ("create_virtual_machine_deployment", {"network_config": "open"}, "^network_config"),
        ("capture_vm_image", {"options": {"OSState": "Generalized"}}, "^options"),
    ],
)
async def test_what_is_no_model_is_refused_where_a_model_belongs(method, changes, match) -> None:
    """A TypeError that names the argument."""
    await refused(TypeError, match, method, **changes)


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (("Halfway", "image", "label"), "os_state"),
        (("", "image", "label"), "os_state"),
        (("Specialized", "", "label"), "vm_image_name"),
        (("Specialized", "a/b", "label"), "vm_image_name"),
        (("Specialized", "image", ""), "vm_image_label"),
        (("Specialized", "image", " "), "vm_image_label"),
    ],
)
async def test_a_capture_of_another_form_is_refused(options, part: str) -> None:
    """The part is named."""
    await refused(
        ValueError,
        rf"^options\.{part} ",
        "capture_vm_image",
        options=aiosm.CaptureRoleAsVMImage(*options),
    )


async def test_an_update_that_changes_nothing_is_refused() -> None:
    """It is a mistake, not a request."""
    await refused(ValueError, "nothing to change", "update_hosted_service", label=None)
