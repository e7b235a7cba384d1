"""How Sphinx makes the documentation; the README has the command."""

import sys
from importlib.metadata import version as version_of
from pathlib import Path

import httpx

import aiosm.client

# The client imports it for type checkers only; to link its annotations they must be read.
vars(aiosm.client)["httpx"] = httpx

sys.path.insert(0, str(Path(__file__).parent / "extensions"))

project = "aiosm"
author = "The aiosm authors"
version = release = version_of("aiosm")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "command_line",
    "public_names",
]
exclude_patterns = ["extensions"]
nitpicky = True
smartquotes_action = "D"  # dashes only: quotes are code more often than not
# Nothing is fetched while building, so what other projects document cannot be linked to.
nitpick_ignore_regex = [
    ("py:.*", r"(collections|datetime|enum|httpx|pathlib|ssl|typing|types)\..*"),
    ("py:class", "Path|datetime|timedelta"),
    # Names for unions of types, which the texts describe.
    ("py:class", r"Hook|Token|(aiosm\.transport\.sender\.)?HttpClient|TransportName|EventHooks"),
    # What the parts of aiosm say to each other.
    ("py:class", r"aiosm\.(bulk\.(journal_file|ownership)|exchange|session)\..*"),
    ("py:class", r"PrivateKey|TaskGroup"),
    ("py:class", r"aiosm\.emulator\.(call|durations|faults|front|naming|saving|state)\..*"),
]

# Headings can be linked to, as on the pages of the repository.
myst_heading_anchors = 3

# Single backticks in docstrings are names.
default_role = "py:short"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
toc_object_entries_show_parents = "hide"
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 110
napoleon_numpy_docstring = False

html_theme = "furo"
pygments_dark_style = "github-dark"
html_static_path = ["static"]
html_css_files = ["aiosm.css"]
html_show_copyright = False
html_copy_source = False
html_title = f"aiosm {version}"
