"""Traces and metrics by OpenTelemetry, where its API package is installed.

Spans and metrics follow OpenTelemetry's conventions for HTTP clients. The trace context is not sent
along: the service does not know it. Instrumentations of aiohttp and httpx, which would send it and
trace each request a second time, are told to pass over aiosm's requests.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from opentelemetry import context, metrics, trace
from opentelemetry.context import _SUPPRESS_HTTP_INSTRUMENTATION_KEY
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from aiosm.errors import HttpResponseError
from aiosm.version import __version__

__all__ = ["Observed", "Telemetry"]

# As the conventions advise, in seconds.
_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)


# What the conventions call credentials in a query.
_SIGNATURE = re.compile(
    r"([?&](?:sig|Signature|AWSAccessKeyId|X-Goog-Signature)=)[^&]*", re.IGNORECASE
)


class Observed:
    """A request that is being traced."""

    def __init__(self, span: Span, attributes: dict[str, str | int]) -> None:
        self._span = span
        self.attributes = attributes

    def answered(self, status: int, request_id: str | None) -> None:
        """Note the answer."""
        self.attributes["http.response.status_code"] = status
        self._span.set_attribute("http.response.status_code", status)
        if request_id:
            self._span.set_attribute("azure.service.request.id", request_id)

    def failed(self, error: BaseException) -> None:
        """Note what the request ended with."""
        kind = type(error).__name__
        if isinstance(error, HttpResponseError) and error.status_code:
            kind = str(error.status_code)
            self.answered(error.status_code, error.request_id)
            if error.error_code:
                self._span.set_attribute("aiosm.error_code", error.error_code)
        self.attributes["error.type"] = kind
        self._span.set_attribute("error.type", kind)
        if not isinstance(error, Exception):
            return  # cancelled, because the user has left, say: nobody's mistake
        # The class alone: texts of the service may name resources.
        self._span.set_status(Status(StatusCode.ERROR, type(error).__name__))


class Telemetry:
    """Makes spans and measures, with whatever provider the application has set."""

    def __init__(self) -> None:
        self._tracer = trace.get_tracer("aiosm", __version__)
        self._duration = metrics.get_meter("aiosm", __version__).create_histogram(
            "http.client.request.duration",
            "s",
            "Duration of HTTP client requests.",
            explicit_bucket_boundaries_advisory=_BOUNDS,
        )

    @contextmanager
    def request(self, operation: str, method: str, url: str, attempt: int) -> Iterator[Observed]:
        """Trace one request.

        Args:
            operation: The client's method it belongs to.
            method: HTTP method.
            url: URL with query.
            attempt: Number of the try, from 1.
        """
        where = urlsplit(url)
        measured: dict[str, str | int] = {
            "http.request.method": method,
            "server.address": where.hostname or "",
            "server.port": where.port or 443,
            "aiosm.operation": operation,
        }
        started = time.perf_counter()
        with self._tracer.start_as_current_span(
            f"{method} {operation}",
            kind=SpanKind.CLIENT,
            attributes={**measured, "url.full": _SIGNATURE.sub(r"\1REDACTED", url)},
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            if attempt > 1:
                span.set_attribute("http.request.resend_count", attempt - 1)
            observed = Observed(span, measured)
            try:
                yield observed
            except BaseException as error:
                observed.failed(error)
                raise
            finally:
                self._duration.record(time.perf_counter() - started, measured)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let nobody else trace, or add headers to, what is sent inside."""
        token = context.attach(context.set_value(_SUPPRESS_HTTP_INSTRUMENTATION_KEY, True))
        try:
            yield
        finally:
            context.detach(token)
