"""Whatever has the wrong type is refused by name, in every argument of every operation.

Operations and their parameters are found by themselves, so that a new one cannot be forgotten.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import pytest
from good_calls import OPERATIONS, call, good_call, parameters_of
from support import REQUEST_ID, SUBSCRIPTION, Service, client_of, reply, silent_client

import aiosm
from aiosm.models import OSImage

VALUES: list[Any] = [
    *(None, True, 7, 1.5, "text", b"bytes", object(), datetime(2026, 1, 1), OSImage()),  # noqa: DTZ001
    *({"name": "value"}, {"name": 7}, {7: "value"}, {"name": None}),
    *(["text"], [7], [None], [b"bytes"], {b"bytes"}, [{}], (object(),)),
]

# Values that an annotation does not allow, and that are taken all the same. Whether a mapping
# with other things than texts in it makes a body is for xmltodict to say.
TAKEN = {"body": (Mapping,)}


def fits(hint: Any, value: Any) -> bool:
    """Whether a value may be given for a parameter with this annotation."""
    origin = typing.get_origin(hint)
    arguments = typing.get_args(hint)
    match origin:
        case types.UnionType | typing.Union:
            return any(fits(one, value) for one in arguments)
        case _ if origin is Mapping:
            return isinstance(value, Mapping) and all(
                fits(arguments[0], key) and fits(arguments[1], item) for key, item in value.items()
            )
        case _ if origin is Iterable:
            plain = isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping)
            return plain and all(fits(arguments[0], item) for item in value)
        case _ if origin is Callable:
            return callable(value)
    if hint is Any:
        return True
    if isinstance(value, bool):
        return hint is bool
    return isinstance(value, int | float if hint is float else hint)


WRONG = {
    (operation, parameter): [
        value
        for value in VALUES
        if not fits(hint, value) and not isinstance(value, TAKEN.get(parameter, ()))
    ]
    for operation in OPERATIONS
    for parameter, hint in parameters_of(operation).items()
}

# Some rules are about two arguments, and name both.
NAMED = r"^(a name in |neither (of )?|both of (\w+ and )?)?{}\b"


def test_every_operation_has_its_cases() -> None:
    """The tables are not empty for the wrong reason."""
    assert len(OPERATIONS) > 95
    assert {operation for operation, _ in WRONG} == {
        operation for operation in OPERATIONS if parameters_of(operation)
    }
    assert all(len(values) > 10 for (_, parameter), values in WRONG.items() if parameter != "body")


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_the_good_call_is_sent(operation: str) -> None:
    """Otherwise the test below would prove nothing."""
    service = Service(reply(400, x_ms_request_id=REQUEST_ID))
    client = client_of(service)
    with pytest.raises(aiosm.BadRequestError):
        await call(client, operation, **good_call(operation))
    assert len(service.requests) == 1
    assert service.requests[0].url.path.startswith(f"/{SUBSCRIPTION}") or operation in {
        "list_subscriptions", "perform_get", "perform_put", "perform_post", "perform_delete"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("operation", "parameter"), WRONG, ids=[f"{name}-{parameter}" for name, parameter in WRONG]
)
async def test_a_value_of_the_wrong_type_is_refused_by_name(operation: str, parameter: str) -> None:
    """Nothing is sent, and the error names the argument."""
    client = silent_client()
    failures = []
    for value in WRONG[operation, parameter]:
        told = "it was taken"
        try:
            await call(client, operation, **{**good_call(operation), parameter: value})
        except (TypeError, ValueError) as error:
            told = str(error)
        if not re.match(NAMED.format(parameter), told):
            failures.append((value, told))
    assert not failures
