"""The share of clocks that were met in time, by the day on which they started."""

from datetime import datetime
from typing import Any

from app.projections.sla_clock_lists import ClockFilters, list_breaches
from app.projections.sla_figures import Cohort, OnTime, on_time_counts
from app.viewer import Viewer
from tests.projections.clockwork import at, breached, cancelled, met, started, tell_three
from tests.projections.telling import Teller, reported

CSR = Viewer(role="csr", subject="u-lin")
EARLY = at(30)
LATE = at(600)


async def on_time(teller: Teller, *, now: datetime = EARLY, **asked: Any) -> list[OnTime]:
    group_by = asked.pop("group_by", None)
    async with teller.looking() as connection:
        return await on_time_counts(
            connection,
            teller.tenant_id,
            CSR,
            Cohort(**asked),
            now=now,
            zone="Asia/Shanghai",
            group_by=group_by,
        )


def counts(one: OnTime) -> tuple[int, int, int, int, int]:
    return one.on_time, one.late, one.cancelled, one.waived, one.running


async def test_on_time_counts_what_is_overdue_as_late_at_once(teller: Teller) -> None:
    await tell_three(teller)
    [before] = await on_time(teller)
    assert counts(before) == (1, 2, 0, 1, 1)
    [after] = await on_time(teller, now=LATE)
    assert counts(after) == (1, 3, 0, 1, 0)


async def test_on_time_is_grouped_and_cut_by_the_start(teller: Teller) -> None:
    await tell_three(teller)
    by_clock = {one.group: counts(one) for one in await on_time(teller, group_by="clock")}
    assert by_clock == {"acknowledge": (0, 1, 0, 1, 0), "arrive": (1, 1, 0, 0, 1)}
    by_class = {one.group: counts(one) for one in await on_time(teller, group_by="service_class")}
    assert by_class == {"general": (0, 2, 0, 0, 1), "simple": (1, 0, 0, 1, 0)}
    [day] = await on_time(teller, group_by="day", clock="arrive", community="jinxiu")
    assert (day.group, counts(day)) == ("2024-03-05", (0, 1, 0, 0, 1))
    assert await on_time(teller, since=at(1)) == []
    assert await on_time(teller, until=at(0)) == []


async def test_what_was_cancelled_stands_apart(teller: Teller) -> None:
    await teller.tell("ticket-1", reported("1"), started(), cancelled(when=30))
    await teller.tell("ticket-2", reported("2"), started(), breached(), cancelled(when=150))
    await teller.project()
    [one] = await on_time(teller)
    assert counts(one) == (0, 0, 2, 0, 0)
    async with teller.looking() as connection:
        [stays] = await list_breaches(connection, teller.tenant_id, CSR, ClockFilters(), now=EARLY)
    assert (stays.ticket_id, stays.overrun_us) == ("2", 30 * 60_000_000)


async def test_the_local_day_counts(teller: Teller) -> None:
    late_evening = started(since=-10 * 60)  # 23:30 of the day before, in Shanghai
    await teller.tell("ticket-1", reported("1"), late_evening, met(stopped=-560, due=-480))
    await teller.project()
    [one] = await on_time(teller, group_by="day")
    assert one.group == "2024-03-04"
