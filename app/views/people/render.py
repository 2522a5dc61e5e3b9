"""Renders the records of staff and households."""

from collections.abc import Collection
from typing import Any

from app.domain.records.household import Household
from app.domain.records.staff import StaffMember
from app.projections.engineer_load import Load
from app.viewer import Viewer


def render_staff(viewer: Viewer, person: StaffMember) -> dict[str, Any]:
    """Of the communities, those that the viewer reaches."""
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
        "communities": viewer.among_theirs(person.communities),
        "active": person.active,
    }


def render_load(
    person: StaffMember, load: Load | None, unseen: Collection[str] = ()
) -> dict[str, Any]:
    """An engineer with the tickets assigned to them, without the ids of `unseen` ones. These count
    in `load`: it decides whether the engineer can take another."""
    carried = load.carried if load else ()
    return {
        "subject": person.subject,
        "name": person.name,
        "active": person.active,
        "load": len(carried),
        "max_load": person.max_load,
        "tickets": [each for each in carried if each not in unseen],
        "offered": [each for each in (load.offered if load else ()) if each not in unseen],
    }


def render_household(viewer: Viewer, household: Household) -> dict[str, Any]:
    """Of the communities, those that the viewer reaches."""
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
        "communities": viewer.among_theirs(household.communities),
    }
