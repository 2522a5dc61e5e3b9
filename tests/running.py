"""Runs a server as a user would, and a sandbox tenant on it, for the tests over HTTP."""

import io
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from PIL import Image

ADMIN_KEY = "operator-key-of-the-tests"
SHANGHAI = "+08:00"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SUYUAN_")}
    kept.pop("DATABASE_URL", None)
    return kept | {"SUYUAN_ADMIN_KEY": ADMIN_KEY, "SUYUAN_DATA_DIR": str(data_dir)} | more


def until_ready(base: str, process: subprocess.Popen[bytes], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(f"the server ended with {process.returncode}")
        try:
            if httpx.get(f"{base}/readyz", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError("the server did not become ready")


@contextmanager
def data_directory() -> Iterator[Path]:
    """Accessible to PostgreSQL's account, unlike pytest's own directories."""
    with tempfile.TemporaryDirectory(prefix="suyuan-tests-") as name:
        directory = Path(name)
        directory.chmod(0o755)
        yield directory


@contextmanager
def running_server(data_dir: Path, *options: str, **settings: str) -> Iterator[str]:
    """`suyuan serve`; at the end it has to exit cleanly on Ctrl-C."""
    port = free_port()
    command = [sys.executable, "-m", "app.cli.main", "serve", "--port", str(port), *options]
    with (data_dir / "server.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            env=environment(data_dir, **settings),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            base = f"http://127.0.0.1:{port}"
            until_ready(base, process)
            yield base
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0, "Ctrl-C ends it well"
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


@dataclass
class Sandbox:
    """A sandbox tenant: its clock, its people, and one HTTP client for them."""

    client: httpx.Client
    tenant_id: str
    admin: str
    tokens: dict[str, str] = field(default_factory=dict)

    @classmethod
    def open(cls, client: httpx.Client, clock: str = "2024-03-05T09:00:00") -> "Sandbox":
        answer = client.post(
            "/v1/tenants",
            json={"name": "锦绣物业", "sandbox": True, "clock": clock + SHANGHAI},
            headers={"Authorization": f"Bearer {ADMIN_KEY}"},
        )
        assert answer.status_code == 201, answer.text
        made = answer.json()
        return cls(client, made["tenant_id"], made["admin_token"], {"admin": made["admin_token"]})

    def person(self, role: str, subject: str, **more: Any) -> str:
        """Creates the person and returns the subject, for `call` and `give`."""
        body = {"role": role, "subject": subject} | more
        answer = self.call("admin", "POST", "/v1/sandbox/tokens", json=body)
        assert answer.status_code == 200, answer.text
        self.tokens[subject] = answer.json()["token"]
        return subject

    def owner(self, subject: str = "zhang", household: str = "h-3-1201", **more: Any) -> str:
        return self.person("owner", subject, household_id=household, **more)

    def call(self, who: str, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} | more.pop("headers", {})
        return self.client.request(method, path, headers=headers, **more)

    def read(self, who: str, path: str, **params: Any) -> Any:
        answer = self.call(who, "GET", path, params=params or None)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def at(self, local: str) -> int:
        """Moves the clock and returns the number of events recorded."""
        answer = self.call("admin", "POST", "/v1/sandbox/clock", json={"now": local + SHANGHAI})
        assert answer.status_code == 200, answer.text
        assert answer.json()["complete"]
        events: int = answer.json()["events"]
        return events

    def report(self, who: str, **more: Any) -> Any:
        answer = self.tries_to_report(who, **more)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def tries_to_report(self, who: str, **more: Any) -> httpx.Response:
        body = {
            "kind": "repair",
            "category": "leak",
            "service_class": "general",
            "description": "厨房漏水",
            "channel": "app",
            "location": {
                "community": "jinxiu",
                "building": "3",
                "unit": "1201",
                "component": "kitchen.drain",
            },
        } | more
        return self.call(who, "POST", "/v1/tickets", json=body)

    def tries(self, who: str, ticket: Any, command: str, **body: Any) -> httpx.Response:
        return self.call(who, "POST", f"/v1/tickets/{ticket['id']}/{command}", json=body)

    def give(self, who: str, ticket: Any, command: str, **body: Any) -> Any:
        answer = self.tries(who, ticket, command, **body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def photo(self, who: str, stage: str) -> str:
        answer = self.call(
            who,
            "POST",
            "/v1/attachments",
            files={"file": ("p.png", picture(), "image/png")},
            data={"stage": stage},
        )
        assert answer.status_code == 201, answer.text
        photo_id: str = answer.json()["id"]
        return photo_id

    def work(self, engineer: str, ticket: Any) -> Any:
        """From accepted to completed, with everything required on the way."""
        now = self.read("admin", "/v1/sandbox/clock")["now"]
        self.give(engineer, ticket, "depart", eta=now)
        self.give(engineer, ticket, "arrive", photo_ids=[self.photo(engineer, "on_site")])
        for check in ticket["checklist"]:
            self.give(engineer, ticket, "check-item", item=check["item"])
        return self.give(
            engineer,
            ticket,
            "complete-work",
            photo_ids=[self.photo(engineer, "after")],
            summary="更换角阀",
        )

    def ask(
        self, who: str, ticket: Any, outcome: str, purpose: str = "satisfaction", **more: Any
    ) -> Any:
        """Completes the first follow-up of the present cycle."""
        ticket = self.read(who, f"/v1/tickets/{ticket['id']}")
        wanted = (purpose, ticket["cycle"])
        calls = [c for c in ticket["follow_ups"] if (c["purpose"], c["cycle"]) == wanted]
        call = {"id": calls[-1]["ticket_id"]}
        self.give(who, call, "attempt")
        return self.give(who, call, "complete-follow-up", outcome=outcome, **more)


def picture(colour: str = "teal") -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (16, 12), colour).save(data, "PNG")
    return data.getvalue()


def new_key() -> str:
    return str(uuid4())
