"""The page of the admin port as it is served, before any browser has it."""

import re

from aiosm.emulator.admin.page import content_security_policy, page


def test_it_is_one_document_that_needs_nobody():
    """No address of anything else is in it, and its policy allows none."""
    text = page().decode()
    assert re.findall(r"""["'(](?:https?:)?//.*""", text) == []
    assert not re.search(
        r"""\b(?:src|href)=["'](?!#)|@import|url\(|innerHTML|\sstyle=|\son\w+=""", text
    )
    policy = content_security_policy()
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
