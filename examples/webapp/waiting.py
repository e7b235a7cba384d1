"""Ending from outside what waits: the waiting ends, what is waited for goes on."""

import contextlib
from collections.abc import Iterator

import anyio


class Waiting:
    """All waiting in this app, by the id of what is waited for."""

    def __init__(self) -> None:
        self._scopes: dict[str, set[anyio.CancelScope]] = {}
        self.closed = False

    @contextlib.contextmanager
    def on(self, key: str) -> Iterator[anyio.CancelScope]:
        """Wait inside of this; ``scope.cancelled_caught`` says afterwards whether it was ended."""
        with anyio.CancelScope() as scope:
            self._scopes.setdefault(key, set()).add(scope)
            try:
                if self.closed:
                    scope.cancel()
                yield scope
            finally:
                self._scopes[key].discard(scope)
                if not self._scopes[key]:
                    del self._scopes[key]

    def on_whom(self) -> dict[str, int]:
        """How many wait, by the id of what is waited for."""
        return {key: len(scopes) for key, scopes in self._scopes.items()}

    def end(self, key: str) -> None:
        """End all waiting for one thing."""
        for scope in [*self._scopes.get(key, ())]:
            scope.cancel()

    def close(self) -> None:
        """End all waiting, because the app ends."""
        self.closed = True
        for key in [*self._scopes]:
            self.end(key)
