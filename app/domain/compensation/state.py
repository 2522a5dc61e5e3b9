"""The state of a compensation."""

from datetime import datetime, timedelta
from typing import get_args

from app.domain.benefits import Benefit, NominalBenefit
from app.domain.compensation.words import CompensationState, PendingReason
from app.domain.decider import On
from app.domain.sla.clock import Clock
from app.events.base import Value
from app.events.compensation import (
    AccrualTerms,
    CompensationDeferred,
    CompensationEvent,
    DecisionAuthority,
)
from app.events.sla import SlaEvent

DEFERRED = "deferred"  # in its grace period: nothing is proposed or shown yet
ACCRUING: CompensationState = "accruing"
PENDING: CompensationState = "pending_approval"
GRANTED: CompensationState = "granted"
FULFILLED: CompensationState = "fulfilled"
REJECTED: CompensationState = "rejected"
EXPIRED: CompensationState = "expired"
VOIDED: CompensationState = "voided"
REVERSED: CompensationState = "reversed"
STATES: tuple[CompensationState, ...] = get_args(CompensationState)
BEFORE_FULFILMENT = frozenset({DEFERRED, ACCRUING, PENDING, GRANTED})

OVER_AUTHORITY: PendingReason = "over_authority"
BUDGET_EXCEEDED: PendingReason = "budget_exceeded"
SELF_DEALING: PendingReason = "self_dealing"
EXPIRES_AFTER = timedelta(days=30)  # for a person's proposal that nobody decides (cfg)

NOMINAL: frozenset[NominalBenefit] = frozenset(get_args(NominalBenefit))
FEE_CREDIT: Benefit = "fee_credit"

DecidedEvent = CompensationEvent | SlaEvent | On
"""What a rule returns."""


class Compensation(Value, frozen=True, kw_only=True):
    """`amount_fen` is what is owed, or would be; while days accrue, the sum so far.

    `again`: its cause was retracted, so if it recurs the compensation may be proposed again.
    """

    id: str
    state: str
    ticket_id: str
    household_id: str | None = None
    community: str = ""
    benefit: str = FEE_CREDIT
    amount_fen: int = 0
    currency: str = "CNY"
    nominal: bool = False
    reason: str = ""
    cause: str = ""
    month: str = ""
    idempotency_key: str = ""
    proposed_by: str = ""
    proposed_role: str = ""
    proposed_at: datetime | None = None
    rule_id: str | None = None
    rule_version: int | None = None
    capped_from_fen: int | None = None
    budget_fen: int | None = None
    over_budget: bool = False
    good_faith: bool = False
    rationale: str | None = None
    no_fault: bool | None = None
    accrual: AccrualTerms | None = None
    days: int = 0
    deferred: CompensationDeferred | None = None
    pending_reason: str | None = None
    pending_since: datetime | None = None
    approver_roles: tuple[str, ...] = ()
    approval_level: int = 0
    authority: DecisionAuthority | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    granted_at: datetime | None = None
    fulfilled_at: datetime | None = None
    reference: str | None = None
    outcome: str | None = None  # why it was rejected, voided, reversed or kept
    outcome_text: str | None = None
    failures: int = 0
    flags: tuple[str, ...] = ()
    again: bool = False
    clocks: tuple[Clock, ...] = ()

    @property
    def is_by_rule(self) -> bool:
        return self.cause != MANUAL

    @property
    def asked_role(self) -> str | None:
        """The role that has to decide now; at the top it stays there."""
        if self.state != PENDING or not self.approver_roles:
            return None
        return self.approver_roles[min(self.approval_level, len(self.approver_roles) - 1)]


MANUAL = "manual"
