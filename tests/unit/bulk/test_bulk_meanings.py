"""What errors mean for a step: one table."""

import pytest

import aiosm
from aiosm.bulk import Action
from aiosm.bulk.meanings import Meaning, code_of, meaning_of, message_of, request_id_of

BOTH = tuple(Action)


def http(kind, status, **more):
    return kind("text", status_code=status, error_code="Code", request_id="ab", **more)


@pytest.mark.parametrize(
    ("error", "actions", "meaning"),
    [
        (aiosm.CertificateError("x"), BOTH, Meaning.HALT),
        (aiosm.ClientClosedError("x"), BOTH, Meaning.HALT),
        (http(aiosm.ClientAuthenticationError, 403), BOTH, Meaning.HALT),
        (aiosm.ServiceRequestError("x", retriable=False), BOTH, Meaning.HALT),
        (aiosm.ServiceRequestError("x"), BOTH, Meaning.UNSENT),
        (aiosm.PoolTimeoutError("x"), BOTH, Meaning.UNSENT),
        (http(aiosm.ThrottledError, 503), BOTH, Meaning.UNSENT),
        (http(aiosm.ExclusiveAccessError, 409), BOTH, Meaning.BUSY),
        (aiosm.OutcomeUnknownError("x", method="POST"), BOTH, Meaning.LOST),
        (http(aiosm.ServerError, 500, method="POST"), BOTH, Meaning.LOST),
        (aiosm.DecodeError("x", method="POST"), BOTH, Meaning.LOST),
        (aiosm.ServiceResponseError("x", method="GET"), BOTH, Meaning.UNSENT),
        (http(aiosm.ServerError, 500, method="GET"), BOTH, Meaning.UNSENT),
        (http(aiosm.ResourceExistsError, 409), (Action.CREATE,), Meaning.TAKEN),
        (http(aiosm.ConflictError, 409), (Action.CREATE,), Meaning.TAKEN),
        (http(aiosm.ConflictError, 409), (Action.DELETE,), Meaning.REFUSED),
        (http(aiosm.ResourceNotFoundError, 404), (Action.DELETE,), Meaning.GONE),
        (http(aiosm.ResourceNotFoundError, 404), (Action.CREATE,), Meaning.REFUSED),
        (http(aiosm.BadRequestError, 400), BOTH, Meaning.REFUSED),
        (http(aiosm.HttpResponseError, 418), BOTH, Meaning.REFUSED),
    ],
)
def test_errors_mean_this(error, actions, meaning):
    """Be it a creation or a deletion."""
    for action in actions:
        assert meaning_of(error, action) == meaning


def test_reports_have_the_words_of_the_service():
    """Or else the error's own."""
    refused = http(aiosm.BadRequestError, 400)
    assert (code_of(refused), message_of(refused), request_id_of(refused)) == ("Code", "text", "ab")
    broken = aiosm.ServiceRequestError("no connection")
    assert (code_of(broken), message_of(broken)) == ("ServiceRequestError", "no connection")
    assert request_id_of(broken) is None
    assert message_of(ValueError()) == "ValueError"
