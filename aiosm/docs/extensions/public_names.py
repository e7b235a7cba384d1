"""Reference pages from docstrings, under the names that users import.

Three directives, each for the page of one module::

    .. operations:: aiosm.operations.storage_accounts   the client's methods that are written there
    .. public:: aiosm.models.storage_accounts           the public names that are at home there
    .. fixtures:: aiosm.pytest_plugin                   pytest's fixtures

In the end the build complains of every public name that is on no page.
"""

from __future__ import annotations

import importlib
import inspect
from enum import Enum
from types import ModuleType
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains.python import PyXRefRole
from sphinx.environment import BuildEnvironment
from sphinx.ext.napoleon.docstring import GoogleDocstring
from sphinx.pycode import ModuleAnalyzer
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import aiosm
from aiosm.xml import Model

_CLIENT = "aiosm.AsyncServiceManagementClient"
# Packages with public names of their own.
_PACKAGES = (
    "aiosm",
    "aiosm.bulk",
    "aiosm.certificates",
    "aiosm.clouds",
    "aiosm.emulator",
    "aiosm.testing",
)

_log = logging.getLogger(__name__)


class Operations(SphinxDirective):
    """The client's methods of one area, as methods of the client."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return what autodoc makes of them."""
        module = importlib.import_module(self.arguments[0])
        lines: list[str] = []
        for name in module.__all__:
            area = getattr(module, name)
            if not name.endswith("Operations"):
                continue
            lines += [inspect.getdoc(area) or "", ""]
            for method in vars(area):
                if not method.startswith("_"):
                    lines += [f".. automethod:: {_CLIENT}.{method}", ""]
        return self.parse_text_to_nodes("\n".join(lines))


class Public(SphinxDirective):
    """The public names of one module, as they are imported."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return what autodoc makes of them."""
        module = importlib.import_module(self.arguments[0])
        lines: list[str] = []
        for name in _by_source(module):
            value = getattr(module, name)
            full = f"{_home(name, value)}.{name}"
            if inspect.isclass(value):
                lines += [f".. autoclass:: {full}", "   :members:"]
                if issubclass(value, Enum):
                    lines += ["   :undoc-members:"]  # their names say it all
                if value.__bases__ != (object,):
                    lines += ["   :show-inheritance:"]
                lines += [""]
            elif callable(value):
                lines += [f".. autofunction:: {full}", ""]
            else:
                words = ModuleAnalyzer.for_module(module.__name__).find_attr_docs()["", name]
                lines += [f".. py:data:: {full}", "", *(f"   {line}" for line in words)]
        return self.parse_text_to_nodes("\n".join(lines))


class Fixtures(SphinxDirective):
    """The fixtures of one module; autodoc would not know them as such."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return each with its docstring."""
        module = importlib.import_module(self.arguments[0])
        lines: list[str] = []
        for name in module.__all__:
            words = GoogleDocstring(inspect.getdoc(getattr(module, name)) or "", self.config)
            lines += [f".. py:data:: {name}", "", *(f"   {line}" for line in words.lines()), ""]
        return self.parse_text_to_nodes("\n".join(lines))


def _by_source(module: ModuleType) -> list[str]:
    """The names of a module that are public somewhere, in the order of its text."""
    text = inspect.getsource(module)
    names = [name for name in module.__all__ if _home(name, getattr(module, name))]
    return sorted(names, key=lambda name: (text.find(f"\nclass {name}"), text.find(name)))


def _home(name: str, value: object) -> str:
    """The package that users import a name from, or nothing if they cannot."""
    for package in map(importlib.import_module, _PACKAGES):
        if name in package.__all__ and getattr(package, name) is value:
            return package.__name__
    return ""


class ShortName(PyXRefRole):
    """Single backticks in docstrings: a name as users write it, wherever it is at home."""

    def process_link(
        self, env: BuildEnvironment, refnode: Any, has_explicit_title: bool, title: str, target: str
    ) -> tuple[str, str]:
        """Look the name up from the innermost place outwards, then anywhere."""
        refnode["reftype"] = "obj"
        refnode["refspecific"] = True
        return super().process_link(env, refnode, has_explicit_title, title, target)


def complain_of_missing(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of each public name that no page documents."""
    documented = env.domains.python_domain.objects
    for package in map(importlib.import_module, _PACKAGES):
        for name in package.__all__:
            if f"{package.__name__}.{name}" not in documented:
                _log.warning("%s.%s is on no reference page", package.__name__, name)
    for name in dir(aiosm.AsyncServiceManagementClient):
        if not name.startswith("_") and f"{_CLIENT}.{name}" not in documented:
            _log.warning("%s.%s is on no reference page", _CLIENT, name)


def readable_signature(
    app: Sphinx,
    what: str,
    name: str,
    value: Any,
    options: Any,
    signature: str | None,
    returned: str,
) -> tuple[str, str] | None:
    """Say no more than users need, and nothing that cannot be parsed."""
    if what not in {"class", "exception"} or signature is None:
        return None
    if issubclass(value, Model):  # types stand with its attributes
        parameters = inspect.signature(value).parameters.values()
        plain = [one.replace(annotation=inspect.Parameter.empty) for one in parameters]
        signature = str(inspect.Signature(plain))
    # Users make none of these.
    if issubclass(value, Enum | Exception) or getattr(value, "_is_protocol", False):
        signature = ""
    return signature.replace("<factory>", "..."), returned


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx."""
    app.add_directive("operations", Operations)
    app.add_directive("public", Public)
    app.add_directive("fixtures", Fixtures)
    app.add_role_to_domain("py", "short", ShortName())
    app.connect("autodoc-process-signature", readable_signature)
    app.connect("env-check-consistency", complain_of_missing)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
