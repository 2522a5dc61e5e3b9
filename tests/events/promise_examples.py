"""One example of every event of a promise, full in every field."""

from datetime import UTC, date, datetime
from typing import Any

from app.events.promise import (
    PromiseAuthority,
    PromiseBreakRetracted,
    PromiseBroken,
    PromiseExcused,
    PromiseFiled,
    PromiseKept,
    PromiseMade,
    PromisePenalty,
    PromiseRevised,
    PromiseSettled,
    PromiseTerms,
    PromiseWithdrawn,
)

PROMISE = "0190d000-0000-7000-8000-0000000000aa"
DUE = datetime(2024, 3, 12, 16, tzinfo=UTC)
LATER = datetime(2024, 3, 14, 16, tzinfo=UTC)
DONE = datetime(2024, 3, 14, 2, tzinfo=UTC)
NOTE = "王经理当面承诺"
TERMS = PromiseTerms(days=5, count_rule="civil_code_201_203", seconds=432_000, at=DUE)
PENALTY = PromisePenalty(
    amount_fen=50_000, per="started_day", cap_fen=500_000, benefit="fee_credit"
)
TO: dict[str, Any] = {
    "zone": "Asia/Shanghai",
    "household_id": "h-3-1201",
    "community": "jinxiu",
    "cycle": 1,
    "penalty": PENALTY,
}

PROMISE_EXAMPLES: tuple[Any, ...] = (
    PromiseMade(
        promise_id=PROMISE,
        kind="completion",
        due_at=DUE,
        terms=TERMS,
        calendar_id="office",
        calendar_version=1,
        provisional=True,
        source="agent",
        **TO,
        tighter_than="resolve",
        authority=PromiseAuthority(
            role="manager", limit_fen=500_000, exposure_fen=500_000, matrix_version=1
        ),
        note=NOTE,
    ),
    PromiseRevised(
        promise_id=PROMISE,
        previous_due_at=DUE,
        due_at=LATER,
        terms=TERMS,
        calendar_version=1,
        provisional=True,
        consent_by="张阿姨电话同意",
        tighter_than="resolve",
        note=NOTE,
    ),
    PromiseBroken(promise_id=PROMISE, kind="completion", due_at=DUE, **TO),
    PromiseBreakRetracted(promise_id=PROMISE, due_at=DUE, proof="photo", photo_ids=("p-1",)),
    PromiseExcused(
        promise_id=PROMISE,
        reason="owner_absent",
        from_date=date(2024, 3, 9),
        to_date=date(2024, 3, 10),
        days=2,
        previous_due_at=DUE,
        due_at=LATER,
        note=NOTE,
    ),
    PromiseSettled(
        promise_id=PROMISE,
        kind="completion",
        due_at=DUE,
        done_at=DONE,
        days_late=2,
        amount_fen=100_000,
        capped_fen=100_000,
        ended_by="done",
        by_hand=True,
    ),
    PromiseKept(promise_id=PROMISE, done_at=DUE, days_late=0, by_hand=True),
    PromiseWithdrawn(promise_id=PROMISE, reason="业主改为自修", ended_by="cancelled", note=NOTE),
)
FILED = PromiseFiled(ticket_id="0190d000-0000-7000-8000-000000000001")
