"""The known clouds and which hosts belong to them."""

from __future__ import annotations

import dataclasses

import pytest

from aiosm import clouds


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("public", "https://management.core.windows.net"),
        ("china", "https://management.core.chinacloudapi.cn"),
        ("usgovernment", "https://management.core.usgovcloudapi.net"),
        ("germany", "https://management.core.cloudapi.de"),
    ],
)
def test_each_known_cloud_is_found_by_its_name_in_any_case(name: str, url: str) -> None:
    """Names are looked up without regard to case."""
    assert clouds.find(name) is clouds.find(name.upper()) is clouds.CLOUDS[name]
    assert clouds.find(name) == clouds.Cloud(name, url)


def test_a_cloud_is_found_as_itself() -> None:
    """A cloud of one's own needs no name in the table."""
    own = clouds.Cloud("stack", "https://management.example.test")
    assert clouds.find(own) is own


@pytest.mark.parametrize("name", ["", "azure", "public ", None])
def test_an_unknown_cloud_is_refused_with_the_allowed_names(name: str) -> None:
    """The message names the argument and every allowed value."""
    with pytest.raises(ValueError, match=r"^cloud must be one of") as caught:
        clouds.find(name)
    for allowed in clouds.CLOUDS:
        assert allowed in str(caught.value)


def test_a_cloud_cannot_be_changed() -> None:
    """A changed address would send the certificate elsewhere."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        clouds.PUBLIC.management_url = "https://evil.test"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("host", "owned"),
    [
        ("management.core.windows.net", True),
        ("MANAGEMENT.core.Windows.net", True),
        ("eu.management.core.windows.net", True),
        ("evilmanagement.core.windows.net", False),
        ("management.core.windows.net.evil.com", False),
        ("core.windows.net", False),
        ("management.core.cloudapi.de", False),
        ("", False),
    ],
)
def test_a_cloud_owns_its_host_and_subdomains_only(host: str, owned: bool) -> None:
    """A bare suffix is not ownership."""
    assert clouds.PUBLIC.owns(host) is owned


def test_a_cloud_without_a_host_owns_nothing() -> None:
    """An address that names no host matches no host, not every host."""
    assert not clouds.Cloud("odd", "nonsense").owns("")
