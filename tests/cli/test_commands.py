"""The command line, as a shell sees it: what it prints, where, and how it ends."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from typer.testing import CliRunner

from app.bootstrap import open_tokens
from app.cli.main import app
from app.config import Settings
from app.domain.roles import ROLES
from app.embedded.launcher import EmbeddedPostgres
from app.identity.errors import InvalidToken
from tests.api.bodies import NOBODY
from tests.running import Sandbox, data_directory, environment, running_server

Ended = subprocess.CompletedProcess[str]
Suyuan = Callable[..., Ended]

COMMANDS = {
    *("serve", "api", "worker", "migrate", "demo", "tenants", "tokens", "db"),
    *("projections", "subscriptions", "secrets"),
}
VIEWS = {"ticket_search", "ticket_text"}


def run(home: Path, *words: str, **settings: str) -> Ended:
    return subprocess.run(
        [sys.executable, "-m", "app.cli.main", *words],
        env=environment(home) | settings,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A data directory with an up-to-date database in it, whose server stays up meanwhile."""
    with data_directory() as directory, EmbeddedPostgres(directory, attach=True):
        first = run(directory, "migrate")
        assert first.returncode == 0, first.stderr
        assert all(name in first.stdout for name in VIEWS), "it says what it made"
        yield directory


@pytest.fixture
def suyuan(home: Path) -> Suyuan:
    return lambda *words, **settings: run(home, *words, **settings)


def answered(ended: Ended) -> Any:
    """The one JSON value that standard output has to be."""
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def said(ended: Ended) -> str:
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stdout


def refused(ended: Ended, *words: str, code: int = 1) -> None:
    assert ended.returncode == code, (ended.stdout, ended.stderr)
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""
    for word in words:
        assert word in ended.stderr, ended.stderr


def here(*words: str, home: Path | None = None) -> Ended:
    """Without a process of its own: for what ends before it starts anything."""
    settings = {} if home is None else {"SUYUAN_DATA_DIR": str(home)}
    ended = CliRunner().invoke(app, list(words), env=settings)
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return subprocess.CompletedProcess(words, ended.exit_code, ended.stdout, ended.stderr)


def test_help_names_every_command() -> None:
    text = said(here("--help"))
    assert {word for word in text.replace("│", " ").split() if word in COMMANDS} >= COMMANDS


def test_help_is_printed_where_chinese_cannot_be(tmp_path: Path) -> None:
    ended = run(tmp_path, "--help", PYTHONIOENCODING="ascii")
    assert ended.returncode == 0, ended.stderr
    assert "Suyuan" in ended.stdout


def test_a_token_is_for_somebody_whom_a_path_can_name(tmp_path: Path) -> None:
    ended = run(tmp_path, "tokens", "create", NOBODY, "csr", "a/b")
    assert (ended.returncode, "slash" in ended.stderr) == (1, True)


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("tokens", "create", "no-uuid", "csr", "x"),
        ("tokens", "create", NOBODY, "csr"),
        ("tokens", "create", NOBODY, "csr", "x", "--days", "0"),
        ("serve", "--port", "65536"),
        ("serve", "--workers", "0"),
    ],
)
def test_what_is_not_understood_ends_with_2(words: tuple[str, ...]) -> None:
    refused(here(*words), code=2)


def test_migrate_is_safe_to_repeat(suyuan: Suyuan) -> None:
    told = answered(suyuan("migrate", "--json"))
    assert told["read_models_made"] == []
    assert told["database"].startswith("suyuan at ")
    assert told["revision"] in said(suyuan("migrate"))


async def test_db_url_opens_the_database_as_its_superuser(suyuan: Suyuan) -> None:
    url = answered(suyuan("db", "url", "--json"))["url"]
    assert said(suyuan("db", "url")).strip() == url
    connection = await asyncpg.connect(url)
    try:
        assert await connection.fetchval("select usesuper from pg_user where usename = user")
        assert await connection.fetchval("select current_database()") == "suyuan"
    finally:
        await connection.close()


def test_a_tenant_and_a_token_made_here_work_there(home: Path, suyuan: Suyuan) -> None:
    made = answered(suyuan("tenants", "create", "翠苑物业", "--sandbox", "--json"))
    assert made["name"] == "翠苑物业"
    told = said(suyuan("tenants", "create", "和平物业", "--timezone", "Asia/Urumqi"))
    assert {line.partition(":")[0] for line in told.splitlines()} == set(made)
    words = ("tokens", "create", made["tenant_id"], "csr", "xiaolin", "--days", "1")
    short = said(here(*words, home=home)).strip()
    token = answered(here(*words, "--json", home=home))["token"]
    owner_words = ("tokens", "create", made["tenant_id"], "owner", "zhang", "--household", "h-1")
    owner = said(here(*owner_words, home=home))
    with running_server(home) as base, httpx.Client(base_url=base, timeout=30) as client:
        tokens = {"csr": token, "short": short, "owner": owner.strip()}
        sandbox = Sandbox(client, made["tenant_id"], made["admin_token"], tokens)
        sandbox.tokens["admin"] = made["admin_token"]
        ticket = sandbox.report("owner")
        assert ticket["household_id"] == "h-1"
        for who in ("csr", "short"):
            assert sandbox.read(who, f"/v1/tickets/{ticket['id']}") == ticket
        assert sandbox.read("admin", "/v1/sandbox/clock")["now"]
        # With the worker of that server every read model is filled.
        assert sandbox.read("csr", "/v1/tickets")["items"] == [ticket]
        told_to_leave(home, sandbox, ticket["id"])
    for each in answered(suyuan("projections", "list", "--json")):
        assert each["done"] > 0


def told_to_leave(home: Path, sandbox: Sandbox, ticket_id: str) -> None:
    """By commands beside the server that runs: another process to it."""
    tenant, path = sandbox.tenant_id, f"/v1/tickets/{ticket_id}"
    words = ("tokens", "create", tenant, "csr", "xiaoli", "--refresh", "--community", "lanting")
    pair = answered(here(*words, "--community", "heping", "--json", home=home))
    sandbox.tokens["xiaoli"] = pair["token"]
    assert sandbox.call("xiaoli", "GET", path).status_code == 404, "not of these communities"
    assert sandbox.call("xiaoli", "GET", "/v1/tickets").status_code == 200
    revoked = here("tokens", "revoke", tenant, "xiaoli", "--reason", "已离职", home=home)
    assert "xiaoli was issued" in said(revoked)
    assert "no staff record is of xiaoli" in revoked.stderr
    again = sandbox.client.post("/v1/auth/refresh", json={"refresh_token": pair["refresh_token"]})
    assert (again.status_code, again.json()["code"]) == (401, "access_revoked")
    becomes(lambda: sandbox.call("xiaoli", "GET", path), 401, "access_revoked")
    said(here("tenants", "suspend", tenant, "合同到期", home=home))
    listed = answered(here("tenants", "list", "--json", home=home))
    told = said(here("tenants", "list", home=home))
    suspended = {each["tenant_id"]: each["suspended"] for each in listed}
    assert suspended[tenant] == {"reason": "合同到期"}
    line = next(each for each in told.splitlines() if each.startswith(tenant))
    assert line.split()[-1] == "合同到期", "on one line with the whole id"
    assert "not suspended" in said(here("tenants", "resume", tenant, "已续约", home=home))


def becomes(ask: Callable[[], httpx.Response], status: int, code: str | None = None) -> None:
    """The server looks again after some seconds: a command that ends sends no wake-up."""
    deadline = time.monotonic() + 60
    while (answer := ask()).status_code != status:
        assert time.monotonic() < deadline, answer.text
        time.sleep(0.05)
    assert code is None or answer.json()["code"] == code


def test_a_generated_secret_is_replaced_while_what_it_signed_goes_on() -> None:
    with data_directory() as home:
        words = ("tokens", "create", NOBODY, "csr", "li")

        def shown() -> list[tuple[str, bool]]:
            keys = answered(here("secrets", "list", "--json", home=home))
            return [(each["kid"], each["signs"]) for each in keys]

        def works(token: str) -> bool:
            settings = Settings(database_url=None, data_dir=home)
            try:
                return open_tokens(settings).verify(token).subject == "li"
            except InvalidToken:
                return False

        first = said(here(*words, home=home)).strip()
        ((old, _),) = shown()
        said(here("secrets", "add", home=home))
        (_, (new, _)) = shown()
        assert shown() == [(old, True), (new, False)]
        said(here("secrets", "promote", new, home=home))
        assert shown() == [(new, True), (old, False)]
        second = said(here(*words, home=home)).strip()
        said(here("secrets", "rotate", home=home))
        assert [kid for kid, _ in shown()][1:] == [new, old]
        assert (home / "token-secret").stat().st_mode & 0o777 == 0o600
        assert works(first)
        assert works(second)
        refused(here("secrets", "retire", shown()[0][0], home=home), "signs")
        refused(here("secrets", "retire", "no-such", home=home), "no secret no-such", new)
        said(here("secrets", "retire", old, home=home))
        assert not works(first)
        assert works(second)
        assert [each.name for each in home.iterdir() if each.name.startswith(".")] == []


def test_a_secret_of_the_environment_is_not_changed_here(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUYUAN_TOKEN_SECRET", f"k1:{'x' * 32}")
    refused(here("secrets", "rotate", home=home), "SUYUAN_TOKEN_SECRET is set", "kid:secret")
    assert answered(here("secrets", "list", "--json", home=home)) == [{"kid": "k1", "signs": True}]


def test_help_lists_the_roles() -> None:
    text = said(here("tokens", "create", "--help"))
    assert all(role in text for role in ROLES)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("tokens", "create", NOBODY, "king", "x"), ("'king' is no role", "engineer")),
        (("tokens", "create", NOBODY, "owner", "x"), ("--household",)),
        (("tokens", "create", NOBODY, "csr", ""), ("1 to 128 printable characters",)),
        (("tokens", "create", NOBODY, "csr", "a\x07b"), ("1 to 128 printable characters",)),
        (("projections", "rebuild", "tickets"), ("no read model 'tickets'", "ticket_search")),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    home: Path, words: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    refused(here(*words, home=home), "suyuan: ", *expected)


def test_what_the_database_does_not_know_is_said_in_a_sentence(suyuan: Suyuan) -> None:
    refused(
        suyuan("tenants", "create", "x", "--timezone", "Mars/Base"),
        *("suyuan: Unknown time zone", "Asia/Shanghai"),
    )


def test_read_models_are_listed_and_rebuilt(suyuan: Suyuan) -> None:
    rows = answered(suyuan("projections", "list", "--json"))
    assert {row["name"] for row in rows} >= VIEWS
    before = {row["name"]: row["build"] for row in rows}
    made = answered(suyuan("projections", "rebuild", "ticket_text", "--json"))
    assert made["build"] == before["ticket_text"] + 1
    shown = said(suyuan("projections", "rebuild", "ticket_search"))
    assert f"ticket_search: build {before['ticket_search'] + 1} serves" in shown
    table = said(suyuan("projections", "list"))
    assert table.split()[:4] == ["name", "build", "code_version", "status"]
    assert "serving" in table


def test_subscriptions_are_listed_and_what_was_set_aside_is_retried(suyuan: Suyuan) -> None:
    rows = answered(suyuan("subscriptions", "list", "--json"))
    assert {row["subscription"].partition("@")[0] for row in rows} >= VIEWS
    assert all(row["lag"] == row["total"] - row["done"] for row in rows)
    assert "subscription" in said(suyuan("subscriptions", "list"))
    retry = ("subscriptions", "retry", rows[0]["subscription"], NOBODY, "ticket-1")
    assert answered(suyuan(*retry, "--json"))["events"] == 0


def test_the_demo_tells_a_story_and_leaves_a_tenant(suyuan: Suyuan) -> None:
    told = said(suyuan("demo"))
    assert "03-05 09:00:00  ticket_reported" in told, "in the time of the place"
    story = ("completion_signed", "follow_up_completed", "ticket_closed", "compensation_granted")
    assert sorted(story, key=told.index) == list(story)
    made = answered(suyuan("demo", "--json", "--name", "另一个沙箱"))
    assert UUID(made["tenant_id"])
    assert made["events"] > 20
    assert 0 < int(made["receipt"].partition(":")[0]) < made["events"]
    assert "ticket_reported" not in json.dumps(made)


def test_a_token_before_anything_else_leaves_a_data_directory_that_works() -> None:
    with data_directory() as directory:
        home = directory / "suyuan"
        said(here("tokens", "create", NOBODY, "csr", "x", home=home))
        said(run(home, "migrate"))


@pytest.mark.parametrize("command", ["serve", "api"])
def test_a_port_that_is_taken_is_named(home: Path, command: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused(
            here(command, "--port", port, home=home), f"127.0.0.1:{port} cannot be used", "--port"
        )


def test_a_key_that_cannot_be_used_is_said_in_a_sentence(suyuan: Suyuan) -> None:
    refused(
        suyuan("api", "--port", "0", SUYUAN_ADMIN_KEY="1"),
        "suyuan: SUYUAN_ADMIN_KEY has fewer than 16 characters",
    )
