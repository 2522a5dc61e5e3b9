"""Scenario 9 in real time: three workers, killed with SIGKILL repeatedly.

`SUYUAN_RESTARTS` sets how often; the scenario has 100, an ordinary run fewer.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from app.embedded.launcher import EmbeddedPostgres
from tests.running import ADMIN_KEY, Sandbox, data_directory, environment, free_port, until_ready
from tests.scenarios.clocks import breaches, history

RESTARTS = int(os.environ.get("SUYUAN_RESTARTS", "9"))
WORKERS = 3
PATIENCE = 120.0
STEPS = ("PT0S", "PT1S", "PT3S")
POLICY = {
    "rows": [
        {
            "selector": {"category": "drill"},
            "clocks": [
                {"clock": "acknowledge"},
                {
                    "clock": "arrive",
                    "target": "PT2S",
                    "warn_percent": 50,
                    "escalations": [
                        {"level": level, "audience": "manager", "after": after}
                        for level, after in enumerate(STEPS, 1)
                    ],
                },
            ],
        }
    ]
}


@contextmanager
def process(
    settings: dict[str, str], log: Path, *command: str
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as out:
        started = subprocess.Popen(
            [sys.executable, "-m", "app.cli.main", *command],
            env=settings,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        yield started
    finally:
        started.kill()
        started.wait()


class Workers:
    """A number of workers; dead ones are replaced at once."""

    def __init__(self, stack: ExitStack, settings: dict[str, str], log: Path) -> None:
        self._stack = stack
        self._settings = settings
        self._log = log
        self._alive = [self._start() for _ in range(WORKERS)]

    def kill_one(self, chance: Random) -> None:
        n = chance.randrange(WORKERS)
        victim = self._alive[n]
        assert victim.poll() is None, self._log.read_text()[-2000:]
        victim.send_signal(signal.SIGKILL)
        assert victim.wait(10) == -signal.SIGKILL
        self._alive[n] = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return self._stack.enter_context(process(self._settings, self._log, "worker"))


@pytest.fixture
def real_time() -> Iterator[tuple[Sandbox, Workers]]:
    """A real-time tenant on an API without a worker, and separate workers."""
    with (
        data_directory() as directory,
        EmbeddedPostgres.temporary() as server,
        ExitStack() as stack,
    ):
        settings = environment(directory, DATABASE_URL=server.url())
        subprocess.run([sys.executable, "-m", "app.cli.main", "migrate"], env=settings, check=True)
        port = str(free_port())
        workers = Workers(stack, settings, directory / "workers.log")
        log = directory / "api.log"
        api = stack.enter_context(process(settings, log, "api", "--port", port))
        base = f"http://127.0.0.1:{port}"
        until_ready(base, api)
        with httpx.Client(base_url=base, timeout=60) as client:
            yield tenant(client), workers


def tenant(client: httpx.Client) -> Sandbox:
    made = client.post(
        "/v1/tenants",
        json={"name": "真实物业"},
        headers={"Authorization": f"Bearer {ADMIN_KEY}"},
    ).json()
    opened = Sandbox(client, made["tenant_id"], made["admin_token"])
    opened.tokens["admin"] = made["admin_token"]
    key = {"name": "iot", "scopes": ["tickets:write", "tickets:read"]}
    opened.tokens["iot"] = opened.call("admin", "POST", "/v1/api-keys", json=key).json()["key"]
    answer = opened.call("admin", "PUT", "/v1/sla/policies/drill", json=POLICY)
    assert answer.status_code == 200, answer.text
    return opened


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "not so in time"
        time.sleep(0.2)


@pytest.mark.timeout(1800)
def test_however_often_workers_are_killed(real_time: tuple[Sandbox, Workers]) -> None:
    sandbox, workers = real_time
    chance = Random(9)
    tickets: list[Any] = []
    for _ in range(RESTARTS):
        tickets += (
            sandbox.report("iot", category="drill", channel="iot")
            for _ in range(chance.randint(1, 3))
        )
        time.sleep(chance.uniform(0.05, 3))  # any moment of a worker's life, its start included
        workers.kill_one(chance)
    for ticket in tickets:
        until(lambda ticket=ticket: levels(sandbox, ticket) == [1, 2, 3])  # type: ignore[misc]

    for ticket in tickets:
        assert len(history(sandbox, ticket, "sla_breached")) == 1
        assert len(history(sandbox, ticket, "sla_warning_raised")) == 1
        told = Counter(each["level"] for each in notices(sandbox, ticket))
        assert told, "somebody was told"
        assert set(told.values()) == {1}, "nobody was told twice"
    listed = Counter(each["ticket_id"] for each in breaches(sandbox))
    assert listed == Counter(ticket["id"] for ticket in tickets)
    for each in breaches(sandbox):
        assert each["occurred_at"] < each["detected_at"]
    figures = sandbox.read("admin", "/v1/metrics/on-time", clock="arrive")
    assert (figures["late"], figures["on_time"]) == (len(tickets), 0)


def levels(sandbox: Sandbox, ticket: Any) -> list[int]:
    return [each["data"]["level"] for each in history(sandbox, ticket, "escalation_raised")]


def notices(sandbox: Sandbox, ticket: Any) -> list[dict[str, Any]]:
    """Notices of the breach. A digest may cover several."""
    queued = [each["data"] for each in history(sandbox, ticket, "notification_queued")]
    return [one for one in queued if one["template"] in ("sla_escalation", "sla_digest")]
