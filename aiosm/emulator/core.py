"""The emulated service without any I/O: a request goes in, an answer comes out.

``Cloud.handle`` first applies every change that has come due, in the order of time, and then
serves the request. Nothing runs in the background; the clock and the seed come from outside, so
the same requests give the same answers.
"""

from __future__ import annotations

import contextlib
import copy
import heapq
import logging
import random
import re
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, unquote

from aiosm.emulator import strict
from aiosm.emulator.answers import dressed, error_answer
from aiosm.emulator.call import Call, Request, Response
from aiosm.emulator.clock import Clock
from aiosm.emulator.durations import Durations
from aiosm.emulator.errors import EmulatorError, ServiceFault
from aiosm.emulator.facts import texts
from aiosm.emulator.journal import end
from aiosm.emulator.naming import target_of
from aiosm.emulator.registry import ACTIONS, ROUTES, list_subscriptions
from aiosm.emulator.routing import Router
from aiosm.emulator.saving.store import Store
from aiosm.emulator.state import (
    CloudState,
    Limits,
    Pending,
    Subscription,
    VirtualNetwork,
    checked_subscription_id,
    random_beside,
)

__all__ = ["Cloud"]

logger = logging.getLogger(__name__)

MAX_BODY = 1024 * 1024

_VERSION = re.compile(r"20(09|1[0-7])-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\Z")


class Cloud:
    """The emulated service: state, clock, rules.

    It may be used from several threads: tests look at an emulator that serves in another one.

    Args:
        clock: Says what time it is.
        seed: Makes everything the service invents (addresses, keys, ids) repeatable.
        limits: What a subscription may have.
        durations: How long things take.
        strict_mode: Whether to refuse what is not documented though the service let it pass.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        seed: int = 0,
        limits: Limits | None = None,
        durations: Durations | None = None,
        strict_mode: bool = False,
    ) -> None:
        self.clock = clock
        self.limits = limits or Limits()
        self.durations = durations or Durations()
        self.strict = strict_mode
        self.state = CloudState()
        self.random = random.Random(seed)  # noqa: S311 - must repeat, nothing here is secret
        self.router = Router(ROUTES)
        self._actions = ACTIONS
        self._list_subscriptions = list_subscriptions
        self._tokens: set[str] = set()
        self._seed = seed
        self._loads = 0
        self.store: Store | None = None
        self.changes = 0
        self.lock = threading.RLock()

    def keep_in(self, store: Store) -> bool:
        """Go on with the state of a file, and keep it there from now on.

        Args:
            store: The file.

        Returns:
            Whether there was a state in it; otherwise the present one is put there.
        """
        with self.lock:
            self.store = store
            found = store.load()
            if found is None:
                store.replace(self.state)
            else:
                self._take(found, f"start {store.starts}")
                for subscription in found.subscriptions.values():
                    store.adopt(subscription)

            self.catch_up()
            return found is not None

    def leave(self) -> None:
        """Keep the state in no file any more."""
        with self.lock:
            store, self.store = self.store, None
            if store is not None:
                store.close()

    def put_back(self, state: CloudState) -> None:
        """Hold another state instead of this one.

        Raises:
            EmulatorError: If what is pending in it cannot happen; then nothing is changed.
        """
        with self.lock:
            self._try_out(state)
            self._loads += 1
            self._take(state, f"load {self._loads}")
            self.changes += 1
            if self.store is not None:
                self.store.replace(state)

            self.catch_up()

    def _take(self, state: CloudState, occasion: str) -> None:
        self.state = state
        # Numbers that were given out in that state must not be given out again.
        self.random = random_beside(state, f"{self._seed}, {occasion}")
        if self.clock.instant:
            now, late = self.clock.now(), len(state.pending)
            for number, change in enumerate(sorted(state.pending)):
                # Over when first asked about, in the same order.
                change.due = min(change.due, now - timedelta(microseconds=late - number))

            heapq.heapify(state.pending)

    def _try_out(self, state: CloudState) -> None:
        """Let everything that is pending in a state happen in a copy of it."""
        if not state.pending:
            return

        there, store, self.store = (self.state, self.random, self.changes), self.store, None
        self.state = copy.deepcopy(state)
        try:
            self.settle(max(change.due for change in state.pending))
        except Exception as error:
            msg = f"the snapshot cannot be used: what is pending in it cannot happen ({error!r})"
            raise EmulatorError(msg) from error
        finally:
            (self.state, self.random, self.changes), self.store = there, store

    @contextlib.contextmanager
    def looking(self) -> Iterator[None]:
        """Promise to change nothing of what is got meanwhile, so that it need not be compared."""
        with self.lock:
            if self.store is not None:
                self.store.reading(on=True)

            try:
                yield
            finally:
                if self.store is not None:
                    self.store.reading(on=False)

    def catch_up(self) -> None:
        """Apply what is due by now, and write down what has changed."""
        with self.lock:
            now = self.clock.now()
            self.settle(now)
            if self.store is not None:
                self.store.commit(self.state, now)

    def add_subscription(self, subscription_id: str | None = None) -> Subscription:
        """Add a subscription, or return the one that already has this id.

        Raises:
            ValueError: If the id is not made of letters, digits and hyphens.
        """
        with self.lock:
            if subscription_id is None:
                chosen = str(uuid.UUID(bytes=self.random.randbytes(16)))
            else:
                chosen = checked_subscription_id(subscription_id)

            if chosen not in self.state.subscriptions:
                added = Subscription(chosen, self.clock.now())
                self.state.subscriptions[chosen] = added
                if self.store is not None:
                    self.store.adopt(added)

            return self.state.subscriptions[chosen]

    def add_virtual_network(
        self,
        subscription_id: str,
        name: str,
        *,
        location: str | None = None,
        affinity_group: str | None = None,
        prefixes: Sequence[str] = ("10.0.0.0/20",),
        subnets: Mapping[str, str] | None = None,
        dns_servers: Mapping[str, str] | None = None,
    ) -> None:
        """Add a virtual network, which the service makes from a document not emulated here.

        Args:
            subscription_id: Where to add it.
            name: Its name; one of that name is replaced.
            location: Its place; "West US" if no affinity group is given either.
            affinity_group: Its affinity group.
            prefixes: Its ranges of addresses.
            subnets: Names and ranges of its subnets; by default "Subnet-1".
            dns_servers: Names and addresses of its DNS servers.

        Raises:
            KeyError: If there is no such subscription.
        """
        with self.lock:
            owner = self.state.subscriptions[subscription_id.lower()]
            owner.virtual_networks[name.lower()] = VirtualNetwork(
                name=name,
                network_id=str(uuid.UUID(bytes=self.random.randbytes(16))),
                location=location or (None if affinity_group else "West US"),
                affinity_group=affinity_group,
                prefixes=list(prefixes),
                subnets=dict(subnets if subnets is not None else {"Subnet-1": "10.0.0.0/23"}),
                dns_servers=dict(dns_servers or {}),
            )

    def opens(self, thumbprint: str) -> bool:
        """Whether a certificate opens any subscription."""
        with self.lock:
            return any(thumbprint in one.thumbprints for one in self.state.subscriptions.values())

    def add_token(self, token: str) -> None:
        """Accept this bearer token for every subscription."""
        self._tokens.add(token)

    def handle(self, request: Request) -> Response:
        """Serve one request. Never raises: what goes wrong inside is a 500 of the service."""
        with self.lock:
            return self._handled(request)

    def _handled(self, request: Request) -> Response:
        now = self.clock.now()
        request_id = self.new_id()
        try:
            self.settle(now)
            self.changes += request.method != "GET"
            if self.store is not None and request.method == "GET":
                self.store.reading(on=True)

            answer = self._serve(request, request_id, now)
        except ServiceFault as fault:
            answer = error_answer(fault)
        except Exception:
            logger.exception("%s %s failed inside the emulator", request.method, request_id)
            answer = error_answer(ServiceFault(500, "InternalError", texts.INTERNAL))

        if self.store is not None:
            answer = self._saved(answer, self.store, now)

        return dressed(answer, request_id, now)

    def _saved(self, answer: Response, store: Store, now: datetime) -> Response:
        """Return the answer once what it tells of is written down."""
        store.reading(on=False)
        try:
            store.commit(self.state, now)
        except Exception:
            logger.exception("the state cannot be written to %s", store.path)
            return error_answer(ServiceFault(500, "InternalError", texts.INTERNAL))

        return answer

    def refuse(self, status: int, code: str, message: str) -> Response:
        """Return the service's error answer to a request that never became one."""
        answer = error_answer(ServiceFault(status, code, message))
        with self.lock:
            return dressed(answer, self.new_id(), self.clock.now())

    def settle(self, now: datetime) -> None:
        """Apply every change that is due by now, in the order of time."""
        pending = self.state.pending
        while pending and pending[0].due <= now:
            change = heapq.heappop(pending)
            self.changes += 1
            if self.store is not None:
                self.store.done(change)

            subscription = self.state.subscriptions[change.subscription_id]
            self._actions[change.action](self, subscription, change.due, change.arguments)
            end(subscription, change)

    def later(
        self, due: datetime, subscription: Subscription, action: str, **arguments: str
    ) -> None:
        """Note that an action is due at a time."""
        self.state.sequence += 1
        change = Pending(due, self.state.sequence, subscription.subscription_id, action, arguments)
        heapq.heappush(self.state.pending, change)
        if self.store is not None:
            self.store.plan(change)

    def duration(self, name: str) -> timedelta:
        """Return how long something takes this time."""
        drawn = self.durations.draw(name, self.random)
        instant = self.clock.instant and name not in self.durations.given
        return timedelta(seconds=0 if instant else drawn)

    def new_id(self) -> str:
        """Return 32 hexadecimal digits never given out before."""
        return self.random.randbytes(16).hex()

    def _serve(self, request: Request, request_id: str, now: datetime) -> Response:
        path, _, query = request.target.partition("?")
        segments = [unquote(part) for part in path.split("/") if part]
        everywhere = [one.lower() for one in segments] == ["subscriptions"]
        subscription = None if everywhere else self._authenticated(request, segments)
        if everywhere and not self._has_token(request):
            # No certificate is valid outside of a subscription.
            raise ServiceFault(403, "AuthenticationFailed", texts.AUTHENTICATION)

        version = request.headers.get("x-ms-version", "").strip()
        if not _VERSION.match(version):
            raise ServiceFault(400, "MissingOrIncorrectVersionHeader", texts.VERSION)

        if len(request.body) > MAX_BODY:
            raise ServiceFault(400, "BadRequest", texts.TOO_LARGE)

        if subscription is None:
            if request.method != "GET":
                raise ServiceFault(400, "InvalidHttpVerb", texts.VERB)

            return self._list_subscriptions(self)

        route, values = self.router.route(request.method, segments[1:])
        if self.strict:
            strict.check(target_of(request, self.router).operation, request)

        pairs = parse_qsl(query, keep_blank_values=True)
        call = Call(
            cloud=self,
            subscription=subscription,
            request_id=request_id,
            now=now,
            path=values,
            query={name.lower(): value for name, value in pairs},
            request=request,
            route=route,
        )
        try:
            return route.handler(call)
        except ServiceFault as fault:
            if request.method != "GET":
                call.note("Failed", fault, completed=now)

            raise

    def admits(self, request: Request) -> bool:
        """Whether a request comes from somebody who may send it."""
        path = request.target.partition("?")[0]
        segments = [unquote(part) for part in path.split("/") if part]
        return self._has_token(request) or self._owned(request, segments) is not None

    def _owned(self, request: Request, segments: list[str]) -> Subscription | None:
        """Return the subscription of a path, if the request may see it."""
        found = self.state.subscriptions.get(segments[0].lower()) if segments else None
        allowed = found is not None and (
            request.thumbprint in found.thumbprints or self._has_token(request)
        )
        return found if allowed else None

    def _authenticated(self, request: Request, segments: list[str]) -> Subscription:
        found = self._owned(request, segments)
        if found is None:
            raise ServiceFault(403, "AuthenticationFailed", texts.AUTHENTICATION)

        return found

    def _has_token(self, request: Request) -> bool:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        return kind.lower() == "bearer" and token.strip() in self._tokens
