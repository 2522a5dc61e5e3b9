"""One example of every event of a follow-up, full in every field."""

from datetime import UTC, date, datetime
from typing import Any

from app.events.follow_up import (
    FollowUpAttempted,
    FollowUpCompleted,
    FollowUpRescheduled,
    FollowUpScheduled,
    FollowUpUnreachable,
)
from app.events.follow_up_series import (
    FollowUpSeriesEnded,
    FollowUpSeriesStarted,
    VisitScheduled,
    VisitSkipped,
)

FOLLOW_UP = "0190d000-0000-7000-8000-0000000000f1"
PARENT = "0190d000-0000-7000-8000-000000000001"
SERIES = "0190d000-0000-7000-8000-0000000000f9"
DUE = datetime(2024, 3, 6, 3, 40, tzinfo=UTC)
LATER = datetime(2024, 3, 7, 2, tzinfo=UTC)
ASKED: dict[str, Any] = {"parent_id": PARENT, "cycle": 1, "purpose": "satisfaction"}

FOLLOW_UP_EXAMPLES: tuple[Any, ...] = (
    FollowUpScheduled(
        follow_up_id=FOLLOW_UP,
        number="F240305-0001",
        parent_number="R240305-0001",
        due_at=DUE,
        is_fixed=True,
        executor="u-li",
        series_id=SERIES,
        reason="业主评分 2 分",
        **ASKED,
    ),
    FollowUpAttempted(attempt=1, on=date(2024, 3, 6), call_id="call-7", note="无人接听"),
    FollowUpRescheduled(previous_due_at=DUE, due_at=LATER, note="业主在开会"),
    FollowUpUnreachable(attempts=3, days=2, note="三次无人接听", **ASKED),
    FollowUpCompleted(outcome="satisfied", score=5, text="很满意", note="师傅很好", **ASKED),
    FollowUpSeriesStarted(
        series_id=SERIES,
        ticket_id=PARENT,
        household_id="h-3-1201",
        community="jinxiu",
        building="3",
        unit="1201",
        component="kitchen.drain",
        purpose="care",
        cadence="weekly",
        first_at=LATER,
        until=date(2024, 6, 30),
        zone="Asia/Shanghai",
        assigned_to="u-lin",
        assigned_to_name="小林",
        reason="独居老人",
        note="王经理交代",
    ),
    VisitScheduled(visit_id=FOLLOW_UP, nth=1, due_at=LATER),
    VisitSkipped(nth=2, on=date(2024, 3, 14), reason="业主回老家", note="来电告知"),
    FollowUpSeriesEnded(reason="业主搬走", by_itself=True, note="来电告知"),
)
