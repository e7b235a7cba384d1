"""The recorded tests, and which operation of the emulator each exchange is one of."""

import functools
import json
from collections import defaultdict
from pathlib import Path

from coverage_shapes import Recorded

from aiosm.emulator.registry import ROUTES

RECORDINGS = Path(__file__).parents[3] / "shared/wire/dev.jsonl"


@functools.cache
def recorded_tests():
    """The recorded exchanges, test by test."""
    tests = defaultdict(list)
    with RECORDINGS.open(encoding="utf-8") as lines:
        for exchange in map(json.loads, lines):
            tests[exchange["test"]].append(exchange)
    return dict(tests)


@functools.cache
def recorded_answers():
    """What is known of the answers of each operation, by its method and pattern."""
    known = defaultdict(Recorded)
    for exchanges in recorded_tests().values():
        for exchange in exchanges:
            route, _ = routed(exchange)
            body = exchange.get("response_body") or ""
            if route is not None and exchange["status"] < 300 and body.startswith("<"):
                known[route.method, route.pattern].learn(body)
    return known


def routed(exchange):
    """The route of the emulator that serves an exchange, and the names in its path."""
    segments = [part for part in exchange["path"].split("/") if part][1:]
    for route in ROUTES:
        values = route.match(segments)
        if values is not None and route.method == exchange["method"]:
            return route, values
    return None, {}


def ours(exchanges):
    """The exchanges of a test whose operations the client has, with their places and routes."""
    foreign = set()
    for number, exchange in enumerate(exchanges):
        route, values = routed(exchange)
        asks_after_another = "id" in values and values["id"] in foreign
        if route is None or _of_another_operation(exchange) or asks_after_another:
            foreign.add(exchange["response_headers"].get("x-ms-request-id"))
        else:
            yield number, exchange, route, values


def _of_another_operation(exchange):
    """Whether a path of ours served something else."""
    if exchange["status"] == 307:
        return True  # sent on to another host; the emulator has only one

    # Maintenance is asked for by the body alone, which is not recorded.
    asked = exchange["path"].lower().endswith("/operations") and exchange["method"] == "POST"
    return asked and "maintenance" in exchange["test"]


def area_of(route):
    """What an operation is about: the emulator's file that serves it, as words."""
    return route.handler.__module__.rpartition(".")[2].replace("_", " ")
