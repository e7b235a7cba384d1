"""What users build on: names, signatures, documentation, and what importing costs."""

from __future__ import annotations

import builtins
import dataclasses
import importlib
import inspect
import json
import pkgutil
import re
import subprocess
import sys
from importlib.metadata import version
from importlib.resources import files

import pytest
from azure.servicemanagement import ServiceManagementService
from porting_table import old_methods

import aiosm
from aiosm import AsyncServiceManagementClient as Client
from aiosm import models
from aiosm.xml import Model

METHODS = [name for name in dir(Client) if not name.startswith("_")]
PROPERTIES = {name for name in METHODS if isinstance(getattr(Client, name), property)}
OPERATIONS = [one for one in old_methods() if one.operation]
COROUTINES = [name for name in METHODS if inspect.iscoroutinefunction(getattr(Client, name))]
# The old SDK's, as far as this version has them.
SHARED = [name for name in COROUTINES if hasattr(ServiceManagementService, name)]


def public(module: object) -> set[str]:
    return set(module.__all__)


def test_all_is_sorted_and_without_repetition() -> None:
    """So that a reader finds a name."""
    assert aiosm.__all__ == sorted(set(aiosm.__all__))


def test_all_names_are_there() -> None:
    """Each can be imported from aiosm itself, and is listed by ``dir``."""
    for name in aiosm.__all__:
        assert getattr(aiosm, name) is not None
    assert set(aiosm.__all__) <= set(dir(aiosm))


def test_all_holds_every_public_name() -> None:
    """Models, errors, policies, the client and what it returns."""
    expected = {
        "AsyncServiceManagementClient",
        "Clock",
        "Cloud",
        "Hooks",
        "NO_RETRY",
        "OperationPoller",
        "OperationStats",
        "PollingPolicy",
        "RateLimit",
        "RawResponse",
        "RequestInfo",
        "ResponseInfo",
        "RetryInfo",
        "RetryPolicy",
        "Stats",
        "as_completed",
        "gather_operations",
    }
    expected |= public(importlib.import_module("aiosm.errors"))
    expected |= public(importlib.import_module("aiosm.models"))
    assert set(aiosm.__all__) == expected


def test_a_star_import_gives_all_names() -> None:
    """Loaded late or not."""
    found: dict[str, object] = {}
    exec("from aiosm import *", found)
    assert set(aiosm.__all__) <= found.keys()


def test_an_unknown_name_is_an_attribute_error() -> None:
    """As of any module."""
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        aiosm.Nonsense  # noqa: B018
    assert not hasattr(aiosm, "__wrapped__")


def test_the_version_is_the_distribution_s() -> None:
    """One place says it."""
    assert aiosm.__version__ == version("aiosm")


@pytest.mark.parametrize("name", aiosm.__all__)
def test_every_public_name_is_documented(name: str) -> None:
    """Classes and functions with words of their own, not those a dataclass makes up."""
    value = getattr(aiosm, name)
    if not (inspect.isclass(value) or inspect.isroutine(value)):
        value = type(value)
    doc = value.__doc__ or ""
    assert len(doc.split()) >= 3
    assert not doc.startswith(f"{value.__name__}(")


def methods_of(value: object) -> list[tuple[str, object]]:
    return [
        (name, member)
        for name, member in vars(value).items()
        if not name.startswith("_") and (inspect.isroutine(member) or isinstance(member, property))
    ]


@pytest.mark.parametrize(
    "name", [name for name in aiosm.__all__ if inspect.isclass(getattr(aiosm, name))]
)
def test_every_public_method_and_property_is_documented(name: str) -> None:
    """Also those that a class inherits from aiosm's own."""
    for ancestor in getattr(aiosm, name).__mro__:
        if ancestor.__module__.startswith("aiosm"):
            for method, member in methods_of(ancestor):
                assert inspect.getdoc(member), f"{ancestor.__name__}.{method}"


@pytest.mark.parametrize("name", COROUTINES)
def test_every_operation_documents_its_parameters(name: str) -> None:
    """Each by name, in its own docstring or in that of its neighbour it points to."""
    doc = inspect.getdoc(getattr(Client, name))
    if "parameters as in" in doc:
        return
    for parameter in list(inspect.signature(getattr(Client, name)).parameters)[1:]:
        assert f"{parameter}:" in doc


@pytest.mark.parametrize(
    "name", [name for name in METHODS if name not in PROPERTIES | {"aclose", "stats"}]
)
def test_every_method_documents_what_it_raises(name: str) -> None:
    """Where it takes anything, also that a bad argument is refused; each error is a real one."""
    doc = inspect.getdoc(getattr(Client, name)) or ""
    _, found, told = doc.partition("\nRaises:\n")
    assert found
    errors = re.findall(r"^    (\w+): \S", told, re.MULTILINE)
    assert errors
    for error in errors:
        assert issubclass(getattr(aiosm, error, None) or getattr(builtins, error), Exception)
    if len(inspect.signature(getattr(Client, name)).parameters) > 1:
        assert "ValueError" in errors


@pytest.mark.parametrize("name", [one.name for one in OPERATIONS])
def test_an_operation_that_is_done_at_once_says_so(name: str) -> None:
    """As the porting table does."""
    doc = inspect.getdoc(getattr(Client, name)) or ""
    (old,) = (one for one in OPERATIONS if one.name == name)
    assert ("is done already" in doc) == (old.note.startswith("done at once"))


@pytest.mark.parametrize("name", SHARED)
def test_a_signature_is_the_old_sdk_s(name: str) -> None:
    """Same names, same order, same defaults; what is new can only be given by name."""
    old = inspect.signature(getattr(ServiceManagementService, name)).parameters
    new = inspect.signature(getattr(Client, name)).parameters
    positional = [
        key for key, value in new.items() if value.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    ]
    if name.startswith("perform_"):  # the old ones took **kwargs, and the version last
        old = {key: value for key, value in old.items() if value.kind is not value.VAR_KEYWORD}
    assert positional == list(old)
    required = {key for key in positional if new[key].default is inspect.Parameter.empty}
    assert all(old[key].default is inspect.Parameter.empty for key in required)


CHANGED_DEFAULTS = {
    # Quirk 56: a call that changed a description also changed the replication.
    ("update_storage_account", "account_type"),
}
DEFAULTS = [name for name in SHARED if name != "wait_for_operation_status"]


@pytest.mark.parametrize("name", DEFAULTS)
def test_a_default_means_what_it_meant(name: str) -> None:
    """Literal defaults are the old ones; None for the empty texts and lists of old."""
    old = inspect.signature(getattr(ServiceManagementService, name)).parameters
    new = inspect.signature(getattr(Client, name)).parameters
    for key, value in old.items():
        literal = value.default is not inspect.Parameter.empty and value.default not in (None, "")
        if literal and (name, key) not in CHANGED_DEFAULTS:
            assert new[key].default == value.default, key


def test_the_operations_of_the_guide_are_all_there() -> None:
    """Those the issue lists, each a coroutine."""
    wanted = {
        "list_locations", "create_hosted_service", "list_hosted_services",
        "get_hosted_service_properties", "check_hosted_service_name_availability",
        "update_hosted_service", "delete_hosted_service", "create_deployment",
        "get_deployment_by_name", "get_deployment_by_slot", "delete_deployment",
        "create_storage_account", "list_storage_accounts", "get_storage_account_properties",
        "get_storage_account_keys", "check_storage_account_name_availability",
        "delete_storage_account", "list_operating_systems", "list_operating_system_families",
        "add_os_image", "list_os_images", "delete_os_image", "create_virtual_machine_deployment",
        "get_role", "capture_vm_image", "list_vm_images", "delete_vm_image",
        "get_operation_status", "wait_for_operation_status",
        "perform_get", "perform_put", "perform_post", "perform_delete",
    }  # fmt: skip
    assert wanted <= set(SHARED)


def test_the_package_says_that_it_is_typed() -> None:
    """Otherwise type checkers ignore its annotations."""
    assert files("aiosm").joinpath("py.typed").is_file()


def loaded_by(statement: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after a statement."""
    # Where click is installed too, httpx loads rich for a command line of its own.
    begin = "import json, sys; sys.modules['click'] = None"
    script = f"{begin}\n{statement}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout))


@pytest.mark.parametrize(
    ("statement", "spared"),
    [
        ("import aiosm",
         ("cryptography", "aiosm.emulator", "rich", "httpx", "aiohttp", "xmltodict")),
        ("from aiosm import ConflictError", ("cryptography", "aiosm.emulator", "rich", "aiohttp")),
        ("from aiosm import AsyncServiceManagementClient",
         ("cryptography", "aiosm.emulator", "rich", "aiosm.demo", "azure", "requests", "pytest")),
    ],
)  # fmt: skip
def test_importing_loads_no_more_than_is_used(statement: str, spared: tuple[str, ...]) -> None:
    """The heavy parts are loaded by those who use them."""
    loaded = loaded_by(statement)
    assert not [name for name in spared if name in loaded]


def test_importing_the_client_loads_what_it_needs() -> None:
    """And neither a library for sending nor a model: those come with the first use of them."""
    loaded = loaded_by("from aiosm import AsyncServiceManagementClient")
    assert "aiosm.client" in loaded
    assert not {"httpx", "aiohttp", "xmltodict", "cryptography"} & loaded
    assert not [name for name in loaded if name.startswith("aiosm.models.")]


def test_each_model_is_found_in_its_file() -> None:
    """The table of the package knows all public names of its modules, and no others."""
    for module in pkgutil.iter_modules(models.__path__):
        home = importlib.import_module(f"aiosm.models.{module.name}")
        assert sorted(home.__all__) == sorted(
            name for name, where in models._HOME.items() if where == module.name
        )
    assert "Operation" in dir(models)
    with pytest.raises(AttributeError, match="Operator"):
        models.Operator  # noqa: B018 - looked up


MODELS = {
    name: value
    for name in aiosm.__all__
    if inspect.isclass(value := getattr(aiosm, name)) and issubclass(value, Model)
}


@pytest.mark.parametrize("name", MODELS)
def test_every_attribute_of_a_model_is_described(name: str) -> None:
    """By its own docstring or that of the model it inherits from; and none that does not exist."""
    told = [cls.__doc__ or "" for cls in MODELS[name].__mro__ if issubclass(cls, Model)]
    parts = [doc.partition("    Attributes:\n")[2] for doc in told]
    described = re.findall(r"^ {8}(\w+): \S", "\n".join(parts), re.MULTILINE)
    assert sorted(described) == sorted(field.name for field in dataclasses.fields(MODELS[name]))
