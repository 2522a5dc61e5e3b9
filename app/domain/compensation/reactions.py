"""What follows for compensation from an event: which commands, for the compensations of which ids.

The ids follow from rule, ticket and cause, so the same event always means the same compensations.
The rules are those in force when the cause happened, whenever the event arrives.
"""

from collections.abc import Iterable
from typing import Any

from app.domain.compensation.causes import (
    Cause,
    breach_cause,
    delay_cause,
    id_by_rule,
    promise_cause,
)
from app.domain.compensation.commands import (
    CompensateBreach,
    CompensateDelay,
    CompensatePromise,
    CompensationCommand,
    ReconsiderCompensation,
    SettleAccrual,
)
from app.domain.compensation.rules import (
    ADD,
    DELAY_DECLARED,
    PROMISE_BROKEN,
    SLA_BREACHED,
    RuleBook,
    meets,
)
from app.domain.ticket.state.promise import promise_of
from app.domain.ticket.state.ticket import Ticket
from app.events.base import Recorded, Value
from app.events.compensation import CompensationAccrued, CompensationGraceEnded
from app.events.promise import PromiseBreakRetracted, PromiseBroken, PromiseSettled
from app.events.sla import SlaBreached, SlaBreachRetracted
from app.events.ticket import CompensationExclusionRecorded, DelayDeclared

TICKET_EVENTS = (
    SlaBreached,
    SlaBreachRetracted,
    PromiseBroken,
    PromiseSettled,
    PromiseBreakRetracted,
    DelayDeclared,
    CompensationExclusionRecorded,
)
COMPENSATION_EVENTS = (CompensationGraceEnded, CompensationAccrued)


class Reaction(Value, frozen=True, kw_only=True):
    """A command for the compensation of this id."""

    compensation_id: str
    command: CompensationCommand


def after_ticket_event(  # noqa: PLR0911 - one table, to be read downwards
    recorded: Recorded[Any], ticket: Ticket, book: RuleBook
) -> list[Reaction]:
    """`ticket` as it is now, which may be later than the event."""
    match recorded.event:
        case SlaBreached() as breach:
            return _after_breach(breach, ticket, book)
        case PromiseBroken() as broken:
            return _after_broken_promise(broken, ticket, book)
        case DelayDeclared() as declared:
            return _after_delay(recorded, declared, ticket, book)
        case SlaBreachRetracted(clock=clock, cycle=cycle):
            cause = breach_cause(clock, cycle, recorded.occurred_at)
            return _to_all([cause], ReconsiderCompensation(), ticket, book)
        case PromiseSettled(promise_id=promise_id):
            cause = _cause_of_promise(promise_id, recorded, ticket)
            return _to_all([cause], SettleAccrual(), ticket, book)
        case PromiseBreakRetracted(promise_id=promise_id):
            cause = _cause_of_promise(promise_id, recorded, ticket)
            return _to_all([cause], ReconsiderCompensation(), ticket, book)
        case CompensationExclusionRecorded():
            causes = _all_causes(recorded, ticket)
            return _to_all(causes, ReconsiderCompensation(), ticket, book)
        case _:
            return []


def after_compensation_event(compensation_id: str, event: object) -> list[Reaction]:
    match event:
        case CompensationGraceEnded() as ended:
            command = CompensateBreach(
                compensation_id=ended.compensation_id,
                rule_id=ended.rule_id,
                ticket_id=ended.ticket_id,
                clock=ended.clock,
                cycle=ended.cycle,
                happened_at=ended.happened_at,
            )
            return [Reaction(compensation_id=command.compensation_id, command=command)]
        case CompensationAccrued():
            return [Reaction(compensation_id=compensation_id, command=SettleAccrual())]
        case _:
            return []


def _after_breach(breach: SlaBreached, ticket: Ticket, book: RuleBook) -> list[Reaction]:
    cause = breach_cause(breach.clock, breach.cycle, breach.due_at)
    commands = [
        CompensateBreach(
            compensation_id=id_by_rule(rule_id, ticket.id, cause.key),
            rule_id=rule_id,
            ticket_id=ticket.id,
            clock=breach.clock,
            cycle=breach.cycle,
            happened_at=breach.due_at,
        )
        for rule_id in _rules_met(book, ticket, SLA_BREACHED, cause, clock=breach.clock)
    ]
    return [Reaction(compensation_id=one.compensation_id, command=one) for one in commands]


def _after_broken_promise(broken: PromiseBroken, ticket: Ticket, book: RuleBook) -> list[Reaction]:
    """The promise's own penalty is given once, whichever rule it falls under; without a penalty
    the rules decide."""
    cause = promise_cause(broken.promise_id, broken.cycle, broken.due_at)
    rules: list[str | None] = [
        *_rules_met(book, ticket, PROMISE_BROKEN, cause, promise=broken.kind)
    ]
    if broken.penalty is not None:
        rules = rules[:1] or [None]
    commands = [
        CompensatePromise(
            compensation_id=id_by_rule(None if broken.penalty else rule_id, ticket.id, cause.key),
            rule_id=rule_id,
            ticket_id=ticket.id,
            promise_id=broken.promise_id,
            kind=broken.kind,
            happened_at=broken.due_at,
            zone=broken.zone,
            cycle=broken.cycle,
            penalty=broken.penalty,
        )
        for rule_id in rules
    ]
    return [Reaction(compensation_id=one.compensation_id, command=one) for one in commands]


def _after_delay(
    recorded: Recorded[Any], declared: DelayDeclared, ticket: Ticket, book: RuleBook
) -> list[Reaction]:
    cause = delay_cause(recorded.event_id, ticket.cycle, recorded.occurred_at)
    commands = [
        CompensateDelay(
            compensation_id=id_by_rule(rule_id, ticket.id, cause.key),
            rule_id=rule_id,
            ticket_id=ticket.id,
            delay_id=recorded.event_id,
            cycle=ticket.cycle,
            happened_at=recorded.occurred_at,
            new_eta=declared.new_eta,
        )
        for rule_id in _rules_met(book, ticket, DELAY_DECLARED, cause)
    ]
    return [Reaction(compensation_id=one.compensation_id, command=one) for one in commands]


def _rules_met(
    book: RuleBook, ticket: Ticket, event: str, cause: Cause, *, clock: str = "", promise: str = ""
) -> list[str]:
    """Of the rules that the cause meets the one that gives most, and those that add to it."""
    found = [
        (rule_id, version)
        for rule_id, version in book.in_force(cause.happened_at)
        if meets(version, event, ticket.service_class, clock=clock, promise=promise)
    ]
    return [rule_id for n, (rule_id, version) in enumerate(found) if n == 0 or version.stack == ADD]


def _cause_of_promise(promise_id: str, recorded: Recorded[Any], ticket: Ticket) -> Cause:
    promise = promise_of(ticket.promises, promise_id)
    cycle = promise.cycle if promise else ticket.cycle
    return promise_cause(promise_id, cycle, recorded.occurred_at)


def _all_causes(recorded: Recorded[Any], ticket: Ticket) -> list[Cause]:
    """Every breach and every broken promise of the ticket."""
    at = recorded.occurred_at
    return [
        *(breach_cause(one.kind, one.cycle, at) for one in ticket.clocks if one.breached_at),
        *(promise_cause(one.id, one.cycle, at) for one in ticket.promises if one.broken_at),
    ]


def _to_all(
    causes: Iterable[Cause],
    command: ReconsiderCompensation | SettleAccrual,
    ticket: Ticket,
    book: RuleBook,
) -> list[Reaction]:
    """For each cause to every compensation that a rule or a penalty may have led to. Where nothing
    was given the command is a no-op."""
    rules = [None, *(one.rule_id for one in book.rules)]
    return [
        Reaction(compensation_id=id_by_rule(rule_id, ticket.id, cause.key), command=command)
        for cause in causes
        for rule_id in rules
    ]
