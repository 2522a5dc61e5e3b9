"""One example of each event of problems, and of what counts for them, full in every field."""

from datetime import UTC, date, datetime
from typing import Any

from app.events.fingerprint import (
    FingerprintAttached,
    OccurrenceDropped,
    OccurrenceMended,
    OccurrenceRecorded,
    RecurrenceDetected,
)
from app.events.problem import (
    ActionCompleted,
    ActionOverdue,
    ActionPlanned,
    ActionVerified,
    Evidence,
    Measured,
    MetricSeen,
    PdcaCycleActed,
    PdcaCycleChecked,
    PdcaCycleStarted,
    Place,
    ProblemClosed,
    ProblemOpened,
    ProblemRecurred,
    ProblemReopened,
    RcaSuperseded,
    RootCauseConfirmed,
    WhyAdded,
    WhyRevised,
    WhyVerified,
)
from app.events.rollup import RollupAttached, UnitAffected
from app.events.ticket import FirstTimeFixConfirmed, FirstTimeFixRefuted
from tests.events.ticket_examples import OTHER_TICKET, TICKET

PROBLEM = "01900000-0000-7000-8000-0000000000c1"
KEY = "5f0c1e9a7b3d4c2e8f6a1b0d9e7c3a52"
NOTE = "王经理已看过"

PROBLEM_EXAMPLES: tuple[Any, ...] = (
    ProblemOpened(
        problem_id=PROBLEM,
        number="PRB-3",
        source="recurrence",
        statement="厨房漏水报修3次未根治",
        ticket_ids=(TICKET, OTHER_TICKET),
        place=Place(community="jinxiu", building="3", component="kitchen.drain", category="leak"),
        metric=MetricSeen(metric="nps", value_e6=20_000_000, threshold_e6=50_000_000, n=41),
        fingerprint=KEY,
        rollup=KEY,
        occurrences=3,
        within_days=28,
    ),
    ProblemRecurred(ticket_id=OTHER_TICKET, occurrences=4),
    ProblemReopened(ticket_id=OTHER_TICKET, occurrences=1),
    WhyAdded(
        why_id="n3",
        version=1,
        parents=("n2",),
        answer="师傅未受系统培训",
        category="people_skill",
        systemic=True,
        controllable_by="property_manager",
        evidence=(Evidence(type="ticket", ref=TICKET),),
        note=NOTE,
    ),
    WhyRevised(
        why_id="n3",
        version=2,
        parents=("n2", "n1"),
        answer="师傅只受过一天培训",
        category="people_skill",
        systemic=True,
        controllable_by="property_manager",
        evidence=(Evidence(type="document", ref="培训记录"),),
        note=NOTE,
    ),
    WhyVerified(why_id="n3", version=2, therefore_ok=True, note=NOTE),
    RootCauseConfirmed(
        rca_id="RCA-3",
        version=2,
        roots=("n2", "n5"),
        categories=("machine", "management"),
        justification="主管道已开挖确认",
        note=NOTE,
    ),
    RcaSuperseded(rca_id="RCA-3", version=1, by=2),
    ActionPlanned(
        action_id="A1",
        type="corrective",
        root="n5",
        owner="工程部",
        description="季度技能比武",
        due=date(2024, 5, 31),
        overdue_at=datetime(2024, 5, 31, 16, tzinfo=UTC),
        metric="ftf_rate",
        baseline_e6=820_000,
        target_e6=950_000,
        note=NOTE,
    ),
    ActionOverdue(action_id="A1"),
    ActionCompleted(action_id="A1", note=NOTE),
    ActionVerified(action_id="A1", note=NOTE),
    PdcaCycleStarted(
        cycle=1,
        hypothesis="培训+追溯 → CES 4→2",
        actions=("A1",),
        pilot_scope=("B1", "B2"),
        begins_on=date(2024, 4, 1),
        ends_on=date(2024, 6, 30),
        ends_at=datetime(2024, 6, 30, 16, tzinfo=UTC),
        note=NOTE,
    ),
    PdcaCycleChecked(
        cycle=1,
        metric="ces",
        better="low",
        before=Measured(mean_e6=4_000_000, n=41),
        after=Measured(mean_e6=2_000_000, n=38),
        verdict="improved",
        note=NOTE,
    ),
    PdcaCycleActed(
        cycle=1,
        decision="standardize",
        document="《维修作业指导书》v3",
        residual="10%维修不彻底",
        next_cycle=2,
        note=NOTE,
    ),
    ProblemClosed(note=NOTE),
    OccurrenceRecorded(ticket_id=TICKET, cycle=1, kind="repair"),
    OccurrenceMended(
        ticket_id=TICKET, cycle=1, reported_at=datetime(2024, 2, 6, 1, 10, tzinfo=UTC)
    ),
    OccurrenceDropped(ticket_id=TICKET),
    RecurrenceDetected(
        ticket_id=OTHER_TICKET,
        n=3,
        within_days=28,
        ticket_ids=(TICKET, OTHER_TICKET),
        is_rework=True,
        refuted=(TICKET,),
    ),
    FingerprintAttached(problem_id=PROBLEM),
    UnitAffected(unit_key=KEY, ticket_id=TICKET),
    RollupAttached(problem_id=PROBLEM),
    FirstTimeFixConfirmed(),
    FirstTimeFixRefuted(cause="recurrence", by_ticket=OTHER_TICKET),
)
