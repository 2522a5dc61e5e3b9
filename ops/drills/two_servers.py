"""The primary is killed under load, its standby promoted: nothing that was acknowledged is lost.
The old primary is fenced: it comes back as a standby."""

import threading
import time
import uuid

from ops.drills.drill import Drill, expect, run, say, until


def drill(it: Drill) -> None:
    first, second = it.server("first"), it.server("second")
    first.initialise()
    first.start()
    first.make_database()
    second.copy(first)
    second.start()
    first.ask("alter system set synchronous_standby_names = 'second'")
    first.ask("select pg_reload_conf()")
    both = f"postgresql://owner@127.0.0.1:{first.port},127.0.0.1:{second.port}/suyuan"
    say(f"DATABASE_URL={both}")
    it.migrate(both)
    api = it.api(both)
    it.worker(both)
    until("ready", api.ready, 400)
    api.open_tenant()

    acknowledged: dict[str, str] = {}
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            key = str(uuid.uuid4())
            while not stop.is_set():
                status, ticket = api.report(key)
                if status == 201:
                    acknowledged[key] = ticket["id"]
                    break
                time.sleep(0.2)

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    until("two hundred reports", lambda: len(acknowledged) >= 200, 240)
    before = len(acknowledged)
    first.kill()
    say(f"the primary is killed after {before} acknowledged reports")
    second.ask("alter system reset synchronous_standby_names")
    second.promote()
    second.ask("select pg_reload_conf()")
    seconds = until("writes again", lambda: len(acknowledged) > before + 20, 240)
    say(f"  writes go on {seconds:.1f} s after the promotion")
    stop.set()
    for writer in writers:
        writer.join()

    stored = set(
        second.ask(
            "select substr(stream_id, 8) from event where type = 'ticket_reported'", "suyuan"
        ).splitlines()
    )
    lost = [ticket for ticket in acknowledged.values() if ticket not in stored]
    expect(not lost, f"{len(acknowledged)} acknowledged, {len(lost)} lost")
    expect(
        len(set(acknowledged.values())) == len(acknowledged),
        f"{len(acknowledged)} keys, as many tickets: nothing is doubled",
    )

    first.discard()
    first.copy(second)
    first.start()
    say("the old primary is fenced: it comes back as a standby of the new one")
    until("ready", api.ready)
    status, _ = api.report()
    expect(status == 201, f"a report still goes to the new primary ({status})")


run("Two servers: kill, promote, fence", drill)
