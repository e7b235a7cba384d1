"""The picture of a run: a Gantt chart as SVG, one bar per operation."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

__all__ = ["Bar", "draw"]

# Colours that stay apart for the colour-blind, one per kind, in the order kinds appear.
_COLOURS = ("#4477aa", "#66ccee", "#228833", "#ccbb44", "#aa3377", "#ee8866", "#777777", "#44bb99")
_FAILED = "#cc3311"
_UNFINISHED = "#bbbbbb"
_WIDTH = 1200
_NAMES = 260
_HEAD = 56
_TALLEST = 12_000


@dataclass(frozen=True, slots=True)
class Bar:
    """One operation.

    Attributes:
        name: What it was done to.
        kind: Its kind, which gives the colour.
        started: When it began, in seconds.
        ended: When it ended, in seconds; None if it was still running.
        failed: Whether it failed.
        note: What else to say where the pointer rests.
    """

    name: str
    kind: str
    started: float
    ended: float | None
    failed: bool = False
    note: str = ""


def draw(bars: Iterable[Bar], *, title: str) -> str:
    """Draw the run.

    Args:
        bars: The operations; they are shown in the order they began.
        title: What stands above.

    Returns:
        The SVG document. Rows are thin, and their names left to the pointer, when there are many.
    """
    rows = sorted(bars, key=lambda bar: (bar.started, bar.name))
    begin = min((bar.started for bar in rows), default=0.0)
    last = max((max(bar.started, bar.ended or bar.started) for bar in rows), default=0.0)
    span = max(last - begin, 0.001)
    height = max(2, min(16, _TALLEST // max(len(rows), 1)))
    kinds = list(dict.fromkeys(bar.kind for bar in rows))
    bottom = _HEAD + height * len(rows)
    view = f'viewBox="0 0 {_WIDTH} {bottom + 12}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {view} font-family="sans-serif"',
            '     font-size="11" fill="#333333">',
            f'<rect width="{_WIDTH}" height="{bottom + 12}" fill="#ffffff"/>',
            f'<text x="8" y="16" font-size="14">{_clean(title)}</text>',
            *_legend(kinds),
            *_axis(span, bottom),
            *_rows(rows, begin, span, height, kinds),
            "</svg>\n",
        ]
    )


def _clean(text: str) -> str:
    """Escaped, without the control characters that XML cannot hold."""
    return escape("".join(letter if letter.isprintable() else "?" for letter in text))


def _legend(kinds: Sequence[str]) -> list[str]:
    entries = [(_colour(kind, kinds), kind.replace("_", " ")) for kind in kinds]
    parts = []
    left = 8
    for colour, name in [*entries, (_FAILED, "failed"), (_UNFINISHED, "not finished")]:
        parts += [
            f'<rect x="{left}" y="25" width="10" height="10" fill="{colour}"/>',
            f'<text x="{left + 14}" y="34">{_clean(name)}</text>',
        ]
        left += 30 + 6 * len(name)
    return parts


def _colour(kind: str, kinds: Sequence[str]) -> str:
    return _COLOURS[kinds.index(kind) % len(_COLOURS)]


def _axis(span: float, bottom: int) -> list[str]:
    step = _step(span)
    parts = []
    for number in range(int(span / step) + 1):
        x = _x(number * step, span)
        parts += [
            f'<line x1="{x:.1f}" y1="{_HEAD - 4}" x2="{x:.1f}" y2="{bottom}" stroke="#dddddd"/>',
            f'<text x="{x:.1f}" y="{_HEAD - 7}" text-anchor="middle">{_time(number * step)}</text>',
        ]
    return parts


def _step(span: float) -> float:
    """A round number of seconds, so that there are about eight of them."""
    least = span / 8
    for step in (60, 120, 300, 600, 1800, 3600, 7200, 14400, 43200, 86400):
        if least > 30 and step >= least:
            return float(step)
    power: float = 10 ** math.floor(math.log10(least))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least)


def _time(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:g} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _x(seconds: float, span: float) -> float:
    return _NAMES + seconds / span * (_WIDTH - _NAMES - 24)


def _rows(
    rows: Sequence[Bar], begin: float, span: float, height: int, kinds: Sequence[str]
) -> list[str]:
    parts = []
    for number, bar in enumerate(rows):
        top = _HEAD + number * height
        ended = begin + span if bar.ended is None else max(bar.ended, bar.started)
        left, right = _x(bar.started - begin, span), _x(ended - begin, span)
        colour = _colour(bar.kind, kinds)
        if bar.failed:
            colour = _FAILED
        elif bar.ended is None:
            colour = _UNFINISHED
        took = "not finished" if bar.ended is None else f"{ended - bar.started:.1f} s"
        words = ", ".join(word for word in (bar.name, took, bar.note) if word)
        if height >= 11:
            name = bar.name if len(bar.name) <= 42 else f"{bar.name[:41]}…"
            parts.append(
                f'<text x="{_NAMES - 8}" y="{top + height - 4}" text-anchor="end">'
                f"{_clean(name)}</text>"
            )
        parts.append(
            f'<rect x="{left:.1f}" y="{top}" width="{max(right - left, 1):.1f}" '
            f'height="{max(height - 2, 1)}" fill="{colour}"><title>{_clean(words)}</title></rect>'
        )
    return parts
