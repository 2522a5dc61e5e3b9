"""Compensation by rule, after a breach, a broken promise or a declared delay
(docs/domain.md §4.2, §4.3).

The commands come from a reactor, so one that comes too late is a no-op, not refused.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.domain.compensation.by_rule_proposal import Award, propose
from app.domain.compensation.causes import (
    breach_cause,
    delay_cause,
    promise_cause,
    was_declared_in_time,
)
from app.domain.compensation.commands import (
    CompensateBreach,
    CompensateDelay,
    CompensatePromise,
)
from app.domain.compensation.rule_book import MOST_FEN, rules_of
from app.domain.compensation.rules import (
    DELAY_DECLARED,
    PROMISE_BROKEN,
    SLA_BREACHED,
    RuleVersion,
    meets,
)
from app.domain.compensation.state import DEFERRED, FEE_CREDIT, Compensation, DecidedEvent
from app.domain.decider import Given
from app.domain.sla.clock import clock_of
from app.domain.ticket.decider import TICKET
from app.events.compensation import AccrualTerms, CompensationDeferred


def compensate_breach(
    command: CompensateBreach, state: Compensation | None, given: Given
) -> Sequence[DecidedEvent]:
    ticket = given.read(TICKET.stream(command.ticket_id))
    version = _version(command.rule_id, command, given)
    if ticket is None or version is None or not _may_begin(state):
        return []
    if not meets(version, SLA_BREACHED, ticket.service_class, clock=command.clock):
        return []
    cause = breach_cause(command.clock, command.cycle, command.happened_at)
    if version.grace_seconds:
        until = command.happened_at + timedelta(seconds=version.grace_seconds)
        clock = clock_of(ticket.clocks, command.clock, command.cycle)
        if clock is not None and clock.stopped_at is not None and clock.stopped_at <= until:
            return []
        if given.now <= until:
            return [] if state and state.deferred else [_deferred(command, until)]
    award = Award(
        compensation_id=command.compensation_id,
        rule_id=command.rule_id,
        version=version,
        benefit=version.benefit.kind,
        amount_fen=version.benefit.amount_fen,
    )
    return propose(award, cause, ticket, given)


def compensate_promise(
    command: CompensatePromise, state: Compensation | None, given: Given
) -> Sequence[DecidedEvent]:
    """The promise's own penalty takes precedence over a rule's benefit."""
    ticket = given.read(TICKET.stream(command.ticket_id))
    version = _version(command.rule_id, command, given)
    if ticket is None or not _may_begin(state):
        return []
    if version and not meets(version, PROMISE_BROKEN, ticket.service_class, promise=command.kind):
        version = None
    award = _of_promise(command, version)
    cause = promise_cause(command.promise_id, command.cycle, command.happened_at)
    return propose(award, cause, ticket, given) if award else []


def _of_promise(command: CompensatePromise, version: RuleVersion | None) -> Award | None:
    """Per day by the promise's penalty or else by the rule; a rule may also give one sum."""
    by_day = _by_day(command, version)
    if by_day is None and version is None:
        return None
    amount_fen = 0
    if by_day is None and version is not None:
        cap = version.caps.per_promise_fen
        amount_fen = version.benefit.amount_fen
        amount_fen = amount_fen if cap is None else min(amount_fen, cap)
    penalty = command.penalty
    benefit = penalty.benefit if penalty else version.benefit.kind if version else FEE_CREDIT
    return Award(
        compensation_id=command.compensation_id,
        rule_id=command.rule_id if version else None,
        version=version,
        benefit=benefit,
        amount_fen=amount_fen,
        accrual=by_day,
    )


def _by_day(command: CompensatePromise, version: RuleVersion | None) -> AccrualTerms | None:
    penalty = command.penalty
    if penalty is not None:
        per_day_fen, cap_fen = penalty.amount_fen, penalty.cap_fen
    elif version is not None and version.benefit.per is not None:
        cap = version.caps.per_promise_fen
        per_day_fen, cap_fen = version.benefit.amount_fen, MOST_FEN if cap is None else cap
    else:
        return None
    return AccrualTerms(
        promise_id=command.promise_id,
        due_at=command.happened_at,
        zone=command.zone,
        per_day_fen=per_day_fen,
        cap_fen=cap_fen,
    )


def compensate_delay(
    command: CompensateDelay, state: Compensation | None, given: Given
) -> Sequence[DecidedEvent]:
    """A delay declared before the due time. A later breach is compensated as well."""
    ticket = given.read(TICKET.stream(command.ticket_id))
    version = _version(command.rule_id, command, given)
    if ticket is None or version is None or not _may_begin(state):
        return []
    if not meets(version, DELAY_DECLARED, ticket.service_class):
        return []
    if not was_declared_in_time(ticket, command.cycle, command.happened_at):
        return []
    late = command.new_eta - command.happened_at
    if late < timedelta(seconds=version.trigger.delay_seconds or 0):
        return []
    award = Award(
        compensation_id=command.compensation_id,
        rule_id=command.rule_id,
        version=version,
        benefit=version.benefit.kind,
        amount_fen=version.benefit.amount_fen,
    )
    cause = delay_cause(command.delay_id, command.cycle, command.happened_at)
    return propose(award, cause, ticket, given)


def _version(
    rule_id: str | None,
    command: CompensateBreach | CompensatePromise | CompensateDelay,
    given: Given,
) -> RuleVersion | None:
    """The rule version in force when it happened, not the current one."""
    rule = rules_of(given).rule(rule_id) if rule_id else None
    return rule.at(command.happened_at) if rule else None


def _may_begin(state: Compensation | None) -> bool:
    return state is None or state.state == DEFERRED or state.again


def _deferred(command: CompensateBreach, until: datetime) -> CompensationDeferred:
    return CompensationDeferred(
        compensation_id=command.compensation_id,
        ticket_id=command.ticket_id,
        rule_id=command.rule_id,
        clock=command.clock,
        cycle=command.cycle,
        happened_at=command.happened_at,
        until=until,
    )
