"""Which events of the log and of timelines a viewer may not see: the one rule for every stream.

An event is about the tickets that its stream belongs to or that its data names, directly or by a
compensation, survey, problem or promise. It is withheld where one of them hides its reporter from
the viewer, and where it belongs to a community out of the viewer's reach.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.authority.budget import BUDGET
from app.domain.authority.exposure import EXPOSURE
from app.domain.authority.staff_exposure import STAFF_EXPOSURE
from app.domain.compensation.decider import COMPENSATION
from app.domain.decider import Decider, Stream
from app.domain.deciders import DECIDERS
from app.domain.fingerprint.decider import FINGERPRINT
from app.domain.fingerprint.rollup import ROLLUP
from app.domain.follow_up_series.decider import FOLLOW_UP_SERIES
from app.domain.problem.decider import PROBLEM
from app.domain.records.access import ACCESS
from app.domain.records.attachment import ATTACHMENT
from app.domain.records.complaint_record import COMPLAINT_RECORD
from app.domain.records.household import HOUSEHOLD
from app.domain.records.household import may_see as may_see_household
from app.domain.records.promise_record import PROMISE
from app.domain.records.session import SESSION
from app.domain.records.staff import STAFF
from app.domain.records.staff import may_see as may_see_staff
from app.domain.records.workload import WORKLOAD
from app.domain.survey.campaign import CAMPAIGN
from app.domain.survey.contact import SURVEY_CONTACT
from app.domain.survey.decider import SURVEY
from app.domain.survey.experience import EXPERIENCE
from app.domain.ticket.access.conflict import is_complained_about
from app.domain.ticket.access.visibility import knows_reporter
from app.domain.ticket.decider import TICKET
from app.domain.ticket.state.ticket import Ticket
from app.events.base import Recorded
from app.viewer import Viewer
from app.views.events import strings_of
from app.views.reader import Reader

AnyStream = Stream[Any, Any]
States = dict[str, Any]
"""By stream id; of streams without events too."""

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

NAMED_BY: Mapping[str, Decider[Any, Any]] = {
    "compensation_id": COMPENSATION,
    "survey_id": SURVEY,
    "problem_id": PROBLEM,
    "promise_id": PROMISE,
    "series_id": FOLLOW_UP_SERIES,
}
"""Fields of events that lead to a ticket by another stream. Tickets themselves are known by being
found under an id, whatever the field is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Belongs:
    """What a stream belongs to. Without any of these it is the whole company's."""

    tickets: tuple[str, ...] = ()
    community: str | None = None
    household: str | None = None
    staff: str | None = None
    only_by_tickets: bool = False  # it has no other place: without a ticket it is in no community


def _of_tickets(*tickets: str | None, community: str | None = None) -> Belongs:
    return Belongs(
        tickets=tuple(filter(None, tickets)), community=community, only_by_tickets=community is None
    )


def _ticket(key: str, state: Ticket | None) -> Belongs:
    return _of_tickets(key, community=state.location.community if state else None)


def _exposure(key: str, _state: object) -> Belongs:
    return _of_tickets(key) if UUID.fullmatch(key) else Belongs(household=key)


def _survey(_key: str, state: Any) -> Belongs:
    if state is None:
        return _of_tickets()
    return _of_tickets(state.subject.ticket_id, community=state.subject.community)


def _problem(_key: str, state: Any) -> Belongs:
    """Without a community it is in all of them."""
    if state is None:
        return _of_tickets()
    return Belongs(tickets=state.ticket_ids, community=state.place.community)


def _by_ticket_id(_key: str, state: Any) -> Belongs:
    return _of_tickets(state.ticket_id if state else None)


def _compensation(_key: str, state: Any) -> Belongs:
    if state is None:
        return _of_tickets()
    return _of_tickets(state.ticket_id, community=state.community)


def _campaign(_key: str, state: Any) -> Belongs:
    """Without a community it is the whole company's."""
    return Belongs(community=state.community if state else None)


def _series(_key: str, state: Any) -> Belongs:
    if state is None:
        return _of_tickets()
    return _of_tickets(state.ticket_id, community=state.location.community)


def _household(key: str, _state: object) -> Belongs:
    return Belongs(household=key)


def _staff(key: str, _state: object) -> Belongs:
    return Belongs(staff=key)


def _session(_key: str, state: Any) -> Belongs:
    return Belongs(staff=state.subject) if state else _of_tickets()


BELONGS: Mapping[str, Callable[[str, Any], Belongs]] = {
    TICKET.category: _ticket,
    EXPERIENCE.category: lambda key, _state: _of_tickets(key),
    PROMISE.category: _by_ticket_id,
    ATTACHMENT.category: _by_ticket_id,
    COMPENSATION.category: _compensation,
    CAMPAIGN.category: _campaign,
    SURVEY.category: _survey,
    FOLLOW_UP_SERIES.category: _series,
    PROBLEM.category: _problem,
    FINGERPRINT.category: lambda _key, _state: _of_tickets(),
    ROLLUP.category: lambda _key, _state: _of_tickets(),
    EXPOSURE.category: _exposure,
    HOUSEHOLD.category: _household,
    COMPLAINT_RECORD.category: _household,
    SURVEY_CONTACT.category: _household,
    STAFF.category: _staff,
    WORKLOAD.category: _staff,
    STAFF_EXPOSURE.category: _staff,
    ACCESS.category: _staff,
    SESSION.category: _session,
    BUDGET.category: lambda key, _state: Belongs(community=key.rpartition(":")[0]),
}
"""By category. The streams of the others are the whole company's: its settings and keys."""

OF_THE_COMPANY = frozenset(DECIDERS) - frozenset(BELONGS)


async def out_of_sight(reader: Reader, events: Sequence[Recorded[Any]]) -> set[int]:
    """The positions of the events that the viewer may not see."""
    viewer = reader.viewer
    if viewer.sees_every_event:
        return set()
    own = {event.position: _stream(event.stream_id) for event in events}
    named = {event.position: list(_named(event)) for event in events}
    every = [*own.values(), *(each for streams in named.values() for each in streams)]
    states = await _load(reader, [each for each in every if each.decider.category in BELONGS])
    belongs = {
        position: [_belongs(stream, states)]
        + [_belongs(each, states) for each in named[position] if states[each.id] is not None]
        for position, stream in own.items()
    }
    states |= await _load(reader, [each for found in belongs.values() for each in _beside(found)])
    return {
        event.position
        for event in events
        if not _in_sight(viewer, event, belongs[event.position], states)
    }


def _stream(stream_id: str) -> AnyStream:
    category, _, key = stream_id.partition("-")
    return DECIDERS[category].stream(key)


def _named(event: Recorded[Any]) -> Iterator[AnyStream]:
    """Under an id that is no ticket's, no ticket is found."""
    for name, value in strings_of(event.data):
        if UUID.fullmatch(value):
            decider: Decider[Any, Any] = NAMED_BY.get(name, TICKET)
            yield decider.stream(value)


def _belongs(stream: AnyStream, states: States) -> Belongs:
    belongs = BELONGS.get(stream.decider.category)
    return belongs(stream.key, states[stream.id]) if belongs else Belongs()


def _beside(belongs: Sequence[Belongs]) -> Iterator[AnyStream]:
    """What the streams belong to."""
    for each in belongs:
        yield from map(TICKET.stream, each.tickets)
        if each.household is not None:
            yield HOUSEHOLD.stream(each.household)
        if each.staff is not None:
            yield STAFF.stream(each.staff)


async def _load(reader: Reader, streams: Sequence[AnyStream]) -> States:
    distinct = list({each.id: each for each in streams}.values())
    return dict((await reader.read(*distinct)).states)


def _in_sight(
    viewer: Viewer, event: Recorded[Any], belongs: Sequence[Belongs], states: States
) -> bool:
    if _is_owners_session(event):
        return False
    ids = {ticket_id for each in belongs for ticket_id in each.tickets}
    tickets = [found for each in ids if (found := states.get(TICKET.stream(each).id)) is not None]
    if not all(knows_reporter(viewer, ticket) for ticket in tickets):
        return False
    if not tickets and _is_photo_of_another(viewer, event):
        return False
    if event.type == "complaint_supported" and any(
        is_complained_about(viewer.subject, ticket) for ticket in tickets
    ):
        return False
    return not viewer.reach or (
        _in_reach(viewer, belongs[0], tickets, states)
        and viewer.touches(event.data.get("communities"))
        and all(viewer.reaches(each.location.community) for each in _named_in(belongs, states))
    )


def _named_in(belongs: Sequence[Belongs], states: States) -> Iterator[Ticket]:
    """The tickets that the event names, which may be linked to those of its stream."""
    for ticket_id in {each for named in belongs[1:] for each in named.tickets}:
        ticket = states.get(TICKET.stream(ticket_id).id)
        if ticket is not None:
            yield ticket


def _is_owners_session(event: Recorded[Any]) -> bool:
    """It tells when a household used its phone: beside a complaint of that moment, whose it is."""
    is_owner = "owner" in (event.actor.role, event.data.get("role"))
    return is_owner and event.stream_id.partition("-")[0] == SESSION.category


def _is_photo_of_another(viewer: Viewer, event: Recorded[Any]) -> bool:
    """On no ticket yet, it may come onto an anonymous complaint: who reads the log before and after
    would know whose it is."""
    is_photo = event.stream_id.partition("-")[0] == ATTACHMENT.category
    return is_photo and event.actor.subject != viewer.subject


def _in_reach(viewer: Viewer, own: Belongs, tickets: Sequence[Ticket], states: States) -> bool:
    if own.community is not None:
        return viewer.reaches(own.community)
    if own.household is not None and not may_see_household(
        viewer, states[HOUSEHOLD.stream(own.household).id]
    ):
        return False
    if own.staff not in (None, viewer.subject):
        person = states[STAFF.stream(own.staff).id]
        if person is None or not may_see_staff(viewer, person):
            return False
    if own.only_by_tickets and not tickets:
        return False
    return all(viewer.reaches(ticket.location.community) for ticket in tickets)
