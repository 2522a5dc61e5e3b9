"""Comments, urges, escalations, delays and progress (docs/domain.md §6.1, §1a rows 19, 21)."""

from typing import Literal, get_args

from app.domain.checks import one_of, text
from app.domain.decider import Given
from app.domain.errors import NotPermitted, Unacceptable
from app.domain.ticket.commands.ticket import Comment, DeclareDelay, Escalate, UpdateProgress, Urge
from app.domain.ticket.decision import Decision
from app.domain.ticket.every_kind.photos import load_photos
from app.domain.ticket.limits import LONG_TEXT
from app.domain.ticket.state.ticket import Ticket
from app.events.ticket import (
    CommentAdded,
    DelayDeclared,
    EscalationRaised,
    ProgressUpdated,
    TicketUrged,
)

ESCALATING_URGE = 3  # docs/domain.md §6.1: 3rd urge escalates

Visibility = Literal["public", "internal"]
VISIBILITIES: tuple[Visibility, ...] = get_args(Visibility)


def urge(command: Urge, ticket: Ticket) -> Decision:
    count = ticket.urges + 1
    urged = TicketUrged(count=count, note=command.note)
    if count != ESCALATING_URGE:
        return [urged]
    return [urged, EscalationRaised(level=ticket.escalation_level + 1, reason="urged")]


def comment(command: Comment, given: Given) -> Decision:
    said = text(command.text, "/text", LONG_TEXT)
    visibility = one_of(command.visibility, VISIBILITIES, "/visibility")
    if given.actor.role == "owner" and visibility == "internal":
        raise NotPermitted("owner_comments_are_public")
    return [CommentAdded(text=said, visibility=visibility, note=command.note)]


def escalate(command: Escalate, ticket: Ticket) -> Decision:
    reason = text(command.reason, "/reason", LONG_TEXT)
    level = ticket.escalation_level + 1
    return [EscalationRaised(level=level, reason=reason, note=command.note)]


def declare_delay(command: DeclareDelay, given: Given) -> Decision:
    if command.new_eta <= given.now:
        raise Unacceptable("eta_in_past", pointer="/new_eta")
    reason = text(command.reason, "/reason", LONG_TEXT)
    return [DelayDeclared(reason=reason, new_eta=command.new_eta, note=command.note)]


def update_progress(command: UpdateProgress, ticket: Ticket, given: Given) -> Decision:
    said = text(command.text, "/text", LONG_TEXT)
    named = load_photos(command.photo_ids, ticket.id, given)
    return [ProgressUpdated(text=said, photos=named.photos, note=command.note), *named.links]
