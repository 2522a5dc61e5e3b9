"""Crashes: the database is killed, the server is killed, the machine is misconfigured.

Nothing acknowledged is lost or duplicated, and a failed start prints a clear message.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import jwt
import pytest

from app.config import BadSetting, read_settings
from tests.api.expecting import problem
from tests.running import (
    Sandbox,
    data_directory,
    environment,
    free_port,
    new_key,
    running_server,
    until_ready,
)

WRITERS = 8
ROOT = os.geteuid() == 0


@dataclass
class Served:
    """`suyuan serve` on one data directory and port, killed and restarted by the tests."""

    home: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self, **settings: str) -> None:
        command = [sys.executable, "-m", "app.cli.main", "serve", "--port", str(self.port)]
        with (self.home / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                env=environment(self.home, **settings),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until_ready(self.base, self.process)

    def end(self, number: int) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(30)

    def postmaster(self) -> int | None:
        """The postmaster's pid, if it runs."""
        try:
            pid = int((self.home / "postgres/cluster/postmaster.pid").read_text().split()[0])
            os.kill(pid, 0)
        except (FileNotFoundError, ProcessLookupError):
            return None
        return pid


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """One data directory and cluster for all tests of this module."""
    with data_directory() as directory:
        yield directory


@pytest.fixture(scope="module")
def machine(home: Path) -> Iterator[Served]:
    machine = Served(home)
    try:
        yield machine
    finally:
        if machine.is_running:
            machine.end(signal.SIGINT)
        if (left := machine.postmaster()) is not None:
            os.kill(left, signal.SIGQUIT)


@pytest.fixture
def served(machine: Served) -> Served:
    """Left running for the next test."""
    if not machine.is_running:
        machine.start()
    return machine


@contextmanager
def speaking(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.base, timeout=40) as client:
        yield client


@dataclass(frozen=True)
class Write:
    """A command with its idempotency key, and the text that identifies it."""

    key: str
    path: str
    body: dict[str, Any]
    words: str


@dataclass
class Writers:
    """Sends comments and reports as fast as it can, and collects what was acknowledged."""

    sandbox: Sandbox
    ticket: str
    acknowledged: list[tuple[Write, httpx.Response]] = field(default_factory=list)
    unanswered: list[Write] = field(default_factory=list)
    unavailable: int = 0
    over: Event = field(default_factory=Event)
    writing: list[Future[None]] = field(default_factory=list)

    def run(self, writer: int) -> None:
        for n in count():
            if self.over.is_set():
                return
            words = f"words {writer}-{n}"
            body: dict[str, Any] = {"text": words}
            path = f"/v1/tickets/{self.ticket}/comment"
            if n % 3 == 0:
                body = {"category": "leak", "description": words, "location": {"community": "c"}}
                body["reporter"] = {"name": "机器"}
                path = "/v1/tickets"
            write = Write(new_key(), path, body, words)
            try:
                self.acknowledged.append((write, self.until_acknowledged(write)))
            except httpx.TransportError:
                self.unanswered.append(write)
                return

    def until_acknowledged(self, write: Write) -> httpx.Response:
        """Retries with the same key while the problem is retryable."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            answer = self.send(write)
            if answer.status_code != 503:
                assert answer.status_code in (200, 201), answer.text
                return answer
            assert problem(answer, 503, answer.json()["code"])["retryable"] is True
            assert int(answer.headers["retry-after"]) >= 1
            self.unavailable += 1
            time.sleep(0.1)
        raise AssertionError("it was unavailable for a minute")

    def send(self, write: Write) -> httpx.Response:
        headers = {"Idempotency-Key": write.key}
        return self.sandbox.call("machine", "POST", write.path, json=write.body, headers=headers)

    def work_until(self, *stages: Callable[[], object]) -> None:
        """Runs the writers while the steps run one after the other."""
        with ThreadPoolExecutor(WRITERS) as together:
            self.writing = [together.submit(self.run, n) for n in range(WRITERS)]
            try:
                for stage in stages:
                    stage()
            finally:
                self.over.set()
        self.raise_failures()

    def raise_failures(self) -> None:
        for each in self.writing:
            if each.done():
                each.result()

    def until_more(self, writes: int) -> None:
        enough = len(self.acknowledged) + writes
        deadline = time.monotonic() + 60
        while len(self.acknowledged) < enough:
            self.raise_failures()
            assert time.monotonic() < deadline, "the writers got nowhere"
            time.sleep(0.01)

    def check(self) -> None:
        """Each acknowledged command replays its response byte for byte, and is recorded once."""
        for write, first in self.acknowledged:
            again = self.send(write)
            assert again.headers["idempotency-replayed"] == "true", write
            assert (again.status_code, again.content) == (first.status_code, first.content)
            assert again.headers["etag"] == first.headers["etag"]
        for write in self.unanswered:
            assert self.until_acknowledged(write).status_code in (200, 201)
        sent = [write for write, _ in self.acknowledged] + self.unanswered
        assert Counter(self.recorded()) == Counter(write.words for write in sent)

    def recorded(self) -> list[str]:
        found: list[str] = []
        after: Any = 0
        while after is not None:
            page = self.sandbox.read(
                "admin", "/v1/events", after=after, types="comment_added,ticket_reported"
            )
            found += (e["data"].get("text", e["data"].get("description")) for e in page["items"])
            after = page["next_cursor"]
        return [words for words in found if words.startswith("words ")]


def writers(client: httpx.Client) -> Writers:
    sandbox = Sandbox.open(client)
    sandbox.owner()
    sandbox.person("csr", "machine")  # no household may write as fast
    return Writers(sandbox, sandbox.report("zhang")["id"])


def test_the_database_is_killed_under_load(served: Served) -> None:
    with speaking(served) as client:
        load = writers(client)

        def kill() -> None:
            pid = served.postmaster()
            assert pid is not None
            os.kill(pid, signal.SIGKILL)

        def until_gone() -> None:
            deadline = time.monotonic() + 20
            while load.unavailable == 0:
                assert time.monotonic() < deadline, "nobody noticed"
                time.sleep(0.01)
            assert client.get("/healthz").status_code == 200

        load.work_until(lambda: load.until_more(60), kill, until_gone, lambda: load.until_more(100))
        assert load.unanswered == [], "the server itself stays"
        assert client.get("/readyz").status_code == 200
        load.check()


def test_the_server_is_killed_under_load(served: Served) -> None:
    with speaking(served) as client:
        load = writers(client)
        load.work_until(lambda: load.until_more(100), lambda: served.end(signal.SIGKILL))
        assert load.unanswered, "it was killed in the middle of writes"
        served.start()
        load.check()
    with speaking(served) as client:
        assert client.get("/readyz").json()["status"] == "ready"


def test_sigterm_lets_what_is_under_way_come_to_its_end(served: Served) -> None:
    with speaking(served) as client:
        load = writers(client)
        codes: list[int] = []
        load.work_until(
            lambda: load.until_more(50), lambda: codes.append(served.end(signal.SIGTERM))
        )
        assert codes[0] in (0, 143)
        assert served.postmaster() is None, "the database goes with it"
        began = time.monotonic()
        served.start(SUYUAN_BODY_LIMIT="2048")
        assert time.monotonic() - began < 20
        load.check()
        large = {"text": "x" * 3000}
        path = f"/v1/tickets/{load.ticket}/comment"
        problem(load.sandbox.call("zhang", "POST", path, json=large), 413, "too_large")


def test_a_token_that_was_good_once_is_good_no_longer(served: Served) -> None:
    secret = (served.home / "token-secret").read_text().strip()
    with speaking(served) as client:
        sandbox = Sandbox.open(client)
        told = jwt.decode(sandbox.admin, secret, algorithms=["HS256"], issuer="suyuan")
        now = int(time.time())
        for change, code in (
            ({"exp": now - 60}, "token_expired"),
            ({"exp": "soon"}, "token_claims_invalid"),
            ({"nbf": now + 600}, "token_claims_invalid"),
            ({"iat": now + 600}, "token_claims_invalid"),
            ({"iss": "somebody"}, "token_claims_invalid"),
            ({"role": "system"}, "token_claims_invalid"),
            ({"tenant_id": told["tenant_id"].upper()}, "token_claims_invalid"),
            ({"tenant_id": "01a1ff9b-0000-7000-8000-000000000000"}, "tenant_unknown"),
            ({"sub": "a\0b"}, "token_claims_invalid"),
            ({"sub": "a/b"}, "token_ids_invalid"),
            ({"household_id": "h/1"}, "token_ids_invalid"),
            ({"communities": "all"}, "token_claims_invalid"),
        ):
            token = jwt.encode(told | change, secret, algorithm="HS256")
            headers = {"Authorization": f"Bearer {token}"}
            problem(client.get("/v1/events", headers=headers), 401, code)
        good = {"Authorization": f"Bearer {jwt.encode(told, secret, algorithm='HS256')}"}
        assert client.get("/v1/events", headers=good).status_code == 200


def serve(home: Path, *options: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Starts it where it cannot work: it has to exit soon."""
    return subprocess.run(
        [sys.executable, "-m", "app.cli.main", "serve", *options],
        env=environment(home) | settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def check_message(ended: "subprocess.CompletedProcess[str]", *words: str) -> None:
    assert ended.returncode == 1, ended.stderr
    assert "Traceback" not in ended.stderr
    last = ended.stderr.strip().splitlines()
    assert any(line.startswith("suyuan: ") for line in last), ended.stderr
    for word in words:
        assert word in ended.stderr


def test_a_second_start_on_the_same_port_says_so(served: Served) -> None:
    port = str(served.port)
    second = serve(served.home, "--port", port)
    check_message(second, f"127.0.0.1:{port} cannot be used", "--port")
    with speaking(served) as client:
        assert client.get("/readyz").status_code == 200, "the first is not hurt"


def test_a_second_server_on_the_same_data_directory_shares_it(served: Served) -> None:
    with running_server(served.home) as other, speaking(served) as client:
        sandbox = Sandbox.open(client)
        sandbox.owner()
        ticket = sandbox.report("zhang")
        with httpx.Client(base_url=other, timeout=40) as elsewhere:
            there = Sandbox(elsewhere, sandbox.tenant_id, sandbox.admin, sandbox.tokens)
            assert there.read("zhang", f"/v1/tickets/{ticket['id']}") == ticket
            there.give("zhang", ticket, "urge")
        assert sandbox.read("zhang", f"/v1/tickets/{ticket['id']}")["urges"] == 1
    with speaking(served) as client:
        assert client.get("/readyz").status_code == 200, "the second took nothing with it"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"SUYUAN_PORT": "http"}, "SUYUAN_PORT is a number from 0 to 65535"),
        ({"SUYUAN_PORT": "65536"}, "SUYUAN_PORT"),
        ({"SUYUAN_LOG_FORMAT": "xml"}, "SUYUAN_LOG_FORMAT is one of console, json"),
        ({"SUYUAN_POOL_SIZE": "0"}, "SUYUAN_POOL_SIZE is a number from 1 to 100"),
        ({"SUYUAN_BODY_LIMIT": "-1"}, "SUYUAN_BODY_LIMIT"),
        ({"SUYUAN_WAKE_UPS": "yes"}, "SUYUAN_WAKE_UPS is one of on, off"),
        ({"SUYUAN_OIDC_ISSUER": "https://x"}, "SUYUAN_OIDC_JWKS_URL"),
    ],
)
def test_a_setting_says_what_it_may_be(settings: dict[str, str], words: str) -> None:
    with pytest.raises(BadSetting, match=words):
        read_settings(settings)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"SUYUAN_HOST": "nowhere.invalid"}, ("nowhere.invalid", "SUYUAN_HOST")),
        ({"DATABASE_URL": "my database"}, ("DATABASE_URL", "postgresql://")),
        (
            {"DATABASE_URL": "postgresql://u:geheim@127.0.0.1:1/x"},
            ("the database does not answer", "DATABASE_URL"),
        ),
    ],
)
def test_what_cannot_be_reached_is_named(
    home: Path, settings: dict[str, str], words: tuple[str, ...]
) -> None:
    ended = serve(home, "--port", str(free_port()), **settings)
    check_message(ended, *words)
    assert "geheim" not in ended.stderr


def test_a_secret_that_is_too_short_is_named(home: Path) -> None:
    ended = serve(home, "--port", str(free_port()), SUYUAN_TOKEN_SECRET="short")
    check_message(ended, "SUYUAN_TOKEN_SECRET", "32")
    ended = serve(home, "--port", str(free_port()), SUYUAN_ADMIN_KEY="1")
    check_message(ended, "SUYUAN_ADMIN_KEY", "16")


@pytest.mark.parametrize("what", ["below a file", "closed"])
def test_a_data_directory_that_cannot_be_used_is_named(tmp_path: Path, what: str) -> None:
    """Under root, PostgreSQL's account has no access to pytest's own directories."""
    directory = tmp_path / "data"
    match what:
        case "below a file":
            directory.write_text("")
            directory /= "deeper"
        case _ if not ROOT:
            directory.mkdir(mode=0)
    ended = serve(directory, "--port", str(free_port()))
    check_message(ended, "SUYUAN_DATA_DIR")
