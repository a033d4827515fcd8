"""OpenTelemetry spans, sent to a collector over OTLP/HTTP. Imported only where `otlp_endpoint` is set.

A span says which step, how long, how it ended, and names and numbers of ours; never a part of a document, a message
of an error, a header or an address.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from os import environ

from opentelemetry import context, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from vpce_guard import __version__
from vpce_guard.decisions.observer import Fact, StepName
from vpce_guard.logs import traceparent

_W3C = frozenset({b"traceparent", b"tracestate"})
_PROPAGATOR = TraceContextTextMapPropagator()
_CLOSE_SECONDS = 3.0


class Traces:
    """Spans of one process. What OTEL_... variables say of name, headers, certificates and batches holds."""

    def __init__(self, endpoint: str, *, ratio: float) -> None:
        """`endpoint` is the base URL of a collector; `ratio` the part of the traces begun here that is kept."""
        name = environ.get("OTEL_SERVICE_NAME") or "vpce-guard"
        self._provider = TracerProvider(
            resource=Resource.create({SERVICE_NAME: name, SERVICE_VERSION: __version__}),
            sampler=ParentBased(TraceIdRatioBased(ratio)),
            shutdown_on_exit=False,
        )
        exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("vpce_guard", __version__)

    def request(self, headers: Iterable[tuple[bytes, bytes]], *, method: str) -> Span:
        """A request as a span, a child of the one the caller names in `traceparent`, where it names one."""
        given = [(name.decode(), value.decode("latin-1")) for name, value in headers if name in _W3C]
        parent = _PROPAGATOR.extract(dict(given)) if len(given) == len(dict(given)) else context.Context()
        return Span(self._tracer.start_span(method, context=parent, kind=trace.SpanKind.SERVER))

    def step(self, name: StepName, *, asks_another: bool) -> Span:
        """A step as a child of what is going on; where it `asks_another` process, that one may go on with it."""
        kind = trace.SpanKind.CLIENT if asks_another else trace.SpanKind.INTERNAL
        return Span(self._tracer.start_span(name, kind=kind))

    def close(self) -> None:
        """Send what waits; a collector that is away is given up."""
        closing = threading.Thread(target=self._provider.shutdown, daemon=True)
        closing.start()
        closing.join(_CLOSE_SECONDS)


class Span:
    """A span that is the current one until it ends."""

    __slots__ = ("_parent", "_span", "_token")

    def __init__(self, span: trace.Span) -> None:
        self._span = span
        self._token = context.attach(trace.set_span_in_context(span))
        about = span.get_span_context()
        self._parent = traceparent.set(f"00-{about.trace_id:032x}-{about.span_id:016x}-{about.trace_flags:02x}")

    @property
    def trace_id(self) -> str:
        """The id of its trace in hex, as collectors show it."""
        return f"{self._span.get_span_context().trace_id:032x}"

    def end(self, about: Mapping[str, Fact], *, failed: str | None, name: str | None = None) -> None:
        """End it with what is known about it; `failed` is the kind of what it failed with."""
        if name is not None:
            self._span.update_name(name)
        for key, value in about.items():
            if value is not None:
                self._span.set_attribute(key if "." in key else f"vpce_guard.{key}", value)
        if failed is not None:
            self._span.set_attribute("error.type", failed)
            self._span.set_status(trace.StatusCode.ERROR)
        self._span.end()
        traceparent.reset(self._parent)
        context.detach(self._token)
