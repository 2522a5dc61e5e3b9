"""PgBouncer: configured as its errors suggest, the product refuses to work; with a login of its own
it works, in session mode and, from 1.21 on, in transaction mode.

`PGBOUNCER` names the program; the default is the one on the path, or /usr/sbin/pgbouncer.
"""

import os
import re
import shutil
import subprocess

from ops.drills.drill import (
    NAMES,
    Drill,
    Failed,
    Server,
    account,
    expect,
    free_port,
    note,
    run,
    say,
    until,
)

IGNORED = (
    "role,statement_timeout,lock_timeout,idle_in_transaction_session_timeout,"
    "default_transaction_isolation,jit,extra_float_digits"
)
DEFAULTS = {
    "statement_timeout": "15s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "30s",
    "default_transaction_isolation": "read committed",
    "timezone": "UTC",
    "jit": "off",
}


def program() -> str:
    found = os.environ.get("PGBOUNCER") or shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
    if not os.path.exists(found):
        raise Failed("there is no pgbouncer: apt install pgbouncer")
    return found


def pooler(it: Drill, server: Server, mode: str, *, ignored: str, statements: int) -> int:
    port = free_port()
    users = it.directory / f"users-{port}"
    users.write_text('"owner" ""\n"suyuan_app" ""\n')
    config = it.directory / f"pgbouncer-{port}.ini"
    lines = [
        "[databases]",
        f"suyuan = host={NAMES} port={server.port}",
        "[pgbouncer]",
        f"listen_addr = {NAMES}",
        f"listen_port = {port}",
        "unix_socket_dir =",
        "auth_type = trust",
        f"auth_file = {users}",
        f"pool_mode = {mode}",
        "default_pool_size = 20",
        f"logfile = {it.directory}/pgbouncer-{port}.log",
    ]
    lines += [f"ignore_startup_parameters = {ignored}"] if ignored else []
    lines += [f"max_prepared_statements = {statements}"] if statements else []
    config.write_text("\n".join(lines) + "\n")
    for each in (users, config):
        each.chmod(0o644)
    process = subprocess.Popen(
        [program(), "-q", str(config)], user=account(), cwd=it.directory, stderr=subprocess.DEVNULL
    )
    it.others.append(process)
    return port


def refused(it: Drill, url: str, sentence: str) -> None:
    for command in ("api", "worker"):
        words = [command, "--port", str(free_port())] if command == "api" else [command]
        done = it.suyuan(*words, url=url)
        told = [line for line in done.stderr.splitlines() if line.startswith("suyuan:")]
        expect(
            done.returncode != 0 and sentence in done.stderr and "Traceback" not in done.stderr,
            f"suyuan {command} ends with {done.returncode}: {told[0] if told else done.stderr}",
        )


def works(it: Drill, url: str, *, wake_ups: str) -> None:
    api = it.api(url, SUYUAN_WAKE_UPS=wake_ups)
    worker = it.worker(url, SUYUAN_WAKE_UPS=wake_ups)
    until("ready", api.ready, 400)
    api.open_tenant()
    others = [api.report()[0] for _ in range(30)]
    expect(set(others) == {201}, f"30 reports: {set(others)}")
    first = api.token
    api.open_tenant()
    status, listed = api.call("GET", "/v1/tickets")
    expect(status == 200 and not listed["items"], "another tenant sees none of them")
    api.token = first
    until("listed", lambda: len(api.call("GET", "/v1/tickets")[1].get("items", [])) > 0, 60)
    note("its own tenant lists them: the worker works")
    worker.stop()


def drill(it: Drill) -> None:
    version = subprocess.run([program(), "--version"], capture_output=True, text=True, check=True)
    number = re.search(r"(\d+)\.(\d+)", version.stdout)
    if number is None:
        raise Failed(version.stdout)
    say(f"  {version.stdout.splitlines()[0]}")
    server = it.server("server")
    server.initialise()
    server.start()
    server.make_database()
    it.migrate(server.url())

    say("session mode, nothing ignored")
    port = pooler(it, server, "session", ignored="", statements=0)
    refused(it, f"postgresql://owner@{NAMES}:{port}/suyuan", "unsupported startup parameter")
    knows_statements = tuple(map(int, number.groups())) >= (1, 21)
    for mode in ("session", "transaction") if knows_statements else ("session",):
        say(f"{mode} mode, start-up parameters ignored, the owner's login")
        port = pooler(it, server, mode, ignored=IGNORED, statements=200 * knows_statements)
        refused(it, f"postgresql://owner@{NAMES}:{port}/suyuan", "not as suyuan_app")

    server.ask("alter role suyuan_app login")
    say("a login of its own, without defaults")
    port = pooler(it, server, "session", ignored=IGNORED, statements=0)
    refused(it, f"postgresql://suyuan_app@{NAMES}:{port}/suyuan", "has no statement_timeout")

    for name, value in DEFAULTS.items():
        server.ask(f"alter role suyuan_app set {name} = '{value}'")
    say("session mode, a login of its own with defaults")
    port = pooler(it, server, "session", ignored=IGNORED, statements=0)
    works(it, f"postgresql://suyuan_app@{NAMES}:{port}/suyuan", wake_ups="on")
    if not knows_statements:
        say("transaction mode needs 1.21: not tried")
        return
    say("transaction mode, a login of its own with defaults, wake-ups off")
    port = pooler(it, server, "transaction", ignored=IGNORED, statements=200)
    works(it, f"postgresql://suyuan_app@{NAMES}:{port}/suyuan", wake_ups="off")


run("PgBouncer", drill)
