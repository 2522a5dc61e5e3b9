"""The share of promises that were kept: by the day on which they were due."""

from datetime import datetime, timedelta
from typing import Any

from app.events.promise import (
    PromiseBroken,
    PromiseKept,
    PromiseMade,
    PromiseSettled,
    PromiseTerms,
    PromiseWithdrawn,
)
from app.projections.promise_figures import KeptPromises, PromiseCohort, promise_counts
from app.viewer import Viewer
from tests.projections.telling import MORNING, Teller, reported

CSR = Viewer(role="csr", subject="u-lin")
DAY = timedelta(days=1)
DUE = MORNING + 5 * DAY
LATER = DUE + 30 * DAY


def made(promise_id: str, due_at: datetime = DUE, **changes: Any) -> PromiseMade:
    said: dict[str, Any] = {
        "kind": "completion",
        "terms": PromiseTerms(days=5, count_rule="civil_code_201_203"),
        "zone": "Asia/Shanghai",
        "calendar_id": "always",
        "calendar_version": 1,
        "provisional": False,
        "source": "agent",
        "household_id": "h-3-1201",
        "community": "jinxiu",
        "cycle": 1,
    }
    return PromiseMade(promise_id=promise_id, due_at=due_at, **(said | changes))


def broken(promise_id: str) -> PromiseBroken:
    return PromiseBroken(
        promise_id=promise_id,
        kind="completion",
        due_at=DUE,
        zone="Asia/Shanghai",
        household_id="h-3-1201",
        community="jinxiu",
        cycle=1,
    )


def settled(promise_id: str) -> PromiseSettled:
    return PromiseSettled(
        promise_id=promise_id,
        kind="completion",
        due_at=DUE,
        done_at=DUE + DAY,
        days_late=2,
        amount_fen=100_000,
        capped_fen=90_000,
        ended_by="done",
    )


async def tell_some(teller: Teller) -> None:
    await teller.tell(
        "ticket-1",
        reported("1"),
        made("p-kept"),
        PromiseKept(promise_id="p-kept", done_at=DUE),
        made("p-late"),
        broken("p-late"),
        settled("p-late"),
        made("p-withdrawn", kind="update"),
        PromiseWithdrawn(promise_id="p-withdrawn", reason="业主同意"),
        made("p-open"),
        made("p-policy", LATER, source="policy", kind="suggestion", community="binjiang"),
        PromiseKept(promise_id="p-policy", done_at=DUE),
    )
    await teller.project()


async def counts(teller: Teller, group_by: Any = None, **asked: Any) -> list[KeptPromises]:
    now, viewer = asked.pop("now", DUE), asked.pop("viewer", CSR)
    async with teller.looking() as connection:
        return await promise_counts(
            connection,
            teller.tenant_id,
            viewer,
            PromiseCohort(**asked),
            now=now,
            zone="Asia/Shanghai",
            group_by=group_by,
        )


def told(one: KeptPromises) -> tuple[int, int, int, int]:
    return one.kept, one.broken, one.withdrawn, one.running


async def test_one_that_is_overdue_is_broken_at_once(teller: Teller) -> None:
    await tell_some(teller)
    [at_due] = await counts(teller)
    assert (told(at_due), at_due.owed_fen) == ((2, 1, 1, 1), 90_000)
    [after] = await counts(teller, now=DUE + timedelta(microseconds=1))
    assert told(after) == (2, 2, 1, 0)


async def test_they_are_cut_by_the_due_time_and_grouped(teller: Teller) -> None:
    await tell_some(teller)
    assert [told(one) for one in await counts(teller, until=LATER)] == [(1, 1, 1, 1)]
    assert [told(one) for one in await counts(teller, since=LATER)] == [(1, 0, 0, 0)]
    assert [told(one) for one in await counts(teller, kind="update")] == [(0, 0, 1, 0)]
    assert [told(one) for one in await counts(teller, source="policy")] == [(1, 0, 0, 0)]
    assert await counts(teller, community="nowhere") == []
    by = {one.group: told(one) for one in await counts(teller, "community")}
    assert by == {"binjiang": (1, 0, 0, 0), "jinxiu": (1, 1, 1, 1)}
    assert [one.group for one in await counts(teller, "month")] == ["2024-03", "2024-04"]
    assert [one.group for one in await counts(teller, "day")] == ["2024-03-10", "2024-04-09"]


async def test_who_looks_sees_the_own(teller: Teller) -> None:
    await tell_some(teller)
    far = Viewer(role="supervisor", subject="u-sun", communities=("elsewhere",))
    assert await counts(teller, viewer=far) == []
