"""The fold of a compensation. It checks no rules."""

from collections.abc import Callable, Mapping
from typing import Any, get_args

from msgspec.structs import replace

from app.domain.compensation.state import (
    ACCRUING,
    DEFERRED,
    EXPIRED,
    FULFILLED,
    GRANTED,
    PENDING,
    REJECTED,
    REVERSED,
    VOIDED,
    Compensation,
)
from app.domain.sla.clock import Clocks, clocks_after, escalated, latest
from app.events.base import Fact
from app.events.by_type import by_type, unchanged
from app.events.compensation import (
    CompensationAccrued,
    CompensationApprovalEscalated,
    CompensationApprovalRequested,
    CompensationApproved,
    CompensationAutoApproved,
    CompensationDeferred,
    CompensationEvent,
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
from app.events.sla import (
    NotificationQueued,
    SlaBreached,
    SlaClockCancelled,
    SlaClockMet,
    SlaClockStarted,
    SlaWarningRaised,
)

KEPT_FLAGS = 20
AGAIN = frozenset({"breach_retracted", "promise_break_retracted"})

ClockOfCompensationEvent = (
    SlaClockStarted | SlaClockMet | SlaClockCancelled | SlaBreached | SlaWarningRaised
)


def evolve(state: Compensation | None, fact: Fact[CompensationEvent]) -> Compensation | None:
    match fact.event:
        case CompensationDeferred() as deferred:
            return Compensation(
                id=deferred.compensation_id,
                state=DEFERRED,
                ticket_id=deferred.ticket_id,
                rule_id=deferred.rule_id,
                deferred=deferred,
            )
        case CompensationProposed() as proposed:
            return _proposed(proposed, fact, state.clocks if state else ())
        case _:
            return after(state, fact) if state else None


def after(state: Compensation, fact: Fact[CompensationEvent]) -> Compensation:
    return FOLD[type(fact.event)](state, fact)


def _begun_again(
    state: Compensation, fact: Fact[CompensationDeferred | CompensationProposed]
) -> Compensation:
    return evolve(state, fact) or state


def _grace_ended(state: Compensation, _fact: Fact[CompensationGraceEnded]) -> Compensation:
    return replace(state, deferred=None)


def _accrued(state: Compensation, fact: Fact[CompensationAccrued]) -> Compensation:
    return replace(state, days=fact.event.day, amount_fen=fact.event.total_fen)


def _settled(state: Compensation, fact: Fact[CompensationSettled]) -> Compensation:
    settled = fact.event
    return replace(
        state,
        days=settled.days,
        amount_fen=settled.amount_fen,
        capped_from_fen=settled.capped_from_fen,
    )


def _approval_requested(
    state: Compensation, fact: Fact[CompensationApprovalRequested]
) -> Compensation:
    requested = fact.event
    return replace(
        state,
        state=PENDING,
        amount_fen=requested.amount_fen,
        pending_reason=requested.because,
        pending_since=fact.occurred_at,
        approver_roles=requested.approver_roles,
        approval_level=0,
        authority=requested.authority,
    )


def _approval_escalated(
    state: Compensation, fact: Fact[CompensationApprovalEscalated]
) -> Compensation:
    asked = latest(state.clocks, "approval")
    cycle = asked.cycle if asked else 0
    level = fact.event.level
    clocks = escalated(state.clocks, "approval", cycle, level)
    return replace(state, approval_level=level, clocks=clocks)


def _auto_approved(state: Compensation, fact: Fact[CompensationAutoApproved]) -> Compensation:
    return _decided(state, fact, state.proposed_by, fact.event.authority)


def _approved(state: Compensation, fact: Fact[CompensationApproved]) -> Compensation:
    return _decided(state, fact, fact.event.by, fact.event.authority)


def _rejected(state: Compensation, fact: Fact[CompensationRejected]) -> Compensation:
    rejected = fact.event
    decided = _decided(state, fact, rejected.by or state.proposed_by, state.authority)
    return replace(
        decided,
        state=REJECTED,
        outcome=rejected.exclusion or rejected.because,
        outcome_text=rejected.reason,
    )


def _expired(state: Compensation, fact: Fact[CompensationExpired]) -> Compensation:
    return replace(state, state=EXPIRED, decided_at=fact.occurred_at)


def _granted(state: Compensation, fact: Fact[CompensationGranted]) -> Compensation:
    return replace(
        state,
        state=GRANTED,
        amount_fen=fact.event.amount_fen,
        over_budget=fact.event.over_budget,
        granted_at=fact.occurred_at,
    )


def _fulfilled(state: Compensation, fact: Fact[CompensationFulfilled]) -> Compensation:
    reference = fact.event.reference
    return replace(state, state=FULFILLED, fulfilled_at=fact.occurred_at, reference=reference)


def _not_fulfilled(state: Compensation, _fact: Fact[CompensationFulfilmentFailed]) -> Compensation:
    return replace(state, failures=state.failures + 1)


def _voided(state: Compensation, fact: Fact[CompensationVoided]) -> Compensation:
    voided = fact.event
    return replace(
        state,
        state=VOIDED,
        outcome=voided.exclusion or voided.because,
        outcome_text=voided.reason,
        again=voided.because in AGAIN,
    )


def _reversed(state: Compensation, fact: Fact[CompensationReversed]) -> Compensation:
    return replace(state, state=REVERSED, outcome=fact.event.ground, outcome_text=fact.event.notice)


def _kept(state: Compensation, fact: Fact[CompensationKept]) -> Compensation:
    return replace(state, outcome=fact.event.because)


def _flagged(state: Compensation, fact: Fact[CompensationFlagged]) -> Compensation:
    return replace(state, flags=(*state.flags, fact.event.flag)[-KEPT_FLAGS:])


def _good_faith(state: Compensation, fact: Fact[GoodFaithRecorded]) -> Compensation:
    return replace(state, no_fault=fact.event.no_fault)


def _with_clocks(state: Compensation, fact: Fact[ClockOfCompensationEvent]) -> Compensation:
    return replace(state, clocks=clocks_after(state.clocks, fact.event))


def _proposed(
    proposed: CompensationProposed, fact: Fact[CompensationEvent], clocks: Clocks
) -> Compensation:
    return Compensation(
        id=proposed.compensation_id,
        state=ACCRUING if proposed.accrual else PENDING,
        ticket_id=proposed.ticket_id,
        household_id=proposed.household_id,
        community=proposed.community,
        benefit=proposed.benefit,
        amount_fen=proposed.amount_fen,
        currency=proposed.currency,
        nominal=proposed.nominal,
        reason=proposed.reason,
        cause=proposed.cause,
        month=proposed.month,
        idempotency_key=proposed.idempotency_key,
        proposed_by=proposed.proposed_by,
        proposed_role=proposed.proposed_role,
        proposed_at=fact.occurred_at,
        rule_id=proposed.rule_id,
        rule_version=proposed.rule_version,
        capped_from_fen=proposed.capped_from_fen,
        budget_fen=proposed.budget_fen,
        good_faith=proposed.good_faith,
        rationale=proposed.rationale,
        accrual=proposed.accrual,
        clocks=clocks,
    )


def _decided(
    state: Compensation,
    fact: Fact[CompensationEvent],
    by: str,
    authority: DecisionAuthority | None,
) -> Compensation:
    return replace(state, decided_by=by, decided_at=fact.occurred_at, authority=authority)


FOLD: Mapping[type[Any], Callable[[Compensation, Fact[Any]], Compensation]] = by_type(
    CompensationEvent,
    {
        CompensationDeferred: _begun_again,
        CompensationProposed: _begun_again,
        CompensationGraceEnded: _grace_ended,
        CompensationAccrued: _accrued,
        CompensationSettled: _settled,
        CompensationApprovalRequested: _approval_requested,
        CompensationApprovalEscalated: _approval_escalated,
        CompensationAutoApproved: _auto_approved,
        CompensationApproved: _approved,
        CompensationRejected: _rejected,
        CompensationExpired: _expired,
        CompensationGranted: _granted,
        CompensationFulfilled: _fulfilled,
        CompensationFulfilmentFailed: _not_fulfilled,
        CompensationVoided: _voided,
        CompensationReversed: _reversed,
        CompensationKept: _kept,
        CompensationFlagged: _flagged,
        GoodFaithRecorded: _good_faith,
        FeeCreditExported: unchanged,
        FeeCreditWithdrawn: unchanged,
        NotificationQueued: unchanged,
        **dict.fromkeys(get_args(ClockOfCompensationEvent), _with_clocks),
    },
)
