"""Compensation proposed by people: granted at once within their authority, else approval is
requested (docs/domain.md §4.4).

Checked against everything that people granted on the ticket or to the household in 30 days without
approval, whoever granted it: many small sums count as one.
"""

from collections.abc import Sequence

from app.domain import roles
from app.domain.authority.decider import Authority, approver_roles, authority_for
from app.domain.authority.exposure import sums
from app.domain.authority.staff_exposure import (
    Grant,
    flags_for,
    given_today_fen,
    good_faith_loss,
    is_good_faith_within,
    is_own_household,
    staff_decided,
)
from app.domain.benefits import BENEFITS
from app.domain.checks import one_of, require, text, within
from app.domain.compensation.commands import ProposeCompensation
from app.domain.compensation.evolve import after, evolve
from app.domain.compensation.exposed import exposure_stream_of
from app.domain.compensation.granting import approval_events, grant_events
from app.domain.compensation.rule_book import MOST_FEN
from app.domain.compensation.state import (
    FEE_CREDIT,
    MANUAL,
    NOMINAL,
    OVER_AUTHORITY,
    SELF_DEALING,
    Compensation,
    DecidedEvent,
)
from app.domain.decider import Given
from app.domain.errors import NotFound, Unacceptable
from app.domain.ticket.access.conflict import check_no_conflict
from app.domain.ticket.access.naming import is_anonymous
from app.domain.ticket.access.visibility import may_see
from app.domain.ticket.decider import TICKET
from app.domain.ticket.every_kind.merged import merged
from app.domain.ticket.state.ticket import Ticket
from app.events.base import Fact, Value
from app.events.compensation import (
    CompensationApprovalRequested,
    CompensationAutoApproved,
    CompensationFlagged,
    CompensationProposed,
    DecisionAuthority,
    GoodFaithRecorded,
)

LONG = 1000


class AuthorityCheck(Value, frozen=True, kw_only=True):
    """The actor's authority for this; `approval_because` is why somebody else has to approve."""

    authority: Authority
    exposure_fen: int
    approval_because: str | None

    @property
    def recorded(self) -> DecisionAuthority:
        return decision_authority(self.authority, self.exposure_fen)


def decision_authority(authority: Authority, exposure_fen: int) -> DecisionAuthority:
    return DecisionAuthority(
        role=authority.role,
        limit_fen=authority.limit_fen,
        exposure_fen=min(exposure_fen, MOST_FEN),  # the largest canonical integer
        matrix_version=authority.matrix_version,
        delegated_by=authority.delegated_by,
    )


def propose(
    command: ProposeCompensation, state: Compensation | None, given: Given
) -> Sequence[DecidedEvent]:
    if state is not None:
        return []
    ticket = given.read(TICKET.stream(command.ticket_id))
    if ticket is None or not may_see(given.viewer, ticket):
        raise NotFound("ticket_not_found")
    require(given, roles.PROPOSE_COMPENSATION)
    check_no_conflict(given, ticket)
    proposed = _proposed(command, ticket, given)
    c = evolve(None, Fact(proposed, given.occurred_at, given.actor))
    if c is None:
        return []
    check = _check_authority(c, given)
    grant = grant_of(c, ticket, check.authority, given)
    flagged = [
        CompensationFlagged(flag=one.flag, detail=one.detail, subject=given.actor.subject)
        for one in flags_for(given, grant)
    ]
    if check.approval_because is not None:
        requested = CompensationApprovalRequested(
            because=check.approval_because,
            amount_fen=c.amount_fen,
            approver_roles=approver_roles(given, c.benefit, check.exposure_fen),
            authority=check.recorded,
        )
        return [proposed, *flagged, *approval_events(c, requested, given)]
    approved = CompensationAutoApproved(authority=check.recorded)
    c = after(c, Fact(approved, given.occurred_at, given.actor))
    return [
        proposed,
        *flagged,
        approved,
        *grant_events(c, given, below_approval=True),
        *_good_faith(c, given),
        staff_decided(given, grant),
    ]


def _proposed(command: ProposeCompensation, ticket: Ticket, given: Given) -> CompensationProposed:
    benefit = one_of(command.benefit, BENEFITS, "/benefit")
    within(command.amount_fen, 1, MOST_FEN, "/amount_fen")
    if ticket.merged_into is not None:
        raise merged(command, ticket, given, TICKET.stream)
    if ticket.household_id is None and benefit == FEE_CREDIT:
        raise Unacceptable("household_required", pointer="/benefit")
    reason = text(command.reason, "/reason", LONG)
    rationale = text(command.rationale, "/rationale", LONG) if command.rationale else None
    return CompensationProposed(
        compensation_id=command.compensation_id,
        ticket_id=ticket.id,
        household_id=ticket.household_id,
        community=ticket.location.community,
        benefit=benefit,
        amount_fen=command.amount_fen,
        currency="CNY",
        nominal=benefit in NOMINAL,
        reason=reason,
        cause=MANUAL,
        month=f"{given.occurred_at.astimezone(given.zone):%Y-%m}",
        idempotency_key=f"{MANUAL}:{command.compensation_id}",
        proposed_by=given.actor.subject,
        proposed_role=given.actor.role,
        good_faith=command.good_faith,
        rationale=(rationale or reason) if command.good_faith else None,
    )


def _check_authority(c: Compensation, given: Given) -> AuthorityCheck:
    authority = authority_for(given, c.benefit)
    exposure = given.read(exposure_stream_of(c, given))
    before = sums(exposure.by_people(also_approved=False), c.ticket_id, given.now)
    exposure_fen = before.either_fen + c.amount_fen
    enough = (
        exposure_fen <= authority.limit_fen
        and _fits(before.ticket_fen + c.amount_fen, authority.per_ticket_fen)
        and _fits(before.household_fen + c.amount_fen, authority.per_household_30d_fen)
        and _fits(
            given_today_fen(given, given.actor.subject) + c.amount_fen, authority.per_staff_day_fen
        )
    )
    approval_because = None if enough else OVER_AUTHORITY
    if c.household_id is not None and is_own_household(given, c.household_id):
        approval_because = SELF_DEALING
    return AuthorityCheck(
        authority=authority, exposure_fen=exposure_fen, approval_because=approval_because
    )


def _fits(amount_fen: int, limit_fen: int | None) -> bool:
    return limit_fen is None or amount_fen <= limit_fen


def grant_of(c: Compensation, ticket: Ticket, authority: Authority, given: Given) -> Grant:
    exposure = given.read(exposure_stream_of(c, given))
    return Grant(
        compensation_id=c.id,
        household_id=c.household_id,
        ticket_id=c.ticket_id,
        benefit=c.benefit,
        amount_fen=c.amount_fen,
        limit_fen=authority.limit_fen,
        ticket_is_closed=ticket.closed_at is not None,
        ticket_was_reopened=ticket.cycle > 1,
        is_apart=is_anonymous(ticket),
        was_given_before=any(one.ticket_id == c.ticket_id for one in exposure.entries),
    )


def _good_faith(c: Compensation, given: Given) -> list[DecidedEvent]:
    """Within the limit and the good-faith allowance nobody is blamed. A grant to the own household
    never gets here: it needs approval."""
    if not c.good_faith:
        return []
    subject = given.actor.subject
    no_fault = is_good_faith_within(given, subject, c.amount_fen)
    recorded = GoodFaithRecorded(
        subject=subject,
        no_fault=no_fault,
        loss_fen=c.amount_fen,
        rationale=c.rationale or c.reason,
    )
    lost = [good_faith_loss(given, subject, c.id, c.amount_fen)] if no_fault else []
    return [recorded, *lost]
