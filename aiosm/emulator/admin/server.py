"""Serving the admin endpoint: on loopback, and only to those who mean it.

A page of some other site must not get at it through the browser of somebody who has it running.
So the Host must be this endpoint's own address (a foreign name can be made to point here), and
requests that say which page, or which site, they come from must come from here. Other users of this
computer can reach it as well: what holds keys, the snapshots, is only for those who can read the
token's file.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from aiosm.emulator.admin.describe import clock_of, request_of, state_of
from aiosm.emulator.admin.events import Events
from aiosm.emulator.admin.page import content_security_policy, page
from aiosm.emulator.errors import EmulatorError
from aiosm.emulator.faults import Rule
from aiosm.emulator.naming import OPERATIONS
from aiosm.emulator.server import bind

if TYPE_CHECKING:
    from aiosm.emulator.emulator import Emulator

__all__ = ["Admin"]

logger = logging.getLogger(__name__)

_LOOPBACK = "127.0.0.1"
_LARGEST = 256 * 1024 * 1024  # a snapshot of a large state
_GRACE = 0.5

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Admin:
    """The admin endpoint of an emulator.

    Args:
        emulator: Whose.

    Attributes:
        url: Where it is, once started.
        token: What gives access to snapshots.
    """

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._events = Events(emulator)
        self._runner: web.AppRunner | None = None
        self._hosts: frozenset[str] = frozenset()
        self.url = ""
        self.token = secrets.token_urlsafe(32)

    async def start(self, port: int) -> None:
        """Listen on a loopback port, 0 for any that is free.

        Raises:
            EmulatorError: If the port is taken.
        """
        app = web.Application(middlewares=[self._guard], client_max_size=_LARGEST)
        app.router.add_routes(
            [
                web.get("/", self._page),
                web.get("/api/state", self._state),
                web.get("/api/requests", self._requests),
                web.get("/api/operations", self._operations),
                web.get("/api/faults", self._faults),
                web.post("/api/faults", self._add_fault),
                web.delete("/api/faults", self._clear_faults),
                web.delete("/api/faults/{id}", self._remove_fault),
                web.post("/api/clock/advance", self._advance),
                web.get("/api/snapshot", self._snapshot),
                web.post("/api/snapshot", self._restore),
                web.get("/api/events", self._events.stream),
            ]
        )
        sock = bind(_LOOPBACK, port)
        port = sock.getsockname()[1]
        self.url = f"http://{_LOOPBACK}:{port}"
        self._hosts = frozenset(f"{name}:{port}" for name in (_LOOPBACK, "localhost"))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_GRACE)
        try:
            await self._runner.setup()
            await web.SockSite(self._runner, sock).start()
        except BaseException as error:
            await self._runner.cleanup()
            sock.close()
            if isinstance(error, OSError):
                msg = f"the admin endpoint cannot listen on port {port}: choose another"
                raise EmulatorError(msg) from error

            raise

        logger.info("the admin endpoint is at %s", self.url)

    async def stop(self) -> None:
        """Stop listening and end the streams of events."""
        self._events.end()
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    @web.middleware
    async def _guard(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Refuse strangers, and answer every mistake as JSON."""
        host, origin = request.headers.get("Host", ""), request.headers.get("Origin")
        if host.lower() not in self._hosts:
            return _error(421, f"this is {self.url}, not {host!r}: use that address")

        if origin is not None and origin.lower().removeprefix("http://") not in self._hosts:
            return _error(403, f"pages of {origin} may not use this endpoint")

        foreign = request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}
        if foreign and request.path != "/":
            # Without an Origin: an image, a frame, a script of some other page.
            return _error(403, "pages of other sites may not use this endpoint")

        if request.method == "POST" and request.content_type != "application/json":
            return _error(415, "send it as Content-Type: application/json")

        try:
            return await handler(request)
        except web.HTTPException as error:
            return _error(error.status, error.text or error.reason)
        except (EmulatorError, ValueError) as error:
            return _error(400, str(error))
        except ConnectionError:
            raise
        except Exception:
            logger.exception("%s %s failed at the admin endpoint", request.method, request.path)
            return _error(500, "this failed inside the emulator: its log says how")

    async def _page(self, _: web.Request) -> web.Response:
        headers = {
            "Content-Security-Policy": content_security_policy(),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-cache",
        }
        return web.Response(body=page(), content_type="text/html", charset="utf-8", headers=headers)

    async def _state(self, _: web.Request) -> web.Response:
        return _json(state_of(self._emulator.cloud))

    async def _requests(self, request: web.Request) -> web.Response:
        text = request.query.get("limit", "100")
        limit = int(text) if text.isascii() and text.isdigit() else 0
        if not 1 <= limit <= 100_000:
            msg = f"limit must be a number from 1 to 100000, not {text!r}"
            raise ValueError(msg)

        found = self._emulator.requests.of(request.query.get("operation"))
        return _json([request_of(one) for one in reversed(found[-limit:])])

    async def _operations(self, _: web.Request) -> web.Response:
        return _json({"counts": self._emulator.requests.counts, "names": sorted(OPERATIONS)})

    async def _faults(self, _: web.Request) -> web.Response:
        return _json(self._emulator.faults.listed())

    async def _add_fault(self, request: web.Request) -> web.Response:
        faults = self._emulator.faults
        number = faults.add(Rule.from_dict(await _body(request)))
        (added,) = (one for one in faults.listed() if one["id"] == number)
        return _json(added, 201)

    async def _clear_faults(self, _: web.Request) -> web.Response:
        self._emulator.faults.clear()
        return web.Response(status=204)

    async def _remove_fault(self, request: web.Request) -> web.Response:
        text = request.match_info["id"]
        try:
            self._emulator.faults.remove(int(text))
        except (KeyError, ValueError):
            return _error(404, f"there is no rule {text!r}: see /api/faults")

        return web.Response(status=204)

    async def _advance(self, request: web.Request) -> web.Response:
        body = await _body(request)
        seconds = body.get("seconds") if isinstance(body, dict) else None
        if not isinstance(seconds, int | float) or isinstance(seconds, bool):
            raise ValueError('send {"seconds": 30}')  # noqa: TRY004 - a document's mistake

        clock = self._emulator.clock
        clock.advance(seconds)
        self._emulator.cloud.catch_up()
        return _json(clock_of(clock))

    def _require_token(self, request: web.Request) -> None:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        given = token.strip().encode("utf-8", "replace")
        if kind.lower() != "bearer" or not secrets.compare_digest(given, self.token.encode()):
            raise web.HTTPUnauthorized(
                text="snapshots hold keys: send 'Authorization: Bearer TOKEN' with what is in the "
                "file admin.token beside the emulator's certificates, or with emulator.admin_token"
            )

    async def _snapshot(self, request: web.Request) -> web.Response:
        self._require_token(request)
        return _json(self._emulator.snapshot())

    async def _restore(self, request: web.Request) -> web.Response:
        # Who puts a state there decides who is let into it.
        self._require_token(request)
        self._emulator.restore(await _body(request))
        return web.Response(status=204)


async def _body(request: web.Request) -> Any:  # noqa: ANN401 - whatever was sent
    try:
        return json.loads(await request.text())
    except (ValueError, LookupError, RecursionError) as error:
        msg = f"the body is not JSON: {error}"
        raise ValueError(msg) from None


def _json(value: object, status: int = 200) -> web.Response:
    return web.json_response(value, status=status, headers={"Cache-Control": "no-store"})


def _error(status: int, text: str) -> web.Response:
    return _json({"error": text}, status)
