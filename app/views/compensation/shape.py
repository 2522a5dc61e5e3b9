"""Shapes of compensations and their rules."""

from datetime import datetime

from pydantic import Field

from app.domain.benefits import Benefit
from app.domain.compensation.dry_run import TrialOutcome
from app.domain.compensation.words import CompensationState, PendingReason
from app.views.shape import Shape
from app.views.sla.shape import ClockAnswer


class RuleOfCompensation(Shape):
    id: str
    version: int


class DecidedBy(Shape):
    """`exposure_fen` is what was given on the ticket and to the household, this included."""

    role: str
    limit_fen: int
    exposure_fen: int
    matrix_version: int
    delegated_by: str | None


class CompensationAnswer(Shape):
    """补偿"""

    id: str
    version: int
    ticket_id: str
    household_id: str | None
    community: str
    benefit: Benefit
    amount_fen: int
    currency: str
    nominal: bool = Field(description="A thing, valued at what it costs.")
    state: CompensationState
    reason: str = Field(description="Words of a person, or the code of what a rule makes good.")
    rule: RuleOfCompensation | None
    cause: str
    idempotency_key: str
    proposed_by: str
    proposed_at: datetime | None
    decided_by: str | None
    decided_at: datetime | None
    authority: DecidedBy | None
    pending_reason: PendingReason | None
    approver_roles: list[str]
    asked_role: str | None = Field(description="Whose turn it is to decide.")
    waiting_since: datetime | None
    waiting: str | None = Field(description="For approval, ISO 8601.")
    capped_from_fen: int | None = Field(description="What it would be without the caps.")
    days: int | None = Field(description="Of a penalty by the day: started days so far.")
    good_faith: bool
    no_fault: bool | None
    outcome: str | None = Field(description="Why it was rejected, voided, reversed, or is kept.")
    outcome_text: str | None
    granted_at: datetime | None
    fulfilled_at: datetime | None
    reference: str | None
    exported: bool = Field(description="A fee credit that the fee system has been told of.")
    failures: int
    flags: list[str]
    clocks: list[ClockAnswer]


class CompensationPage(Shape):
    items: list[CompensationAnswer]
    next_cursor: str | None


class TriggerAnswer(Shape):
    event: str
    clock: str | None
    kind: str | None
    delay: str | None
    class_: list[str] = Field(alias="class")


class BenefitAnswer(Shape):
    kind: Benefit
    amount_fen: int
    currency: str
    per: str | None


class CapsAnswer(Shape):
    per_ticket_fen: int | None
    per_household_month_fen: int | None
    project_month_budget_fen: int | None
    per_promise_fen: int | None


class RuleVersionAnswer(Shape):
    version: int
    valid_from: datetime


class RuleAnswer(Shape):
    """补偿规则"""

    rule_id: str
    version: int
    valid_from: datetime
    trigger: TriggerAnswer
    grace: str
    benefit: BenefitAnswer
    scope: str | None
    caps: CapsAnswer
    on_budget_exceeded: str
    exclusions: list[str]
    stack: str
    count_rule: str | None
    idempotency: str
    enabled: bool
    source: str | None
    versions: list[RuleVersionAnswer]


class RuleList(Shape):
    items: list[RuleAnswer]


class DryGrant(Shape):
    ticket_id: str
    household_id: str | None
    community: str
    clock: str
    cycle: int
    occurred_at: datetime
    amount_fen: int
    capped_from_fen: int | None
    outcome: TrialOutcome
    because: str | None


class DryRunAnswer(Shape):
    """试算. Nothing was written."""

    rule_id: str
    breaches: int
    granted: int
    granted_fen: int
    pending_fen: int
    rejected: int
    capped_fen: int = Field(description="What the caps kept back.")
    items: list[DryGrant] = Field(description="The first hundred.")
