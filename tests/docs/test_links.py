"""Links of the README; those of the documentation's pages are checked when it is built."""

import re

import pytest
from pages import ROOT

LINKS = re.findall(r"\]\(([^)#:]+)(?:#([\w-]+))?\)", (ROOT / "README.md").read_text())


@pytest.mark.parametrize(("path", "heading"), LINKS, ids=lambda part: part)
def test_a_link_leads_to_a_file_of_the_project(path, heading):
    """And to a heading in it, if it names one."""
    text = (ROOT / path).read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    slugs = {re.sub(r"[^\w -]", "", one).lower().replace(" ", "-") for one in headings}
    assert not heading or heading in slugs


def test_the_readme_links_to_every_guide():
    """So that none is found by chance only."""
    guides = {f"aiosm/docs/guides/{one.name}" for one in (ROOT / "aiosm/docs/guides").glob("*.md")}
    assert guides <= {path for path, _ in LINKS}
