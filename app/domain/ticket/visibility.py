"""Who may see a ticket (api.md §1). What one may not see does not exist."""

from typing import Protocol

from app.domain.ticket.state import Ticket
from app.events.base import Actor


class Viewer(Protocol):
    """What a token says of its bearer; `Given` is one."""

    @property
    def actor(self) -> Actor: ...
    @property
    def household_id(self) -> str | None: ...
    @property
    def communities(self) -> tuple[str, ...]: ...


def may_see(viewer: Viewer, ticket: Ticket) -> bool:
    """Owners see what is their household's, engineers what concerns them and the pool, all others
    everything of the tenant, or of the communities that their token names."""
    match viewer.actor.role:
        case "owner":
            return ticket.household_id is not None and ticket.household_id == viewer.household_id
        case "engineer":
            return _concerns(viewer.actor.subject, ticket) or (
                ticket.status == "pooled" and _is_in_reach(viewer, ticket)
            )
        case _:
            return _is_in_reach(viewer, ticket)


def could_see_in_pool(viewer: Viewer, ticket: Ticket) -> bool:
    """Whoever comes too late for a ticket of the pool is told so."""
    return (
        viewer.actor.role == "engineer"
        and ticket.assignment.was_pooled
        and _is_in_reach(viewer, ticket)
    )


def _is_in_reach(viewer: Viewer, ticket: Ticket) -> bool:
    return not viewer.communities or ticket.location.community in viewer.communities


def _concerns(engineer: str, ticket: Ticket) -> bool:
    """Offered to, held by or once held by this engineer, reported by or answered for by."""
    return (
        ticket.is_held_by(engineer)
        or ticket.is_offered_to(engineer)
        or engineer in ticket.assignment.past
        or engineer == ticket.reported_by
        or any(
            person is not None and person.subject == engineer
            for person in (ticket.first_responsible, ticket.hand_over)
        )
    )
