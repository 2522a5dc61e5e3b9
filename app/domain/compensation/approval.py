"""Approving and rejecting a pending compensation (docs/domain.md §4.4): by somebody whose authority
suffices now, and who neither proposed nor receives it."""

from collections.abc import Sequence

from app.domain.authority.budget import has_room
from app.domain.authority.decider import Authority, authority_for, counts_as
from app.domain.authority.exposure import sums
from app.domain.authority.staff_exposure import flags_for, staff_decided
from app.domain.checks import optional_text, role_not_permitted, text
from app.domain.compensation import clocks
from app.domain.compensation.by_hand import LONG, decision_authority, grant_of
from app.domain.compensation.commands import ApproveCompensation, RejectCompensation
from app.domain.compensation.exposed import exposure_stream_of
from app.domain.compensation.granting import budget_key_of, grant_events, release_events
from app.domain.compensation.state import (
    FULFILLED,
    GRANTED,
    PENDING,
    REJECTED,
    Compensation,
    DecidedEvent,
)
from app.domain.decider import Given
from app.domain.errors import IllegalTransition, NotPermitted
from app.domain.records.household import HOUSEHOLD
from app.domain.ticket.decider import TICKET
from app.events.compensation import (
    CompensationApproved,
    CompensationFlagged,
    CompensationRejected,
    DecisionAuthority,
)


def approve(command: ApproveCompensation, c: Compensation, given: Given) -> Sequence[DecidedEvent]:
    """A second approval by the same person is a no-op."""
    if c.state in {GRANTED, FULFILLED} and _was_decided_by(c, given):
        return []
    _check_waits(c)
    authority = _check_may_decide(c, given)
    exposure_fen = _exposure_fen(c, given)
    if exposure_fen > authority.limit_fen:
        raise NotPermitted(
            "beyond_authority", limit_fen=authority.limit_fen, exposure_fen=exposure_fen
        )
    approved = CompensationApproved(
        by=given.actor.subject,
        authority=decision_authority(authority, exposure_fen),
        note=optional_text(command.note, "/note", LONG),
    )
    over = c.is_by_rule and not has_room(given, budget_key_of(c), c.amount_fen, c.budget_fen)
    return [
        approved,
        *clocks.stop(c, clocks.APPROVAL, given),
        *grant_events(c, given, below_approval=False, over_budget=over),
        *_staff_events(c, authority, given),
    ]


def reject(command: RejectCompensation, c: Compensation, given: Given) -> Sequence[DecidedEvent]:
    reason = text(command.reason, "/reason", LONG)
    if c.state == REJECTED and _was_decided_by(c, given):
        return []
    _check_waits(c)
    _check_may_decide(c, given)
    rejected = CompensationRejected(because="decided", by=given.actor.subject, reason=reason)
    return [rejected, *clocks.stop(c, clocks.APPROVAL, given), *release_events(c, given)]


def _was_decided_by(c: Compensation, given: Given) -> bool:
    return c.pending_reason is not None and c.decided_by == given.actor.subject


def _check_waits(c: Compensation) -> None:
    if c.state != PENDING:
        raise IllegalTransition("compensation_not_pending", state=c.state)


def _check_may_decide(c: Compensation, given: Given) -> Authority:
    """A deputy counts as the absent person: neither may decide what the other proposed."""
    authority = authority_for(given, c.benefit)
    people = counts_as(given)
    if c.proposed_by in people:
        raise NotPermitted("own_compensation")
    if _is_beneficiary(c, people, given):
        raise NotPermitted("beneficiary_may_not_decide")
    if authority.role not in c.approver_roles:
        raise role_not_permitted(given.actor.role, c.approver_roles)
    return authority


def _is_beneficiary(c: Compensation, people: frozenset[str], given: Given) -> bool:
    if c.household_id is None:
        return False
    household = given.read(HOUSEHOLD.stream(c.household_id))
    members = {member.subject for member in household.members} if household else set()
    return given.household_id == c.household_id or bool(members & people)


def _exposure_fen(c: Compensation, given: Given) -> int:
    """Includes approved compensations, so that an approver's limit applies to the sum. Not so for
    a rule's: nobody can split those up."""
    if c.is_by_rule:
        return c.amount_fen
    exposure = given.read(exposure_stream_of(c, given))
    entries = exposure.by_people(also_approved=True)
    return sums(entries, c.ticket_id, given.now).either_fen + c.amount_fen


def _staff_events(c: Compensation, authority: Authority, given: Given) -> list[DecidedEvent]:
    ticket = given.read(TICKET.stream(c.ticket_id))
    if ticket is None:
        return []
    grant = grant_of(c, ticket, authority, given)
    flagged = [
        CompensationFlagged(flag=one.flag, detail=one.detail, subject=given.actor.subject)
        for one in flags_for(given, grant)
    ]
    return [*flagged, staff_decided(given, grant)]


__all__ = ["DecisionAuthority", "approve", "reject"]
