"""Models as plain dicts: what is in them, what is masked, what is refused; copies with changes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from model_values import ALL

from aiosm.models import (
    ConfigurationSet,
    ConfigurationSetInputEndpoint,
    Deployment,
    DeploymentStatus,
    Disk,
    LinuxConfigurationSet,
    PublicKeys,
    RoleInstance,
    StorageService,
    StorageServiceKeys,
    VirtualIP,
    VirtualIPs,
    VMImage,
)
from aiosm.xml import Model
from aiosm.xml.schema import schema_of

NOON = datetime(2016, 5, 1, 12, tzinfo=UTC)


def deployment() -> Deployment:
    return Deployment(
        "vm",
        status=DeploymentStatus.RUNNING,
        configuration="key=secret",
        created_time=NOON,
        locked=False,
        extended_properties={"a": "b"},
        virtual_ips=VirtualIPs([VirtualIP("1.2.3.4", is_reserved=True)]),
    )


def test_a_model_becomes_plain() -> None:
    """Nothing but what JSON knows, with every field, set or not."""
    plain = deployment().to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert list(plain) == [known.attribute for known in schema_of(Deployment).fields]
    assert type(plain["status"]) is str
    assert (plain["status"], plain["created_time"]) == ("Running", "2016-05-01T12:00:00Z")
    assert (plain["locked"], plain["url"], plain["role_list"]) == (False, None, [])
    assert plain["extended_properties"] == {"a": "b"}
    (address,) = plain["virtual_ips"]
    assert type(plain["virtual_ips"]) is list
    assert (address["address"], address["is_reserved"]) == ("1.2.3.4", True)


def test_secrets_are_masked_unless_asked_for() -> None:
    """In nested models too; that one is not set can be seen."""
    account = StorageService(storage_service_keys=StorageServiceKeys("open", "sesame"))
    assert account.to_dict()["storage_service_keys"] == {"primary": "***", "secondary": "***"}
    shown = account.to_dict(secrets=True)["storage_service_keys"]
    assert shown == {"primary": "open", "secondary": "sesame"}
    assert LinuxConfigurationSet("host", "user").to_dict()["user_password"] is None


@pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.__name__)
def test_no_secret_of_any_model_is_in_its_dict(cls: type[Model]) -> None:
    """The same fields are masked as in the repr."""
    value = cls()
    secret = [known for known in schema_of(cls).fields if known.wire.secret]
    for known in secret:
        setattr(value, known.attribute, "sesame")
    assert "sesame" not in json.dumps(value.to_dict())
    assert "sesame" not in repr(value)
    assert json.dumps(value.to_dict(secrets=True)).count("sesame") == len(secret)


SIGNED = "https://s.blob.core.windows.net/v/a.vhd?sv=2015&sig=a%2Fb%3D&se=1"
VEILED = "https://s.blob.core.windows.net/v/a.vhd?sv=2015&sig=***&se=1"
LINKS = [
    (cls, known.attribute)
    for cls in ALL
    for known in schema_of(cls).fields
    if known.attribute.endswith(("media_link", "_image_link", "_blob_uri"))
]


@pytest.mark.parametrize(("cls", "attribute"), LINKS)
def test_the_signature_in_the_url_of_a_blob_is_masked(cls: type[Model], attribute: str) -> None:
    """Whoever has it can use the blob; the rest of the URL is shown."""
    value = cls(**{attribute: SIGNED})
    assert (getattr(value, attribute), value.to_dict()[attribute]) == (SIGNED, VEILED)
    assert VEILED in repr(value)
    assert "a%2Fb" not in repr(value)
    assert cls.from_dict(value.to_dict(secrets=True)) == value
    with pytest.raises(ValueError, match=rf"{attribute} is masked.*secrets=True"):
        cls.from_dict(value.to_dict())
    plain = cls(**{attribute: "https://s.blob.core.windows.net/v/sig=1.vhd"})
    assert cls.from_dict(plain.to_dict()) == plain


def test_the_urls_of_all_blobs_are_among_them() -> None:
    """Of disks, images and what boot diagnostics leave."""
    assert len(LINKS) == 11


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ("https://x/a?SIG=abc", "https://x/a?SIG=***"),
        ("https://x/a?sig=abc#part", "https://x/a?sig=***#part"),
        ("https://x/a?a=1&amp;sig=abc&amp;b=2", "https://x/a?a=1&amp;sig=***&amp;b=2"),
        ("https://x/a?mysig=abc", "https://x/a?mysig=abc"),
        ("", ""),
        (None, None),
    ],
)
def test_signatures_are_found_wherever_they_stand(given: str | None, seen: str | None) -> None:
    """In any case, last or not, and with the ampersands of XML."""
    assert Disk(media_link=given).to_dict()["media_link"] == seen


def test_a_dict_becomes_a_model() -> None:
    """Lists get their own classes, enumerations and dates their types."""
    made = Deployment.from_dict(deployment().to_dict(secrets=True))
    assert made == deployment()
    assert type(made.virtual_ips) is VirtualIPs
    assert made.virtual_ips.virtual_ips[0].is_reserved is True
    assert type(made.status) is DeploymentStatus
    assert made.created_time == NOON


def test_what_a_dict_leaves_out_has_its_default() -> None:
    """An empty dict is an untouched model."""
    for cls in ALL:
        assert cls.from_dict({}) == cls()
    assert LinuxConfigurationSet.from_dict({"host_name": "h"}) == LinuxConfigurationSet("h")


def test_a_value_the_service_may_grow_stays_a_text() -> None:
    """As in answers."""
    made = Deployment.from_dict({"status": "Dreaming"})
    assert (made.status, type(made.status)) == ("Dreaming", str)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("2016-05-01T12:00:00Z", NOON),
        ("2016-05-01T12:00:00", NOON),
        ("2016-05-01T05:00:00-07:00", NOON),
        (NOON, NOON),
        (NOON.replace(tzinfo=None), NOON),
        (NOON.astimezone(timezone(timedelta(hours=2))), NOON),
    ],
)
def test_dates_are_aware(given: Any, read: datetime) -> None:
    """Of any zone, and UTC without one."""
    made = Deployment.from_dict({"created_time": given}).created_time
    assert made is not None
    assert (made, made.tzinfo is not None) == (read, True)


def test_a_naive_date_is_written_as_utc() -> None:
    """As it would be sent."""
    plain = Deployment("vm", created_time=NOON.replace(tzinfo=None)).to_dict()
    assert plain["created_time"] == "2016-05-01T12:00:00Z"


REFUSED: list[tuple[type[Model], Any, type[Exception], str]] = [
    (Deployment, [], TypeError, "Deployment must be a dict, not list"),
    (Deployment, {"nmae": "x"}, ValueError, "Deployment has no field nmae"),
    (Deployment, {"name": None}, TypeError, r"Deployment\.name must not be None"),
    (Deployment, {"name": 5}, TypeError, r"Deployment\.name must be a str, not int"),
    (Deployment, {"locked": "true"}, TypeError, r"Deployment\.locked must be a bool, not str"),
    (Deployment, {"status": 5}, TypeError, r"Deployment\.status must be a str"),
    (Deployment, {"upgrade_domain_count": True}, TypeError, "count must be an int, not bool"),
    (Deployment, {"created_time": "noon"}, ValueError, r"created_time must be a date and time"),
    (Deployment, {"created_time": 5}, TypeError, r"created_time must be a str"),
    (Deployment, {"virtual_ips": {}}, TypeError, r"virtual_ips must be a list, not dict"),
    (Deployment, {"virtual_ips": [{}, {"x": 1}]}, ValueError, r"ips\[1\] has no field x"),
    (Deployment, {"dns": "x"}, TypeError, r"Deployment\.dns must be a dict, not str"),
    (Deployment, {"extended_properties": {"a": 1}}, TypeError, r"properties\['a'\] must be a str"),
    (Deployment, {"extended_properties": {1: "a"}}, TypeError, r"a name in .*properties must"),
    (Deployment, {"configuration": "***"}, ValueError, r"configuration is masked.*secrets=True"),
    (ConfigurationSet, {"subnet_names": ["a", 1]}, TypeError, r"subnet_names\[1\] must be a str"),
]


@pytest.mark.parametrize(("cls", "data", "error", "named"), REFUSED)
def test_a_wrong_dict_is_refused_and_the_place_named(
    cls: type[Model], data: Any, error: type[Exception], named: str
) -> None:
    """Where in the dict it is, and what is allowed there."""
    with pytest.raises(error, match=named):
        cls.from_dict(data)


def test_a_refusal_shows_no_value() -> None:
    """It may be a secret."""
    with pytest.raises(TypeError) as refused:
        StorageServiceKeys.from_dict({"primary": ["sesame"]})
    assert "sesame" not in str(refused.value)


def test_a_copy_has_the_changes_and_shares_nothing() -> None:
    """What is done to the copy's lists is not done to the original's."""
    network = ConfigurationSet()
    network.input_endpoints.append(ConfigurationSetInputEndpoint("ssh", "tcp", "22", "22"))
    copied = network.replace(subnet_names=["one"])
    assert (copied.subnet_names, network.subnet_names) == (["one"], [])
    assert copied.input_endpoints == network.input_endpoints
    copied.input_endpoints.input_endpoints[0].port = "2222"
    assert network.input_endpoints[0].port == "22"
    assert type(copied) is ConfigurationSet
    assert type(copied.input_endpoints) is type(network.input_endpoints)


def test_a_copy_needs_fields_that_exist() -> None:
    """A misspelt one is named."""
    with pytest.raises(TypeError, match="RoleInstance has no field power, size"):
        RoleInstance().replace(power_state="Started", size="Small", power="x")


def test_list_classes_come_back_at_any_depth() -> None:
    """Their old attributes answer."""
    system = LinuxConfigurationSet("h", "u")
    made = LinuxConfigurationSet.from_dict(system.to_dict())
    assert made.ssh is not None
    assert type(made.ssh.public_keys) is PublicKeys
    assert VMImage.from_dict(VMImage("i", "l").to_dict()) == VMImage("i", "l")


def test_a_port_that_was_given_as_a_number_comes_back_as_a_text() -> None:
    """Code for the old SDK has both; the dict can be read again in either case."""
    endpoint = ConfigurationSetInputEndpoint("web", "tcp", 80, 8080)  # type: ignore[arg-type]
    plain = endpoint.to_dict()
    assert (plain["port"], plain["local_port"]) == ("80", "8080")
    assert ConfigurationSetInputEndpoint.from_dict(plain).port == "80"
