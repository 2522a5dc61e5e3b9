"""No span, log line or metric has anything that a client chose: every operation is called with
values that are looked for afterwards. A real server, and a receiver of its traces."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx

from tests.conftest import on_server
from tests.running import Sandbox, data_directory, running_server

WORD, PHONE, ID = "mark7731", "13977317731", "77310000-7731-4731-8731-773100007731"
HEADERS = {
    "User-Agent": WORD,
    "Referer": f"http://{WORD}/",
    "Accept-Language": WORD,
    "Cookie": f"a={WORD}",
    "Idempotency-Key": WORD,
    "If-None-Match": WORD,
    "Host": f"{WORD}.example",
    "baggage": f"phone={PHONE}",
    "tracestate": f"suyuan={WORD}",
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
}
ONE_EACH = httpx.Limits(max_keepalive_connections=0)  # no race with the end of a keep-alive
QUERY = {"q": PHONE, "household_id": WORD, "ticket_id": ID, "fingerprint": WORD, "cursor": WORD}


@contextmanager
def receiver() -> Iterator[tuple[str, bytearray]]:
    """The endpoint of an OTLP collector, and all that it was sent."""
    received = bytearray()

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.extend(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", received
    finally:
        server.shutdown()
        server.server_close()


def call_everything(sandbox: Sandbox) -> set[int]:
    contract = sandbox.client.get("/openapi.json").json()
    statuses = set()
    for path, operations in contract["paths"].items():
        for method, operation in operations.items():
            filled = path
            for each in operation.get("parameters", ()):
                value = ID if each["schema"].get("format") == "uuid" else WORD
                filled = filled.replace(f"{{{each['name']}}}", value)
            body = {"json": {"note": PHONE, WORD: ID}} if method != "get" else {}
            answer = sandbox.call("admin", method, filled, params=QUERY, headers=HEADERS, **body)
            statuses.add(answer.status_code)
    return statuses


def record_something(sandbox: Sandbox) -> None:
    """Commands that are taken, with the values wherever they may stand."""
    sandbox.owner("zhang", f"h-{WORD}", name=WORD)
    ticket = sandbox.report(
        "zhang",
        description=PHONE,
        reporter={"name": WORD, "phone": PHONE},
        location={"community": "jinxiu", "building": WORD, "unit": PHONE},
    )
    sandbox.give("zhang", ticket, "comment", text=PHONE)
    for headers in (HEADERS, {"If-Match": f'"v{WORD}"'}):
        path = f"/v1/tickets/{ticket['id']}/urge"
        sandbox.call("zhang", "POST", path, json={"note": PHONE}, headers=headers)
    sandbox.call("zhang", "GET", f"/v1/surveys/answers/{WORD}.{PHONE}")
    for method in ("GET", WORD.upper()):
        sandbox.call("zhang", method, f"/{WORD}/{PHONE}")
    sandbox.photo("zhang", "report")
    sandbox.at("2024-03-05T10:00:00")


def test_nothing_that_a_client_chose_is_told(database_url: str) -> None:
    with data_directory() as folder, receiver() as (endpoint, received):
        settings = {"DATABASE_URL": database_url, "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}
        with (
            running_server(folder, SUYUAN_LOG_FORMAT="json", **settings) as base,
            httpx.Client(base_url=base, timeout=60, limits=ONE_EACH) as client,
        ):
            sandbox = Sandbox.open(client)
            assert {200, 404, 422} <= call_everything(sandbox)
            record_something(sandbox)
            asyncio.run(on_server(database_url, LOSE_A_TABLE))
            for path in ("/v1/tickets", f"/v1/households/{WORD}/timeline"):
                failed = sandbox.call("admin", "GET", path, params={"q": PHONE})
                assert failed.status_code == 500
            metrics = client.get("/metrics").text
        log = (folder / "server.log").read_text()
    told = {"log": log, "metrics": metrics, "spans": received.decode("utf-8", "replace")}
    assert log.count('"route":"/v1/tickets/{ticket_id}') > 50
    assert '"event":"unforeseen"' in log
    assert all("/v1/tickets/{ticket_id}" in text for text in told.values())
    found = {
        (kind, marker): context(text, marker)
        for kind, text in told.items()
        for marker in (WORD, PHONE, ID)
        if marker in text.lower()
    }
    assert found == {}


LOSE_A_TABLE = """
do $$
declare one text;
begin
    for one in select viewname from pg_views where schemaname = 'public' loop
        execute format('drop view %I cascade', one);
    end loop;
    for one in select tablename from pg_tables where tablename like 'ticket_search%' loop
        execute format('alter table %I rename to %I', one, 'gone_' || one);
    end loop;
end
$$
"""


def context(text: str, marker: str) -> str:
    at = text.lower().index(marker)
    return text[max(0, at - 300) : at + 300]
