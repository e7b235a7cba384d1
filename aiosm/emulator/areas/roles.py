"""The roles of a deployment."""

from __future__ import annotations

from aiosm.emulator.areas.deployment_xml import role_parts
from aiosm.emulator.areas.deployments import find_deployment
from aiosm.emulator.core import Action, Call, Response, Route
from aiosm.emulator.errors import not_found
from aiosm.emulator.facts import texts

__all__ = ["ACTIONS", "ROUTES"]


def get(call: Call) -> Response:
    """GET deployments/{name}/roles/{role}."""
    _, deployment = find_deployment(call)
    role = deployment.role(call.path["role"])
    if role is None:
        raise not_found(texts.ROLE_MISSING.format(name=call.path["role"]))

    root = "PersistentVMRole" if role.persistent else "Role"
    return call.show(root, *role_parts(role))


ROUTES = (
    Route("GET", "services/hostedservices/{service}/deployments/{deployment}/roles/{role}", get),
)

ACTIONS: dict[str, Action] = {}
