"""Work that may take long: it is bounded, and it ends when nobody waits for it any longer."""

import asyncio
import inspect
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import pytest
from fastapi.routing import iter_route_contexts
from starlette.requests import ClientDisconnect, Request

from app.api.audit import timelines
from app.database_url import driver_url
from app.domain.errors import Unacceptable
from app.http.json_body import JsonRoute
from app.http.leaving import while_connected
from app.use_cases import move_clock, try_compensation_rule
from app.views import history
from tests.api.expecting import problem
from tests.rates.house import House
from tests.subscriptions.until import until

WAITING = """
select count(*) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and wait_event_type = 'Lock'
"""
READ_MODELS = """
select 'lock table ' || string_agg(c.relname, ', ') || ' in access exclusive mode'
from pg_class c join read_model_build b on c.relname like b.name || '%' and c.relkind = 'r'
"""
LOG = "select 'lock table event in access exclusive mode'"
LONG: tuple[tuple[str, dict[str, Any] | None, str], ...] = (
    ("/v1/metrics/on-time", None, READ_MODELS),  # a figure: one query
    ("/v1/events", None, LOG),  # through the store
    ("/v1/sla/migrate", {"policy_id": "default", "dry_run": True}, READ_MODELS),
)
READS_MANY = re.compile(r"caught_up\(|tenant_transaction\(")


class Client:
    """Sends one request, and leaves when it is told to."""

    def __init__(self, house: House, path: str, body: dict[str, Any] | None) -> None:
        self.path = path
        self.left = asyncio.Event()
        self.statuses: list[int] = []
        self._house = house
        self._sent = False
        self._body = b"" if body is None else orjson.dumps(body)
        token = house.tokens["admin"]
        self._scope: dict[str, Any] = {
            "type": "http",
            "method": "GET" if body is None else "POST",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [
                (b"authorization", f"Bearer {token}".encode()),
                (b"content-type", b"application/json"),
            ],
            "client": ("192.0.2.1", 1),
            "scheme": "http",
            "server": ("house", 80),
            "http_version": "1.1",
        }

    async def run(self) -> None:
        await self._house.app(self._scope, self._receive, self._send)

    async def _receive(self) -> Any:
        if not self._sent:
            self._sent = True
            return {"type": "http.request", "body": self._body, "more_body": False}
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.statuses.append(message["status"])


async def test_when_the_client_leaves_its_query_ends(house: House, database_url: str) -> None:
    locking, watching = [await asyncpg.connect(driver_url(database_url)) for _ in range(2)]

    async def waits() -> bool:
        return bool(await watching.fetchval(WAITING))

    async def ended() -> bool:
        return not await waits()

    for path, body, lock in LONG:
        await Client(house, "/v1/events", None).run()  # the caller is known by now
        async with locking.transaction():
            await locking.execute(await locking.fetchval(lock))
            client = Client(house, path, body)
            request = asyncio.create_task(client.run())
            await until(waits)
            client.left.set()
            await until(ended)
            await request
            assert (path, client.statuses) == (path, [499])
    for connection in (locking, watching):
        await connection.close()
    answer = await house.call("admin", "GET", "/v1/metrics/on-time")
    assert answer.status_code == 200, "and the connections are usable again"


def test_whatever_has_no_page_stops_with_its_client(house: House) -> None:
    """What reads a read model or the log answers a page, or one resource, or may take long."""
    unwatched = {
        route.name
        for route in iter_route_contexts(house.app.routes)
        if isinstance(route.original_route, JsonRoute)
        and READS_MANY.search(inspect.getsource(route.original_route.endpoint))
        and "limit" not in inspect.signature(route.original_route.endpoint).parameters
        and "stops_with_client" not in inspect.getsource(route.original_route.endpoint)
    }
    assert not unwatched


async def test_what_is_done_before_the_client_leaves_is_answered() -> None:
    gone = asyncio.Event()

    async def receive() -> Any:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def fails() -> None:
        raise ZeroDivisionError

    ended: list[str] = []

    async def long() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("long")

    request = Request({"type": "http"}, receive)
    assert await while_connected(request, asyncio.sleep(0, "answer")) == "answer"
    with pytest.raises(ZeroDivisionError):
        await while_connected(request, fails())
    waiting = asyncio.create_task(while_connected(request, long()))
    await asyncio.sleep(0)
    gone.set()
    with pytest.raises(ClientDisconnect):
        await waiting
    assert ended == ["long"]


async def test_a_comparison_has_a_bound(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = await house.report("zhang")
    for text in ("一", "二", "三"):
        await house.call("zhang", "POST", f"/v1/tickets/{ticket}/comment", json={"text": text})
    versions = {"from": "1", "to": "4"}
    monkeypatch.setattr(history, "MOST_EVENTS", 3)
    found = await house.call("csr", "GET", f"/v1/tickets/{ticket}/diff", params=versions)
    assert len(found.json()["events"]) == 3
    monkeypatch.setattr(history, "MOST_EVENTS", 2)
    refused = await house.call("csr", "GET", f"/v1/tickets/{ticket}/diff", params=versions)
    assert problem(refused, 422, "diff_too_long", "query:to")["details"] == {"max": 2}


async def test_a_timeline_has_a_bound(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timelines, "MAX_STREAMS", 1)
    ticket = await house.report("zhang")
    refused = await house.call("admin", "GET", f"/v1/tickets/{ticket}/timeline")
    assert problem(refused, 422, "timeline_too_long")["details"] == {"max": 1}


async def test_the_way_of_a_clock_is_cut_into_requests(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each goes on where the one before ended, and nothing is left out or done twice."""
    services = house.services
    for _ in range(3):
        await house.report("zhang")
    wanted = datetime(2024, 3, 8, tzinfo=UTC)

    async def nothing_follows(_tenant: UUID) -> None:
        """No worker runs in this test."""

    async def move(to: datetime) -> tuple[datetime, int]:
        return await move_clock.move_clock(
            services.store, services.handler, nothing_follows, house.tenant_id, to
        )

    monkeypatch.setattr(move_clock, "MAX_STEPS", 2)
    moves = [await move(wanted)]
    while moves[-1][0] < wanted:
        moves.append(await move(wanted))
    assert len(moves) > 2
    assert [at for at, _ in moves] == sorted(at for at, _ in moves)
    assert moves[-1][0] == wanted
    assert all(events for _, events in moves[:-1])
    assert await services.store.due_in_sandbox(house.tenant_id, wanted) is None
    assert await move(wanted + timedelta(seconds=1)) == (wanted + timedelta(seconds=1), 0)


def test_a_trial_has_a_bound() -> None:
    most = [0] * try_compensation_rule.MAX_CAUSES
    assert try_compensation_rule._bounded(most) == most
    with pytest.raises(Unacceptable, match="too_many_causes"):
        try_compensation_rule._bounded([*most, 0])
