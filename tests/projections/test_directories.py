"""The smaller read models: loads, staff, households."""

from typing import Any

import pytest

from app.events.household import HouseholdRecorded, PreferenceRecorded
from app.events.staff import StaffRecorded
from app.events.ticket import (
    AssignmentAccepted,
    AssignmentReturned,
    AssignmentTransferred,
    TicketAssigned,
)
from app.events.workload import LoadReleased, LoadTaken
from app.projections.engineer_load import Load, list_loads
from app.projections.household_directory import list_households
from app.projections.staff_directory import StaffEntry, list_staff
from tests.projections.telling import MORNING, Teller

LI: dict[str, Any] = {"engineer": "u-li", "engineer_name": "李"}
WANG: dict[str, Any] = {"engineer": "u-wang", "engineer_name": "王"}


@pytest.mark.parametrize("batch", [1, 500])
async def test_loads_follow_offers_and_transfers(teller: Teller, batch: int) -> None:
    async def loads() -> list[Load]:
        await teller.project(batch=batch)
        async with teller.looking() as connection:
            return await list_loads(connection, teller.tenant_id)

    await teller.tell("ticket-1", TicketAssigned(offer_expires_at=MORNING, **LI))
    await teller.tell("ticket-2", TicketAssigned(offer_expires_at=MORNING, **LI))
    assert await loads() == [Load(engineer="u-li", carried=(), offered=("1", "2"))]
    await teller.tell("ticket-1", AssignmentAccepted(**LI))
    await teller.tell("workload-u-li", LoadTaken(ticket_id="1"))
    await teller.tell("ticket-2", AssignmentReturned(engineer="u-li", reason="忙"))
    assert await loads() == [Load(engineer="u-li", carried=("1",), offered=())]
    transferred = AssignmentTransferred(from_engineer="u-li", offer_expires_at=MORNING, **WANG)
    await teller.tell("ticket-1", transferred)
    assert await loads() == [
        Load(engineer="u-li", carried=("1",), offered=()),
        Load(engineer="u-wang", carried=(), offered=("1",)),
    ]
    await teller.tell("ticket-1", AssignmentAccepted(**WANG))
    await teller.tell("workload-u-wang", LoadTaken(ticket_id="1"))
    await teller.tell("workload-u-li", LoadReleased(ticket_id="1"))
    assert await loads() == [Load(engineer="u-wang", carried=("1",), offered=())]


async def test_staff_are_listed_by_role_and_name(teller: Teller) -> None:
    async def told(subject: str, name: str, *roles: str, active: bool = True) -> None:
        recorded = StaffRecorded(subject=subject, name=name, roles=roles, max_load=5, active=active)
        await teller.tell(f"staff-{subject}", recorded)

    await told("u-1", "王", "engineer")
    await told("u-2", "李", "engineer", "supervisor")
    await told("u-3", "林", "csr")
    await told("u-4", "李", "engineer", active=False)
    await told("u-1", "王师傅", "engineer")
    await teller.project()
    async with teller.looking() as connection:
        engineers = await list_staff(connection, teller.tenant_id, role="engineer")
        assert [(one.name, one.subject) for one in engineers] == [
            ("李", "u-2"),
            ("李", "u-4"),
            ("王师傅", "u-1"),
        ]
        first = await list_staff(connection, teller.tenant_id, limit=2)
        rest = await list_staff(connection, teller.tenant_id, after=first[-1])
        assert [one.subject for one in (*first, *rest)] == ["u-2", "u-4", "u-3", "u-1"]
        assert await list_staff(connection, teller.tenant_id, role="csr", active=True) == [
            StaffEntry(subject="u-3", name="林")
        ]


async def test_households_are_listed_by_community(teller: Teller) -> None:
    for household_id, community in (("h-2", "jinxiu"), ("h-1", "lanting"), ("h-3", "jinxiu")):
        recorded = HouseholdRecorded(household_id=household_id, communities=(community,))
        await teller.tell(f"household-{household_id}", recorded)
    await teller.tell("household-h-2", PreferenceRecorded(household_id="h-2", tags=("婴儿",)))
    await teller.project()
    async with teller.looking() as connection:
        tenant_id = teller.tenant_id
        assert await list_households(connection, tenant_id) == ["h-1", "h-2", "h-3"]
        near = await list_households(connection, tenant_id, communities=["jinxiu"])
        assert near == ["h-2", "h-3"]
        assert await list_households(connection, tenant_id, after="h-1", limit=1) == ["h-2"]
