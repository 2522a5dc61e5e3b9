"""What makes trouble the same trouble (docs/domain.md §5.1). A key is a hash: an address is
personal."""

import hashlib
from collections.abc import Sequence

from app.domain.ticket.state.ticket import Ticket
from app.events.canonical import canonical_json
from app.events.ticket import Location


def fingerprint_of(
    location: Location, category: str, household_id: str | None = None
) -> str | None:
    """Of a place, a component and a sort of trouble. Of a community alone, the household
    stands for the place; without one there is none: two lamps are not the same lamp."""
    place = (location.community, location.building, location.unit, location.component)
    if any(place[1:]):
        return _key("fingerprint", (*place, category))
    if household_id is None:
        return None
    return _key("household", (location.community, household_id, category))


def fingerprint_of_ticket(ticket: Ticket) -> str:
    """Where the place says too little, the ticket itself."""
    return found_at(ticket) or _key("ticket", (ticket.id,))


def found_at(ticket: Ticket) -> str | None:
    return fingerprint_of(ticket.location, ticket.category, ticket.household_id)


def fingerprint_of_figure(metric: str, community: str | None) -> str:
    """A figure that fell is one trouble in one community, or in all of them together."""
    return _key("figure", (metric, community))


def rollup_of(location: Location, category: str) -> str | None:
    """Of a building; none for what is in no unit of it."""
    if location.building is None or location.unit is None:
        return None
    return _key("rollup", (location.community, location.building, location.component, category))


def unit_key(location: Location) -> str:
    return _key("unit", (location.community, location.building, location.unit))


def _key(kind: str, named: Sequence[str | None]) -> str:
    """However somebody wrote it: in capitals, or with blanks too many."""
    words = [None if word is None else " ".join(word.casefold().split()) for word in named]
    return hashlib.sha256(canonical_json([kind, *words]).encode()).hexdigest()[:32]
