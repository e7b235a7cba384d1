"""What every group of operations stands on."""

from __future__ import annotations

from collections.abc import Mapping

from aiosm import checks
from aiosm.naming import current_operation, named_methods
from aiosm.poller import OperationPoller
from aiosm.session import Session
from aiosm.xml import Content, pairs

__all__ = ["Operations", "deployment_path", "properties", "role_path"]


class Operations:
    """A group of operations on one session."""

    _session: Session

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if cls.__module__.startswith("aiosm.operations."):
            named_methods(cls)

    async def _start(
        self,
        method: str,
        *segments: str,
        root: str | None = None,
        content: Content = None,
        query: Mapping[str, str] | None = None,
        version: str | None = None,
    ) -> OperationPoller:
        """Send a write that starts an operation, and follow that."""
        answer = await self._session.write(
            method, *segments, root=root, content=content, query=query, version=version
        )
        kind = " ".join([current_operation(), root or segments[-2], *(query or {}).values()])
        return OperationPoller.of(self._session, answer, kind)

    async def _delete(self, *segments: str, media: bool = False) -> OperationPoller:
        """Send a DELETE; with ``media`` the blobs of the disks go too."""
        return await self._start("DELETE", *segments, query={"comp": "media"} if media else None)


def deployment_path(service_name: str, deployment_name: str) -> tuple[str, ...]:
    """The segments of a deployment's path; both names are checked."""
    return (
        "services",
        "hostedservices",
        checks.hosted_service_name("service_name", service_name),
        "deployments",
        checks.name("deployment_name", deployment_name),
    )


def role_path(service_name: str, deployment_name: str, role_name: str) -> tuple[str, ...]:
    """The segments of a virtual machine's path; all names are checked."""
    path = deployment_path(service_name, deployment_name)
    return *path, "roles", checks.name("role_name", role_name)


def properties(
    value: Mapping[str, str | None] | None, *, most: int = 50, update: bool = False
) -> Content:
    """The content of the argument ``extended_properties``, checked.

    Args:
        value: Names and values.
        most: How many there may be.
        update: Whether a value may be None, which takes the property away.
    """
    checked = checks.extended_properties("extended_properties", value, most=most, update=update)
    return pairs("ExtendedProperty", checked)
