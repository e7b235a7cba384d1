"""The picture of a benchmark: a bar for each peer, with its ratio to aiosm, as SVG."""

from __future__ import annotations

from xml.sax.saxutils import escape

from benchmarks.suite import Benchmark, Table

__all__ = ["draw"]

_WIDTH, _LABEL, _MOST, _ROW = 760, 190, 330, 24
_OURS, _OTHERS = "#2f6fb5", "#b8bfc8"
_STYLE = (
    "text{font:13px sans-serif;fill:#24292f}.dim{fill:#57606a}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.dim{fill:#9198a1}}"
)


def draw(benchmark: Benchmark, table: Table) -> str:
    """Draw the main figure of each peer, case by case; the shortest bar is the best."""
    unit = benchmark.figures[benchmark.bar]
    parts = [
        _text(10, 22, benchmark.feel, bold=True),
        _text(10, 42, f"{unit}; less is better", dim=True),
    ]
    top = 58
    for case in dict.fromkeys(case for case, _ in table):
        top += _ROW
        parts.append(_text(10, top - 8, case, bold=True))
        peers = {peer: found[benchmark.bar] for (of, peer), found in table.items() if of == case}
        most = max(peers.values()) or 1.0
        for peer, value in peers.items():
            parts += _bar(top, peer, value, most, peers.get("aiosm"))
            top += _ROW
    height = top + 16
    size = f'width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{_STYLE}</style>'
    return "\n".join([head, *parts, "</svg>", ""])


def _bar(top: int, peer: str, value: float, most: float, ours: float | None) -> list[str]:
    length = max(2.0, value / most * _MOST)
    color = _OURS if peer.startswith("aiosm") else _OTHERS
    ratio = f"  ({value / ours:.2g} x aiosm)" if ours and peer != "aiosm" else ""
    return [
        _text(10, top + 13, peer),
        f'<rect x="{_LABEL}" y="{top}" width="{length:.1f}" height="17" rx="2" fill="{color}"/>',
        _text(_LABEL + length + 8, top + 13, f"{value:,.1f}{ratio}"),
    ]


def _text(x: float, y: float, words: str, *, bold: bool = False, dim: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    kind = ' class="dim"' if dim else ""
    return f'<text x="{x:.1f}" y="{y}"{weight}{kind}>{escape(words)}</text>'
