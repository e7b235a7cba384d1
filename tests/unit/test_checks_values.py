"""What single checks let pass, and how they say what they do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aiosm import checks


@pytest.mark.parametrize("value", ["a" * 63, "a", "1", "a-b", "A9"])
def test_hosted_service_names_of_every_allowed_form_pass(value: str) -> None:
    """Letters, digits and hyphens within."""
    assert checks.hosted_service_name("x", value) == value


@pytest.mark.parametrize("value", ["abc", "a" * 24, "123"])
def test_storage_account_names_of_every_allowed_form_pass(value: str) -> None:
    """3 to 24 lower-case letters and digits."""
    assert checks.storage_account_name("x", value) == value


@pytest.mark.parametrize("check", [checks.hosted_service_name, checks.subscription_id])
def test_a_message_stays_short_whatever_it_is_about(check: Callable) -> None:
    """A megabyte of nonsense does not end up in a log."""
    with pytest.raises(ValueError, match=r"^x is ") as caught:
        check("x", "/" * 10**6)
    assert len(str(caught.value)) < 300


CARRIED = ["\t\n\r", " \x7f\x80\ud7ff", "\ue000\ufffd", "\U00010000\U0010ffff", "<&>\"'"]
NOT_CARRIED = [
    *map(chr, (*range(9), 11, 12, *range(14, 32))),
    "\ud800",
    "\udfff",
    "\ufffe",
    "\uffff",
]


@pytest.mark.parametrize("text", CARRIED)
def test_what_xml_can_carry_passes(text: str) -> None:
    """All of it, whatever it means in XML."""
    assert checks.text("label", f"a{text}b") == f"a{text}b"


@pytest.mark.parametrize("character", NOT_CARRIED, ids=lambda one: f"U+{ord(one):04X}")
def test_what_xml_cannot_carry_is_refused(character: str) -> None:
    """With its code and its place, but without the rest of the text."""
    told = rf"^label holds the character U\+{ord(character):04X} at position 4, "
    with pytest.raises(ValueError, match=told) as caught:
        checks.text("label", f"hush{character}")
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("check", [checks.names, checks.regions])
@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("name", "must be a list of str, not str"),
        (b"name", "must be a list of str, not bytes"),
        ({"name": "value"}, "must be a list of str, not dict"),
        (7, "must be a list of str, not int"),
        (None, "must be a list of str, not NoneType"),
        ([], "must not be empty"),
        (iter(()), "must not be empty"),
        ({b"name"}, r"\[0\] must be a str, not bytes"),
        (bytearray(b"name"), r"\[0\] must be a str, not int"),
        (["one", ""], r"\[1\] must not be empty"),
    ],
)
def test_what_is_no_list_of_texts_is_refused(check: Callable, wrong: Any, told: str) -> None:
    """A dict would lose its values, a text fall into letters."""
    with pytest.raises((TypeError, ValueError), match=rf"^x ?{told}"):
        check("x", wrong)


@pytest.mark.parametrize("check", [checks.names, checks.regions])
@pytest.mark.parametrize("kind", [list, tuple, iter, dict.fromkeys])
def test_any_other_iterable_of_texts_passes(check: Callable, kind: Callable) -> None:
    """Also one that can be gone through only once, and the keys of a dict."""
    given = kind(["one", "two"])
    assert check("x", given.keys() if isinstance(given, dict) else given) == ["one", "two"]


def test_a_configuration_that_is_bare_xml_is_told_what_to_do() -> None:
    """The old SDK sent it as it was; nothing of it is shown, since it may hold keys."""
    for xml in ("<a key='hush'/>", "\n  <a>hush</a>", "\ufeff<?xml version='1.0'?><a>hush</a>"):
        with pytest.raises(
            ValueError, match=r"^configuration holds bare XML; .*b64encode"
        ) as caught:
            checks.configuration("configuration", xml)
        assert "hush" not in str(caught.value)
    assert checks.configuration("configuration", "PGEv\r\nPg==") == "PGEv\r\nPg=="


@pytest.mark.parametrize("wrong", ["no base64!", "QUJ", "QUJD=", "äöü", " ", ""])
def test_a_configuration_that_is_no_base64_is_refused(wrong: str) -> None:
    """The service would say so too, but not where."""
    with pytest.raises(ValueError, match=r"^configuration must "):
        checks.configuration("configuration", wrong)
