"""The clocks of a compensation: one for its approval, one for its fulfilment."""

from typing import Literal

from msgspec.structs import replace

from app.domain.compensation.state import PENDING, Compensation
from app.domain.decider import Given
from app.domain.sla import clock_moves as moves
from app.domain.sla.clock import ClockKind, latest, running
from app.domain.sla.policy import Matter, lines_for
from app.domain.sla.policy_book import policies_of
from app.domain.ticket.clocks.terms import calendar_for, terms_at
from app.domain.ticket.kinds.words import Kind
from app.events.sla import SlaEvent

APPROVAL: ClockKind = "approval"
FULFILMENT: ClockKind = "fulfilment"
SelectorKind = Literal[Kind, "compensation"]
"""What policies select."""
KIND: SelectorKind = "compensation"  # the category is the benefit


def start_approval(c: Compensation, levels: int, given: Given) -> list[SlaEvent]:
    """Each escalation step asks the next level; at the top it stays there."""
    return _started(c, APPROVAL, levels - 1, given)


def start_fulfilment(c: Compensation, given: Given) -> list[SlaEvent]:
    return _started(c, FULFILMENT, 0, given)


def _started(c: Compensation, kind: str, steps: int, given: Given) -> list[SlaEvent]:
    matter = Matter(kind=KIND, service_class="", category=c.benefit, community=c.community)
    line = lines_for(policies_of(given), matter, given.occurred_at).get(kind)
    if line is None:
        return []
    terms = terms_at(line, given, given.occurred_at)
    before = latest(c.clocks, kind)
    return moves.start(
        kind,
        before.cycle + 1 if before else 1,
        given.occurred_at,
        replace(terms, steps=terms.steps[:steps], pausable_reasons=()),
    )


def stop(c: Compensation, kind: str, given: Given) -> list[SlaEvent]:
    return [
        event
        for clock in running(c.clocks)
        if clock.kind == kind
        for event in moves.stop(clock, calendar_for(clock, given), given.now, None)
    ]


def cancel(c: Compensation, reason: str, given: Given) -> list[SlaEvent]:
    return [
        event
        for clock in running(c.clocks)
        for event in moves.cancel(
            clock, calendar_for(clock, given), max(given.occurred_at, clock.started_at), reason
        )
    ]


def audience_of(c: Compensation, kind: str) -> str:
    """Who is notified when such a clock runs out."""
    if kind == APPROVAL and c.state == PENDING:
        return c.asked_role or "manager"
    return "finance" if c.benefit in {"fee_credit", "cash"} else "supervisor"
