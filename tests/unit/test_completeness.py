"""Nothing of the old SDK is missing, and nothing is there by accident."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from azure.servicemanagement import ServiceManagementService
from porting_table import NOT_PORTED, OldMethod, old_methods

from aiosm import AsyncServiceManagementClient, OperationPoller

OLD = old_methods()
PORTED = [one for one in OLD if one.name not in NOT_PORTED]

# What the client can do beyond the old SDK.
ADDED = {
    "aclose",
    "for_subscription",
    "iter_subscription_operations",
    "reload_credentials",
    "resume_operation",
    "stats",
    "with_options",
}

# Defaults that are not the old ones; README and docstrings say why.
OTHER_DEFAULTS = {
    ("perform_post", "body"): None,
    ("perform_put", "body"): None,
    # Quirk 56: a new description must not change the replication.
    ("update_storage_account", "account_type"): None,
    # Nothing is printed, and nothing called, unless asked for.
    ("wait_for_operation_status", "progress_callback"): None,
    ("wait_for_operation_status", "success_callback"): None,
}


def default_of(parameter: inspect.Parameter) -> str:
    if parameter.default is parameter.empty:
        return parameter.name
    shown = "..." if callable(parameter.default) else repr(parameter.default)
    return f"{parameter.name}={shown}"


def parameters_of(function: Any) -> list[inspect.Parameter]:
    found = inspect.signature(function).parameters.values()
    return [one for one in found if one.name != "self"]


def test_the_list_is_that_of_the_old_sdk() -> None:
    """Every public method with its parameters, and whether it starts an operation."""
    real = {}
    for name, function in inspect.getmembers(ServiceManagementService, inspect.isfunction):
        if not name.startswith("_"):
            shown = tuple(map(default_of, parameters_of(function)))
            real[name] = (shown, "as_async=True" in inspect.getsource(function))
    assert {one.name: (one.parameters, one.operation) for one in OLD} == real
    assert len(OLD) == len(real)


def test_the_client_has_every_method_and_no_other() -> None:
    """Missing or unknown ones are named."""
    public = {
        name
        for name, value in inspect.getmembers(AsyncServiceManagementClient, callable)
        if not name.startswith("_")
    }
    assert public == {one.name for one in PORTED} | ADDED
    assert {one.name for one in OLD} >= NOT_PORTED.keys()


@pytest.mark.parametrize("old", PORTED, ids=lambda old: old.name)
def test_a_method_takes_the_old_parameters(old: OldMethod) -> None:
    """Same names, order and defaults; whatever else there is must be named in the call."""
    found = parameters_of(getattr(AsyncServiceManagementClient, old.name))
    first = [one for one in found if one.kind is one.POSITIONAL_OR_KEYWORD]
    expected = []
    for shown in old.parameters:
        name = shown.partition("=")[0]
        key = (old.name, name)
        expected.append(f"{name}={OTHER_DEFAULTS[key]!r}" if key in OTHER_DEFAULTS else shown)
    assert [default_of(one) for one in first] == expected
    assert all(one.kind is one.KEYWORD_ONLY for one in found[len(first) :])


@pytest.mark.parametrize("old", PORTED, ids=lambda old: old.name)
def test_a_method_is_a_documented_coroutine_that_says_what_it_returns(old: OldMethod) -> None:
    """A poller exactly where the old method returned an operation to wait for."""
    function = getattr(AsyncServiceManagementClient, old.name)
    assert inspect.iscoroutinefunction(function)
    annotation = str(inspect.signature(function).return_annotation)
    assert (annotation == OperationPoller.__name__) == old.operation
    text = inspect.getdoc(function) or ""
    raw = old.name.startswith(("perform_", "wait_for_"))
    assert "REST operation: " in text or raw
    for shown in old.parameters:
        name = shown.partition("=")[0]
        assert f"    {name}:" in text or "as in `" in text, f"{name} is not documented"
