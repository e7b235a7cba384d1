"""`count` and `for_each` make many resources of one entry."""

import pytest

from aiosm.bulk.expand import MOST_COPIES, expand
from aiosm.bulk.yaml_lines import Problems, read_yaml


def plain(node):
    match node.value:
        case dict() as pairs:
            return {key: plain(value) for key, value in pairs.items()}
        case list() as items:
            return [plain(item) for item in items]
        case value:
            return value


def expanded(text):
    problems = Problems()
    entry = read_yaml(text, problems)
    copies = expand(entry.value, entry.line, problems)
    return [{k: plain(v) for k, v in copy.fields.items()} for copy in copies], list(problems)


def test_an_entry_without_either_is_itself():
    """Braces in its texts mean nothing."""
    text = "name: a\ncustom_data: '{\"index\": {index}}'\n"
    assert expanded(text) == ([{"name": "a", "custom_data": '{"index": {index}}'}], [])


def test_count_numbers_the_copies():
    """From 0, with leading zeros or moved on where asked."""
    copies, problems = expanded(
        "count: 2\nname: 'shop{index:03}'\nport: 'p{index+50000}'\nlow: '{index-1:02}'\n"
        "after: ['storage_account/s{index}']\nnested: {a: '{index}x'}\n"
    )
    assert problems == []
    assert copies == [
        {"name": f"shop00{n}", "port": f"p{50000 + n}", "low": f"{n - 1:02}",
         "after": [f"storage_account/s{n}"], "nested": {"a": f"{n}x"}}
        for n in range(2)
    ]  # fmt: skip


def test_count_may_be_zero():
    """Which leaves the entry out."""
    assert expanded("count: 0\nname: a\n") == ([], [])


def test_a_placeholder_alone_keeps_its_type():
    """Numbers stay numbers, also from for_each."""
    copies, problems = expanded(
        "for_each: {web: {size: 10, on: true}}\nname: '{key}'\nlun: '{index}'\n"
        "port: '{index+80}'\nsize: '{value.size}'\n"
        "text: '{value.size} {value.on}'\nall: '{value}'\n"
    )
    assert problems == []
    assert copies == [
        {"name": "web", "lun": 0, "port": 80, "size": 10, "text": "10 true",
         "all": {"size": 10, "on": True}}
    ]  # fmt: skip


def test_for_each_takes_a_list():
    """Each item is {value}."""
    copies, problems = expanded("for_each: [a, b]\nname: 'x{value}{index}'\n")
    assert problems == []
    assert [copy["name"] for copy in copies] == ["xa0", "xb1"]


def test_doubled_braces_are_braces():
    """In an entry with copies."""
    copies, _ = expanded("count: 1\nname: a\ntext: '{{\"n\": {index}}}'\nonly: '{{}}'\n")
    assert copies == [{"name": "a", "text": '{"n": 0}', "only": "{}"}]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("name: a\ncount: x\n", 2, f"count must be a whole number from 0 to {MOST_COPIES}"),
        ("name: a\ncount: true\n", 2, "count must be a whole number"),
        ("name: a\ncount: -1\n", 2, "count must be a whole number"),
        ("name: a\ncount: 1000000000\n", 2, "count must be a whole number"),
        ("name: a\nfor_each: 3\n", 2, "for_each takes a list or a mapping, not a number"),
        ("name: a\ncount: 1\nfor_each: [1]\n", 3, "give count or for_each, not both"),
        ("name: 'a{index}'\n", 1, "braces in the name need count or for_each"),
        ("count: 9\nname: 'a{number}'\n", 2, "there are {index} here"),
        ("count: 9\nname: 'a{key}'\n", 2, "there are {index} here"),
        ("for_each: [a]\nname: 'a{key}'\n", 2, "there are {index}, {value} here"),
        ("count: 9\nname: 'a{index:>99999999}'\n", 2, "a placeholder is unknown"),
        ("count: 9\nname: 'a{index.__class__}'\n", 2, "for_each has no '__class__'"),
        ("count: 9\nname: 'a{'\n", 2, "a brace stands alone: for the brace itself write {{"),
        ("count: 9\nname: 'a}'\n", 2, "write }}"),
        ("for_each: [a]\nname: '{value:03}'\n", 2, "need a number, not a text"),
        ("for_each: {a: {x: 1}}\nname: '{value.y}'\n", 2, "for_each has no 'y'"),
        ("for_each: [[a]]\nname: 'x{value}'\n", 2, "cannot stand inside a text"),
    ],
)
def test_what_is_wrong_is_named_once(text, line, words):
    """Once, however many copies there are."""
    _, problems = expanded(text)
    ((where, what),) = problems
    assert where == line
    assert words in what


def test_copies_of_long_lists_are_bounded():
    """A small file must not take minutes, nor all the memory."""
    many = ", ".join(f"affinity_group/a{number}" for number in range(1000))
    copies, problems = expanded(f"count: 2000\nname: 'a{{index}}'\nafter: [{many}]\n")
    assert copies == []
    says = "2000 copies of 1002 values each are more than 2,000,000 values; make fewer, or"
    ((line, problem),) = problems
    assert line == 1
    assert problem.startswith(says)
    copies, problems = expanded("count: 100000\nname: 'a{index}'\nlocation: West US\n")
    assert (len(copies), problems) == (100_000, [])
