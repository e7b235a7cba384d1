"""The Azure clouds whose classic Service Management endpoint is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

__all__ = ["CHINA", "CLOUDS", "GERMANY", "PUBLIC", "US_GOVERNMENT", "Cloud", "find"]


@dataclass(frozen=True, slots=True)
class Cloud:
    """One Azure cloud: its short name and where its management endpoint is.

    Attributes:
        name: Short name, such as ``"public"``; the key in `CLOUDS` for a known cloud.
        management_url: ``https://`` address of the Service Management endpoint.
    """

    name: str
    management_url: str

    @property
    def storage_suffix(self) -> str:
        """What follows ``ACCOUNT.blob.`` in the address of a blob."""
        return (urlsplit(self.management_url).hostname or "").removeprefix("management.")

    def owns(self, host: str) -> bool:
        """Tell whether a host belongs to this cloud's management endpoint.

        Args:
            host: Host name without scheme or port; the case does not matter.

        Returns:
            True for the host of `management_url` and for its subdomains only.
        """
        endpoint = urlsplit(self.management_url).hostname
        if not endpoint:
            return False
        candidate = host.lower()
        # The dot matters: without it "evilmanagement.core.windows.net" would pass, and the
        # client certificate would be offered to a stranger.
        return candidate == endpoint or candidate.endswith("." + endpoint)


PUBLIC: Final = Cloud("public", "https://management.core.windows.net")
"""The one of most subscriptions."""
CHINA: Final = Cloud("china", "https://management.core.chinacloudapi.cn")
"""Operated by 21Vianet."""
US_GOVERNMENT: Final = Cloud("usgovernment", "https://management.core.usgovcloudapi.net")
"""For the government of the United States."""
GERMANY: Final = Cloud("germany", "https://management.core.cloudapi.de")
"""Operated by T-Systems."""

CLOUDS: Final[Mapping[str, Cloud]] = MappingProxyType(
    {cloud.name: cloud for cloud in (PUBLIC, CHINA, US_GOVERNMENT, GERMANY)}
)
"""The known clouds by name; read-only."""


def find(cloud: str | Cloud) -> Cloud:
    """Return a cloud by name, or the cloud given.

    Args:
        cloud: ``"public"``, ``"china"``, ``"usgovernment"`` or ``"germany"`` in any case,
            or a `Cloud`, which is returned as it is.

    Returns:
        The cloud.

    Raises:
        ValueError: ``cloud`` is not one of the allowed names.
    """
    if isinstance(cloud, Cloud):
        return cloud
    known = CLOUDS.get(str(cloud).lower())
    if known is None:
        allowed = ", ".join(repr(name) for name in CLOUDS)
        raise ValueError(f"cloud must be one of {allowed} or a Cloud, not {cloud!r}")
    return known
