"""The client: how it connects, and what it is told."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import anyio

from aiosm import arguments, checks, clouds, models
from aiosm.certificates import ManagementCertificate
from aiosm.clock import SYSTEM_CLOCK, Clock
from aiosm.clouds import Cloud
from aiosm.connection import Connection
from aiosm.credentials import Credentials, CredentialsWatch
from aiosm.hooks import Hooks
from aiosm.limits import RateLimit
from aiosm.operations.together import AllOperations
from aiosm.options import Options, Token
from aiosm.polling import PollingPolicy
from aiosm.retry import RetryPolicy
from aiosm.session import Session
from aiosm.stats import Stats
from aiosm.transport import (
    EventHooks,
    HttpClient,
    Sender,
    Timeouts,
    TransportName,
    load_transport,
    open_transport,
    proxy_of_environment,
)
from aiosm.version import __version__

if TYPE_CHECKING:
    import httpx

__all__ = ["AsyncServiceManagementClient"]

# The old SDK waited 65 seconds for each read; connecting takes no longer than a TLS handshake.
_TIMEOUT = Timeouts(connect=15.0, read=65.0, write=65.0, pool=65.0)


class AsyncServiceManagementClient(AllOperations):
    r"""A client of the Azure Service Management (classic) REST API for one subscription.

    Use it as an async context manager, or call `aclose` in the end. One client serves any number
    of tasks at once, in one event loop. Nothing is sent, and no connection made, before the first
    call; the certificate is read at once, which takes a few milliseconds (more for a ``.pfx`` that
    was made to be slow to open).

    Args:
        subscription_id: Subscription to work in; ``AZURE_MANAGEMENT_SUBSCRIPTIONID`` if not given,
            or what the ``.publishsettings`` file says.
        cert_file: Management certificate: a ``.pem``, ``.pfx``, ``.p12`` or ``.publishsettings``
            file, or on Windows a store path such as ``CURRENT_USER\my\AzureCertificate``;
            ``AZURE_MANAGEMENT_CERTFILE`` if not given. Not needed with ``token`` or
            ``http_client``.
        base_url: Endpoint, if not the cloud's; ``AIOSM_BASE_URL`` if not given.
        cloud: ``public``, ``china``, ``usgovernment``, ``germany``, or a `Cloud`.
        ca_file: Private CA (PEM) to trust instead of the public ones; ``AIOSM_CA_FILE`` if not
            given.
        cert_password: Password of the certificate's private key.
        token: Bearer token to send, or a coroutine function that returns one.
        http_client: ``AsyncClient`` of httpx or httpx2 to use as it is, for example with a mock
            transport; it keeps its own timeouts unless ``timeout`` is given, and is never closed
            by this one.
        timeout: Seconds for each of connecting, writing and reading, or an ``httpx.Timeout``;
            65 seconds, and 15 for connecting, if not given.
        deadline: Seconds one request may take in all, however slowly its answer drips in; from 30
            seconds on it may end a second later.
        retry: How calls are tried again.
        polling: How often pollers look; without it they learn how long operations take.
        rate_limit: Requests per period at most, shared by all clients of the subscription in this
            process.
        max_in_flight: Requests in flight at most; further ones wait for a place.
        place_timeout: Seconds to wait for such a place at most.
        proxy: Proxy URL as httpx takes it; ``HTTPS_PROXY`` if not given.
        transport: ``aiohttp``, the faster one, needs asyncio; ``httpx`` also runs under trio.
        event_hooks: Coroutine functions called for every ``httpx.Request`` before it is sent, and
            every ``httpx.Response`` whose head has arrived, as httpx takes them:
            ``{"request": [...], "response": [...]}``. Costs about as much CPU as a call without.
        hooks: aiosm's own hooks, which cost next to nothing: before a request, after a response, on
            a retry, on each look at an operation.
        watch_credentials: Seconds between looks at ``cert_file``: when it has changed, it is read
            again and used from then on. None, the default, never looks. Refused where there is no
            such file, as with ``token`` alone or with ``http_client``.
        telemetry: Trace and measure each request with OpenTelemetry; None does so if its API
            package is installed, as the extra ``otel`` does.
        api_version: ``x-ms-version`` to send.
        max_response_bytes: Largest answer that is read.
        clock: Where time comes from; for tests.

    Raises:
        CertificateError: The certificate cannot be used.
        ValueError: An argument is missing or not allowed.
    """

    def __init__(
        self,
        subscription_id: str | None = None,
        cert_file: str | Path | None = None,
        *,
        base_url: str | None = None,
        cloud: str | Cloud = "public",
        ca_file: str | Path | None = None,
        cert_password: str | None = None,
        token: Token | None = None,
        http_client: HttpClient | None = None,
        timeout: float | httpx.Timeout | None = None,
        deadline: float = 600.0,
        retry: RetryPolicy | None = None,
        polling: PollingPolicy | None = None,
        rate_limit: RateLimit | None = None,
        max_in_flight: int = 32,
        place_timeout: float = 600.0,
        proxy: str | httpx.URL | httpx.Proxy | None = None,
        transport: TransportName = "aiohttp",
        event_hooks: EventHooks | None = None,
        hooks: Hooks | None = None,
        watch_credentials: float | None = None,
        telemetry: bool | None = None,
        api_version: str = "2014-10-01",
        max_response_bytes: int = 64 * 1024 * 1024,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        arguments.check_numbers(
            max_in_flight=max_in_flight,
            place_timeout=place_timeout,
            deadline=deadline,
            max_response_bytes=max_response_bytes,
        )
        if watch_credentials is not None:
            arguments.check_numbers(watch_credentials=watch_credentials)
        if transport not in {"aiohttp", "httpx"}:
            raise ValueError(f"transport is {transport!r}; allowed are 'aiohttp' and 'httpx'")
        arguments.check_policies(retry=retry, polling=polling, rate_limit=rate_limit, hooks=hooks)
        arguments.check_hooks(event_hooks, http_client)
        subscription_id = subscription_id or os.environ.get("AZURE_MANAGEMENT_SUBSCRIPTIONID")
        if http_client is None:
            cert_file = arguments.certificate_file(cert_file, token)
        credentials = Credentials(
            cert_file if http_client is None else None,
            cert_password,
            subscription_id,
            ca_file or os.environ.get("AIOSM_CA_FILE"),
            unused=http_client is not None,
        )
        certificate = credentials.certificate
        base_url = base_url or os.environ.get("AIOSM_BASE_URL")
        where = clouds.find(cloud)
        if certificate is not None:
            subscription_id = subscription_id or certificate.subscription_id
            if certificate.base_url and not base_url:
                where = arguments.cloud_of(certificate.base_url)
        if not subscription_id:
            raise ValueError(
                "subscription_id is missing: pass it, or set AZURE_MANAGEMENT_SUBSCRIPTIONID"
            )
        own_timeout = arguments.timeouts(timeout) if timeout is not None else None
        through = arguments.proxy_of(proxy, transport)
        options = Options(
            subscription_id=checks.subscription_id("subscription_id", subscription_id),
            base_url=arguments.management_url(base_url, where),
            cloud=where,
            clock=clock,
            retry=retry or RetryPolicy(),
            polling=polling or PollingPolicy(learn=True),
            rate_limit=rate_limit,
            timeout=own_timeout,
            deadline=deadline,
            api_version=checks.api_version("api_version", api_version),
            token=arguments.token_of(token),
            max_response_bytes=max_response_bytes,
            user_agent=f"aiosm/{__version__}",
            hooks=hooks,
            telemetry=arguments.telemetry_of(telemetry),
        )

        def prepare() -> Callable[[], Sender]:
            # In a thread: loading takes long, and would hold the event loop when first used.
            models.load_all()
            if http_client is not None:
                from aiosm.transport.through_httpx import GivenClient

                return partial(GivenClient, http_client)
            load_transport(transport, httpx=bool(event_hooks))
            return partial(
                open_transport,
                credentials.context(),
                name=transport,
                max_connections=max_in_flight,
                timeout=own_timeout or _TIMEOUT,
                proxy=through or proxy_of_environment(options.base_url),
                event_hooks=event_hooks,
            )

        connection = Connection(
            prepare,
            max_in_flight=max_in_flight,
            wait=place_timeout,
            watch=CredentialsWatch(credentials, watch_credentials, clock.now),
        )
        self._session = Session(connection, options)
        self._owner = True
        self._credentials = credentials

    @property
    def subscription_id(self) -> str:
        """The subscription the client works in."""
        return self._session.options.subscription_id

    @property
    def clock(self) -> Clock:
        """Where the client's time comes from."""
        return self._session.options.clock

    @property
    def retry(self) -> RetryPolicy:
        """How the client's calls are tried again."""
        return self._session.options.retry

    @property
    def polling(self) -> PollingPolicy:
        """When the client's pollers look, and how long they wait."""
        return self._session.options.polling

    @property
    def throttled_for(self) -> float:
        """Seconds for which the service's throttling still holds requests back, or 0."""
        return self._session.throttled_for

    @property
    def cloud(self) -> Cloud:
        """The cloud the client works in."""
        return self._session.options.cloud

    @property
    def base_url(self) -> str:
        """The endpoint the client talks to."""
        return self._session.options.base_url

    @property
    def certificate(self) -> ManagementCertificate | None:
        """The management certificate in use, or None with a token or a given httpx client."""
        return self._credentials.certificate

    async def reload_credentials(
        self, cert_file: str | Path | None = None, *, cert_password: str | None = None
    ) -> ManagementCertificate:
        """Read the management certificate again, or another one, and use it from now on.

        Requests under way finish on the old one; copies of the client change with it.

        Args:
            cert_file: The certificate; the same file as before if not given.
            cert_password: Password of its private key; the same as before if not given.

        Returns:
            The certificate now in use.

        Raises:
            CertificateError: It cannot be used; the old one stays.
            TypeError: An argument has the wrong type.
            ValueError: The client has an httpx client instead; or a token, and no file is given; or
                ``cert_file`` is empty.
        """
        reload = partial(self._credentials.reload, cert_file, cert_password)
        await self._session.connection.reload(reload)
        assert self._credentials.certificate is not None  # noqa: S101 - it was just read
        return self._credentials.certificate

    def __repr__(self) -> str:
        options = self._session.options
        state = "closed " if self._session.connection.closed else ""
        return f"<{state}{type(self).__name__} {options.subscription_id} at {options.base_url}>"

    def with_options(
        self,
        *,
        timeout: float | httpx.Timeout | None = None,
        deadline: float | None = None,
        retry: RetryPolicy | None = None,
        polling: PollingPolicy | None = None,
        rate_limit: RateLimit | None = None,
        max_in_flight: int | None = None,
        api_version: str | None = None,
        token: Token | None = None,
        hooks: Hooks | None = None,
    ) -> Self:
        """Return a copy with other options that shares this client's connections.

        What is not given stays. Closing the copy does nothing; closing this client closes both.
        ``max_in_flight`` bounds the requests of the copy, and of its copies, among those of this
        client; it never makes them more.

        Raises:
            ValueError: A value is not allowed, such as a ``timeout`` that is not more than 0.
            TypeError: A policy or a number has the wrong type.
        """
        arguments.check_policies(retry=retry, polling=polling, rate_limit=rate_limit, hooks=hooks)
        if deadline is not None:
            arguments.check_numbers(deadline=deadline)
        if max_in_flight is not None:
            arguments.check_numbers(max_in_flight=max_in_flight)
        if api_version is not None:
            checks.api_version("api_version", api_version)
        given = {
            "timeout": None if timeout is None else arguments.timeouts(timeout),
            "deadline": deadline,
            "retry": retry,
            "polling": polling,
            "rate_limit": rate_limit,
            "places": max_in_flight and anyio.Semaphore(max_in_flight, fast_acquire=True),
            "api_version": api_version,
            "token": arguments.token_of(token),
            "hooks": hooks,
        }
        return self._copy(**{key: value for key, value in given.items() if value is not None})

    def for_subscription(self, subscription_id: str) -> Self:
        """Return a copy for another subscription that shares this client's connections.

        Raises:
            ValueError: It does not look like the id of a subscription.
        """
        return self._copy(
            subscription_id=checks.subscription_id("subscription_id", subscription_id)
        )

    def _copy(self, **changes: object) -> Self:
        copy = object.__new__(type(self))
        session = self._session
        copy._session = Session(session.connection, replace(session.options, **changes))  # type: ignore[arg-type]
        copy._owner = False
        copy._credentials = self._credentials
        return copy

    def stats(self) -> Stats:
        """Return what this client and its copies have done so far, and are doing.

        Returns:
            A `Stats` of this moment; it does not change afterwards.
        """
        return self._session.connection.stats()

    async def aclose(self) -> None:
        """Close the connections; calls under way end with `ClientClosedError`.

        A client given as ``http_client`` stays open. Closing twice does no harm.
        """
        if self._owner:
            await self._session.connection.close()

    async def __aenter__(self) -> Self:
        self._session.connection.check_open()
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        await self.aclose()
