"""What the benchmarks work on: certificates and a large image list, made afresh for each run."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from benchmarks.load_server import NS


def make_pair(name: str) -> tuple[bytes, bytes]:
    """A self-signed certificate for ``name``: key with certificate, and the certificate alone."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    return private + public, public


def image_list(megabytes: float) -> bytes:
    """An OS image list of about that size, with the elements of the real one."""
    words = "A virtual machine image with everything in it that a benchmark could wish for. " * 4
    items, size, number = [], 0, 0
    while size < megabytes * 1e6:
        number += 1
        item = (
            "<OSImage><Category>Public</Category>"
            f"<Label>Benchmark image {number}</Label>"
            "<Location>East Asia;Southeast Asia;North Europe;West Europe;West US;East US</Location>"
            "<LogicalSizeInGB>30</LogicalSizeInGB>"
            f"<Name>0123456789abcdef__Benchmark-Image-{number:06}-en-us-30GB</Name><OS>Linux</OS>"
            "<Eula>http://example.com/eula</Eula>"
            f"<Description>{words}</Description><ImageFamily>Benchmark</ImageFamily>"
            "<PublishedDate>2015-04-29T07:00:00Z</PublishedDate><IsPremium>false</IsPremium>"
            "<IconUri>icon_100.png</IconUri><PrivacyUri>http://example.com/privacy</PrivacyUri>"
            "<RecommendedVMSize>Standard_D1</RecommendedVMSize>"
            "<PublisherName>aiosm</PublisherName><SmallIconUri>icon_45.png</SmallIconUri>"
            "<IOType>Standard_LRS</IOType></OSImage>"
        )
        items.append(item)
        size += len(item)
    return f"<Images {NS}>{''.join(items)}</Images>".encode()


@contextmanager
def load_server(directory: Path) -> Iterator[str]:
    """Run the load server as a process of its own; yields its host and port."""
    server, server_public = make_pair("localhost")
    client, client_public = make_pair("benchmark client")
    for name, content in {
        "server.pem": server,
        "ca.pem": server_public,
        "client.pem": client,
        "client.cer.pem": client_public,
        "images-1.xml": image_list(0.001),
        "images.xml": image_list(1.2),
        "images-6.xml": image_list(6),
    }.items():
        (directory / name).write_bytes(content)
        (directory / name).chmod(0o600)
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.load_server", str(directory)])
    try:
        port = directory / "port"
        deadline = time.monotonic() + 30
        while not port.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the load server did not start")
            time.sleep(0.02)
        yield f"127.0.0.1:{port.read_text()}"
    finally:
        process.terminate()
        process.wait(10)
