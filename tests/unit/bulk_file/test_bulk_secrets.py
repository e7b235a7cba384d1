"""Secrets come from the environment or from files."""

import os

import pytest

from aiosm.bulk.secrets import is_reference, read_reference
from aiosm.bulk.yaml_lines import Problems, read_yaml


def node(text):
    return read_yaml(text, Problems())


def read(text, directory):
    problems = Problems()
    return read_reference(node(text), directory, problems), list(problems)


def test_a_reference_is_env_or_file():
    """Other mappings are none."""
    assert is_reference(node("{env: A}"))
    assert is_reference(node("{file: a}"))
    assert is_reference(node("{env: A, file: a}"))
    for text in ("{}", "{env: A, other: 1}", "env", "[env]"):
        assert not is_reference(node(text))


def test_an_environment_variable_is_read(tmp_path, monkeypatch):
    """As it is."""
    monkeypatch.setenv("SHOP_PASSWORD", " pa$$ word ")
    assert read("{env: SHOP_PASSWORD}", tmp_path) == (" pa$$ word ", [])


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_file_is_read_without_its_last_line_break(tmp_path, end):
    """Relative to the plan file's directory; a mark of the encoding is no part of it."""
    (tmp_path / "password").write_bytes(f"\ufeffline\nüber{end}".encode())
    assert read("{file: password}", tmp_path) == ("line\nüber", [])
    assert read(f"{{file: {tmp_path}/password}}", tmp_path.parent) == ("line\nüber", [])


def test_any_file_is_read_as_base64(tmp_path):
    """As it is, byte by byte."""
    (tmp_path / "web.pfx").write_bytes(b"\xff\x00\n")
    assert read("{base64_file: web.pfx}", tmp_path) == ("/wAK", [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{env: SHOP_NOTHING}", "environment variable 'SHOP_NOTHING' is not set"),
        ("{env: SHOP_EMPTY}", "environment variable 'SHOP_EMPTY' is empty"),
        ("{env: 3}", "env must be a text, not a number"),
        ("{env: ''}", "env must be a text"),
        ("{env: A, file: b}", "give only one of env, file, base64_file"),
        ("{file: [a]}", "file must be a text, not a list"),
        ("{file: missing}", "cannot read the file 'missing': No such file"),
        ("{file: .}", "is not a file"),
        ("{file: pipe}", "is not a file"),
        ("{file: binary}", "is not a text in UTF-8"),
        ("{file: large}", "is larger than 1024 KB"),
        ("{file: empty}", "is empty"),
        ('{file: "a\\0b"}', "null"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, monkeypatch, text, words):
    """With what to look at; a content is never shown."""
    monkeypatch.delenv("SHOP_NOTHING", raising=False)
    monkeypatch.setenv("SHOP_EMPTY", "")
    (tmp_path / "binary").write_bytes(b"\xff\xfehunter2")
    (tmp_path / "large").write_bytes(b"x" * (1024 * 1024 + 1))
    (tmp_path / "empty").write_bytes(b"\n")
    os.mkfifo(tmp_path / "pipe")
    value, problems = read(text, tmp_path)
    assert value is None
    ((line, what),) = problems
    assert line == 1
    assert words in what
    assert "hunter2" not in what
