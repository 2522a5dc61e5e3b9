"""The database's clock is three hours ahead for ten seconds: nothing lapses or is recorded, and
then everything goes on."""

import shutil
import time

from ops.drills.drill import Drill, Failed, expect, note, run, say, until

LIBRARY = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"


def drill(it: Drill) -> None:
    if not shutil.which("faketime"):
        raise Failed("apt install faketime")
    server = it.server("server")
    moved = it.directory / "clock"
    moved.write_text("+0\n")
    moved.chmod(0o644)
    server.initialise()
    server.environment = {
        "LD_PRELOAD": LIBRARY,
        "FAKETIME_TIMESTAMP_FILE": str(moved),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    server.start()
    server.make_database()
    it.migrate(server.url())
    api = it.api(server.url())
    it.worker(server.url())
    until("ready", api.ready, 400)
    api.open_tenant()
    status, _ = api.report()
    expect(status == 201, "a repair is reported; it is to be acknowledged within 15 minutes")

    moved.write_text("+3h\n")
    say("the database's clock is three hours ahead")
    until("in doubt", lambda: api.checks().get("clock") == "in_doubt", 20)
    note("readiness says clock: in_doubt")
    status, answer = api.report()
    expect(status == 503 and answer["code"] == "clock", f"a report: {status} {answer.get('code')}")
    time.sleep(10)
    breaches = "select count(*) from event where type like '%breach%'"
    expect(server.ask(breaches, "suyuan") == "0", "no breach after ten seconds")

    moved.write_text("+0\n")
    say("the clock is right again")
    seconds = until("ready", api.ready, 30)
    say(f"  ready after {seconds:.1f} s")
    status, _ = api.report()
    expect(status == 201, "a report is recorded")
    ahead = "select extract(epoch from max(recorded_at) - clock_timestamp()) > 60 from event"
    expect(server.ask(ahead, "suyuan") == "f", "nothing is recorded in the future")
    expect(server.ask(breaches, "suyuan") == "0", "and nothing is breached")
    expect("clock_in_doubt" in it.logs(), "the log says clock_in_doubt")


run("A wrong clock", drill)
