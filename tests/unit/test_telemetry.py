"""Traces and metrics, as an application's exporter gets them."""

from __future__ import annotations

import subprocess
import sys

import anyio
import httpx
import pytest
from support import (
    IN_PROGRESS,
    NO_SERVICES,
    REQUEST_ID,
    SUBSCRIPTION,
    SUCCEEDED,
    Service,
    accepted,
    client_of,
    error_body,
    failing,
    reply,
    silent_client,
)

import aiosm

pytest.importorskip("opentelemetry.sdk", reason="the SDK of OpenTelemetry is not installed")

from opentelemetry import context
from opentelemetry.context import _SUPPRESS_HTTP_INSTRUMENTATION_KEY
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch):
    """Providers of this test alone; the process-wide ones can be set only once."""
    spans, reader = InMemorySpanExporter(), InMemoryMetricReader()
    tracers, meters = TracerProvider(), MeterProvider([reader])
    tracers.add_span_processor(SimpleSpanProcessor(spans))
    monkeypatch.setattr("opentelemetry.trace.get_tracer", tracers.get_tracer)
    monkeypatch.setattr("opentelemetry.metrics.get_meter", meters.get_meter)
    return spans, reader


async def test_each_request_is_a_span_in_the_words_of_the_conventions(exported) -> None:
    """Tries are told apart; what the service says is there."""
    spans, _reader = exported
    service = Service(reply(503), reply(200, NO_SERVICES(None).content, x_ms_request_id=REQUEST_ID))
    await client_of(service, telemetry=True).list_hosted_services()
    first, second = spans.get_finished_spans()
    assert (first.name, first.kind) == ("GET list_hosted_services", SpanKind.CLIENT)
    assert first.attributes["error.type"] == "503"
    assert first.status.status_code is StatusCode.ERROR
    assert "http.request.resend_count" not in first.attributes
    path = f"/{SUBSCRIPTION}/services/hostedservices"
    assert dict(second.attributes) == {
        "http.request.method": "GET",
        "server.address": "management.core.windows.net",
        "server.port": 443,
        "url.full": f"https://management.core.windows.net{path}",
        "aiosm.operation": "list_hosted_services",
        "http.request.resend_count": 1,
        "http.response.status_code": 200,
        "azure.service.request.id": REQUEST_ID,
    }
    assert second.status.status_code is StatusCode.UNSET


async def test_errors_of_the_service_and_of_the_way_are_told_apart(exported) -> None:
    """By status and code, or by the class of the exception; never by texts."""
    spans, _reader = exported
    taken = reply(409, error_body("ConflictError", "the name shop is taken"))
    client = client_of(Service(taken), telemetry=True)
    with pytest.raises(aiosm.ConflictError):
        await client.delete_disk("shop")
    client = client_of(Service(failing(OSError("secret"))), telemetry=True)
    with pytest.raises(OSError, match="secret"):
        await client.delete_disk("shop")
    conflict, lost = spans.get_finished_spans()
    assert conflict.attributes["aiosm.error_code"] == "ConflictError"
    assert conflict.attributes["error.type"] == "409"
    assert lost.attributes["error.type"] == "OSError"
    assert not conflict.events + lost.events
    assert "secret" not in conflict.to_json() + lost.to_json()


async def test_a_user_who_leaves_is_no_error(exported) -> None:
    """The span tells it, without a status that would wake somebody up."""
    spans, _reader = exported

    async def slow(_request: httpx.Request) -> httpx.Response:
        await anyio.sleep_forever()
        raise AssertionError

    with anyio.move_on_after(0.05) as scope:
        await client_of(slow, telemetry=True).list_hosted_services()
    assert scope.cancelled_caught
    (span,) = spans.get_finished_spans()
    assert span.attributes["error.type"] == "CancelledError"
    assert span.status.status_code is StatusCode.UNSET


async def test_durations_are_measured_by_operation(exported) -> None:
    """With the answer's status; URLs would be too many."""
    _spans, reader = exported
    service = Service(accepted(), IN_PROGRESS, SUCCEEDED)
    await (await client_of(service, telemetry=True).delete_deployment("shop", "blue"))
    (metric,) = reader.get_metrics_data().resource_metrics[0].scope_metrics[0].metrics
    assert (metric.name, metric.unit) == ("http.client.request.duration", "s")
    counts = {
        (point.attributes["aiosm.operation"], point.attributes["http.response.status_code"]):
        point.count
        for point in metric.data.data_points
    }  # fmt: skip
    assert counts == {("delete_deployment", 202): 1, ("get_operation_status", 200): 2}
    assert all("url.full" not in point.attributes for point in metric.data.data_points)


async def test_the_trace_context_stays_here(exported) -> None:
    """The service gets the headers it always gets."""
    service = Service(NO_SERVICES)
    await client_of(service, telemetry=True).list_hosted_services()
    assert not {"traceparent", "tracestate", "baggage"} & set(service.requests[0].headers)
    assert exported[0].get_finished_spans()


async def test_other_instrumentations_pass_over_the_requests(exported) -> None:
    """They would send the trace context; but not over what hooks and token functions send."""
    seen: dict[str, object] = {}

    def note(where: str) -> None:
        seen[where] = context.get_value(_SUPPRESS_HTTP_INSTRUMENTATION_KEY)

    async def service(request: httpx.Request) -> httpx.Response:
        note("service")
        return NO_SERVICES(request)

    async def token() -> str:
        note("token")
        return "a-token"

    hooks = aiosm.Hooks(
        before_request=lambda _request: note("before"), after_response=lambda _info: note("after")
    )
    await client_of(service, telemetry=True, token=token, hooks=hooks).list_hosted_services()
    assert seen == {"token": None, "before": None, "service": True, "after": None}
    note("afterwards")
    assert seen["afterwards"] is None


async def test_signatures_in_urls_are_not_shown(exported) -> None:
    """The rest of the query is."""
    client = client_of(Service(NO_SERVICES), telemetry=True)
    await client.perform_get("/x?sv=2014&sig=aGlkZGVu%3D&se=1&Signature=hidden")
    (span,) = exported[0].get_finished_spans()
    shown = "https://management.core.windows.net/x?sv=2014&sig=REDACTED&se=1&Signature=REDACTED"
    assert span.attributes["url.full"] == shown


async def test_it_can_be_switched_off(exported) -> None:
    """And is on by itself where the API is installed."""
    await client_of(Service(NO_SERVICES), telemetry=False).list_hosted_services()
    assert not exported[0].get_finished_spans()
    await client_of(Service(NO_SERVICES)).list_hosted_services()
    assert exported[0].get_finished_spans()


def test_wanting_what_is_not_installed_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """None does without it."""
    monkeypatch.setitem(sys.modules, "aiosm.telemetry", None)
    assert silent_client()._session.options.telemetry is None
    with pytest.raises(ValueError, match=r"pip install 'aiosm\[otel\]'"):
        silent_client(telemetry=True)
    with pytest.raises(TypeError, match="telemetry must be True, False or None"):
        silent_client(telemetry="yes")


def test_nothing_of_it_is_loaded_with_the_client() -> None:
    """Only by the first client that traces."""
    code = (
        "import sys, aiosm; aiosm.AsyncServiceManagementClient; "
        "assert not [name for name in sys.modules if name.startswith('opentelemetry')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
