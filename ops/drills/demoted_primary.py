"""A primary is demoted without a restart: its sessions are read-only for ever, and given up."""

import uuid

from ops.drills.drill import Drill, expect, note, run, say, until


def drill(it: Drill) -> None:
    first, second = it.server("first"), it.server("second")
    first.initialise()
    first.start()
    first.make_database()
    second.copy(first)
    second.start()
    both = f"postgresql://owner@127.0.0.1:{first.port},127.0.0.1:{second.port}/suyuan"
    it.migrate(both)
    api = it.api(both)
    it.worker(both)
    until("ready", api.ready, 400)
    api.open_tenant()
    expect(api.report()[0] == 201, "a report")
    caught_up = "select pg_last_wal_replay_lsn() >= '{}'"
    written = first.ask("select pg_current_wal_lsn()")
    until("caught up", lambda: second.ask(caught_up.format(written)) == "t", 30)

    first.ask("alter system set default_transaction_read_only = on")
    first.ask("select pg_reload_conf()")
    second.promote()
    say("the first is read-only, its sessions live on; the second is promoted")
    key = str(uuid.uuid4())
    seconds = until("a report", lambda: api.report(key)[0] == 201, 60)
    say(f"  acknowledged after {seconds:.1f} s")
    count = "select count(*) from event where type = 'ticket_reported'"
    expect(second.ask(count, "suyuan") == "2", "it is on the new primary, once")
    expect(first.ask(count, "suyuan") == "1", "and not on the old one")
    until("ready", api.ready, 60)
    note("the worker has followed: ready")


run("A demoted primary", drill)
