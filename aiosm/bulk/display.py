"""How a run is shown: live on a terminal, as plain lines elsewhere, as JSON lines for programs."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from aiosm.bulk.events import Action, Event, State
from aiosm.bulk.progress import Progress, clock_text, safe
from aiosm.bulk.resource import Resource

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

__all__ = ["Display", "open_display", "print_json"]

_STYLES = {
    State.CREATED: "green",
    State.DELETED: "green",
    State.ADOPTED: "yellow",
    State.FAILED: "bold red",
    State.BLOCKED: "red",
    State.INTERRUPTED: "yellow",
}
# Narrower than this, the bars go, and the numbers stay.
_NARROW = 60


class Display(Protocol):
    """Shows a run."""

    def show(self, event: Event) -> None:
        """Show what happened."""

    def say(self, text: str) -> None:
        """Say something that is no event."""


def print_json(kind: str, content: dict[str, object]) -> None:
    """Print one JSON line; ``type`` says what it is about."""
    print(json.dumps({"type": kind, **content}), flush=True)


@contextmanager
def open_display(
    resources: Iterable[Resource],
    action: Action,
    *,
    throttled_for: Callable[[], float],
    as_json: bool = False,
    plain: bool = False,
) -> Iterator[Display]:
    """Open the display that suits where the output goes.

    Args:
        resources: What the run is about.
        action: What it does.
        throttled_for: Tells for how many seconds the service still holds requests back.
        as_json: JSON lines.
        plain: Plain lines also on a terminal; they are used anyway when stdout is none, or when
            rich (extra ``cli``) is not installed.
    """
    if as_json:
        yield _JsonLines()
        return
    # A terminal that cannot show the bars gets plain lines too.
    capable = sys.stdout.isatty() and (sys.stdout.encoding or "").lower().startswith("utf")
    if plain or not capable:
        yield _Lines()
        return
    try:
        import rich.live
    except ImportError:
        print("(pip install 'aiosm[cli]' shows this live)")
        yield _Lines()
        return
    live = _Live(Progress(resources, action, time.time()), throttled_for)
    with rich.live.Live(
        console=live.console, get_renderable=live.render, refresh_per_second=8, transient=True
    ):
        yield live


class _JsonLines:
    """Everything, for programs."""

    def show(self, event: Event) -> None:
        print_json("event", event.to_dict())

    def say(self, text: str) -> None:
        print(f"aiosm: {text}", file=sys.stderr, flush=True)


class _Lines:
    """A line for each outcome but those that took nothing, and for what has to wait and why."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}
        self._waiting: dict[str, str] = {}

    def show(self, event: Event) -> None:
        since = self._since.setdefault(event.resource.key, event.at)
        if event.final:
            del self._since[event.resource.key]
            self._waiting.pop(event.resource.key, None)
            if event.state != State.UNCHANGED:
                print(_line(event, event.at - since), flush=True)
        elif event.state == State.WAITING:
            line = _line(event, None)
            if self._waiting.get(event.resource.key) != line:
                self._waiting[event.resource.key] = line
                print(line, flush=True)

    def say(self, text: str) -> None:
        print(safe(text), flush=True)


def _line(event: Event, seconds: float | None) -> str:
    took = f" ({seconds:.1f} s)" if seconds is not None and event.state != State.BLOCKED else ""
    why = f"{event.code}: {event.message}" if event.code else event.message
    return safe(
        f"{event.state:<11} {event.resource.title}{took}"
        + (f": {why}" if why else "")
        + (f" (request {event.request_id})" if event.request_id and event.code else "")
    )


class _Live:
    """Bars per kind, what runs and for how long, and when it will be over; failures above."""

    def __init__(self, progress: Progress, throttled_for: Callable[[], float]) -> None:
        from rich.console import Console

        self.console: Console = Console(highlight=False)
        self._progress = progress
        self._throttled_for = throttled_for
        self._said = ""

    def show(self, event: Event) -> None:
        self._progress.note(event)
        if event.state in {State.FAILED, State.BLOCKED, State.ADOPTED, State.INTERRUPTED}:
            self._print(_line(event, None), _STYLES[event.state])

    def say(self, text: str) -> None:
        self._said = safe(text)

    def _print(self, text: str, style: str) -> None:
        self.console.print(text, style=style, markup=False, soft_wrap=True)

    def render(self) -> RenderableType:
        from rich.console import Group
        from rich.text import Text

        now = time.time()
        parts: list[RenderableType] = [self._bars(), self._state(now), *self._running(now)]
        if self._said:
            parts.append(Text(self._said, style="bold yellow"))
        return Group(*parts)

    def _bars(self) -> RenderableType:
        from rich.progress_bar import ProgressBar
        from rich.table import Table

        wide = self.console.width >= _NARROW
        table = Table.grid(padding=(0, 1), expand=wide)
        table.add_column(no_wrap=True, overflow="ellipsis")
        if wide:
            table.add_column(ratio=1)
        table.add_column(justify="right", no_wrap=True)
        table.add_column(style="bold red", no_wrap=True)
        for bar in self._progress.bars.values():
            drawn = [ProgressBar(total=bar.total, completed=bar.done)] if wide else []
            failed = f"{bar.failed} failed" if bar.failed else ""
            table.add_row(bar.kind.replace("_", " "), *drawn, f"{bar.done}/{bar.total}", failed)
        return table

    def _state(self, now: float) -> RenderableType:
        from rich.text import Text

        progress = self._progress
        left, throttled = progress.left(now), self._throttled_for()
        words = [f"{len(progress.running)} running"]
        if progress.preparing:
            words.append(f"{len(progress.preparing)} next")
        words.append(clock_text(progress.elapsed(now)))
        if left is not None:
            words.append(f"about {clock_text(left)} left")
        text = Text(" · ".join(words), style="cyan")
        if throttled > 0:
            text.append(f" · throttled by the service, {clock_text(throttled)}", style="yellow")
        return text

    def _running(self, now: float) -> list[RenderableType]:
        """As many as there is place for, those that began first."""
        from rich.text import Text

        longest = sorted(self._progress.running.values(), key=lambda one: one.since)
        room = max(3, min(16, self.console.height - len(self._progress.bars) - 6))
        shown = longest if len(longest) <= room else longest[: room - 1]
        width = self.console.width
        lines: list[RenderableType] = []
        for one in shown:
            took = clock_text(max(0.0, now - one.since))
            text = f"  {took:>7}  {one.title}"
            if one.message:
                text += f": {one.message}"
            lines.append(Text(_cut(safe(text), width), style="dim"))
        if more := len(longest) - len(shown):
            lines.append(Text(f"           and {more} more", style="dim"))
        return lines


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"
