"""Certificates and reserved addresses: the same calls on the old SDK and on aiosm."""

from __future__ import annotations

from typing import Any

import pytest
from calls import HOSTILE_NAME, Text, assert_same, named
from two_sides import HOSTILE, NEW, OLD, Side, new_sends, old_sends

THUMBPRINT = "2E6724A9E1C7B5F0C11001F540E1FE28B92C9188"
DATA = "MIIC9jCCAeKgAwIBAgIQ"
LONG = "QUJD" * 4000
LABEL = HOSTILE + "é" * (100 - len(HOSTILE))


PLAIN: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("list_service_certificates", ("web-1",), {}),
    ("get_service_certificate", ("web-1", "sha1", THUMBPRINT), {}),
    ("get_service_certificate", ("web-1",), {"thumbprint": THUMBPRINT.lower(),
                                             "thumbalgorithm": "SHA1"}),
    ("add_service_certificate", ("web-1", DATA, "pfx", "password"), {}),
    ("add_service_certificate", ("web-1", DATA, "cer", ""), {}),
    ("add_service_certificate", ("web-1", f"{DATA}\n{DATA}\n", "Pfx"),
     {"password": Text(HOSTILE)}),
    ("add_service_certificate", ("web-1", LONG, "pfx", Text("&<>\"'" * 1000)), {}),
    ("delete_service_certificate", ("web-1", "sha1", THUMBPRINT), {}),
    ("list_management_certificates", (), {}),
    ("get_management_certificate", (THUMBPRINT,), {}),
    ("add_management_certificate", (DATA, THUMBPRINT, DATA), {}),
    ("add_management_certificate", (LONG,), {"data": LONG, "thumbprint": THUMBPRINT.lower()}),
    ("delete_management_certificate", (THUMBPRINT,), {}),
    ("create_reserved_ip_address", ("ip",), {}),
    ("create_reserved_ip_address", ("ip", "label", "West US"), {}),
    ("create_reserved_ip_address", (Text(HOSTILE), Text(LABEL), Text(HOSTILE)), {}),
    ("delete_reserved_ip_address", ("ip",), {}),
    ("delete_reserved_ip_address", (HOSTILE_NAME,), {}),
    ("associate_reserved_ip_address", ("ip", "web-1", "deployment"), {}),
    ("associate_reserved_ip_address", (HOSTILE_NAME, "web-1", Text(HOSTILE), Text(HOSTILE)), {}),
    ("disassociate_reserved_ip_address", ("ip", "web-1", "deployment"), {}),
    ("disassociate_reserved_ip_address", (HOSTILE_NAME, "web-1"),
     {"deployment_name": Text(HOSTILE), "virtual_ip_name": Text(HOSTILE)}),
    ("get_reserved_ip_address", ("ip",), {}),
    ("get_reserved_ip_address", (HOSTILE_NAME,), {}),
    ("list_reserved_ip_addresses", (), {}),
]  # fmt: skip


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


async def test_quirk_55_a_cer_file_needs_no_password() -> None:
    """The old SDK refuses the call that its own documentation recommends."""

    def call(service: Any, _side: Side) -> Any:
        return service.add_service_certificate("web-1", DATA, "cer")

    with pytest.raises(ValueError, match="password"):
        old_sends(call)
    sent = await new_sends(call)
    assert [name.partition("}")[2] for name, _ in sent.body[1]] == ["Data", "CertificateFormat"]


async def test_quirk_1_associations_have_a_version_of_their_own() -> None:
    """Both are sent as 2015-02-01, all else as 2014-10-01."""
    for verb in ("associate", "disassociate"):

        def call(service: Any, _side: Side, verb: str = verb) -> Any:
            return getattr(service, f"{verb}_reserved_ip_address")("ip", "web-1", "deployment")

        assert (await new_sends(call)).version == "2015-02-01"
    listed = await new_sends(lambda service, _: service.list_reserved_ip_addresses())
    assert listed.version == "2014-10-01"


def test_models_default_as_the_old_ones() -> None:
    """An address that nobody uses says so, on either side."""
    assert OLD.ReservedIP().in_use is NEW.ReservedIP().in_use is False
