"""Recorded calls of certificates and reserved addresses."""

from __future__ import annotations

from typing import Any

from recorded import Body, Client, Exchange, operation
from recorded_calls import SERVICES

CERTIFICATES = f"{SERVICES}/*/certificates"
ADDRESSES = "/services/networking/reservedips"


@operation("GET", CERTIFICATES)
def list_service_certificates(client: Client, names: list[str], _: Exchange) -> Any:
    return client.list_service_certificates(*names)


@operation("GET", f"{CERTIFICATES}/*")
def get_service_certificate(client: Client, names: list[str], _: Exchange) -> Any:
    return client.get_service_certificate(names[0], *names[1].split("-"))


@operation("POST", CERTIFICATES)
def add_service_certificate(client: Client, names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    return client.add_service_certificate(
        *names, body.text("Data"), body.text("CertificateFormat"), body.text("Password")
    )


@operation("DELETE", f"{CERTIFICATES}/*")
def delete_service_certificate(client: Client, names: list[str], _: Exchange) -> Any:
    return client.delete_service_certificate(names[0], *names[1].split("-"))


@operation("GET", "/certificates")
def list_management_certificates(client: Client, _names: list[str], _: Exchange) -> Any:
    return client.list_management_certificates()


@operation("GET", "/certificates/*")
def get_management_certificate(client: Client, names: list[str], _: Exchange) -> Any:
    return client.get_management_certificate(*names)


@operation("POST", "/certificates")
def add_management_certificate(client: Client, _names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    return client.add_management_certificate(
        *(body.text(f"SubscriptionCertificate{part}") for part in ("PublicKey", "Thumbprint")),
        data=body.text("SubscriptionCertificateData"),
    )


@operation("DELETE", "/certificates/*")
def delete_management_certificate(client: Client, names: list[str], _: Exchange) -> Any:
    return client.delete_management_certificate(*names)


@operation("GET", ADDRESSES)
def list_reserved_ip_addresses(client: Client, _names: list[str], _: Exchange) -> Any:
    return client.list_reserved_ip_addresses()


@operation("GET", f"{ADDRESSES}/*")
def get_reserved_ip_address(client: Client, names: list[str], _: Exchange) -> Any:
    return client.get_reserved_ip_address(*names)


@operation("POST", ADDRESSES)
def create_reserved_ip_address(client: Client, _names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    return client.create_reserved_ip_address(
        body.text("Name"), body.text("Label"), body.text("Location")
    )


@operation("DELETE", f"{ADDRESSES}/*")
def delete_reserved_ip_address(client: Client, names: list[str], _: Exchange) -> Any:
    return client.delete_reserved_ip_address(*names)


@operation("POST", f"{ADDRESSES}/*/operations/associate")
def associate_reserved_ip_address(client: Client, names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    return client.associate_reserved_ip_address(
        *names, body.text("ServiceName"), body.text("DeploymentName"), body.text("VirtualIPName")
    )


@operation("POST", f"{ADDRESSES}/*/operations/disassociate")
def disassociate_reserved_ip_address(client: Client, names: list[str], exchange: Exchange) -> Any:
    body = Body.of(exchange)
    return client.disassociate_reserved_ip_address(
        *names, body.text("ServiceName"), body.text("DeploymentName"), body.text("VirtualIPName")
    )
