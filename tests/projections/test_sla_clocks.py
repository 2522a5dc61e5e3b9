"""Lists of clocks and of breaches, and of tickets by what is due next."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.events.ticket import (
    AssignmentAccepted,
    FirstResponsibleSet,
    Location,
    TicketReclassified,
)
from app.projections.sla_clock_lists import (
    ClockFilters,
    Place,
    list_breaches,
    list_clocks,
    tickets_with_running_clocks,
)
from app.projections.sla_clock_row import Row
from app.projections.ticket_search import TicketFilters, search_tickets
from app.viewer import Viewer
from tests.projections.clockwork import (
    at,
    breached,
    met,
    paused,
    resumed,
    started,
    tell_three,
)
from tests.projections.telling import LIN, Teller, reported

CSR = Viewer(role="csr", subject="u-lin")
EARLY = at(30)
LATE = at(600)


async def breaches(
    teller: Teller,
    viewer: Viewer = CSR,
    *,
    now: datetime = EARLY,
    retracted: bool = False,
    after: Place | None = None,
    limit: int = 100,
    **filters: Any,
) -> list[Row]:
    async with teller.looking() as connection:
        return await list_breaches(
            connection,
            teller.tenant_id,
            viewer,
            ClockFilters(**filters),
            now=now,
            retracted=retracted,
            after=after,
            limit=limit,
        )


async def running(teller: Teller, *, now: datetime = EARLY, **filters: Any) -> list[str]:
    async with teller.looking() as connection:
        rows = await list_clocks(
            connection, teller.tenant_id, CSR, ClockFilters(**filters), now=now, limit=100
        )
    return [f"{row.ticket_id}/{row.clock}" for row in rows]


def named(rows: list[Row]) -> list[str]:
    return [f"{row.ticket_id}/{row.clock}/{row.cycle}" for row in rows]


async def test_what_was_breached_is_listed_by_when_it_happened(teller: Teller) -> None:
    await tell_three(teller)
    found = await breaches(teller)
    assert named(found) == ["1/acknowledge/1", "2/acknowledge/1", "1/arrive/1"]
    first, second, third = found
    assert (first.breached_at, first.stopped_at) == (at(15), at(20))
    assert first.overrun_us == 5 * 60_000_000
    assert (second.waived, third.waived) == (True, False)
    assert (third.verdict, third.stopped_at, third.overrun_us) == (None, None, None)
    assert all(row.detected_at for row in found)


async def test_a_retracted_breach_is_listed_only_if_asked_for(teller: Teller) -> None:
    await tell_three(teller)
    with_retracted = await breaches(teller, retracted=True)
    assert named(with_retracted) == [
        "1/acknowledge/1",
        "2/acknowledge/1",
        "2/arrive/1",
        "1/arrive/1",
    ]
    disproved = with_retracted[2]
    assert (disproved.retracted, disproved.state, disproved.verdict) == (True, "met", "on_time")


async def test_breaches_are_filtered(teller: Teller) -> None:
    await tell_three(teller)
    assert named(await breaches(teller, clock="arrive")) == ["1/arrive/1"]
    assert named(await breaches(teller, ticket_id="2")) == ["2/acknowledge/1"]
    assert named(await breaches(teller, community="lanting")) == ["2/acknowledge/1"]
    assert named(await breaches(teller, since=at(16))) == ["1/arrive/1"]
    assert named(await breaches(teller, since=at(15), until=at(120))) == [
        "1/acknowledge/1",
        "2/acknowledge/1",
    ]


async def test_what_is_overdue_is_breached_before_anybody_records_it(teller: Teller) -> None:
    await tell_three(teller)
    assert "3/arrive/1" not in named(await breaches(teller, now=at(90)))
    found = await breaches(teller, now=at(90) + timedelta(microseconds=1))
    assert named(found)[2] == "3/arrive/1"
    assert (found[2].breached_at, found[2].breaches_at, found[2].detected_at) == (
        None,
        at(90),
        None,
    )
    assert await running(teller, now=at(91), state="breached") == ["3/arrive", "1/arrive"]
    assert await running(teller, now=at(91), state="running") == []


async def test_a_clock_that_stands_still_is_not_overdue(teller: Teller) -> None:
    await teller.tell("ticket-1", reported("1"), started("arrive"), paused(since=60))
    await teller.tell("ticket-2", reported("2"), started(), paused(since=60, then_due=400))
    await teller.project()
    assert await breaches(teller, now=at(300)) == []
    assert await running(teller, now=at(300), state="paused") == ["1/arrive", "2/arrive"]
    assert named(await breaches(teller, now=at(401))) == ["2/arrive/1"]


async def test_running_clocks_come_by_their_due_time(teller: Teller) -> None:
    await tell_three(teller)
    assert await running(teller) == ["3/arrive", "1/arrive"]
    assert await running(teller, until=at(100)) == ["3/arrive"]
    assert await running(teller, clock="acknowledge") == []


async def test_pages_of_breaches_follow_each_other(teller: Teller) -> None:
    for n in range(7):
        key = f"{n:02}"
        await teller.tell(f"ticket-{key}", reported(key), started(), breached())
    await teller.project()
    seen: list[str] = []
    last: Place | None = None
    while page := await breaches(teller, after=last, limit=3):
        seen += named(page)
        row = page[-1]
        assert row.breached_at is not None
        last = Place(at=row.breached_at, ticket_id=row.ticket_id, clock=row.clock, cycle=row.cycle)
    assert seen == [f"{n:02}/arrive/1" for n in range(7)]


async def test_one_sees_the_clocks_of_the_tickets_that_one_sees(teller: Teller) -> None:
    accepted = AssignmentAccepted(engineer="u-li", engineer_name="李")
    await teller.tell("ticket-1", reported("1"), accepted, started(), breached())
    elsewhere = reported("2", location=Location(community="lanting"))
    await teller.tell("ticket-2", elsewhere, started(), breached())
    await teller.project()
    engineer = Viewer(role="engineer", subject="u-li")
    near = Viewer(role="csr", subject="u-lin", communities=("lanting",))
    assert named(await breaches(teller, engineer)) == ["1/arrive/1"]
    assert named(await breaches(teller, near)) == ["2/arrive/1"]
    assert await breaches(teller, Viewer(role="owner", subject="o")) == []


async def test_a_clock_keeps_the_class_and_the_people_it_had_to_its_end(teller: Teller) -> None:
    await teller.tell(
        "ticket-1",
        reported("1"),
        started("acknowledge", minutes=15),
        started("arrive"),
        FirstResponsibleSet(subject="u-lin", name="林"),
        met("acknowledge", stopped=5, due=15),
        AssignmentAccepted(engineer="u-li", engineer_name="李"),
        TicketReclassified(service_class="simple", previous="general", reason="小"),
    )
    await teller.project()
    await teller.tell("ticket-1", AssignmentAccepted(engineer="u-wang", engineer_name="王"))
    await teller.tell("ticket-1", started("close", minutes=60))
    await teller.project()
    rows = {row["clock"]: row for row in await teller.rows("sla_clocks")}
    people = {clock: (row["service_class"], row["assignee"]) for clock, row in rows.items()}
    assert people == {
        "": ("simple", "u-wang"),
        "acknowledge": ("general", None),
        "arrive": ("simple", "u-wang"),
        "close": ("simple", "u-wang"),
    }
    assert rows["acknowledge"]["first_responsible"] == "u-lin"


async def listed(teller: Teller, now: datetime = EARLY, **options: Any) -> list[str]:
    sort = options.pop("sort", "-reported_at")
    async with teller.looking() as connection:
        found = await search_tickets(
            connection, teller.tenant_id, CSR, TicketFilters(**options), now=now, sort=sort
        )
    return [each.ticket_id for each in found]


async def test_tickets_are_found_by_breach_and_sorted_by_what_is_due_next(teller: Teller) -> None:
    await tell_three(teller)
    await teller.tell("ticket-4", reported("4"))
    await teller.project()
    assert sorted(await listed(teller, breached=True)) == ["1", "2"]
    assert sorted(await listed(teller, breached=False)) == ["3", "4"]
    assert sorted(await listed(teller, now=LATE, breached=True)) == ["1", "2", "3"]
    assert await listed(teller, sort="due_at") == ["3", "1", "2", "4"]
    await teller.tell("ticket-3", paused(since=20), at=at(20))
    await teller.project()
    assert await listed(teller, sort="due_at") == ["1", "2", "3", "4"]
    await teller.tell("ticket-3", resumed(back=200, due=270))
    await teller.tell("ticket-1", met("arrive", stopped=130, due=120, over=10))
    await teller.project()
    assert await listed(teller, sort="due_at") == ["3", "1", "2", "4"]
    assert sorted(await listed(teller, breached=True)) == ["1", "2"]


async def test_tickets_whose_clocks_go_by_a_policy(teller: Teller) -> None:
    await tell_three(teller)
    async with teller.looking() as connection:
        for after, expected in (("", ["1", "3"]), ("1", ["3"])):
            found = await tickets_with_running_clocks(
                connection, teller.tenant_id, "default", after=after, limit=10
            )
            assert found == expected
        other = await tickets_with_running_clocks(connection, teller.tenant_id, "vip", limit=10)
        assert other == []


async def test_a_batch_of_many_and_batches_of_one_make_the_same_rows(teller: Teller) -> None:
    other = Teller(teller.store, teller.engine, UUID(int=8))
    await teller.store.open_tenant(
        other.tenant_id, timezone="Asia/Shanghai", sandbox=False, clock=None
    )
    await tell_three(teller)
    for n in (1, 2, 3):
        history = [
            event async for event in teller.store.read_stream(teller.tenant_id, f"ticket-{n}")
        ]
        await other.tell(f"ticket-{n}", *(event.event for event in history), by=LIN)
    await other.project(batch=1)
    for view in ("sla_clocks", "ticket_search"):
        one, two = await teller.rows(view), await other.rows(view)
        assert len(one) >= 3
        for row in (*one, *two):
            for name in ("tenant_id", "detected_at"):
                row.pop(name, None)
        assert one == two


async def test_figures_of_a_period_have_an_index(teller: Teller) -> None:
    async with teller.looking() as connection:
        await connection.execute(text("set local role none"))
        await connection.execute(text("set local enable_seqscan = off"))
        await connection.execute(text("set local enable_sort = off"))
        plan = await connection.execute(
            text(
                "explain select ticket_id from sla_clocks"
                " where tenant_id = current_setting('suyuan.tenant_id')::uuid"
                " and started_at >= now() order by started_at"
            )
        )
        assert "sla_clocks_b1_started" in "\n".join(plan.scalars())
