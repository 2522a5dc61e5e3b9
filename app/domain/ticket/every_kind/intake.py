"""Intake: report, acknowledge, reject, reclassify, cancel (docs/domain.md §6.1)."""

from typing import Literal, get_args

from app.domain.backdating import check_occurred_at
from app.domain.checks import identifier, one_of, optional_text, text
from app.domain.decider import Given, On
from app.domain.errors import NotPermitted, Unacceptable
from app.domain.records.category import category_of
from app.domain.records.household import require_on_record
from app.domain.roles import OFFICE, REPORTS_WITHOUT_A_NAME
from app.domain.ticket.commands.ticket import Acknowledge, Cancel, Reclassify, Reject, ReportTicket
from app.domain.ticket.decision import Decision
from app.domain.ticket.every_kind.geo import check_coordinates
from app.domain.ticket.every_kind.people import find_person
from app.domain.ticket.every_kind.photos import load_photos
from app.domain.ticket.every_kind.quiet_hours import check_quiet_hours
from app.domain.ticket.kinds import KINDS, TicketKind
from app.domain.ticket.limits import LINE, LONG_TEXT
from app.domain.ticket.state.ticket import Ticket
from app.events.ticket import (
    ChecklistItem,
    FirstResponsibleSet,
    Location,
    Reporter,
    TicketAcknowledged,
    TicketCancelled,
    TicketReclassified,
    TicketRejected,
    TicketReported,
)

Channel = Literal[
    "app", "mini_program", "phone", "front_desk", "wechat_group", "web", "iot", "staff"
]
CHANNELS: tuple[Channel, ...] = get_args(Channel)


def report_ticket(command: ReportTicket, given: Given) -> tuple[TicketReported, tuple[On, ...]]:
    """The report, and the links of its photos."""
    check_occurred_at(given)
    kind = KINDS.get(command.kind)
    if kind is None:
        raise Unacceptable("unknown_kind", pointer="/kind")
    slug = identifier(command.category, "/category", 64)
    location = _check_location(command.location, given)
    household_id = _check_household(command, given)
    reporter = _check_reporter(command, given)
    description = _check_description(command)
    quiet_hours = check_quiet_hours(command.quiet_hours)
    named = load_photos(command.photo_ids, command.ticket_id, given)
    category = category_of(given, slug)
    service_class = command.service_class or category.service_class
    reported = TicketReported(
        ticket_id=command.ticket_id,
        kind=kind.name,
        category=slug,
        service_class=one_of(service_class, kind.service_classes, "/service_class"),
        triaged=command.service_class is None,
        description=description,
        intake_channel=one_of(command.channel, CHANNELS, "/channel"),
        location=location,
        household_id=household_id,
        reporter=reporter,
        photos=named.photos,
        quiet_hours=quiet_hours,
        checklist=checklist_of(given, kind, slug),
        checklist_version=category.checklist_version,
        note=command.note,
        number=next_number(kind, given),
        status=kind.initial_status,
    )
    return reported, named.links


def checklist_of(given: Given, kind: TicketKind, category: str) -> tuple[ChecklistItem, ...]:
    if not kind.has_checklist:
        return ()
    return tuple(
        ChecklistItem(item=one.item, label=one.label, required=one.required)
        for one in category_of(given, category).checklist
    )


def next_number(kind: TicketKind, given: Given, nth: int = 1) -> str:
    """Call it after all checks: a number drawn for a refused report is lost."""
    return given.number(f"{kind.number_letter}{given.now.astimezone(given.zone):%y%m%d}", nth)


def _check_location(location: Location, given: Given) -> Location:
    community = text(location.community, "/location/community")
    if given.communities and community not in given.communities:
        raise NotPermitted("community_not_permitted", community=community)
    if (location.lat_e6 is None) != (location.lon_e6 is None):
        raise Unacceptable("malformed", pointer="/location")
    if location.lat_e6 is not None and location.lon_e6 is not None:
        check_coordinates(location.lat_e6, location.lon_e6, "/location")
    return Location(
        community=community,
        building=optional_text(location.building, "/location/building"),
        unit=optional_text(location.unit, "/location/unit"),
        component=optional_text(location.component, "/location/component"),
        lat_e6=location.lat_e6,
        lon_e6=location.lon_e6,
    )


def _check_household(command: ReportTicket, given: Given) -> str | None:
    """Owners report for their own household only."""
    named = command.household_id
    if named is not None:
        identifier(named, "/household_id")
    if given.actor.role != "owner":
        if named is not None:
            require_on_record(named, given)
        return named
    if given.household_id is None or named not in {None, given.household_id}:
        raise NotPermitted("household_not_own")
    return given.household_id


def _check_reporter(command: ReportTicket, given: Given) -> Reporter:
    """Staff report on somebody's behalf and name them, unless the complaint is anonymous. A
    device has no name."""
    name = (command.reporter.name or "").strip()
    phone = (command.reporter.phone or "").strip()
    is_nameless = given.actor.role in REPORTS_WITHOUT_A_NAME or command.channel == "iot"
    is_anonymous = command.complaint is not None and command.complaint.anonymous
    if not name and not is_nameless and not is_anonymous:
        raise Unacceptable("reporter_name_required", pointer="/reporter/name")
    return Reporter(
        name=optional_text(name or None, "/reporter/name"),
        phone=optional_text(phone or None, "/reporter/phone", 32),
    )


def _check_description(command: ReportTicket) -> str:
    """A photo alone is enough (docs/domain.md §1a row 1)."""
    if not command.description.strip():
        if not command.photo_ids:
            raise Unacceptable("description_or_photo_required", pointer="/description")
        return ""
    return text(command.description, "/description", LONG_TEXT)


def acknowledge(command: Acknowledge, ticket: Ticket, given: Given) -> Decision:
    """首问负责制: the first responsible is the staff member who took the first contact, else who
    acknowledges."""
    acknowledged = TicketAcknowledged(note=command.note)
    if ticket.first_responsible is not None:
        return [acknowledged]
    took_contact = ticket.reported_by_role in OFFICE
    first = find_person(ticket.reported_by if took_contact else given.actor.subject, given)
    return [acknowledged, FirstResponsibleSet(subject=first.subject, name=first.name)]


def reject(command: Reject) -> Decision:
    """The owner is told why and whom to contact instead."""
    return [
        TicketRejected(
            reason=text(command.reason, "/reason", LONG_TEXT),
            referred_to=text(command.referred_to, "/referred_to", LINE),
            note=command.note,
        )
    ]


def reclassify(command: Reclassify, ticket: Ticket) -> Decision:
    one_of(command.service_class, KINDS[ticket.kind].service_classes, "/service_class")
    if command.service_class == ticket.service_class:
        return []
    return [
        TicketReclassified(
            service_class=command.service_class,
            previous=ticket.service_class,
            reason=text(command.reason, "/reason", LONG_TEXT),
            note=command.note,
        )
    ]


def cancel(command: Cancel) -> Decision:
    return [TicketCancelled(reason=text(command.reason, "/reason", LONG_TEXT), note=command.note)]
