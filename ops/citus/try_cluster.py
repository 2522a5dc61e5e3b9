"""Tries the product on a cluster of Citus that you name, and compares what it finds with its deeds.

    python -m ops.citus.try_cluster postgresql://owner@coordinator:5432/suyuan \\
        --stop 'docker compose stop node2' --start 'docker compose start node2'

It opens tenants in that database and leaves them there: name one that is for trials. With `--stop`
and `--start` it loses a node and gets it back by these commands.
"""

import argparse
import asyncio
import json
import subprocess
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg

from ops.drills.drill import Drill, expect, note, run, say, until

TENANTS = 8
REPORTS = 6

_COMPARE = """
select h.position as head,
       (select count(*) from event e where e.tenant_id = $1) as events,
       (select coalesce(max(e.position), 0) from event e where e.tenant_id = $1) as last,
       (select coalesce(sum(s.version), 0) from stream s where s.tenant_id = $1) as versions,
       (select count(*) from ticket_search t where t.tenant_id = $1) as tickets
from head h where h.tenant_id = $1
"""
_NODE_OF = """
select n.nodename || ':' || n.nodeport from pg_dist_placement p
join pg_dist_node n on n.groupid = p.groupid and n.noderole = 'primary'
where p.shardid = get_shard_id_for_distribution_column('head', $1::uuid)
"""
# Those that a worker asks each second or five.
_LOOKS = (
    "select * from due_streams(10)",
    "select * from moved_heads('epoch')",
    "select * from tenants_behind(array(select tenant_id from known_tenant), array['none'])",
    "select * from subscription_backlog('none', 10)",
    "select * from parked_for_build(array['none'], '', array['none'], array[1], 10)",
)


@dataclass
class Company:
    tenant: UUID
    token: str
    node: str
    reported: int = 0
    keys: list[tuple[str, str]] = field(default_factory=list)


class Trial:
    def __init__(self, drill: Drill, url: str) -> None:
        self.drill = drill
        self.url = url
        self.api = drill.api(url)
        self.worker = drill.worker(url)
        self.companies: list[Company] = []

    def ask(self, work: Callable[[Any], Coroutine[Any, Any, Any]]) -> Any:
        """As the owner of the tables."""

        async def answer() -> Any:
            connection = await asyncpg.connect(self.url)
            try:
                return await work(connection)
            finally:
                await connection.close()

        return asyncio.run(answer())

    def open(self) -> None:
        tenant = self.api.open_tenant()
        node = self.ask(lambda connection: connection.fetchval(_NODE_OF, UUID(tenant)))
        self.companies.append(Company(UUID(tenant), self.api.token, node))

    def report(self, company: Company) -> int:
        self.api.token = company.token
        key = f"trial-{company.tenant}-{len(company.keys)}-{company.reported}"
        status, made = self.api.report(key)
        if status == 201:
            company.reported += 1
            company.keys.append((key, made["id"] if "id" in made else made["ticket_id"]))
        return status

    def is_repeated(self, company: Company) -> bool:
        """The same key again is the same ticket."""
        self.api.token = company.token
        key, ticket = company.keys[0]
        _, made = self.api.report(key)
        return ticket in (made.get("id"), made.get("ticket_id"))

    def listed(self, company: Company) -> int:
        self.api.token = company.token
        status, found = self.api.call("GET", "/v1/tickets?limit=100")
        return len(found["items"]) if status == 200 else -status

    def wait_for_list(self, company: Company) -> None:
        until("the list is current", lambda: self.listed(company) == company.reported, 120)

    def row_of(self, company: Company) -> Any:
        return self.ask(lambda connection: connection.fetchrow(_COMPARE, company.tenant))

    def is_answered(self, query: str) -> bool:
        try:
            self.ask(lambda connection: connection.fetch(query))
        except asyncpg.PostgresError:
            return False
        return True

    def compare(self) -> None:
        wrong = []
        for company in self.companies:
            self.wait_for_list(company)
            row = self.row_of(company)
            agree = row["head"] == row["events"] == row["last"] == row["versions"]
            if not agree or row["tickets"] != company.reported:
                wrong.append((company.tenant, dict(row)))
        events = self.ask(lambda connection: connection.fetchval("select count(*) from event"))
        expect(
            not wrong, f"{len(self.companies)} tenants compared ({events} events in all) {wrong}"
        )


def distribute(drill: Drill, url: str) -> None:
    for time in ("first", "second"):
        done = drill.suyuan("migrate", "--distribute", "--json", url=url)
        expect(done.returncode == 0, f"suyuan migrate --distribute, the {time} time {done.stderr}")
        said = json.loads(done.stdout)
        note(f"{len(said['distributed'])} tables distributed, at {said['revision']}")
    expect(said["distributed"] == [], "the second time there is nothing left to distribute")


def fill(trial: Trial) -> None:
    until("the API is ready", trial.api.ready, 300)
    for _ in range(TENANTS):
        trial.open()
    nodes = sorted({company.node for company in trial.companies})
    expect(len(nodes) > 1, f"the tenants live on {', '.join(nodes)}")
    for _ in range(REPORTS):
        statuses = {trial.report(company) for company in trial.companies}
        expect(statuses == {201}, f"each tenant reports a repair {statuses}")
    expect(all(map(trial.is_repeated, trial.companies)), "a repeated key is the same ticket")


async def _without_tenant(connection: Any) -> bool:
    await connection.execute("set role suyuan_app")
    try:
        await connection.fetch("select * from event limit 1")
    except asyncpg.PostgresError:
        return True
    return False


def rebuild(trial: Trial) -> None:
    done = trial.drill.suyuan("projections", "rebuild", "ticket_search", url=trial.url)
    expect(done.returncode == 0, f"ticket_search is rebuilt {done.stderr.strip()[-300:]}")
    trial.compare()


def lose_a_node(trial: Trial, stop: str, start: str) -> None:
    say(f"stopping: {stop}")
    subprocess.run(stop, shell=True, check=True)  # noqa: S602 - the operator's own command
    until("readiness names a node", lambda: "is down" in trial.api.checks().get("nodes", ""), 120)
    told = trial.api.checks()["nodes"]
    expect(trial.api.ready(), f"ready, and says: {told}")
    hurt = [company for company in trial.companies if company.node in told]
    others = [company for company in trial.companies if company.node not in told]
    expect(bool(hurt) and bool(others), f"{len(hurt)} tenants live there, {len(others)} elsewhere")
    expect({trial.report(company) for company in hurt} == {503}, "its tenants are answered 503")
    expect({trial.report(company) for company in others} == {201}, "the others' reports are taken")
    for company in others:
        trial.wait_for_list(company)
    note("their lists are current: the worker goes on")
    seconds = until(
        "looks across tenants are answered", lambda: all(map(trial.is_answered, _LOOKS)), 60
    )
    note(f"each look across tenants leaves that node out, {seconds:.1f} s later")
    say(f"starting: {start}")
    subprocess.run(start, shell=True, check=True)  # noqa: S602
    seconds = until(
        "its tenants' reports are taken",
        lambda: all(trial.report(company) == 201 for company in hurt),
        120,
    )
    note(f"its tenants' reports are taken again after {seconds:.1f} s")
    until("readiness says ok", lambda: trial.api.checks().get("nodes") == "ok", 60)
    trial.compare()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("url", help="of the coordinator, as the owner of the tables")
    options.add_argument("--stop", help="stops one node")
    options.add_argument("--start", help="starts it again")
    given = options.parse_args()
    if bool(given.stop) != bool(given.start):
        options.error("--stop and --start go together")

    def drill(made: Drill) -> None:
        distribute(made, given.url)
        trial = Trial(made, given.url)
        fill(trial)
        trial.compare()
        expect(bool(trial.ask(_without_tenant)), "without a tenant nothing is answered")
        rebuild(trial)
        if given.stop:
            lose_a_node(trial, given.stop, given.start)

    run("A cluster of Citus", drill)


if __name__ == "__main__":
    main()
