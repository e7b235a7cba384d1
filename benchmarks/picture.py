"""The picture: a bar for each figure, as SVG."""

from __future__ import annotations

from xml.sax.saxutils import escape

_WIDTH, _ROW, _MOST = 760, 46, 420


def draw(bars: list[tuple[str, float, str]]) -> str:
    """Draw bars of the figures, each with its title above and its value beside it.

    Args:
        bars: Title, value and unit of each bar.
    """
    most = max(value for _, value, _ in bars)
    height = _ROW * len(bars) + 20
    size = f'width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="13">',
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
    ]
    for row, (title, value, unit) in enumerate(bars):
        top = 10 + row * _ROW
        length = max(2.0, value / most * _MOST)
        parts += [
            f'<text x="10" y="{top + 12}" fill="#333333">{escape(title)}</text>',
            f'<rect x="10" y="{top + 18}" width="{length:.1f}" height="16" fill="#2f6fb5"/>',
            f'<text x="{length + 18:.1f}" y="{top + 31}">{value:.1f} {escape(unit)}</text>',
        ]
    return "\n".join([*parts, "</svg>", ""])
