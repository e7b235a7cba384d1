"""The picture of a run is a well-formed SVG with a bar per operation."""

import re
import xml.etree.ElementTree as ET

import pytest

from aiosm.bulk.timeline import Bar, draw

SVG = "{http://www.w3.org/2000/svg}"


def bars_of(svg):
    """The bars, which are what has a title: (title, x, width, fill)."""
    return [
        (rect[0].text, float(rect.get("x")), float(rect.get("width")), rect.get("fill"))
        for rect in ET.fromstring(svg).iter(f"{SVG}rect")
        if len(rect)
    ]


def test_each_operation_is_a_bar_in_the_order_they_began():
    """As long as it took, in the colour of its kind."""
    svg = draw(
        [
            Bar("second", "virtual_machine", 110.0, 120.0),
            Bar("first", "storage_account", 100.0, 105.0, note="adopted"),
            Bar("third", "storage_account", 110.0, 115.0),
        ],
        title="apply shop.yaml",
    )
    first, second, third = bars_of(svg)
    assert [bar[0] for bar in (first, second, third)] == [
        "first, 5.0 s, adopted", "second, 10.0 s", "third, 5.0 s",
    ]  # fmt: skip
    assert second[2] == pytest.approx(2 * first[2], abs=0.2)
    assert second[1] == third[1] > first[1] + first[2]
    assert first[3] == third[3] != second[3]
    assert "apply shop.yaml" in svg
    assert "virtual machine" in svg


def test_failures_and_what_never_ended_stand_out():
    """A failed one is red, one without an end grey and as long as the run."""
    svg = draw(
        [Bar("a", "k", 0, 10), Bar("b", "k", 1, 2, failed=True), Bar("c", "k", 5, None)], title=""
    )
    whole, failed, open_ = bars_of(svg)
    assert len({whole[3], failed[3], open_[3]}) == 3
    assert open_[1] + open_[2] == pytest.approx(whole[1] + whole[2], abs=0.2)
    assert open_[0] == "c, not finished"


def test_any_name_is_safe():
    """Markup is escaped, control characters are replaced."""
    svg = draw([Bar("<script>&\x00\x1b", "k<", 0, 1, note='"')], title="</svg>")
    ((title, *_),) = bars_of(svg)
    assert title == '<script>&??, 1.0 s, "'


@pytest.mark.parametrize("count", [0, 1, 3000])
def test_any_number_of_operations_can_be_drawn(count):
    """Also none; thousands stay below a size that viewers take."""
    svg = draw([Bar(f"r{n}", "k", n * 0.5, n * 0.5 + 20) for n in range(count)], title="run")
    assert len(bars_of(svg)) == count
    assert float(ET.fromstring(svg).get("viewBox").split()[3]) < 13_000


@pytest.mark.parametrize("span", [0, 0.004, 0.9, 7, 42, 300, 5000, 90_000, 10_000_000])
def test_the_axis_has_a_few_round_marks(span):
    """Between two and ten of them, whatever the length."""
    svg = draw([Bar("a", "k", 1e9, 1e9 + span)], title="run")
    lines = list(ET.fromstring(svg).iter(f"{SVG}line"))
    assert 2 <= len(lines) <= 10
    assert len(set(re.findall(r'text-anchor="middle">([^<]+)<', svg))) == len(lines)
