"""The life of certificates in the emulator, driven by aiosm's own client."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PublicFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from world import THUMBPRINT, World

import aiosm
from aiosm.emulator import Emulator, SteppedClock, pki
from aiosm.emulator.state import Limits

PASSWORD = "pass & <word>"


def text_of(data):
    return base64.b64encode(data).decode()


@pytest.fixture(scope="module")
def identity():
    """A certificate that no subscription knows, with its key."""
    return pki.management_identity("another owner")


def pfx_of(identity, encryption, others=None):
    certificate = x509.load_der_x509_certificate(identity.certificate_der)
    key = load_pem_private_key(identity.key_pem, None)
    return text_of(
        pkcs12.serialize_key_and_certificates(b"x", key, certificate, others, encryption)
    )


def public_key_of(der):
    key = x509.load_der_x509_certificate(der).public_key()
    return text_of(key.public_bytes(Encoding.DER, PublicFormat.PKCS1))


def elliptic_certificate():
    """A certificate whose key is of a kind that the service never took."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "elliptic")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .public_key(key.public_key())
    )
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


async def add(client, identity, thumbprint=None):
    der = identity.certificate_der
    await client.add_management_certificate(
        public_key_of(der), thumbprint or identity.thumbprint, text_of(der)
    )


@pytest.fixture
def world():
    """A fresh cloud."""
    return World()


@pytest.fixture
async def client(world):
    """A client of it, with a hosted service to put certificates in."""
    async with world.client() as client:
        await client.create_hosted_service("Web", "web", location="West US")
        yield client


# Certificates of hosted services.


async def test_a_pfx_is_added_shown_and_removed(world, client, identity):
    """Only its public part is ever shown, under the thumbprint in upper case."""
    data = pfx_of(identity, BestAvailableEncryption(PASSWORD.encode()))
    starting = await client.add_service_certificate("web", data, "pfx", PASSWORD)
    assert await client.list_service_certificates("web") == []
    world.clock.advance(60)
    await starting

    (found,) = await client.list_service_certificates("web")
    public = text_of(identity.certificate_der)
    base = "https://management.core.windows.net"
    place = f"{base}/{client.subscription_id}/services/hostedservices/Web/certificates"
    assert found == aiosm.Certificate(
        certificate_url=f"{place}/sha1-{identity.thumbprint}",
        thumbprint=identity.thumbprint,
        thumbprint_algorithm="sha1",
        data=public,
    )
    one = await client.get_service_certificate("web", "SHA1", identity.thumbprint.lower())
    assert one == aiosm.Certificate(data=public)

    await world.end(client.delete_service_certificate("web", "sha1", identity.thumbprint))
    assert await client.list_service_certificates("web") == []
    for call in (client.get_service_certificate, client.delete_service_certificate):
        with pytest.raises(aiosm.ResourceNotFoundError, match=r"The certificate was not found\."):
            await call("web", "sha1", identity.thumbprint)


async def test_the_password_and_the_private_key_are_not_kept(world, client, identity):
    """Not even while the operation runs."""
    data = pfx_of(identity, BestAvailableEncryption(PASSWORD.encode()))
    await client.add_service_certificate("web", data, "pfx", PASSWORD)
    kept = repr(world.cloud.state)
    assert PASSWORD not in kept
    assert data not in kept


@pytest.mark.parametrize("password", ["", "any"])
async def test_a_cer_needs_no_password(world, client, identity, password):
    """Neither as bytes nor as PEM; one that is given is not looked at."""
    for data in (identity.certificate_der, identity.certificate_pem):
        starting = client.add_service_certificate("web", text_of(data), "cer", password or None)
        await world.end(starting)
        (found,) = await client.list_service_certificates("web")
        assert found.data == text_of(identity.certificate_der)


async def test_a_pfx_without_a_password_is_read(world, client, identity):
    """With an empty password."""
    data = pfx_of(identity, NoEncryption())
    await world.end(client.add_service_certificate("web", data, "pfx", ""))
    assert len(await client.list_service_certificates("web")) == 1


async def test_all_certificates_of_a_pfx_are_added(world, client, identity):
    """The chain comes along."""
    above = x509.load_der_x509_certificate(elliptic_certificate())
    data = pfx_of(identity, BestAvailableEncryption(b"x"), [above])
    await world.end(client.add_service_certificate("web", data, "pfx", "x"))
    found = await client.list_service_certificates("web")
    assert [one.thumbprint for one in found] == [
        identity.thumbprint,
        pki.thumbprint_of(above.public_bytes(Encoding.DER)),
    ]


@pytest.mark.parametrize(
    ("kind", "password"), [("pfx", "wrong"), ("pfx", ""), ("cer", None)], ids=str
)
async def test_a_file_that_cannot_be_read_fails_the_operation(
    world, client, identity, kind, password
):
    """The request is accepted; the operation fails with a documented code."""
    data = pfx_of(identity, BestAvailableEncryption(PASSWORD.encode()))
    with pytest.raises(aiosm.OperationFailedError) as failed:
        await world.end(client.add_service_certificate("web", data, kind, password))
    assert failed.value.error_code == "BadRequest"
    assert await client.list_service_certificates("web") == []


async def test_certificates_go_with_their_service(world, client, identity):
    """An operation that is under way then fails; a new service of the name has none."""
    data = text_of(identity.certificate_der)
    await world.end(client.add_service_certificate("web", data, "cer"))
    late = await client.add_service_certificate("web", data, "cer")
    await client.delete_hosted_service("web")
    world.clock.advance(60)
    with pytest.raises(aiosm.OperationFailedError, match="hosted service does not exist"):
        await late
    await client.create_hosted_service("web", "web", location="West US")
    assert await client.list_service_certificates("web") == []
    with pytest.raises(aiosm.ResourceNotFoundError):
        await client.list_service_certificates("nowhere")


async def test_a_subscription_has_so_many_service_certificates(identity):
    """One more than the limit is refused, in whichever service."""
    world = World(Limits(service_certificates=1))
    data = text_of(identity.certificate_der)
    async with world.client() as client:
        for name in ("one", "two"):
            await client.create_hosted_service(name, name, location="West US")
        await world.end(client.add_service_certificate("one", data, "cer"))
        with pytest.raises(aiosm.HttpResponseError, match="policy limit"):
            await client.add_service_certificate("two", data, "cer")


# Management certificates.


async def test_a_management_certificate_is_added_shown_and_removed(world, client, identity):
    """What was sent comes back, with the date."""
    assert await client.list_management_certificates() == []
    await add(client, identity, identity.thumbprint.lower())
    (found,) = await client.list_management_certificates()
    assert found == aiosm.SubscriptionCertificate(
        subscription_certificate_public_key=public_key_of(identity.certificate_der),
        subscription_certificate_thumbprint=identity.thumbprint,
        subscription_certificate_data=text_of(identity.certificate_der),
        created=world.clock.now(),
    )
    assert await client.get_management_certificate(identity.thumbprint.lower()) == found
    with pytest.raises(aiosm.ConflictError, match="already exists"):
        await add(client, identity)

    await client.delete_management_certificate(identity.thumbprint)
    assert await client.list_management_certificates() == []
    for call in (client.get_management_certificate, client.delete_management_certificate):
        with pytest.raises(aiosm.ResourceNotFoundError, match=r"The certificate was not found\."):
            await call(identity.thumbprint)


@pytest.mark.parametrize("data", [b"no certificate", elliptic_certificate()], ids=["junk", "ec"])
async def test_what_the_service_never_took_is_refused(client, data):
    """Bytes that are no certificate, and keys that are not RSA of 2048 bits or more."""
    with pytest.raises(aiosm.HttpResponseError) as refused:
        await client.add_management_certificate("QUJD", THUMBPRINT, text_of(data))
    assert (refused.value.status_code, refused.value.error_code) == (400, "BadRequest")
    assert await client.list_management_certificates() == []


async def test_a_subscription_has_so_many_management_certificates(identity):
    """One more than the limit is refused."""
    assert Limits().management_certificates == 100
    world = World(Limits(management_certificates=2))
    async with world.client() as client:
        await add(client, identity)
        await add(client, identity, "AA" * 20)
        with pytest.raises(aiosm.HttpResponseError, match="policy limit"):
            await add(client, identity, "BB" * 20)


async def test_a_wrong_thumbprint_lets_nobody_else_in(world, client, identity):
    """As recorded it is not refused, but what opens the door is the certificate."""
    await add(client, identity, "AA" * 20)
    async with world.client("AA" * 20) as stranger:
        with pytest.raises(aiosm.ClientAuthenticationError):
            await stranger.list_locations()
    async with world.client(identity.thumbprint) as owner:
        await owner.list_locations()
        # Added twice under two thumbprints, it opens until both are gone.
        await add(client, identity)
        await client.delete_management_certificate("AA" * 20)
        await owner.list_locations()
        await client.delete_management_certificate(identity.thumbprint)
        with pytest.raises(aiosm.ClientAuthenticationError):
            await owner.list_locations()


async def test_an_added_certificate_opens_the_door_and_a_removed_one_closes_it(tmp_path, identity):
    """Over real TLS: on the very connection that was let in, the next request is refused."""
    file = tmp_path / "another.pem"
    file.write_bytes(identity.pem)
    async with (
        Emulator(clock=SteppedClock()) as emulator,
        aiosm.AsyncServiceManagementClient(**emulator.connection) as first,
        aiosm.AsyncServiceManagementClient(
            **{**emulator.connection, "cert_file": str(file)}
        ) as second,
    ):
        (own,) = await first.list_management_certificates()
        assert first.certificate is not None
        assert own.subscription_certificate_thumbprint == first.certificate.thumbprint
        with pytest.raises(aiosm.ClientAuthenticationError) as refused:
            await second.list_locations()
        assert refused.value.status_code == 403
        await add(first, identity)
        assert len(await second.list_management_certificates()) == 2
        # Whoever is in may lock others out, and even oneself.
        await second.delete_management_certificate(first.certificate.thumbprint)
        with pytest.raises(aiosm.ClientAuthenticationError):
            await first.list_locations()
        await second.delete_management_certificate(identity.thumbprint)
        with pytest.raises(aiosm.ClientAuthenticationError):
            await second.list_locations()
