"""An empty text for an argument that may be left out says the same as leaving it out."""

from __future__ import annotations

import inspect
import typing
from typing import Any

import pytest
from good_calls import OPERATIONS, call, good_call, parameters_of
from support import REQUEST_ID, Service, client_of, reply, silent_client

import aiosm

# Where an empty text is something else: it clears a description, and a .pfx file may have an
# empty password.
MEANT = {
    *((operation, "description") for operation in OPERATIONS),
    ("add_service_certificate", "password"),
}
EMPTY = [
    (operation, parameter)
    for operation, function in OPERATIONS.items()
    for parameter, hint in parameters_of(operation).items()
    if str in typing.get_args(hint)
    and inspect.signature(function).parameters[parameter].default is None
    and (operation, parameter) not in MEANT
]


async def outcome(operation: str, arguments: dict[str, Any]) -> Any:
    """The request that a call makes, or the error it is refused with."""
    service = Service(reply(400, x_ms_request_id=REQUEST_ID))
    try:
        await call(client_of(service), operation, **arguments)
    except aiosm.BadRequestError:
        (request,) = service.requests
        return request.method, request.url, request.content
    except ValueError as error:
        return str(error)
    raise AssertionError(f"{operation} was answered")


def test_the_cases_are_not_empty_for_the_wrong_reason() -> None:
    """Filters, labels, links, names and sizes are among them."""
    assert len(EMPTY) > 40
    assert {
        ("list_subscription_operations", "operation_result_filter"),
        ("create_reserved_ip_address", "label"),
        ("add_data_disk", "host_caching"),
        ("add_data_disk", "media_link"),
        ("add_data_disk", "disk_name"),
        ("add_role", "role_size"),
        ("update_storage_account", "account_type"),
        ("perform_get", "x_ms_version"),
    } <= set(EMPTY)


@pytest.mark.parametrize(("operation", "parameter"), EMPTY)
async def test_an_empty_text_is_the_same_as_none(operation: str, parameter: str) -> None:
    """The same request is made, or the call refused in the same words."""
    arguments = good_call(operation)
    left_out = await outcome(operation, {**arguments, parameter: None})
    assert await outcome(operation, {**arguments, parameter: ""}) == left_out


@pytest.mark.parametrize(
    ("operation", "parameter"),
    [pair for pair in EMPTY if pair[1] not in {"body", "progress_callback"}],
)
async def test_a_blank_text_is_refused(operation: str, parameter: str) -> None:
    """Nobody means it."""
    with pytest.raises(ValueError, match=rf"^{parameter}\b"):
        await call(silent_client(), operation, **{**good_call(operation), parameter: " "})


@pytest.mark.parametrize(
    "operation", ["update_hosted_service", "update_affinity_group", "update_storage_account"]
)
async def test_an_empty_description_is_sent(operation: str) -> None:
    """It takes the description away, which None does not."""
    made = await outcome(operation, {**good_call(operation), "description": ""})
    assert b"<Description></Description>" in made[2]


@pytest.mark.parametrize("given", [{}, {"label": ""}, {"account_type": "", "label": None}])
async def test_an_update_of_nothing_is_refused(given: dict[str, Any]) -> None:
    """As `update_hosted_service` does; the service would be sent an empty document."""
    with pytest.raises(ValueError, match=r"^nothing to change: pass description, label"):
        await silent_client().update_storage_account("store1", **given)
