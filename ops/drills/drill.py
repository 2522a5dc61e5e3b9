"""What the drills share: servers of Debian's PostgreSQL in a temporary directory, the product's own
processes, and a verdict. Standard library only."""

import contextlib
import glob
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

SUYUAN = os.environ.get("SUYUAN", "suyuan").split()
ADMIN_KEY = "operator-key-of-the-drills"
SECRET = "s" * 48
NAMES = "127.0.0.1"


def say(text: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')}  {text}\n")
    sys.stdout.flush()


class Failed(Exception):
    """Something is not as it should be."""


def note(text: str) -> None:
    say(f"  ok    {text}")


def expect(fact: bool, text: str) -> None:  # noqa: FBT001
    if fact:
        note(text)
    else:
        say(f"  WRONG {text}")
        raise Failed(text)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((NAMES, 0))
        port: int = probe.getsockname()[1]
        return port


def until(what: str, ask: Callable[[], bool], seconds: float = 60) -> float:
    """The seconds that it took."""
    started = time.monotonic()
    while not ask():
        if time.monotonic() - started > seconds:
            raise Failed(f"not within {seconds:g} s: {what}")
        time.sleep(0.1)
    return time.monotonic() - started


def postgres_program(name: str) -> str:
    """Of the newest server that Debian has installed."""
    directory = os.environ.get("POSTGRES_BIN")
    found = [f"{directory}/{name}"] if directory else glob.glob(f"/usr/lib/postgresql/*/bin/{name}")
    if not found:
        raise Failed(f"there is no {name}: apt install postgresql")
    return max(found)


def account() -> str | None:
    """Servers refuse to run as root."""
    return "postgres" if os.geteuid() == 0 else None


class Server:
    """A PostgreSQL server on a port of its own."""

    def __init__(self, drill: "Drill", name: str) -> None:
        self._drill = drill
        self.name = name
        self.port = free_port()
        self.directory = drill.directory / name
        self.environment: dict[str, str] = {}

    def initialise(self, **settings: str) -> None:
        self._run("initdb", "-D", str(self.directory), "-U", "postgres", "-A", "trust", "-N")
        self._settle(settings)
        with (self.directory / "pg_hba.conf").open("a") as rules:
            rules.write(f"host replication all {NAMES}/32 trust\n")

    def copy(self, primary: "Server") -> None:
        """As a standby that streams."""
        where = f"host={NAMES} port={primary.port} user=postgres application_name={self.name}"
        self._run("pg_basebackup", "-D", str(self.directory), "-d", where, "-R", "-c", "fast")
        self._settle({})

    def discard(self) -> None:
        """What a killed primary wrote and its standby never had must not come back."""
        shutil.rmtree(self.directory)

    def _settle(self, settings: Mapping[str, str]) -> None:
        ours = {
            "listen_addresses": NAMES,
            "port": str(self.port),
            "unix_socket_directories": str(self._drill.directory),
            **settings,
        }
        with (self.directory / "postgresql.auto.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in ours.items())

    def start(self) -> None:
        log = self._drill.directory / f"{self.name}.log"
        self._run("pg_ctl", "-D", str(self.directory), "-l", str(log), "-w", "start")

    def stop(self, how: str = "fast") -> None:
        self._run("pg_ctl", "-D", str(self.directory), "-m", how, "-w", "stop")

    def kill(self) -> None:
        """As when the power goes: every process at once, without a word."""
        pid = int((self.directory / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for each in (pid, *map(int, children)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        until(f"{self.name} is dead", lambda: not Path(f"/proc/{pid}").exists())
        (self.directory / "postmaster.pid").unlink(missing_ok=True)

    def promote(self) -> None:
        self._run("pg_ctl", "-D", str(self.directory), "-w", "promote")

    def ask(self, statement: str, database: str = "postgres") -> str:
        psql = [postgres_program("psql"), "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1"]
        where = ["-h", NAMES, "-p", str(self.port), "-U", "postgres", "-d", database]
        done = subprocess.run(
            [*psql, *where, "-c", statement], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Failed(f"{self.name}: {statement}: {done.stderr.strip()}")
        return done.stdout.strip()

    def make_database(self) -> None:
        self.ask("create role owner login createrole")
        self.ask("create database suyuan owner owner")

    def url(self, user: str = "owner") -> str:
        return f"postgresql://{user}@{NAMES}:{self.port}/suyuan"

    def is_running(self) -> bool:
        return (self.directory / "postmaster.pid").exists()

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run(
            [postgres_program(program), *words],
            user=account(),
            cwd=self._drill.directory,
            env={**os.environ, "LC_ALL": "C", **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Failed(f"{program} of {self.name}: {done.stdout.strip()[-800:]}")


class Process:
    """`suyuan api` or `suyuan worker`."""

    def __init__(self, drill: "Drill", command: list[str], url: str, **more: str) -> None:
        self.log = drill.directory / f"{command[0]}-{uuid.uuid4().hex[:6]}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*SUYUAN, *command], env=drill.settings(url, **more), stdout=log, stderr=log
            )

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Api:
    """Over HTTP; `token` is of a clerk of the tenant that was opened last."""

    def __init__(self, drill: "Drill", port: int, url: str) -> None:
        self._drill = drill
        self._url = url
        self.base = f"http://{NAMES}:{port}"
        self.token = ADMIN_KEY

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        key: str | None = None,
        seconds: float = 30,
    ) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        headers |= {"Idempotency-Key": key} if key else {}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - our own address
            self.base + path, data, headers, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=seconds) as answer:  # noqa: S310
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as refused:
            return refused.code, json.loads(refused.read() or b"null")
        except (OSError, TimeoutError) as lost:
            return 0, str(lost)

    def ready(self) -> bool:
        return self.call("GET", "/readyz", seconds=5)[0] == 200

    def checks(self) -> Any:
        answer = self.call("GET", "/readyz", seconds=5)[1]
        return answer["checks"] if isinstance(answer, dict) else {}

    def open_tenant(self) -> str:
        self.token = ADMIN_KEY
        status, made = self.call("POST", "/v1/tenants", {"name": "锦绣物业"})
        expect(status == 201, f"a tenant is opened ({status})")
        tenant: str = made["tenant_id"]
        self.token = made["admin_token"]
        status, _ = self.call("PUT", "/v1/staff/xiaolin", {"name": "小林", "roles": ["csr"]})
        expect(status in (200, 201), f"a clerk is entered ({status})")
        words = ("tokens", "create", tenant, "csr", "xiaolin", "--json")
        signed = self._drill.suyuan(*words, url=self._url)
        expect(signed.returncode == 0, f"a token is signed {signed.stderr.strip()[-200:]}")
        self.token = json.loads(signed.stdout)["token"]
        return tenant

    def report(self, key: str | None = None) -> tuple[int, Any]:
        body = {
            "category": "leak",
            "description": "厨房漏水",
            "channel": "phone",
            "reporter": {"name": "张阿姨"},
            "location": {
                "community": "jinxiu",
                "building": "3",
                "unit": "1201",
                "component": "kitchen.drain",
            },
        }
        return self.call("POST", "/v1/tickets", body, key=key or str(uuid.uuid4()))


class Drill:
    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._servers: list[Server] = []
        self._processes: list[Process] = []
        self.others: list[subprocess.Popen[bytes]] = []

    def server(self, name: str) -> Server:
        server = Server(self, name)
        self._servers.append(server)
        return server

    def settings(self, url: str, **more: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SUYUAN_", "PG"))}
        return kept | {
            "DATABASE_URL": url,
            "SUYUAN_DATA_DIR": str(self.directory / "data"),
            "SUYUAN_ADMIN_KEY": ADMIN_KEY,
            "SUYUAN_TOKEN_SECRET": SECRET,
            "SUYUAN_LOG_FORMAT": "json",
            **more,
        }

    def suyuan(self, *command: str, url: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*SUYUAN, *command],
            env=self.settings(url, **more),
            capture_output=True,
            text=True,
            check=False,
        )

    def migrate(self, url: str) -> None:
        done = self.suyuan("migrate", url=url)
        expect(done.returncode == 0, f"suyuan migrate {done.stderr.strip()[-300:]}")

    def api(self, url: str, **more: str) -> Api:
        port = free_port()
        self._processes.append(Process(self, ["api", "--port", str(port)], url, **more))
        return Api(self, port, url)

    def worker(self, url: str, **more: str) -> Process:
        process = Process(self, ["worker"], url, **more)
        self._processes.append(process)
        return process

    def logs(self) -> str:
        return "".join(process.log.read_text() for process in self._processes)

    def clean_up(self) -> None:
        for process in self._processes:
            process.stop()
        for other in self.others:
            other.terminate()
            other.wait()
        for server in self._servers:
            if server.is_running():
                with contextlib.suppress(Failed):
                    server.stop("immediate")
        shutil.rmtree(self.directory, ignore_errors=True)


@contextlib.contextmanager
def _drill() -> Iterator[Drill]:
    directory = Path(tempfile.mkdtemp(prefix="suyuan-drill-"))
    if name := account():
        owner = pwd.getpwnam(name)
        os.chown(directory, owner.pw_uid, owner.pw_gid)
    directory.chmod(0o755)
    drill = Drill(directory)
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(143))
    try:
        yield drill
    except Failed:
        say("  the product's last lines:")
        for line in drill.logs().splitlines()[-12:]:
            say(f"    {line[:300]}")
        raise
    finally:
        drill.clean_up()


def run(title: str, drill: Callable[[Drill], None]) -> None:
    """Exits with 1 if something is not as it should be."""
    say(title)
    try:
        with _drill() as made:
            drill(made)
    except Failed as failed:
        say(f"VERDICT  failed: {failed}")
        sys.exit(1)
    say("VERDICT  passed")
