"""How far a run is, and how it is shown where there is no terminal."""

import json

import pytest

from aiosm.bulk.display import open_display
from aiosm.bulk.events import Action, Event, State
from aiosm.bulk.progress import Progress, clock_text, safe
from aiosm.bulk.resource import Resource

SHOP = [Resource("storage_account", f"shop{n}", {}) for n in range(4)]
WEB = Resource("hosted_service", "web", {})


def event(resource, state, at=0.0, action=Action.CREATE, **more):
    return Event(resource, action, state, at, **more)


def test_outcomes_are_counted_by_kind():
    """In the order of the plan, bad ones beside."""
    progress = Progress([*SHOP, WEB], Action.CREATE, 100.0)
    for resource, state in zip(SHOP, (State.CREATED, State.FAILED, State.UNCHANGED), strict=False):
        progress.note(event(resource, state))
    bars = [(bar.kind, bar.total, bar.done, bar.failed) for bar in progress.bars.values()]
    assert bars == [("storage_account", 4, 3, 1), ("hosted_service", 1, 0, 0)]
    assert (progress.done, progress.total) == (3, 5)


def test_what_runs_is_known_with_its_beginning():
    """From its turn to its outcome, whatever happens between."""
    progress = Progress(SHOP, Action.CREATE, 100.0)
    progress.note(event(SHOP[0], State.STARTED, 101.0))
    progress.note(event(SHOP[0], State.WAITING, 105.0, message="busy"))
    (running,) = progress.running.values()
    assert (running.since, running.state, running.message) == (101.0, State.WAITING, "busy")
    progress.note(event(SHOP[0], State.CREATED, 110.0))
    assert progress.running == {}


def test_what_is_left_goes_by_what_took_time():
    """Resources that were there already say nothing about the others."""
    progress = Progress(SHOP, Action.CREATE, 100.0)
    assert progress.left(110.0) is None
    progress.note(event(SHOP[0], State.UNCHANGED))
    assert progress.left(110.0) is None
    progress.note(event(SHOP[1], State.CREATED))
    assert progress.left(110.0) == 20.0
    progress.note(event(SHOP[2], State.CREATED))
    progress.note(event(SHOP[3], State.CREATED))
    assert progress.left(110.0) is None


def test_a_rollback_does_not_count():
    """Bars never go beyond their end."""
    progress = Progress(SHOP[:1], Action.CREATE, 0.0)
    progress.note(event(SHOP[0], State.CREATED))
    progress.note(event(SHOP[0], State.STARTED, action=Action.DELETE))
    assert len(progress.running) == 1
    progress.note(event(SHOP[0], State.DELETED, action=Action.DELETE))
    assert progress.done == progress.total == 1


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (7.4, "0:07"), (754, "12:34"), (3723, "1:02:03")]
)
def test_times_are_short(seconds, text):
    """As on a clock."""
    assert clock_text(seconds) == text


def test_texts_cannot_steer_a_terminal():
    """Messages may come from anywhere."""
    assert safe("a\x1b[2J\nb\x07\u202e") == "a [2J b  "


def show(*events, **options):
    with open_display(SHOP, Action.CREATE, throttled_for=lambda: 0.0, **options) as display:
        for one in events:
            display.show(one)
        display.say("stopping")


def test_plain_lines_tell_outcomes_and_waits(capsys):
    """Not each step, and not what was as planned already."""
    show(
        event(SHOP[0], State.STARTED, 1.0),
        event(SHOP[0], State.WAITING, 2.0, message="throttled"),
        event(SHOP[0], State.RUNNING, 3.0, request_id="r1"),
        event(SHOP[0], State.CREATED, 4.25, request_id="r1"),
        event(SHOP[1], State.FAILED, 5.0, code="ConflictError", message="a\x1bb", request_id="r2"),
        event(SHOP[2], State.UNCHANGED, 5.0),
    )
    assert capsys.readouterr().out.splitlines() == [
        "waiting     storage_account/shop0: throttled",
        "created     storage_account/shop0 (3.2 s)",
        "failed      storage_account/shop1 (0.0 s): ConflictError: a b (request r2)",
        "stopping",
    ]


def test_json_lines_tell_everything(capsys):
    """One object a line; what is said to people goes to stderr."""
    happened = event(SHOP[0], State.UNCHANGED, 1.5)
    show(event(SHOP[0], State.STARTED, 1.0), happened, as_json=True)
    said = capsys.readouterr()
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert [line["state"] for line in lines] == ["started", "unchanged"]
    assert lines[1] == {"type": "event", **happened.to_dict()}
    assert said.err == "aiosm: stopping\n"
