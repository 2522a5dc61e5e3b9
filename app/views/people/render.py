"""Renders the records of staff and households."""

from typing import Any

from app.domain.records.household import Household
from app.domain.records.staff import StaffMember
from app.projections.engineer_load import Load


def render_staff(person: StaffMember) -> dict[str, Any]:
    return {
        "subject": person.subject,
        "name": person.name,
        "phone": person.phone,
        "roles": person.roles,
        "skills": person.skills,
        "certifications": [
            {"code": held.code, "expires_on": held.expires_on} for held in person.certifications
        ],
        "max_load": person.max_load,
        "communities": person.communities,
        "active": person.active,
    }


def render_load(person: StaffMember, load: Load | None) -> dict[str, Any]:
    """An engineer with the tickets assigned to them."""
    carried = load.carried if load else ()
    return {
        "subject": person.subject,
        "name": person.name,
        "active": person.active,
        "load": len(carried),
        "max_load": person.max_load,
        "tickets": carried,
        "offered": load.offered if load else (),
    }


def render_household(household: Household) -> dict[str, Any]:
    return {
        "id": household.household_id,
        "members": [
            {"subject": member.subject, "name": member.name, "phone": member.phone}
            for member in household.members
        ],
        "phone": household.phone,
        "preferences": {
            "quiet_hours": [
                {"start": window.start, "end": window.end} for window in household.quiet_hours
            ],
            "tags": household.tags,
        },
        "communities": household.communities,
    }
