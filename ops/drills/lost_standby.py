"""A synchronous standby is lost: nothing is acknowledged that is not on it."""

import time
import uuid
from typing import Any

from ops.drills.drill import Api, Drill, expect, note, run, say, until


def timed(api: Api, key: str) -> tuple[int, Any, float]:
    started = time.monotonic()
    status, answer = api.report(key)
    return status, answer, time.monotonic() - started


def drill(it: Drill) -> None:
    primary, standby = it.server("primary"), it.server("standby")
    primary.initialise()
    primary.start()
    primary.make_database()
    standby.copy(primary)
    standby.start()
    primary.ask("alter system set synchronous_standby_names = 'standby'")
    primary.ask("select pg_reload_conf()")
    it.migrate(primary.url())
    api = it.api(primary.url())
    it.worker(primary.url())
    until("ready", api.ready, 400)
    api.open_tenant()
    expect(api.report()[0] == 201, "a report, with its standby")

    standby.stop("immediate")
    say("the standby is lost")
    key = str(uuid.uuid4())
    for attempt in ("first", "retried", "retried again"):
        status, answer, seconds = timed(api, key)
        expect(status == 503, f"{attempt}: {status} {answer.get('code')} after {seconds:.1f} s")
        expect(seconds < 20, "within 20 s")
    count = "select count(*) from event where type = 'ticket_reported'"
    expect(primary.ask(count, "suyuan") == "1", "the report that waits is visible to nobody")
    expect(api.call("GET", "/v1/tickets")[0] == 200, "reads go on")

    primary.kill()
    primary.start()
    say("the primary was killed in the wait, and has recovered what it had written")
    expect(primary.ask(count, "suyuan") == "2", "now it is visible, and not on the standby")
    until("connected again", lambda: api.call("GET", "/v1/tickets")[0] == 200)
    status, answer, seconds = timed(api, key)
    expect(status == 503, f"retried: {status} {answer.get('code')} after {seconds:.1f} s")

    standby.start()
    say("the standby is back")
    seconds = until("acknowledged", lambda: api.report(key)[0] == 201)
    say(f"  retried: 201 after {seconds:.1f} s")
    until("replayed", lambda: standby.ask(count, "suyuan") == "2", 20)
    note("the report is on the standby, once")


run("A lost synchronous standby", drill)
