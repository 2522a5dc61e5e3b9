"""One example of every event of compensation, full in every field."""

from datetime import UTC, datetime
from typing import Any

from app.events.budget import BudgetAlarmRaised, BudgetReturned, BudgetSpent
from app.events.compensation import (
    AccrualTerms,
    CompensationAccrued,
    CompensationApprovalEscalated,
    CompensationApprovalRequested,
    CompensationApproved,
    CompensationAutoApproved,
    CompensationDeferred,
    CompensationExpired,
    CompensationFlagged,
    CompensationFulfilled,
    CompensationFulfilmentFailed,
    CompensationGraceEnded,
    CompensationGranted,
    CompensationKept,
    CompensationProposed,
    CompensationRejected,
    CompensationReversed,
    CompensationSettled,
    CompensationVoided,
    DecisionAuthority,
    FeeCreditExported,
    FeeCreditWithdrawn,
    GoodFaithRecorded,
)
from app.events.compensation_rules import (
    CompensationRuleRecorded,
    RuleBenefit,
    RuleCaps,
    RuleTrigger,
)
from app.events.exposure import ExposureAdded, ExposureReleased
from app.events.ticket import CompensationExclusionRecorded
from tests.events.ticket_examples import TICKET

COMPENSATION = "0190a000-0000-5000-8000-00000000c0c0"
HOUSEHOLD = "h-3-1201"
MONTH = "2024-03"
DUE = datetime(2024, 3, 12, 16, tzinfo=UTC)
LATER = datetime(2024, 3, 12, 16, 5, tzinfo=UTC)
NOTE = "经理已电话确认"
AUTHORITY = DecisionAuthority(
    role="manager",
    limit_fen=500_000,
    exposure_fen=56_000,
    matrix_version=3,
    delegated_by="u-zhao",
)
GIVEN: dict[str, Any] = {"amount_fen": 5_000, "benefit": "fee_credit", "household_id": HOUSEHOLD}
CREDIT: dict[str, Any] = {
    "compensation_id": COMPENSATION,
    "household_id": HOUSEHOLD,
    "amount_fen": 5_000,
    "currency": "CNY",
}
GRACE: dict[str, Any] = {
    "compensation_id": COMPENSATION,
    "ticket_id": TICKET,
    "rule_id": "R-ARRIVE-LATE",
    "clock": "arrive",
    "cycle": 1,
    "happened_at": DUE,
}
SPENT: dict[str, Any] = {
    "compensation_id": COMPENSATION,
    "amount_fen": 5_000,
    "rule_id": "R-ARRIVE-LATE",
    "over_budget": True,
}

RULE = CompensationRuleRecorded(
    rule_id="R-ARRIVE-LATE",
    version=3,
    valid_from=datetime(2024, 2, 29, 16, tzinfo=UTC),
    trigger=RuleTrigger(
        event="SlaBreached",
        clock="arrive",
        promise_kind="completion",
        delay_seconds=3_600,
        service_classes=("simple", "general"),
    ),
    benefit=RuleBenefit(
        kind="fee_credit", amount_fen=5_000, currency="CNY", per="started_calendar_day"
    ),
    caps=RuleCaps(
        per_ticket_fen=20_000,
        per_household_month_fen=20_000,
        project_month_budget_fen=1_000_000,
        per_promise_fen=500_000,
    ),
    grace_seconds=300,
    scope="household_per_cycle",
    on_budget_exceeded="to_approval",
    exclusions=("owner_no_access", "duplicate_merged"),
    stack="max_of_same_cause",
    count_rule="civil_code_201_203",
    enabled=True,
    source="S003 智慧报修APP",
)

COMPENSATION_EXAMPLES: tuple[Any, ...] = (
    CompensationDeferred(until=LATER, **GRACE),
    CompensationGraceEnded(**GRACE),
    CompensationProposed(
        compensation_id=COMPENSATION,
        ticket_id=TICKET,
        household_id=HOUSEHOLD,
        community="jinxiu",
        benefit="fee_credit",
        amount_fen=3_000,
        currency="CNY",
        nominal=False,
        reason="sla_breached",
        cause="sla:arrive:1",
        month=MONTH,
        idempotency_key=f"R-ARRIVE-LATE:3:{TICKET}:arrive:1",
        proposed_by="system",
        proposed_role="system",
        rule_id="R-ARRIVE-LATE",
        rule_version=3,
        capped_from_fen=5_000,
        good_faith=True,
        rationale="业主等了两个小时",
        accrual=AccrualTerms(
            promise_id="0190d000-0000-7000-8000-0000000000aa",
            due_at=DUE,
            zone="Asia/Shanghai",
            per_day_fen=50_000,
            cap_fen=500_000,
        ),
        budget_fen=1_000_000,
    ),
    CompensationAccrued(day=2, day_started_at=DUE, amount_fen=50_000, total_fen=100_000),
    CompensationSettled(days=13, amount_fen=500_000, capped_from_fen=650_000),
    CompensationApprovalRequested(
        because="over_authority",
        amount_fen=20_000,
        approver_roles=("supervisor", "manager", "admin"),
        authority=AUTHORITY,
    ),
    CompensationApprovalEscalated(level=1, to="manager"),
    CompensationAutoApproved(authority=AUTHORITY),
    CompensationApproved(by="u-wang", authority=AUTHORITY, note=NOTE),
    CompensationRejected(
        because="excluded", by="u-wang", reason="非我方原因", exclusion="municipal_outage"
    ),
    CompensationExpired(after_days=30),
    CompensationGranted(
        compensation_id=COMPENSATION,
        ticket_id=TICKET,
        community="jinxiu",
        currency="CNY",
        month=MONTH,
        rule_id="R-ARRIVE-LATE",
        over_budget=True,
        **GIVEN,
    ),
    FeeCreditExported(**CREDIT),
    FeeCreditWithdrawn(**CREDIT),
    CompensationFulfilled(reference="FEE-2024-03-0117", note=NOTE, **GIVEN),
    CompensationFulfilmentFailed(reason="收费系统停机"),
    CompensationVoided(
        because="excluded",
        granted=True,
        by="u-wang",
        reason="停水所致",
        exclusion="municipal_outage",
        **GIVEN,
    ),
    CompensationReversed(
        ground="duplicate", notice="同一事由已减免, 已电话告知", by="u-fin", **GIVEN
    ),
    CompensationFlagged(flag="frequent_pair", detail="4", subject="u-lin"),
    CompensationKept(because="breach_retracted"),
    GoodFaithRecorded(
        subject="u-lin", no_fault=True, loss_fen=15_000, rationale="业主等了两个小时"
    ),
    RULE,
    ExposureAdded(
        compensation_id=COMPENSATION,
        ticket_id=TICKET,
        household_id=HOUSEHOLD,
        benefit="gift",
        amount_fen=36_000,
        month=MONTH,
        cause="manual",
        pending=True,
        below_approval=True,
        penalty=True,
        by="u-lin",
        rule_id="R-ARRIVE-LATE",
    ),
    ExposureReleased(compensation_id=COMPENSATION, amount_fen=36_000),
    BudgetSpent(**SPENT),
    BudgetReturned(**SPENT),
    BudgetAlarmRaised(
        community="jinxiu", month=MONTH, percent=80, spent_fen=802_000, budget_fen=1_000_000
    ),
    CompensationExclusionRecorded(exclusion="municipal_outage", cycle=1, note="自来水公司停水通知"),
)
