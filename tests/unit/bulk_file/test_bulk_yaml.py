"""YAML comes with its lines, and what is wrong or hostile is refused."""

import pytest

from aiosm.bulk.yaml_lines import At, Problems, read_yaml


def plain(node):
    """What `read_yaml` found, without lines."""
    match node.value:
        case dict() as pairs:
            return {key: plain(value) for key, value in pairs.items()}
        case list() as items:
            return [plain(item) for item in items]
        case value:
            return value


def read(text):
    problems = Problems()
    return read_yaml(text, problems), list(problems)


def test_every_value_has_the_line_of_its_key():
    """In mappings the key's line counts, in lists the item's."""
    root, problems = read("a: 1\nb:\n  c: >\n    long\n    text\n  d:\n    - x\n    - y: 2\n")
    assert problems == []
    b = root.value["b"]
    assert (root.value["a"].line, b.line, b.value["c"].line, b.value["d"].line) == (1, 2, 3, 6)
    assert [item.line for item in b.value["d"].value] == [7, 8]
    assert plain(root) == {"a": 1, "b": {"c": "long text\n", "d": ["x", {"y": 2}]}}


def test_merges_and_aliases_are_read():
    """`<<` fills in what is not given; the first of several mappings wins."""
    root, problems = read(
        "x: &x {size: 1, colour: red}\ny: &y {size: 2, depth: 3}\n"
        "z: {<<: [*x, *y], colour: blue}\nw: {<<: *y}\n"
    )
    assert problems == []
    assert plain(root.value["z"]) == {"size": 1, "depth": 3, "colour": "blue"}
    assert plain(root.value["w"]) == {"size": 2, "depth": 3}


def test_scalars_are_what_yaml_1_2_says():
    """Norway is a country, half past twelve is no number, and noon is no lock."""
    root, problems = read("[no, on, Yes, true, False, 12:30, 1.5, 10, 0, ~, '0123', 0x10]")
    assert problems == []
    assert plain(root) == [
        "no", "on", "Yes", True, False, "12:30", 1.5, 10, 0, None, "0123", 16,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", (3, "'a' was already given in line 1")),
        ("a: 1\n1: 2\n", (2, "a key must be a text, not a number: put it in quotes")),
        ("a: 1\ntrue: 2\n", (2, "a key must be a text, not true or false: put it in quotes")),
        ("a: 0123\n", (1, "a number begins with 0: leave that out, or put it in quotes")),
        ("a: !!python/object/apply:os.system [ls]\n",
         (1, "tags such as !name are not allowed: leave it out")),
        ("a: !secret x\n", (1, "tags such as !name are not allowed: leave it out")),
        ("a: !!binary aGk=\n", (1, "tags such as !name are not allowed: leave it out")),
        ("a:\n  <<: 3\n", (2, "<< takes a mapping, not a number")),
        ("a: 2024-13-45\n", (1, "this looks like a date or number, but is none: put it in quotes")),
        ("a: [1, 2\nb: 3\n", (2, "this is not YAML: did not find expected ',' or ']'")),
        ("a: 1\n---\nb: 2\n", (2, "this is not YAML: but found another document")),
        ("a: *nothing\n", (1, "this is not YAML: found undefined alias")),
        ("a: 1\nb: \x07\n", (2, "this is not YAML: a character that is not allowed")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(text, expected):
    """One problem, where it is."""
    _, problems = read(text)
    assert problems == [expected]


def test_all_problems_of_a_file_are_found():
    """Not only the first."""
    _, problems = read("a: !x 1\nb: 2\nb: 3\nc: {<<: 4}\n")
    assert [line for line, _ in problems] == [1, 3, 4]


def test_an_empty_file_is_nothing():
    """Also one with only a comment."""
    assert read("") == (None, [])
    assert read("# nothing\n") == (None, [])


def test_a_bomb_of_aliases_is_refused_soon():
    """Nine levels of nine aliases would be hundreds of millions of values."""
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    root, problems = read("\n".join(levels))
    assert root is None
    assert problems == [(1, "aliases make more than 500,000 values of this file")]


@pytest.mark.parametrize("text", ["&a [*a]", "[" * 60 + "]" * 60, "[" * 100_000])
def test_what_is_nested_without_end_is_refused(text):
    """An alias of itself, too many levels, very many levels."""
    root, problems = read(text)
    assert root is None
    ((line, what),) = problems
    assert line == 1
    assert "nest" in what


def test_a_problem_never_quotes_a_value():
    """It may be a password."""
    for text in ("a: hunter2: x", "a: 'hunter2", "a: !!int hunter2", "a: [hunter2", "a: @hunter2"):
        _, problems = read(text)
        assert problems
        assert "hunter2" not in str(problems)


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "nothing"), (True, "true or false"), ("x", "a text"), (1, "a number"),
     (1.5, "a number"), ([], "a list"), ({}, "a mapping")],
)  # fmt: skip
def test_kinds_have_words(value, words):
    """For messages."""
    assert At(value, 1).kind == words
