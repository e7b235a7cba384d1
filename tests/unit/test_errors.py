"""The exceptions as values."""

import pickle
import re

import pytest

import aiosm
from aiosm import errors

OPERATION = aiosm.Operation(id="1", status="Failed")
SAMPLES = [
    aiosm.CertificateError("expired", path="/x"),
    aiosm.DecodeError("broken", method="GET", path="/x", request_id="abc"),
    aiosm.ExclusiveAccessError("busy", status_code=409, error_code="ConflictError", path="/x"),
    aiosm.OperationFailedError(
        "no", request_id="abc", operation=OPERATION, token="{}", error_code="X", status_code=400
    ),
    aiosm.OperationTimeoutError("slow", request_id="abc", operation=None, token="{}"),
    aiosm.ClientClosedError("closed"),
]


@pytest.mark.parametrize("error", SAMPLES, ids=lambda error: type(error).__name__)
def test_an_exception_survives_pickling(error):
    """Class, text and every attribute come out of the other process as they went in."""
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)


def test_the_tree_in_the_docstring_is_the_tree():
    """Each class is drawn, below its parent."""
    drawn = [
        (len(lead), name)
        for lead, name in re.findall(r"^([│ ├└─]*)(\w+Error)\b", errors.__doc__, re.MULTILINE)
    ]
    assert {name for _, name in drawn} == set(errors.__all__)
    parents: list[tuple[int, str]] = []
    for indent, name in drawn:
        while parents and parents[-1][0] >= indent:
            parents.pop()
        if parents:
            assert issubclass(getattr(errors, name), getattr(errors, parents[-1][1])), name
        parents.append((indent, name))
