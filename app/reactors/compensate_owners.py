"""What went wrong on a ticket is made good by the rules, and looked at again when it turns out
otherwise. Which rules there were is asked as of when it happened, whenever it is heard of."""

from collections.abc import Iterable, Sequence
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
    ReconsiderCompensation,
    SettleAccrual,
)
from app.domain.compensation.decider import COMPENSATION
from app.domain.compensation.rule_book import RULE_BOOK
from app.domain.compensation.rules import (
    ADD,
    DEFAULT_RULES,
    DELAY_DECLARED,
    PROMISE_BROKEN,
    SLA_BREACHED,
    RuleBook,
    meets,
)
from app.domain.ticket.decider import TICKET
from app.domain.ticket.state.promise import promise_of
from app.domain.ticket.state.ticket import Ticket
from app.events.base import Recorded
from app.events.compensation import CompensationAccrued, CompensationGraceEnded
from app.events.promise import PromiseBreakRetracted, PromiseBroken, PromiseSettled
from app.events.registry import NAME_OF
from app.events.sla import SlaBreached, SlaBreachRetracted
from app.events.ticket import CompensationExclusionRecorded, DelayDeclared
from app.reactors.base import Look, Order, Reactor

OF_A_TICKET = (
    SlaBreached,
    SlaBreachRetracted,
    PromiseBroken,
    PromiseSettled,
    PromiseBreakRetracted,
    DelayDeclared,
    CompensationExclusionRecorded,
)
OF_A_COMPENSATION = (CompensationGraceEnded, CompensationAccrued)
TICKET_STREAM = "ticket-"


async def compensate(recorded: Recorded[Any], look: Look) -> Sequence[Order]:
    """Clocks run for other matters too; only what is late for an owner is made good."""
    if isinstance(recorded.event, OF_A_COMPENSATION):
        return later_orders(recorded)
    if not recorded.stream_id.startswith(TICKET_STREAM):
        return []
    ticket = await look.state_of(TICKET.stream(recorded.stream_id.removeprefix(TICKET_STREAM)))
    book = await look.state_of(RULE_BOOK) or DEFAULT_RULES
    return orders(recorded, ticket, book) if ticket else []


def orders(  # noqa: PLR0911 - one table, to be read downwards
    recorded: Recorded[Any], ticket: Ticket, book: RuleBook
) -> list[Order]:
    match recorded.event:
        case SlaBreached():
            return _of_breach(recorded, recorded.event, ticket, book)
        case PromiseBroken():
            return _of_promise(recorded, recorded.event, ticket, book)
        case DelayDeclared():
            return _of_delay(recorded, recorded.event, ticket, book)
        case SlaBreachRetracted(clock=clock, cycle=cycle):
            cause = breach_cause(clock, cycle, recorded.occurred_at)
            return _to_all([cause], ReconsiderCompensation(), recorded, ticket, book)
        case PromiseSettled(promise_id=promise_id):
            causes = _promised(promise_id, recorded, ticket)
            return _to_all(causes, SettleAccrual(), recorded, ticket, book)
        case PromiseBreakRetracted(promise_id=promise_id):
            causes = _promised(promise_id, recorded, ticket)
            return _to_all(causes, ReconsiderCompensation(), recorded, ticket, book)
        case CompensationExclusionRecorded():
            causes = _all_causes(recorded, ticket)
            return _to_all(causes, ReconsiderCompensation(), recorded, ticket, book)
        case _:
            return []


def _of_breach(
    recorded: Recorded[Any], breach: SlaBreached, ticket: Ticket, book: RuleBook
) -> list[Order]:
    cause = breach_cause(breach.clock, breach.cycle, breach.due_at)
    return [
        _order(
            recorded,
            CompensateBreach(
                compensation_id=id_by_rule(rule_id, ticket.id, cause.key),
                rule_id=rule_id,
                ticket_id=ticket.id,
                clock=breach.clock,
                cycle=breach.cycle,
                happened_at=breach.due_at,
            ),
        )
        for rule_id in _rules(book, ticket, SLA_BREACHED, cause, clock=breach.clock)
    ]


def _of_promise(
    recorded: Recorded[Any], broken: PromiseBroken, ticket: Ticket, book: RuleBook
) -> list[Order]:
    """What the promise itself says is given once, by whichever rule; else what the rules say."""
    cause = promise_cause(broken.promise_id, broken.cycle, broken.due_at)
    rules: list[str | None] = [*_rules(book, ticket, PROMISE_BROKEN, cause, promise=broken.kind)]
    if broken.penalty is not None:
        rules = rules[:1] or [None]
    return [
        _order(
            recorded,
            CompensatePromise(
                compensation_id=id_by_rule(
                    None if broken.penalty else rule_id, ticket.id, cause.key
                ),
                rule_id=rule_id,
                ticket_id=ticket.id,
                promise_id=broken.promise_id,
                kind=broken.kind,
                happened_at=broken.due_at,
                zone=broken.zone,
                cycle=broken.cycle,
                penalty=broken.penalty,
            ),
        )
        for rule_id in rules
    ]


def _of_delay(
    recorded: Recorded[Any], declared: DelayDeclared, ticket: Ticket, book: RuleBook
) -> list[Order]:
    cause = delay_cause(recorded.event_id, ticket.cycle, recorded.occurred_at)
    return [
        _order(
            recorded,
            CompensateDelay(
                compensation_id=id_by_rule(rule_id, ticket.id, cause.key),
                rule_id=rule_id,
                ticket_id=ticket.id,
                delay_id=recorded.event_id,
                cycle=ticket.cycle,
                happened_at=recorded.occurred_at,
                new_eta=declared.new_eta,
            ),
        )
        for rule_id in _rules(book, ticket, DELAY_DECLARED, cause)
    ]


def _rules(
    book: RuleBook, ticket: Ticket, event: str, cause: Cause, *, clock: str = "", promise: str = ""
) -> list[str]:
    """Of those that meet one cause the one that gives most, and any that are given on top."""
    found = [
        (rule_id, version)
        for rule_id, version in book.in_force(cause.happened_at)
        if meets(version, event, ticket.service_class, clock=clock, promise=promise)
    ]
    return [rule_id for n, (rule_id, version) in enumerate(found) if n == 0 or version.stack == ADD]


def _promised(promise_id: str, recorded: Recorded[Any], ticket: Ticket) -> list[Cause]:
    promise = promise_of(ticket.promises, promise_id)
    cycle = promise.cycle if promise else ticket.cycle
    return [promise_cause(promise_id, cycle, recorded.occurred_at)]


def _all_causes(recorded: Recorded[Any], ticket: Ticket) -> list[Cause]:
    at = recorded.occurred_at
    return [
        *(breach_cause(one.kind, one.cycle, at) for one in ticket.clocks if one.breached_at),
        *(promise_cause(one.id, one.cycle, at) for one in ticket.promises if one.broken_at),
    ]


def _to_all(
    causes: Iterable[Cause],
    command: ReconsiderCompensation | SettleAccrual,
    recorded: Recorded[Any],
    ticket: Ticket,
    book: RuleBook,
) -> list[Order]:
    """To whatever was given for them; what was not is decided to nothing."""
    rules = [None, *(one.rule_id for one in book.rules)]
    return [
        Order(
            stream=COMPENSATION.stream(id_by_rule(rule_id, ticket.id, cause.key)),
            command=command,
            occurred_at=recorded.occurred_at,
        )
        for cause in causes
        for rule_id in rules
    ]


def later_orders(recorded: Recorded[Any]) -> list[Order]:
    match recorded.event:
        case CompensationGraceEnded() as ended:
            command = CompensateBreach(
                compensation_id=ended.compensation_id,
                rule_id=ended.rule_id,
                ticket_id=ended.ticket_id,
                clock=ended.clock,
                cycle=ended.cycle,
                happened_at=ended.happened_at,
            )
            return [_order(recorded, command)]
        case CompensationAccrued():
            key = recorded.stream_id.removeprefix(f"{COMPENSATION.category}-")
            stream = COMPENSATION.stream(key)
            return [Order(stream=stream, command=SettleAccrual(), occurred_at=recorded.occurred_at)]
        case _:
            return []


def _order(
    recorded: Recorded[Any], command: CompensateBreach | CompensatePromise | CompensateDelay
) -> Order:
    stream = COMPENSATION.stream(command.compensation_id)
    return Order(stream=stream, command=command, occurred_at=recorded.occurred_at)


COMPENSATE_OWNERS = Reactor(
    name="compensate_owners",
    types=frozenset(NAME_OF[event] for event in (*OF_A_TICKET, *OF_A_COMPENSATION)),
    react=compensate,
)
