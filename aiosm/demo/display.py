"""How the demo shows its steps: live on a terminal, as plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

__all__ = ["Display", "Step", "open_display"]


@dataclass(slots=True)
class Step:
    """One step of the demo.

    Attributes:
        title: What is done.
        result: What came of it, in a few words.
        seconds: How long it took, once it is over.
    """

    title: str
    result: str = ""
    seconds: float | None = None

    def note(self, result: str) -> None:
        """Say what came of it."""
        self.result = result


class Display:
    """Keeps the steps, and tells those who show them.

    Args:
        begun: Called with each step as it begins; what it returns is called when the step ends.
        show_summary: Called in the end with all steps and the seconds they took together.
    """

    def __init__(
        self,
        begun: Callable[[Step], Callable[[], None]],
        show_summary: Callable[[list[Step], float], None],
    ) -> None:
        self.steps: list[Step] = []
        self._started = time.monotonic()
        self._begun = begun
        self._show_summary = show_summary

    @asynccontextmanager
    async def step(self, title: str) -> AsyncIterator[Step]:
        """Show a step while it lasts."""
        step = Step(title)
        started = time.monotonic()
        end = self._begun(step)
        yield step
        step.seconds = time.monotonic() - started
        self.steps.append(step)
        end()

    def summary(self) -> None:
        """Show all steps as a table."""
        self._show_summary(self.steps, time.monotonic() - self._started)


@contextmanager
def open_display(*, plain: bool = False) -> Iterator[Display]:
    """Open the display that suits where the output goes.

    Args:
        plain: Plain lines also on a terminal; they are used anyway when stdout is none, or when
            rich (extra ``cli``) is not installed.
    """
    # A terminal that cannot show the spinner gets plain lines too.
    capable = sys.stdout.isatty() and (sys.stdout.encoding or "").lower().startswith("utf")
    if not plain and capable:
        try:
            import rich  # noqa: F401 - only whether it is there
        except ImportError:
            print("(pip install 'aiosm[cli]' shows this live)")
        else:
            with _live() as display:
                yield display
            return
    yield Display(_plain_step, _plain_summary)


def _plain_step(step: Step) -> Callable[[], None]:
    print(f"... {step.title}", flush=True)
    return lambda: print(f"ok  {step.title}: {step.result} ({step.seconds:.1f} s)", flush=True)


def _plain_summary(steps: list[Step], seconds: float) -> None:
    width = max(len(step.title) for step in steps)
    print()
    for step in steps:
        print(f"{step.title:{width}}  {step.seconds:6.1f} s  {step.result}")
    print(f"{f'{len(steps)} steps':{width}}  {seconds:6.1f} s  all done", flush=True)


@contextmanager
def _live() -> Iterator[Display]:
    """A spinner and the elapsed time for each step in flight, above them what is done."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.table import Table

    console = Console()
    progress = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(),
        console=console, transient=True,
    )  # fmt: skip

    def begun(step: Step) -> Callable[[], None]:
        task = progress.add_task(escape(step.title), total=None)

        def ended() -> None:
            progress.remove_task(task)
            progress.print(
                f"[green]✓[/] {escape(step.title)} [dim]{escape(step.result)}[/] "
                f"[cyan]{step.seconds:.1f} s[/]"
            )

        return ended

    def summary(steps: list[Step], seconds: float) -> None:
        progress.stop()
        table = Table(title=f"{len(steps)} steps in {seconds:.1f} s: all done")
        table.add_column("step")
        table.add_column("result")
        table.add_column("seconds", justify="right")
        for step in steps:
            table.add_row(escape(step.title), escape(step.result), f"{step.seconds:.1f}")
        console.print(table)

    with progress:
        yield Display(begun, summary)
