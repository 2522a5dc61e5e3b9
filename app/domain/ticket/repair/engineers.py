"""Whether an engineer may take a ticket: skill, certificates, community and load."""

from app.domain.decider import Given
from app.domain.errors import IllegalTransition, NotPermitted, Unacceptable
from app.domain.records.category import Category, category_of
from app.domain.records.staff import STAFF, StaffMember
from app.domain.records.workload import WORKLOAD
from app.domain.ticket.state.ticket import Person, Ticket


def named_engineer(subject: str, ticket: Ticket, given: Given) -> Person:
    """The engineer named in a command, checked for this ticket."""
    member = _engineer(subject, given)
    if member is None:
        raise Unacceptable("unknown_engineer", pointer="/engineer")
    return _check_fit(member, ticket, given)


def acting_engineer(ticket: Ticket, given: Given) -> Person:
    """The actor as engineer, checked for this ticket."""
    member = _engineer(given.actor.subject, given)
    if member is None:
        raise NotPermitted("not_an_active_engineer")
    return _check_fit(member, ticket, given)


def _engineer(subject: str, given: Given) -> StaffMember | None:
    member = given.read(STAFF.stream(subject))
    return member if member and member.active and "engineer" in member.roles else None


def _check_fit(member: StaffMember, ticket: Ticket, given: Given) -> Person:
    category = category_of(given, ticket.category)
    if category.skill is not None and not member.has_skill(category.skill):
        raise IllegalTransition("skill_missing", skill=category.skill)
    _check_certificates(member, category, given)
    if member.communities and ticket.location.community not in member.communities:
        raise IllegalTransition("engineer_not_in_community", community=ticket.location.community)
    carried = given.read(WORKLOAD.stream(member.subject)).beside(ticket.id)
    if carried >= member.max_load:
        raise IllegalTransition("load_cap_reached", max_load=member.max_load)
    return Person(subject=member.subject, name=member.name)


def _check_certificates(member: StaffMember, category: Category, given: Given) -> None:
    """持证上岗: every required certificate is held, and no relevant one has expired."""
    today = given.now.astimezone(given.zone).date()
    held = {certificate.code for certificate in member.certifications}
    for code in category.certifications:
        if code not in held:
            raise IllegalTransition("certificate_missing", certification=code)
    for known in (*category.certifications, category.skill or ""):
        if known in held and not member.is_certified(known, today):
            raise IllegalTransition("certificate_expired", certification=known)
