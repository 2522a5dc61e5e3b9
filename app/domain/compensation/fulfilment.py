"""Fulfils, voids and reverses compensations: void before fulfilment; reverse after it, only for
fraud or a duplicate (docs/domain.md §4.2, §4.5)."""

from collections.abc import Sequence
from typing import Literal, get_args

from app.domain import roles
from app.domain.checks import one_of, optional_text, require, text
from app.domain.compensation import clocks
from app.domain.compensation.by_hand import LONG
from app.domain.compensation.causes import EXCLUDED, excluded_later, retraction_reason
from app.domain.compensation.commands import (
    FulfilCompensation,
    RecordFulfilmentFailure,
    ReverseCompensation,
    VoidCompensation,
)
from app.domain.compensation.granting import undo_events, void_events
from app.domain.compensation.rule_book import rules_of
from app.domain.compensation.state import (
    BEFORE_FULFILMENT,
    DEFERRED,
    FULFILLED,
    GRANTED,
    REVERSED,
    VOIDED,
    Compensation,
    DecidedEvent,
)
from app.domain.decider import Given
from app.domain.errors import IllegalTransition
from app.domain.ticket.decider import TICKET
from app.events.compensation import (
    CompensationFulfilled,
    CompensationFulfilmentFailed,
    CompensationKept,
    CompensationReversed,
)

ReversalGround = Literal["fraud", "duplicate"]
GROUNDS: tuple[ReversalGround, ...] = get_args(ReversalGround)


def fulfil(command: FulfilCompensation, c: Compensation, given: Given) -> Sequence[DecidedEvent]:
    require(given, roles.FULFIL_COMPENSATION)
    reference = optional_text(command.reference, "/reference", 200)
    if c.state == FULFILLED and reference in {None, c.reference}:
        return []
    _check_granted(c)
    fulfilled = CompensationFulfilled(
        amount_fen=c.amount_fen,
        benefit=c.benefit,
        household_id=c.household_id,
        reference=reference,
        note=optional_text(command.note, "/note", LONG),
    )
    return [fulfilled, *clocks.stop(c, clocks.FULFILMENT, given)]


def fail(command: RecordFulfilmentFailure, c: Compensation, given: Given) -> Sequence[DecidedEvent]:
    require(given, roles.FULFIL_COMPENSATION)
    _check_granted(c)
    return [CompensationFulfilmentFailed(reason=text(command.reason, "/reason", LONG))]


def _check_granted(c: Compensation) -> None:
    if c.state != GRANTED:
        raise IllegalTransition("compensation_not_granted", state=c.state)


def void(command: VoidCompensation, c: Compensation, given: Given) -> Sequence[DecidedEvent]:
    require(given, roles.CANCEL_COMPENSATION)
    reason = text(command.reason, "/reason", LONG)
    if c.state == VOIDED:
        return []
    if c.state not in BEFORE_FULFILMENT or c.state == DEFERRED:
        raise IllegalTransition("compensation_not_voidable", state=c.state)
    return void_events(c, "decided", given, by=given.actor.subject, reason=reason)


def reverse(command: ReverseCompensation, c: Compensation, given: Given) -> Sequence[DecidedEvent]:
    require(given, roles.CANCEL_COMPENSATION)
    ground = one_of(command.ground, GROUNDS, "/reason")
    notice = optional_text(command.notice, "/notice", LONG)
    if c.state == REVERSED:
        return []
    if c.state != FULFILLED:
        raise IllegalTransition("compensation_not_fulfilled", state=c.state)
    reversal = CompensationReversed(
        ground=ground,
        notice=notice,
        by=given.actor.subject,
        amount_fen=c.amount_fen,
        benefit=c.benefit,
        household_id=c.household_id,
    )
    return [reversal, *undo_events(c, given)]


def reconsider(c: Compensation | None, given: Given) -> Sequence[DecidedEvent]:
    """Its cause was retracted or is excluded now. It is voided if not yet fulfilled; the owner
    keeps a fulfilled one, because the error was ours (docs/domain.md §4.5)."""
    if c is None or not c.is_by_rule or c.state == DEFERRED:
        return []
    ticket = given.read(TICKET.stream(c.ticket_id))
    if ticket is None:
        return []
    exclusion = excluded_later(_exclusions(c, given), ticket)
    broken_at = c.accrual.due_at if c.accrual else None
    because = retraction_reason(c.cause, ticket, broken_at) or (EXCLUDED if exclusion else None)
    if because is None:
        return []
    if c.state in BEFORE_FULFILMENT:
        recorded = exclusion if because == EXCLUDED else None
        return void_events(c, because, given, exclusion=recorded)
    if c.state == FULFILLED and c.outcome != because:
        return [CompensationKept(because=because)]
    return []


def _exclusions(c: Compensation, given: Given) -> tuple[str, ...]:
    """The exclusions of the rule version that it was proposed by."""
    rule = rules_of(given).rule(c.rule_id) if c.rule_id else None
    versions = rule.versions if rule else ()
    return next((one.exclusions for one in versions if one.version == c.rule_version), ())
