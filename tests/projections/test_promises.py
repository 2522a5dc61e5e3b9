"""Promises as rows: what each event leaves of them, and what a list shows of them as of now."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.events.promise import (
    PromiseBreakRetracted,
    PromiseBroken,
    PromiseExcused,
    PromiseKept,
    PromiseMade,
    PromisePenalty,
    PromiseRevised,
    PromiseSettled,
    PromiseTerms,
    PromiseWithdrawn,
)
from app.projections.promise_lists import PromiseFilters, list_promises
from app.projections.promises import Row
from app.viewer import Viewer
from tests.events.examples import example
from tests.projections.telling import MORNING, Teller, reported

CSR = Viewer(role="csr", subject="u-lin")
DUE = datetime(2024, 3, 12, 16, tzinfo=UTC)
PENALTY = PromisePenalty(
    amount_fen=50_000, per="started_day", cap_fen=500_000, benefit="fee_credit"
)


def made(promise_id: str = "p1", **changes: Any) -> PromiseMade:
    said: dict[str, Any] = {
        "kind": "completion",
        "due_at": DUE,
        "terms": PromiseTerms(days=5, count_rule="no_roll"),
        "zone": "Asia/Shanghai",
        "calendar_id": "office",
        "calendar_version": 1,
        "provisional": False,
        "source": "agent",
        "household_id": "h-3-1201",
        "community": "jinxiu",
        "cycle": 1,
        "penalty": PENALTY,
    }
    return PromiseMade(promise_id=promise_id, **{**said, **changes})


def of_p1(event: type[Any], **changes: Any) -> Any:
    return example(event, promise_id="p1", **changes)


async def promises(
    teller: Teller, now: datetime = MORNING, viewer: Viewer = CSR, **asked: Any
) -> list[Row]:
    more = {name: asked.pop(name) for name in ("after", "limit") if name in asked}
    async with teller.looking() as connection:
        return await list_promises(
            connection, teller.tenant_id, viewer, PromiseFilters(**asked), now=now, **more
        )


async def told(teller: Teller, *events: Any) -> Row:
    await teller.tell("ticket-t1", reported("t1"), made(), *events)
    await teller.project()
    [row] = await promises(teller)
    return row


async def test_a_promise_is_a_row(teller: Teller) -> None:
    row = await told(teller)
    assert row == Row(
        tenant_id=teller.tenant_id,
        promise_id="p1",
        ticket_id="t1",
        household_id="h-3-1201",
        community="jinxiu",
        kind="completion",
        source="agent",
        made_at=MORNING,
        due_at=DUE,
        penalty_fen=50_000,
        cap_fen=500_000,
    )


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([of_p1(PromiseKept, done_at=DUE)], {"state": "kept", "ended_at": DUE}),
        ([of_p1(PromiseBroken)], {"state": "broken", "broken_at": DUE, "settled": False}),
        (
            [of_p1(PromiseBroken), of_p1(PromiseSettled)],
            {"state": "broken", "settled": True, "days_late": 2, "owed_fen": 100_000},
        ),
        ([of_p1(PromiseRevised, due_at=MORNING)], {"state": "made", "due_at": MORNING}),
        (
            [of_p1(PromiseBroken), of_p1(PromiseBreakRetracted), of_p1(PromiseExcused)],
            {"state": "excused", "broken_at": None, "due_at": DUE + timedelta(days=2)},
        ),
        ([of_p1(PromiseWithdrawn)], {"state": "withdrawn"}),
    ],
)
async def test_each_event_leaves_its_trace(
    teller: Teller, events: list[Any], expected: dict[str, Any]
) -> None:
    row = await told(teller, *events)
    assert {name: getattr(row, name) for name in expected} == expected


async def test_a_due_time_that_has_passed_is_a_break_whoever_recorded_it(teller: Teller) -> None:
    await told(teller)
    for now, state in [(DUE, "made"), (DUE + timedelta(microseconds=1), "broken")]:
        assert [row.promise_id for row in await promises(teller, now, state=state)] == ["p1"]
    late = DUE + timedelta(days=1)
    assert await promises(teller, late, state="made") == []


async def test_lists_are_filtered_and_come_in_pages_the_next_due_first(teller: Teller) -> None:
    await teller.tell("ticket-t1", reported("t1"), made("p1"), made("p2", kind="arrival"))
    soon = DUE - timedelta(days=2)
    await teller.tell("ticket-t2", reported("t2"), made("p3", due_at=soon, community="lanting"))
    await teller.project()

    async def ids(**asked: Any) -> list[str]:
        return [row.promise_id for row in await promises(teller, **asked)]

    assert await ids() == ["p3", "p1", "p2"]
    assert await ids(limit=1) == ["p3"]
    assert await ids(after=(DUE, "p1")) == ["p2"]
    assert await ids(ticket_id="t1") == ["p1", "p2"]
    assert await ids(kind="arrival") == ["p2"]
    assert await ids(community="lanting") == ["p3"]
    assert await ids(household_id="h-2-0301") == []
    assert await ids(due_before=DUE) == ["p3"]


async def test_one_sees_the_promises_of_the_tickets_that_one_sees(teller: Teller) -> None:
    await told(teller)
    owner = Viewer(role="owner", subject="o-zhang", household_id="h-3-1201")
    other = Viewer(role="owner", subject="o-li", household_id="h-2-0301")
    elsewhere = Viewer(role="csr", subject="u-lin", communities=("lanting",))
    engineer = Viewer(role="engineer", subject="u-li")
    assert [row.promise_id for row in await promises(teller, viewer=owner)] == ["p1"]
    for viewer in (other, elsewhere, engineer):
        assert await promises(teller, viewer=viewer) == []
