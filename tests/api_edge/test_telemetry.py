"""Logs, metrics and traces, each in its own process, because they are configured per process."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.telemetry import configure_logging, render_metrics, span, stream_label


def run(code: str, **environment: str) -> tuple[str, str]:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout, done.stderr


def json_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_line_is_json_with_what_the_request_is() -> None:
    out, err = run(
        """
import logging, structlog
from app.telemetry import configure_logging
configure_logging()
structlog.contextvars.bind_contextvars(request_id="r-1", tenant_id="t-1")
log = structlog.get_logger()
log.info("漏水", n=1)
log.debug("unseen")
log.info("half", text="\\ud800")
logging.getLogger("sqlalchemy").warning("of a library %s", 5)
logging.getLogger("httpx").info("GET https://example.org/?token=secret")
try:
    1 / 0
except ZeroDivisionError:
    log.exception("wrong")
    logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
""",
        SUYUAN_LOG_FORMAT="json",
    )
    assert out == ""
    first, half, library, wrong = json_lines(err)
    assert (first["event"], first["level"], first["n"]) == ("漏水", "info", 1)
    assert (first["request_id"], first["tenant_id"]) == ("r-1", "t-1")
    assert first["timestamp"].endswith("Z")
    assert half["text"] == "\ud800"
    assert (library["event"], library["logger"]) == ("of a library 5", "sqlalchemy")
    assert library["request_id"] == "r-1"
    assert "1 / 0" not in wrong["exception"]  # the code came by -c: no source
    assert wrong["exception"].endswith("builtins.ZeroDivisionError")


def test_on_a_console_no_local_values_are_shown() -> None:
    _, err = run(
        """
import structlog
from app.telemetry import configure_logging
configure_logging("console")
def f(phone):
    raise ValueError("no")
try:
    f("138" + "00000000")
except ValueError:
    structlog.get_logger().exception("wrong")
"""
    )
    assert "builtins.ValueError" in err
    assert "13800000000" not in err


def test_an_exception_is_logged_without_what_it_says() -> None:
    _, err = run(
        """
import asyncio, logging, structlog
from app.telemetry import configure_logging
configure_logging("json")
try:
    try:
        raise KeyError("secret")
    except KeyError as cause:
        raise ValueError("secret") from cause
except ValueError:
    structlog.get_logger().exception("wrong")
    logging.getLogger("some.library").exception("wrong")
async def main():
    async def fail():
        raise ExceptionGroup("secret", [OSError("secret")])
    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    del task
    await asyncio.sleep(0)
asyncio.run(main())
import gc; gc.collect()
"""
    )
    ours, library, never_retrieved = json_lines(err)
    for each in (ours, library):
        named = [line for line in each["exception"].splitlines() if line.startswith("builtins.")]
        assert named == ["builtins.KeyError", "builtins.ValueError"]
    assert never_retrieved["event"] == "Task exception was never retrieved"
    assert "builtins.OSError" in never_retrieved["exception"]
    assert "secret" not in err


@pytest.mark.parametrize(
    ("stream_id", "label"),
    [
        ("household-h-3-1201", "household"),
        ("survey_contact-13800000000", "survey_contact"),
        ("fingerprint-" + "a" * 32, "fingerprint"),
        ("ticket-01890000-0000-7000-8000-000000000000",) * 2,
    ],
)
def test_a_stream_is_named_by_ids_that_say_nothing(stream_id: str, label: str) -> None:
    assert stream_label(stream_id) == label


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="json or console"):
        configure_logging("xml")


def test_a_span_costs_nothing_where_nobody_listens() -> None:
    assert span("a", command="B") is span("b")
    with span("a"):
        pass


def test_spans_are_sent_and_named_in_the_log() -> None:
    out, err = run(
        """
import structlog
from opentelemetry import trace
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from app.telemetry import configure_logging, configure_tracing, span
configure_logging("json")
exporter = InMemorySpanExporter()
assert configure_tracing("suyuan-test", exporter)
try:
    with span("command", command="Assign"):
        structlog.get_logger().info("inside")
        raise ValueError("the secret of Mr Zhang")
except ValueError:
    pass
structlog.get_logger().info("outside")
trace.get_tracer_provider().force_flush()
[one] = exporter.get_finished_spans()
print(one.to_json())
"""
    )
    sent = json.loads(out)
    inside, outside = json_lines(err)
    assert sent["attributes"] == {"command": "Assign"}
    assert sent["resource"]["attributes"]["service.name"] == "suyuan-test"
    assert sent["status"] == {"status_code": "ERROR", "description": "ValueError"}
    assert inside["trace_id"] == sent["context"]["trace_id"].removeprefix("0x")
    assert "trace_id" not in outside
    assert "Zhang" not in out + err


def test_tracing_is_off_unless_told_where_to_send() -> None:
    out, _ = run("from app.telemetry import configure_tracing; print(configure_tracing('x'))")
    assert out.strip() == "False"


def test_metrics_are_named() -> None:
    text = render_metrics().decode()
    for name in (
        "suyuan_http_request_seconds",
        "suyuan_commands_total",
        "suyuan_append_seconds",
        "suyuan_append_batch_size",
        "suyuan_append_conflicts_total",
        "suyuan_subscription_lag_events",
        "suyuan_subscription_parked_streams",
    ):
        assert f"# TYPE {name} " in text


def test_metrics_of_all_processes_are_added(tmp_path: Path) -> None:
    count = """
from app.telemetry import APPEND_CONFLICTS, SUBSCRIPTION_LAG
APPEND_CONFLICTS.inc(2)
SUBSCRIPTION_LAG.labels("ticket_list").set({lag})
"""
    folder = str(tmp_path)
    run(count.format(lag=7), PROMETHEUS_MULTIPROC_DIR=folder)
    run(count.format(lag=3), PROMETHEUS_MULTIPROC_DIR=folder)
    out, _ = run(
        "from app.telemetry import render_metrics; print(render_metrics().decode())",
        PROMETHEUS_MULTIPROC_DIR=folder,
    )
    assert "suyuan_append_conflicts_total 4.0" in out
    assert 'suyuan_subscription_lag_events{subscription="ticket_list"} 3.0' in out
