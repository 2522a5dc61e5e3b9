"""Logs, metrics and traces. The bottom layer: imports nothing of the product.

Importing it only declares the metrics; the composition root configures logs and traces. Never log
a token, a path, a query string, a name, a household or a phone number. Two kinds of text are taken
out here, because libraries write them too: messages of exceptions, and what a request's span has
beside its route template.
"""

import json
import logging
import os
import re
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import TracebackType
from typing import Any, TextIO

import orjson
import structlog
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from structlog.typing import EventDict, Processor, WrappedLogger

METRICS_CONTENT_TYPE = CONTENT_TYPE_LATEST

# From a quick append to a local database up to the statement timeout.
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)

HTTP_REQUESTS = Counter(
    "suyuan_http_requests", "Answers, by route template", ["method", "route", "status"]
)
HTTP_SECONDS = Histogram(
    "suyuan_http_request_seconds", "Time to the last byte", ["method", "route"], buckets=SECONDS
)
COMMANDS = Counter("suyuan_commands", "Commands that were taken", ["command", "outcome"])
APPEND_SECONDS = Histogram(
    "suyuan_append_seconds", "Time that an append waited for its commit", buckets=SECONDS
)
APPEND_BATCH_SIZE = Histogram(
    "suyuan_append_batch_size",
    "Appends that shared one commit",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
)
APPEND_CONFLICTS = Counter("suyuan_append_conflicts", "Races that were lost and decided again")
# Only the process that runs the subscription sets its gauge, so the most recent value is right.
SUBSCRIPTION_LAG = Gauge(
    "suyuan_subscription_lag_events",
    "Events recorded and not yet handled",
    ["subscription"],
    multiprocess_mode="mostrecent",
)
PARKED_STREAMS = Gauge(
    "suyuan_subscription_parked_streams",
    "Streams set aside because handling an event of theirs failed",
    ["subscription"],
    multiprocess_mode="mostrecent",
)
CLOCKS = Gauge(
    "suyuan_sla_clocks",
    "Clocks that are not over, by kind: open (all), due_soon, breached",
    ["clock", "condition"],
    multiprocess_mode="mostrecent",
)
# From on time to an outage: alert on anything later than a minute.
DETECTION_SECONDS = Histogram(
    "suyuan_lapse_detection_seconds",
    "From when something lapsed (a breach, a warning, an offer) to when it was recorded",
    ["event"],
    buckets=(0.1, 0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 86400.0),
)


def render_metrics() -> bytes:
    """Prometheus text; of all processes if PROMETHEUS_MULTIPROC_DIR names their folder."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def configure_logging(log_format: str | None = None, level: int = logging.INFO) -> None:
    """One line per record on standard error, ours and the libraries', as `json` or `console`.

    Standard output is left to the output of CLI commands.
    """
    wanted = log_format or os.environ.get("SUYUAN_LOG_FORMAT", "console")
    if wanted not in ("json", "console"):
        raise ValueError(f"SUYUAN_LOG_FORMAT is json or console, not {wanted!r}")
    as_json = wanted == "json"
    steps: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        add_trace_id,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if as_json:
        steps.append(structlog.processors.ExceptionRenderer(frames_of))
    render: Processor = (
        structlog.processors.JSONRenderer(serializer=_dumps)
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            exception_formatter=_write_frames,
        )
    )
    structlog.configure(
        processors=[*steps, render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*steps, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    handler.addFilter(_not_logged_before)
    handler.addFilter(_without_repr)
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in ("httpx", "httpcore"):  # they log whole URLs
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    for name in ("alembic", "apscheduler"):
        logging.getLogger(name).setLevel(logging.ERROR)  # they warn of every late job
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = name != "uvicorn.access"  # our middleware logs each request


def _dumps(value: Any, **options: Any) -> str:
    try:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS, **options).decode()
    except TypeError:  # e.g. a lone surrogate: a log line must not fail a request
        return json.dumps(value, **options)


def _not_logged_before(record: logging.LogRecord) -> bool:
    """Drops uvicorn's record of an unhandled exception: ours, with the request id, came first."""
    return not (record.name == "uvicorn.error" and "Exception in ASGI" in record.getMessage())


def _without_repr(record: logging.LogRecord) -> bool:
    """asyncio names a task with its exception on further lines; the frames say where it was."""
    if record.name == "asyncio":
        record.msg, record.args = record.getMessage().partition("\n")[0], ()
    return True


_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def frames_of(exc_info: _ExcInfo | tuple[None, None, None]) -> str:
    """The traceback with the types of the exceptions, without their messages and local values:
    these may quote what a person wrote."""
    error, parts, seen = exc_info[1], [], set[int]()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        frames = "".join(traceback.format_tb(error.__traceback__))
        parts.append(f"{frames}{type(error).__module__}.{type(error).__qualname__}")
        if isinstance(error, BaseExceptionGroup):
            parts += (frames_of((type(each), each, None)) for each in error.exceptions)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\n".join(reversed(parts))


def _write_frames(out: TextIO, exc_info: _ExcInfo | tuple[None, None, None]) -> None:
    out.write("\n" + frames_of(exc_info))


_WITH_UUID = re.compile(r"[a-z_]+-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def stream_label(stream_id: str) -> str:
    """A stream, for the log: the category alone where the key is no UUID but, say, a household."""
    return stream_id if _WITH_UUID.fullmatch(stream_id) else stream_id.partition("-")[0]


def add_trace_id(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    context = trace.get_current_span().get_span_context() if _tracing.on else None
    if context is not None and context.is_valid:
        event["trace_id"] = f"{context.trace_id:032x}"
        event["span_id"] = f"{context.span_id:016x}"
    return event


class _Tracing:
    """Whether spans are recorded: off until `configure_tracing` has an exporter."""

    __slots__ = ("on", "tracer")

    def __init__(self) -> None:
        self.on = False
        self.tracer = trace.get_tracer("suyuan")


_tracing = _Tracing()
_NO_SPAN: AbstractContextManager[None] = nullcontext()


# The framework also sets the path, the query, the Host and unknown methods.
SPAN_ATTRIBUTES = frozenset(
    {
        "command",
        "subscription",
        "error.type",
        "http.request.method",
        "http.response.status_code",
        "http.route",
        "network.protocol.version",
        "url.scheme",
    }
)


class _TemplatesOnly(SpanExporter):
    """Leaves out of every span what a client chose, its trace state included."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._exporter.export([_cleaned(each) for each in spans])

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._exporter.force_flush(timeout_millis)


def _cleaned(span: ReadableSpan) -> ReadableSpan:
    """Without events: only exceptions are events of spans, and their messages may quote values."""
    kept = {name: each for name, each in (span.attributes or {}).items() if name in SPAN_ATTRIBUTES}
    return ReadableSpan(
        name=span.name,
        context=_stateless(span.get_span_context()),
        parent=_stateless(span.parent),
        resource=span.resource,
        attributes=kept,
        kind=span.kind,
        status=span.status,
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _stateless(context: trace.SpanContext | None) -> trace.SpanContext | None:
    if context is None:
        return None
    return trace.SpanContext(
        context.trace_id, context.span_id, context.is_remote, context.trace_flags
    )


def configure_tracing(service_name: str, exporter: SpanExporter | None = None) -> bool:
    """Exports spans by OTLP/HTTP if OTEL_EXPORTER_OTLP_ENDPOINT is set; returns whether it is.

    The provider flushes its queue when the process ends.
    """
    if exporter is None:
        if not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
            return False
        exporter = OTLPSpanExporter()
    provider = TracerProvider(resource=Resource.create({"service.name": service_name}))
    provider.add_span_processor(BatchSpanProcessor(_TemplatesOnly(exporter)))
    trace.set_tracer_provider(provider)
    _tracing.tracer = provider.get_tracer("suyuan")
    _tracing.on = True
    return True


def span(name: str, **attributes: str | int | bool) -> AbstractContextManager[None]:
    """A span, or a no-op while tracing is off."""
    return _recorded(name, attributes) if _tracing.on else _NO_SPAN


@contextmanager
def _recorded(name: str, attributes: Mapping[str, str | int | bool]) -> Iterator[None]:
    """Records only the type of an exception: its message may hold personal data."""
    with _tracing.tracer.start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield
        except BaseException as error:
            current.set_status(trace.StatusCode.ERROR, type(error).__name__)
            raise
