"""The old SDK, unchanged, with certificates and reserved addresses of the emulator."""

import asyncio
import base64

import pytest
from azure.common import AzureConflictHttpError, AzureHttpError, AzureMissingResourceHttpError
from azure.servicemanagement import LinuxConfigurationSet, OSVirtualHardDisk
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PublicFormat,
    load_pem_private_key,
    pkcs12,
)
from driving import drives, old_sdk, wait

from aiosm.emulator import pki

BLOB = "https://store.blob.core.windows.net/vhds"


def text_of(data):
    return base64.b64encode(data).decode()


def service_certificates(connection):
    """Add, list, get and delete; a wrong password fails the operation."""
    identity = pki.management_identity("a service's own")
    certificate = x509.load_der_x509_certificate(identity.certificate_der)
    key = load_pem_private_key(identity.key_pem, None)
    data = text_of(
        pkcs12.serialize_key_and_certificates(
            b"x", key, certificate, None, BestAvailableEncryption(b"word")
        )
    )
    sms, session = old_sdk(connection)
    with session:
        sms.create_hosted_service("web", label="web", location="West US")
        refused = sms.add_service_certificate("web", data, "pfx", "wrong")
        assert sms.get_operation_status(refused.request_id).error.code == "BadRequest"
        wait(sms, sms.add_service_certificate("web", data, "pfx", "word"))
        (found,) = sms.list_service_certificates("web")
        assert found.thumbprint == identity.thumbprint
        assert found.thumbprint_algorithm == "sha1"
        assert found.certificate_url.endswith(f"/certificates/sha1-{identity.thumbprint}")
        shown = sms.get_service_certificate("web", "sha1", identity.thumbprint)
        assert shown.data == found.data == text_of(identity.certificate_der)
        wait(sms, sms.delete_service_certificate("web", "sha1", identity.thumbprint))
        with pytest.raises(AzureMissingResourceHttpError):
            sms.get_service_certificate("web", "sha1", identity.thumbprint)


def management_certificates(connection, cert_file):
    """Let a second owner in, who then locks the first one out."""
    identity = pki.management_identity("a second owner")
    cert_file.write_bytes(identity.pem)
    key = x509.load_der_x509_certificate(identity.certificate_der).public_key()
    public = text_of(key.public_bytes(Encoding.DER, PublicFormat.PKCS1))
    sms, session = old_sdk(connection)
    other, other_session = old_sdk({**connection, "cert_file": str(cert_file)})
    with session, other_session:
        (own,) = sms.list_management_certificates()
        with pytest.raises(AzureHttpError, match="AuthenticationFailed"):
            other.list_locations()
        data = text_of(identity.certificate_der)
        sms.add_management_certificate(public, identity.thumbprint, data)
        found = other.get_management_certificate(identity.thumbprint)
        assert found.subscription_certificate_public_key == public
        assert found.subscription_certificate_data == data
        assert found.created
        other.delete_management_certificate(own.subscription_certificate_thumbprint)
        with pytest.raises(AzureHttpError, match="AuthenticationFailed"):
            sms.list_management_certificates()
        assert len(other.list_management_certificates()) == 1


def reserved_addresses(connection):
    """Reserve, give to a deployment, take, use from the start, give back."""
    sms, session = old_sdk(connection)
    with session:
        sms.create_hosted_service("web", label="web", location="West US")
        wait(sms, sms.create_storage_account("store", "d", "store", location="West US"))
        wait(sms, sms.add_os_image("image", f"{BLOB}/image.vhd", "image", "Linux"))
        wait(sms, sms.create_reserved_ip_address("ip", "label", "West US"))
        found = sms.get_reserved_ip_address("ip")
        assert (found.name, found.label, found.in_use) == ("ip", "label", False)

        create_machine(sms)
        wait(sms, sms.associate_reserved_ip_address("ip", "web", "vm"))
        (listed,) = sms.list_reserved_ip_addresses()
        assert (listed.in_use, listed.service_name, listed.deployment_name) == (True, "web", "vm")
        (had,) = sms.get_deployment_by_name("web", "vm").virtual_ips
        assert (had.address, had.is_reserved) == (found.address, True)
        with pytest.raises(AzureConflictHttpError):
            sms.delete_reserved_ip_address("ip")
        wait(sms, sms.disassociate_reserved_ip_address("ip", "web", "vm"))
        (had,) = sms.get_deployment_by_name("web", "vm").virtual_ips
        assert had.address != found.address
        wait(sms, sms.delete_deployment("web", "vm", delete_vhd=True))

        create_machine(sms, reserved_ip_name="ip")
        (had,) = sms.get_deployment_by_name("web", "vm").virtual_ips
        assert had.address == found.address
        wait(sms, sms.delete_deployment("web", "vm", delete_vhd=True))
        wait(sms, sms.delete_reserved_ip_address("ip"))
        assert len(sms.list_reserved_ip_addresses()) == 0


def create_machine(sms, **options):
    system = LinuxConfigurationSet("vm", "user", "Passw0rd!", False)
    disk = OSVirtualHardDisk("image", f"{BLOB}/vm.vhd")
    result = sms.create_virtual_machine_deployment(
        "web", "vm", "production", "vm", "vm", system, disk, **options
    )
    wait(sms, result)


@drives(
    "add_service_certificate", "delete_service_certificate", "get_service_certificate",
    "list_service_certificates",
)  # fmt: skip
async def test_service_certificates(emulator):
    """The whole life of a service certificate."""
    await asyncio.to_thread(service_certificates, emulator.connection)


@drives(
    "add_management_certificate", "delete_management_certificate",
    "get_management_certificate", "list_management_certificates",
)  # fmt: skip
async def test_management_certificates(emulator, tmp_path):
    """Added over TLS it opens the door, removed it closes it."""
    await asyncio.to_thread(management_certificates, emulator.connection, tmp_path / "second.pem")


@drives(
    "associate_reserved_ip_address", "create_reserved_ip_address",
    "delete_reserved_ip_address", "disassociate_reserved_ip_address",
    "get_reserved_ip_address", "list_reserved_ip_addresses",
)  # fmt: skip
async def test_reserved_addresses(emulator):
    """The whole life of a reserved address."""
    await asyncio.to_thread(reserved_addresses, emulator.connection)
