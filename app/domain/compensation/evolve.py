"""The fold of a compensation. It checks no rules."""

from typing import assert_never

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


def after(  # noqa: PLR0911, PLR0912, C901 - one table, to be read downwards
    state: Compensation, fact: Fact[CompensationEvent]
) -> Compensation:
    match fact.event:
        case CompensationDeferred() | CompensationProposed():
            return evolve(state, fact) or state
        case CompensationGraceEnded():
            return replace(state, deferred=None)
        case CompensationAccrued(day=day, total_fen=total_fen):
            return replace(state, days=day, amount_fen=total_fen)
        case CompensationSettled(days=days, amount_fen=amount_fen, capped_from_fen=capped_from):
            return replace(state, days=days, amount_fen=amount_fen, capped_from_fen=capped_from)
        case CompensationApprovalRequested() as requested:
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
        case CompensationApprovalEscalated(level=level):
            asked = latest(state.clocks, "approval")
            cycle = asked.cycle if asked else 0
            clocks = escalated(state.clocks, "approval", cycle, level)
            return replace(state, approval_level=level, clocks=clocks)
        case CompensationAutoApproved(authority=authority):
            return _decided(state, fact, state.proposed_by, authority)
        case CompensationApproved(by=by, authority=authority):
            return _decided(state, fact, by, authority)
        case CompensationRejected(because=because, by=by, reason=reason, exclusion=exclusion):
            decided = _decided(state, fact, by or state.proposed_by, state.authority)
            return replace(
                decided, state=REJECTED, outcome=exclusion or because, outcome_text=reason
            )
        case CompensationExpired():
            return replace(state, state=EXPIRED, decided_at=fact.occurred_at)
        case CompensationGranted(amount_fen=amount_fen, over_budget=over_budget):
            return replace(
                state,
                state=GRANTED,
                amount_fen=amount_fen,
                over_budget=over_budget,
                granted_at=fact.occurred_at,
            )
        case CompensationFulfilled(reference=reference):
            return replace(
                state, state=FULFILLED, fulfilled_at=fact.occurred_at, reference=reference
            )
        case CompensationFulfilmentFailed():
            return replace(state, failures=state.failures + 1)
        case CompensationVoided() as voided:
            return replace(
                state,
                state=VOIDED,
                outcome=voided.exclusion or voided.because,
                outcome_text=voided.reason,
                again=voided.because in AGAIN,
            )
        case CompensationReversed(ground=ground, notice=notice):
            return replace(state, state=REVERSED, outcome=ground, outcome_text=notice)
        case CompensationKept(because=because):
            return replace(state, outcome=because)
        case CompensationFlagged(flag=flag):
            return replace(state, flags=(*state.flags, flag)[-KEPT_FLAGS:])
        case GoodFaithRecorded(no_fault=no_fault):
            return replace(state, no_fault=no_fault)
        case FeeCreditExported() | FeeCreditWithdrawn() | NotificationQueued():
            return state
        case (
            SlaClockStarted()
            | SlaClockMet()
            | SlaClockCancelled()
            | SlaBreached()
            | SlaWarningRaised()
        ) as of_a_clock:
            return replace(state, clocks=clocks_after(state.clocks, of_a_clock))
        case _:
            assert_never(fact.event)


AGAIN = frozenset({"breach_retracted", "promise_break_retracted"})


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
