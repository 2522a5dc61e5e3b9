"""Several first starts at once, on a server that has nothing yet."""

from concurrent.futures import ThreadPoolExecutor

from ops.drills.drill import Drill, expect, run, say


def drill(it: Drill) -> None:
    server = it.server("server")
    server.initialise()
    server.start()
    server.make_database()
    say("four times `suyuan migrate` at once")
    with ThreadPoolExecutor(4) as four:
        runs = list(four.map(lambda _: it.suyuan("migrate", url=server.url()), range(4)))
    for done in runs:
        told = (done.stdout.splitlines() or done.stderr.splitlines()[-1:] or ["nothing"])[0]
        expect(done.returncode == 0, f"ends with {done.returncode}: {told[:120]}")
    tables = "select count(*) from pg_class where relname in ('event', 'head', 'stream')"
    expect(server.ask(tables, "suyuan") == "3", "the schema is there, once")


run("First starts at once", drill)
