"""What a rule brings for a cause, as it is proposed: up to its caps, within the budget or waiting,
or visibly nothing (docs/domain.md §4.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.domain import roles
from app.domain.authority.budget import has_room
from app.domain.authority.exposure import exposure_to
from app.domain.compensation.causes import Cause, excluded_by, no_longer_so
from app.domain.compensation.evolve import evolve
from app.domain.compensation.granting import granted, purse_of, waiting
from app.domain.compensation.rules import MAX_OF_SAME_CAUSE, RuleVersion
from app.domain.compensation.state import BUDGET_EXCEEDED, NOMINAL, Compensation
from app.domain.decider import Given
from app.domain.ticket.state.ticket import Ticket
from app.events.base import SYSTEM, Fact
from app.events.compensation import (
    AccrualTerms,
    CompensationApprovalRequested,
    CompensationAutoApproved,
    CompensationProposed,
    CompensationRejected,
)

CAP_EXHAUSTED, EXCLUDED, NO_HOUSEHOLD = "cap_exhausted", "excluded", "no_household"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What a cause brings: so much of a benefit, by this version of a rule if by any."""

    compensation_id: str
    rule_id: str | None
    version: RuleVersion | None
    benefit: str
    amount_fen: int
    accrual: AccrualTerms | None = None

    @property
    def exclusions(self) -> tuple[str, ...]:
        return self.version.exclusions if self.version else ()

    @property
    def budget_fen(self) -> int | None:
        return self.version.caps.project_month_budget_fen if self.version else None


def propose(due: Due, cause: Cause, ticket: Ticket, given: Given) -> Sequence[Any]:
    broken_at = due.accrual.due_at if due.accrual else None
    if no_longer_so(cause.key, ticket, broken_at) or _is_outweighed(due, cause, ticket, given):
        return []
    exclusion = excluded_by(due.exclusions, cause.key, ticket)
    if exclusion is not None:
        proposed = _proposed(due, cause, ticket, given, due.amount_fen)
        return [proposed, CompensationRejected(because=EXCLUDED, exclusion=exclusion)]
    if ticket.household_id is None:
        proposed = _proposed(due, cause, ticket, given, due.amount_fen)
        return [proposed, CompensationRejected(because=NO_HOUSEHOLD)]
    if due.accrual is not None:
        return [_proposed(due, cause, ticket, given, 0)]
    amount_fen = min(due.amount_fen, _room(due, cause, ticket, given))
    proposed = _proposed(due, cause, ticket, given, amount_fen)
    if amount_fen == 0:
        return [proposed, CompensationRejected(because=CAP_EXHAUSTED)]
    begun = evolve(None, Fact(proposed, given.occurred_at, SYSTEM))
    return [proposed, *approved_or_waiting(begun, given)] if begun else []


def approved_or_waiting(c: Compensation, given: Given) -> list[Any]:
    """Within the project's budget it is granted; beyond it all of it waits, and none is dropped."""
    if has_room(given, purse_of(c), c.amount_fen, c.budget_fen):
        return [CompensationAutoApproved(), *granted(c, given, below_approval=False)]
    requested = CompensationApprovalRequested(
        because=BUDGET_EXCEEDED,
        amount_fen=c.amount_fen,
        approver_roles=roles.APPROVES_BEYOND_BUDGET,
    )
    return waiting(c, requested, given)


def _is_outweighed(due: Due, cause: Cause, ticket: Ticket, given: Given) -> bool:
    """Another rule has made good the same cause already. Rules come by what they give, the most
    first."""
    if due.version is None or due.version.stack != MAX_OF_SAME_CAUSE:
        return False
    exposure = exposure_to(given, ticket.household_id, ticket.id)
    return bool(exposure.of_cause(ticket.id, cause.key, besides=due.compensation_id))


def _room(due: Due, cause: Cause, ticket: Ticket, given: Given) -> int:
    if due.version is None:
        return due.amount_fen
    caps = due.version.caps
    exposure = exposure_to(given, ticket.household_id, ticket.id)
    room = due.amount_fen
    if caps.per_ticket_fen is not None:
        used = exposure.used_fen(due.benefit, besides=due.compensation_id, ticket_id=ticket.id)
        room = min(room, caps.per_ticket_fen - used)
    if caps.per_household_month_fen is not None:
        month = month_of(cause, given)
        used = exposure.used_fen(due.benefit, besides=due.compensation_id, month=month)
        room = min(room, caps.per_household_month_fen - used)
    return max(room, 0)


def month_of(cause: Cause, given: Given) -> str:
    """That of the cause, on the tenant's walls: found out late, it still counts in its month."""
    return f"{cause.happened_at.astimezone(given.zone):%Y-%m}"


def _proposed(
    due: Due, cause: Cause, ticket: Ticket, given: Given, amount_fen: int
) -> CompensationProposed:
    number = due.version.version if due.version else 0
    return CompensationProposed(
        compensation_id=due.compensation_id,
        ticket_id=ticket.id,
        household_id=ticket.household_id,
        community=ticket.location.community,
        benefit=due.benefit,
        amount_fen=amount_fen,
        currency="CNY",
        nominal=due.benefit in NOMINAL,
        reason=cause.reason,
        cause=cause.key,
        month=month_of(cause, given),
        idempotency_key=f"{due.rule_id or 'promise'}:{number}:{ticket.id}:{cause.part}",
        proposed_by=SYSTEM.subject,
        proposed_role=SYSTEM.role,
        rule_id=due.rule_id,
        rule_version=due.version.version if due.version else None,
        capped_from_fen=due.amount_fen if amount_fen < due.amount_fen else None,
        accrual=due.accrual,
        budget_fen=due.budget_fen,
    )
