"""Which route serves a path: looked up by verb and number of segments, not by trying them all."""

from __future__ import annotations

from collections.abc import Iterable

from aiosm.emulator.call import Route
from aiosm.emulator.errors import ServiceFault, not_found
from aiosm.emulator.facts import texts

__all__ = ["Router"]

_VERBS = {"GET", "PUT", "POST", "DELETE"}


class Router:
    """An index over routes.

    Args:
        routes: The routes; the first that fits serves.
    """

    def __init__(self, routes: Iterable[Route]) -> None:
        self._by_shape: dict[tuple[str, int], list[Route]] = {}
        self._by_length: dict[int, list[Route]] = {}
        for route in routes:
            length = len(route.pattern.split("/")) if route.pattern else 0
            self._by_shape.setdefault((route.method, length), []).append(route)
            self._by_length.setdefault(length, []).append(route)

    def find(self, method: str, segments: list[str]) -> tuple[Route, dict[str, str]] | None:
        """Return the route of a request and the values of its placeholders."""
        for route in self._by_shape.get((method, len(segments)), ()):
            values = route.match(segments)
            if values is not None:
                return route, values

        return None

    def knows(self, segments: list[str]) -> bool:
        """Whether any verb is served on a path."""
        routes = self._by_length.get(len(segments), ())
        return any(route.match(segments) is not None for route in routes)

    def route(self, method: str, segments: list[str]) -> tuple[Route, dict[str, str]]:
        """Return the route of a request and the values of its placeholders.

        Raises:
            ServiceFault: If there is none.
        """
        found = self.find(method, segments)
        if found is not None:
            return found

        if method not in _VERBS or self.knows(segments):
            raise ServiceFault(400, "InvalidHttpVerb", texts.VERB)

        raise not_found(texts.NO_SUCH_PATH)
