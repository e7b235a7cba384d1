"""Recorded tests of certificates and reserved addresses, made again in the emulator."""

import base64
import json
import re

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    load_pem_private_key,
    pkcs12,
)
from likeness import assert_alike
from test_recorded_shapes import RECORDINGS
from test_recorded_walk_machines import Walk
from wires import wire_to

from aiosm.emulator import Emulator, SteppedClock, pki

pytestmark = pytest.mark.skipif(
    not RECORDINGS.exists(), reason="the recordings are not part of the repository"
)

TESTS = [
    "py/managementcertificate/test_add_management_certificate",
    "py/managementcertificate/test_get_management_certificate",
    "py/managementcertificate/test_list_management_certificates",
    "py/misc/test_add_service_certificate",
    "py/misc/test_list_service_certificates",
    "py/misc/test_create_reserved_ip_address",
    "py/misc/test_get_reserved_ip_address",
    "py/misc/test_delete_reserved_ip_address",
    "py/misc/test_associate_reserved_ip_address",
]
# Where the recordings have a .pfx file that was made unreadable.
THUMBPRINT = "2E6724A9E1C7B5F0C11001F540E1FE28B92C9188"
PASSWORD = "password"


def recorded(test):
    with RECORDINGS.open(encoding="utf-8") as lines:
        return [one for one in map(json.loads, lines) if one["test"] == test]


def readable(one, identity, pfx):
    """A recorded exchange with a certificate that can be read."""
    body = one.get("request_body") or ""
    if "<CertificateFile" in body:
        body = re.sub("<Data>.*?</Data>", f"<Data>{pfx}</Data>", body)
        body = re.sub("<Password>.*?</Password>", f"<Password>{PASSWORD}</Password>", body)
    path = one["path"].replace(f"sha1-{THUMBPRINT}", f"sha1-{identity.thumbprint}")
    return {**one, "request_body": body or None, "path": path}


@pytest.fixture(scope="module")
def identity():
    """A certificate with its key."""
    return pki.management_identity("recorded")


@pytest.fixture(scope="module")
def pfx(identity):
    """The same as a .pfx file, as base64."""
    certificate = x509.load_der_x509_certificate(identity.certificate_der)
    key = load_pem_private_key(identity.key_pem, None)
    encryption = BestAvailableEncryption(PASSWORD.encode())
    data = pkcs12.serialize_key_and_certificates(b"x", key, certificate, None, encryption)
    return base64.b64encode(data).decode()


@pytest.mark.parametrize("test", TESTS)
async def test_a_recorded_test_runs_alike(test, identity, pfx):
    """The same statuses, headers and elements, operation by operation."""
    exchanges = recorded(test)
    async with Emulator(clock=SteppedClock()) as emulator:
        wire = wire_to(emulator)
        async with wire.http:
            walk = Walk(wire)
            for one in (readable(one, identity, pfx) for one in exchanges):
                waits = "/operations/" in one["path"] and one["method"] == "GET"
                answer = await (walk.reach(one) if waits else walk.take(one))
                assert_alike(answer, one, emulator.subscription_id)
    assert len(exchanges) >= 2
