"""What users of bulk runs build on: names and documentation."""

import importlib
import inspect
import pkgutil
import subprocess
import sys

import pytest

import aiosm
from aiosm import bulk

MODULES = [
    importlib.import_module(f"aiosm.bulk.{found.name}")
    for found in pkgutil.walk_packages(bulk.__path__)
    if "." not in found.name
]


def test_all_names_are_there_and_documented():
    """Each can be imported from aiosm.bulk itself."""
    assert aiosm.bulk is bulk
    assert bulk.__all__ == sorted(set(bulk.__all__))
    assert dir(bulk) == bulk.__all__
    for name in bulk.__all__:
        found = getattr(bulk, name)
        assert inspect.getdoc(found), name
    with pytest.raises(AttributeError, match="no attribute 'Plann'"):
        bulk.Plann  # noqa: B018


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_modules_say_what_is_public(module):
    """And what they say is there."""
    for name in module.__all__:
        assert hasattr(module, name), name


def test_nothing_heavy_is_loaded_before_it_is_used():
    """Neither by the package nor by its errors."""
    script = (
        "import sys, aiosm.bulk; aiosm.bulk.JournalError\n"
        "assert not {'httpx', 'aiohttp', 'yaml', 'rich'} & set(sys.modules), sorted(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
