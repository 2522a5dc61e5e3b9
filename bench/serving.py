"""HTTP: our server, one process, against a bare FastAPI server with one statement a request."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from app.database_url import driver_url
from app.identity.tokens import TokenIssuer
from app.projections.catalogue import PROJECTIONS
from app.subscriptions.builds import ensure_read_models, open_owner_engine
from bench.bare import TABLE
from bench.rounds import interleave
from bench.rows import Row, row

CONNECTIONS = 32
TICKETS = 200
PEOPLE = 64  # who report: nobody may write as fast as a bench (`WRITES`, app/rates/limits.py)
ADMIN_KEY = "operator-key-of-the-bench"
SIGNED_WITH = "a-secret-of-the-bench-and-of-nothing-else"
REPORT = {
    "kind": "repair",
    "category": "leak",
    "service_class": "general",
    "description": "厨房水槽下面漏水，已经用盆接着，橱柜底板泡了，请尽快派师傅来看一下。",
    "channel": "app",
    "location": {
        "community": "jinxiu",
        "building": "3",
        "unit": "1201",
        "component": "kitchen.drain",
    },
    "household_id": "h-3-1201",
    "reporter": {"name": "王师傅", "phone": "13800138000"},
    "photo_ids": [],
}


@dataclass(frozen=True, slots=True)
class Load:
    """Requests a second, from a process of its own; any status but the wanted ones fails it. As
    fast as they are answered, or at a `rate`."""

    name: str
    port: int
    requests: Sequence[str]
    statuses: frozenset[int]
    rate: float | None = None

    async def run(self, seconds: float) -> float:
        asked = {
            "port": self.port,
            "connections": CONNECTIONS,
            "seconds": seconds,
            "requests": self.requests,
            "rate": self.rate,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bench.load",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        output, _ = await process.communicate(json.dumps(asked).encode())
        answered = json.loads(output)
        if {int(status) for status in answered["statuses"]} != self.statuses:
            raise RuntimeError(f"{self.name}: {answered['statuses']}")
        return float(answered["rate"])


async def serving(url: str, *, quick: bool) -> list[Row]:
    async with served(url) as (loads, _, _):
        medians = await interleave(loads, rounds=2 if quick else 7, seconds=2 if quick else 5)
    return [
        row(
            f"{name} over HTTP, 32 connections",
            "requests/s",
            medians[name],
            medians[f"bare {name}"],
            f"bare FastAPI {name}, one {statement}",
        )
        for name, statement in (("POST", "INSERT"), ("GET", "SELECT"))
    ]


@asynccontextmanager
async def served(url: str) -> AsyncIterator[tuple[list[Load], dict[int, int], int]]:
    """Both servers with the same tickets, and the loads to put on them; the process ids of the
    servers by their ports, and that of the database."""
    await make_read_models(url)
    settings = {"DATABASE_URL": url, **environment()}
    ours, bare = free_port(), free_port()
    connection = await asyncpg.connect(driver_url(url))
    await connection.execute(TABLE)
    lock = await connection.fetchval("select pg_read_file('postmaster.pid')")
    with tempfile.TemporaryDirectory() as directory:
        settings["SUYUAN_DATA_DIR"] = directory
        async with (
            running(["-m", "app.cli.main", "api", "--port", str(ours)], ours, settings) as our_pid,
            running(["-m", "bench.bare", url, str(bare)], bare, settings) as bare_pid,
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{ours}") as client,
        ):
            tenant = await open_tenant(client)
            token = csr_token(tenant)
            tickets = await report_tickets(client, token)
            await connection.copy_records_to_table("bare_ticket", records=list(tickets.items()))
            await connection.close()
            loads = [
                Load("POST", ours, posts(tenant), frozenset({201})),
                Load("bare POST", bare, posts(tenant), frozenset({201})),
                Load("GET", ours, gets(token, tickets), frozenset({200})),
                Load("bare GET", bare, gets(token, tickets), frozenset({200})),
            ]
            yield loads, {ours: our_pid, bare: bare_pid}, int(lock.split()[0])


async def make_read_models(url: str) -> None:
    owner = open_owner_engine(url)
    try:
        await ensure_read_models(owner, PROJECTIONS)
    finally:
        await owner.dispose()


def environment() -> dict[str, str]:
    return {
        "SUYUAN_ADMIN_KEY": ADMIN_KEY,
        "SUYUAN_TOKEN_SECRET": SIGNED_WITH,
        "SUYUAN_LOG_FORMAT": "json",
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def running(
    arguments: Sequence[str], port: int | None, settings: Mapping[str, str]
) -> AsyncIterator[int]:
    """The id of a process, once it listens if it is one that does. It writes its log as it always
    does, into a file."""
    log = Path(settings["SUYUAN_DATA_DIR"], f"{port}.log").open("wb")  # noqa: ASYNC230, SIM115
    process = subprocess.Popen(  # noqa: ASYNC220 - before anything is measured
        [sys.executable, *arguments], env=os.environ | dict(settings), stdout=log, stderr=log
    )
    try:
        if port is not None:
            await until_listening(port, process)
        yield process.pid
    except BaseException:
        print(Path(log.name).read_text()[-2000:])  # noqa: ASYNC240
        raise
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 30)
        log.close()


async def until_listening(port: int, process: subprocess.Popen[bytes] | None = None) -> None:
    deadline = monotonic() + 60
    while monotonic() < deadline and (process is None or process.poll() is None):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise RuntimeError(f"nobody listens on port {port}")


async def open_tenant(client: httpx.AsyncClient) -> UUID:
    answer = await client.post(
        "/v1/tenants",
        json={"name": "锦绣物业"},
        headers={"Authorization": f"Bearer {ADMIN_KEY}"},
    )
    answer.raise_for_status()
    return UUID(answer.json()["tenant_id"])


def csr_token(tenant_id: UUID, number: int = 0) -> str:
    return TokenIssuer(SIGNED_WITH.encode()).issue(
        subject=f"u-0190a1{number:02x}",
        tenant_id=tenant_id,
        role="csr",
        lifetime=timedelta(hours=1),
    )


async def report_tickets(client: httpx.AsyncClient, token: str) -> dict[UUID, str]:
    """Some tickets, and the text in which ours answers them: the bytes that both will read."""
    headers = {"Authorization": f"Bearer {token}"}
    tickets = {}
    for _ in range(TICKETS):
        answer = await client.post("/v1/tickets", json=REPORT, headers=headers)
        answer.raise_for_status()
        tickets[UUID(answer.json()["id"])] = answer.text
    return tickets


def posts(tenant_id: UUID) -> list[str]:
    return [post(csr_token(tenant_id, number)) for number in range(PEOPLE)]


def post(token: str, report: Mapping[str, Any] = REPORT) -> str:
    body = json.dumps(report, ensure_ascii=False)
    return (
        "POST /v1/tickets HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: {len(body.encode())}\r\n\r\n{body}"
    )


def gets(token: str, tickets: Mapping[UUID, Any]) -> list[str]:
    return [
        f"GET /v1/tickets/{ticket_id} HTTP/1.1\r\nHost: bench\r\n"
        f"Authorization: Bearer {token}\r\n\r\n"
        for ticket_id in tickets
    ]
