"""Arguments of certificates and reserved addresses are checked before sending."""

from __future__ import annotations

from typing import Any

import pytest
from support import silent_client

THUMBPRINT = "2E6724A9E1C7B5F0C11001F540E1FE28B92C9188"
SPACED = "2E 67 24 A9"

REFUSED: list[tuple[type[Exception], str, str, tuple[Any, ...]]] = [
    (ValueError, "service_name", "list_service_certificates", ("a/b",)),
    (ValueError, "service_name", "get_service_certificate", ("", "sha1", THUMBPRINT)),
    (ValueError, "thumbalgorithm is 'md5'; allowed is sha1", "get_service_certificate",
     ("web", "md5", THUMBPRINT)),
    (ValueError, "thumbprint is '2E 67 24 A9'", "get_service_certificate",
     ("web", "sha1", SPACED)),
    (TypeError, "thumbprint", "delete_service_certificate", ("web", "sha1", None)),
    (ValueError, "thumbprint", "delete_service_certificate", ("web", "sha1", "../" + "a" * 37)),
    (ValueError, "data must be base64", "add_service_certificate", ("web", "no base64!", "cer")),
    (ValueError, "data must be base64", "add_service_certificate", ("web", "é===", "cer")),
    (TypeError, "data must be a str, not bytes", "add_service_certificate",
     ("web", b"QUJD", "cer")),
    (ValueError, "certificate_format is 'pem'; allowed are pfx, cer", "add_service_certificate",
     ("web", "QUJD", "pem")),
    (ValueError, "password must be given for a pfx", "add_service_certificate",
     ("web", "QUJD", "pfx")),
    (TypeError, "password", "add_service_certificate", ("web", "QUJD", "PFX", 5)),
    (ValueError, "thumbprint", "get_management_certificate", ("a" * 39,)),
    (ValueError, "thumbprint", "delete_management_certificate", ("g" * 40,)),
    (ValueError, "public_key must be base64", "add_management_certificate",
     ("-----BEGIN", THUMBPRINT, "QUJD")),
    (ValueError, "thumbprint", "add_management_certificate", ("QUJD", "", "QUJD")),
    (ValueError, "data must be base64", "add_management_certificate",
     ("QUJD", THUMBPRINT, "QUJ")),
    (ValueError, "name", "create_reserved_ip_address", ("",)),
    (ValueError, "label", "create_reserved_ip_address", ("ip", "x" * 101)),
    (ValueError, "location", "create_reserved_ip_address", ("ip", None, " ")),
    (TypeError, "location", "create_reserved_ip_address", ("ip", None, 5)),
    (ValueError, "name", "get_reserved_ip_address", ("a/b",)),
    (ValueError, "name", "delete_reserved_ip_address", ("..",)),
    (ValueError, "name", "associate_reserved_ip_address", ("", "web", "d")),
    (ValueError, "service_name", "associate_reserved_ip_address", ("ip", "-web", "d")),
    (ValueError, "deployment_name", "associate_reserved_ip_address", ("ip", "web", "")),
    (ValueError, "virtual_ip_name", "disassociate_reserved_ip_address", ("ip", "web", "d", " ")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("error", "named", "operation", "args"),
    REFUSED,
    ids=[f"{number}-{case[2]}" for number, case in enumerate(REFUSED)],
)
async def test_a_bad_argument_is_named_and_nothing_is_sent(
    error: type[Exception], named: str, operation: str, args: tuple[Any, ...]
) -> None:
    """The error says which argument it is."""
    async with silent_client() as client:
        with pytest.raises(error, match=named):
            await getattr(client, operation)(*args)


async def test_what_may_be_a_private_key_is_not_shown() -> None:
    """Neither data nor password of a refused certificate is in the error."""
    async with silent_client() as client:
        with pytest.raises(ValueError) as refused:
            await client.add_service_certificate("web", "secret key!", "pfx", "secret word")
    assert "secret" not in str(refused.value)
