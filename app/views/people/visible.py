"""Loads the records of staff and households that a viewer may see."""

from collections.abc import Sequence
from typing import Any, TypeVar

from app.domain import roles
from app.domain.checks import role_not_permitted
from app.domain.decider import Stream
from app.domain.errors import NotFound
from app.domain.records.household import HOUSEHOLD, Household
from app.domain.records.household import may_see as may_see_household
from app.domain.records.staff import STAFF, StaffMember
from app.domain.records.staff import may_see as may_see_staff
from app.viewer import Viewer
from app.views.reader import Reader

S = TypeVar("S")


async def load_one_staff(reader: Reader, subject: str) -> tuple[StaffMember, int]:
    """Engineers and security see only their own record. Raises `NotPermitted`, `NotFound`."""
    viewer = reader.viewer
    if viewer.role in roles.FIELD and viewer.subject != subject:
        raise role_not_permitted(viewer.role, roles.LIST_PEOPLE.who)
    stream = STAFF.stream(subject)
    snapshot = await reader.read(stream)
    person = snapshot.state(stream)
    if person is None or not may_see_staff(viewer, person):
        raise NotFound("staff_unknown")
    return person, snapshot.version(stream)


async def load_staff(reader: Reader, subjects: Sequence[str]) -> list[StaffMember]:
    """Those that the viewer may see."""
    people = await _load(reader, [STAFF.stream(subject) for subject in subjects])
    return [person for person in people if may_see_staff(reader.viewer, person)]


async def load_one_household(reader: Reader, household_id: str) -> tuple[Household, int]:
    """Raises `NotFound`."""
    check_household(reader.viewer, household_id)
    stream = HOUSEHOLD.stream(household_id)
    snapshot = await reader.read(stream)
    household = snapshot.state(stream)
    if household is None or not may_see_household(reader.viewer, household):
        raise NotFound("household_unknown")
    return household, snapshot.version(stream)


async def load_households(reader: Reader, household_ids: Sequence[str]) -> list[Household]:
    """Those that the viewer may see."""
    households = await _load(reader, [HOUSEHOLD.stream(each) for each in household_ids])
    return [each for each in households if may_see_household(reader.viewer, each)]


async def check_household_in_reach(reader: Reader, household_id: str) -> None:
    """For what hangs on a household, on record or not. Raises `NotFound`."""
    check_household(reader.viewer, household_id)
    if reader.viewer.reach:
        await load_one_household(reader, household_id)


def check_household(viewer: Viewer, household_id: str) -> None:
    """Owners see only their own household. Raises `NotFound`."""
    if viewer.role == "owner" and viewer.household_id != household_id:
        raise NotFound("household_unknown")


async def _load(reader: Reader, streams: Sequence[Stream[Any, S | None]]) -> list[S]:
    snapshot = await reader.read(*streams)
    states = (snapshot.state(stream) for stream in streams)
    return [state for state in states if state is not None]
