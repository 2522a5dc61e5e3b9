"""The keys that identify the same trouble (docs/domain.md §5.1). Hashes, because an address is
personal data."""

import hashlib
from collections.abc import Sequence

from app.domain.ticket.access.naming import is_anonymous
from app.domain.ticket.state.ticket import Ticket
from app.events.canonical import canonical_json
from app.events.ticket import Location


def fingerprint_of(
    location: Location, category: str, household_id: str | None = None
) -> str | None:
    """The key of a place, component and category. If only the community is known, the household is
    the place; without one there is no key: two lamps are not the same lamp."""
    place = (location.community, location.building, location.unit, location.component)
    if any(place[1:]):
        return _key("fingerprint", (*place, category))
    if household_id is None:
        return None
    return _key("household", (location.community, household_id, category))


def fingerprint_of_ticket(ticket: Ticket) -> str:
    """The key of the ticket's place; of the ticket itself if the place is too vague or the ticket
    must not be counted there."""
    return place_fingerprint(ticket) or _key("ticket", (ticket.id,))


def place_fingerprint(ticket: Ticket) -> str | None:
    """None for an anonymous complaint: what others share would tell whose it is (ADR 0032)."""
    if is_anonymous(ticket):
        return None
    return fingerprint_of(ticket.location, ticket.category, ticket.household_id)


def fingerprint_of_figure(metric: str, community: str | None) -> str:
    """The key of a metric that fell, in one community or in all together."""
    return _key("figure", (metric, community))


def rollup_of(location: Location, category: str) -> str | None:
    """The key of a building; None for a place outside its units."""
    if location.building is None or location.unit is None:
        return None
    return _key("rollup", (location.community, location.building, location.component, category))


def unit_key(location: Location) -> str:
    return _key("unit", (location.community, location.building, location.unit))


def _key(kind: str, named: Sequence[str | None]) -> str:
    """Ignores upper case and extra blanks."""
    words = [None if word is None else " ".join(word.casefold().split()) for word in named]
    return hashlib.sha256(canonical_json([kind, *words]).encode()).hexdigest()[:32]
