"""Proposes what a rule gives for a cause: up to its caps, granted within the budget or else
pending, or rejected on record (docs/domain.md §4.3)."""

from collections.abc import Sequence

from app.domain import roles
from app.domain.authority.budget import has_room
from app.domain.authority.exposure import exposure_to
from app.domain.compensation.causes import Cause, excluded_by, retraction_reason
from app.domain.compensation.evolve import evolve
from app.domain.compensation.granting import approval_events, budget_key_of, grant_events
from app.domain.compensation.rules import MAX_OF_SAME_CAUSE, RuleVersion
from app.domain.compensation.state import BUDGET_EXCEEDED, NOMINAL, Compensation, DecidedEvent
from app.domain.decider import Given
from app.domain.ticket.access.naming import counted_household
from app.domain.ticket.state.ticket import Ticket
from app.events.base import SYSTEM, Fact, Value
from app.events.compensation import (
    AccrualTerms,
    CompensationApprovalRequested,
    CompensationAutoApproved,
    CompensationProposed,
    CompensationRejected,
)

CAP_EXHAUSTED, EXCLUDED, NO_HOUSEHOLD = "cap_exhausted", "excluded", "no_household"


class Award(Value, frozen=True, kw_only=True):
    """What a cause entitles to: an amount of a benefit, by a rule version if any."""

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


def propose(award: Award, cause: Cause, ticket: Ticket, given: Given) -> Sequence[DecidedEvent]:
    broken_at = award.accrual.due_at if award.accrual else None
    if retraction_reason(cause.key, ticket, broken_at) or _is_outweighed(
        award, cause, ticket, given
    ):
        return []
    exclusion = excluded_by(award.exclusions, cause.key, ticket)
    if exclusion is not None:
        proposed = _proposed(award, cause, ticket, given, award.amount_fen)
        return [proposed, CompensationRejected(because=EXCLUDED, exclusion=exclusion)]
    if ticket.household_id is None:
        proposed = _proposed(award, cause, ticket, given, award.amount_fen)
        return [proposed, CompensationRejected(because=NO_HOUSEHOLD)]
    if award.accrual is not None:
        return [_proposed(award, cause, ticket, given, 0)]
    amount_fen = min(award.amount_fen, _room(award, cause, ticket, given))
    proposed = _proposed(award, cause, ticket, given, amount_fen)
    if amount_fen == 0:
        return [proposed, CompensationRejected(because=CAP_EXHAUSTED)]
    begun = evolve(None, Fact(proposed, given.occurred_at, SYSTEM))
    return [proposed, *approve_or_request(begun, given)] if begun else []


def approve_or_request(c: Compensation, given: Given) -> list[DecidedEvent]:
    """Grants it within the project's budget; beyond the budget the whole sum needs approval."""
    if has_room(given, budget_key_of(c), c.amount_fen, c.budget_fen):
        return [CompensationAutoApproved(), *grant_events(c, given, below_approval=False)]
    requested = CompensationApprovalRequested(
        because=BUDGET_EXCEEDED,
        amount_fen=c.amount_fen,
        approver_roles=roles.APPROVES_BEYOND_BUDGET,
    )
    return approval_events(c, requested, given)


def _is_outweighed(award: Award, cause: Cause, ticket: Ticket, given: Given) -> bool:
    """Whether another rule has compensated the cause already. The rule that gives most is applied
    first."""
    if award.version is None or award.version.stack != MAX_OF_SAME_CAUSE:
        return False
    exposure = exposure_to(given, counted_household(ticket), ticket.id)
    return bool(exposure.of_cause(ticket.id, cause.key, besides=award.compensation_id))


def _room(award: Award, cause: Cause, ticket: Ticket, given: Given) -> int:
    if award.version is None:
        return award.amount_fen
    caps = award.version.caps
    exposure = exposure_to(given, counted_household(ticket), ticket.id)
    room = award.amount_fen
    if caps.per_ticket_fen is not None:
        used = exposure.used_fen(award.benefit, besides=award.compensation_id, ticket_id=ticket.id)
        room = min(room, caps.per_ticket_fen - used)
    if caps.per_household_month_fen is not None:
        month = month_of(cause, given)
        used = exposure.used_fen(award.benefit, besides=award.compensation_id, month=month)
        room = min(room, caps.per_household_month_fen - used)
    return max(room, 0)


def month_of(cause: Cause, given: Given) -> str:
    """The local month of the cause: one recorded late still counts in its month."""
    return f"{cause.happened_at.astimezone(given.zone):%Y-%m}"


def _proposed(
    award: Award, cause: Cause, ticket: Ticket, given: Given, amount_fen: int
) -> CompensationProposed:
    number = award.version.version if award.version else 0
    return CompensationProposed(
        compensation_id=award.compensation_id,
        ticket_id=ticket.id,
        household_id=ticket.household_id,
        community=ticket.location.community,
        benefit=award.benefit,
        amount_fen=amount_fen,
        currency="CNY",
        nominal=award.benefit in NOMINAL,
        reason=cause.reason,
        cause=cause.key,
        month=month_of(cause, given),
        idempotency_key=f"{award.rule_id or 'promise'}:{number}:{ticket.id}:{cause.part}",
        proposed_by=SYSTEM.subject,
        proposed_role=SYSTEM.role,
        rule_id=award.rule_id,
        rule_version=award.version.version if award.version else None,
        capped_from_fen=award.amount_fen if amount_fen < award.amount_fen else None,
        accrual=award.accrual,
        budget_fen=award.budget_fen,
    )
