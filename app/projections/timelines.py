"""The streams that belong to a household or to tickets, for reading their timeline."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.projections import compensations, follow_up_series_list, problems, surveys, ticket_search

VIEWS = (
    ticket_search.NAME,
    compensations.NAME,
    surveys.NAME,
    problems.NAME,
    follow_up_series_list.NAME,
)

_OF_HOUSEHOLD = text("""
with mine as (
    select ticket_id from ticket_search where tenant_id = :tenant and household_id = :household)
select 'ticket-' || ticket_id from mine
union all select 'experience-' || ticket_id from mine
union all select 'compensation-' || compensation_id from compensations
    where tenant_id = :tenant and household_id = :household
union all select 'survey-' || survey_id from surveys
    where tenant_id = :tenant and household_id = :household
union all select 'follow_up_series-' || series_id from follow_up_series_list
    where tenant_id = :tenant and household_id = :household
union all select 'problem-' || problem_id
    from problems_of_tickets(array(select ticket_id from mine)) found(problem_id)
union all select 'household-' || cast(:household as text)
""")

_OF_TICKETS = text("""
select 'experience-' || id from unnest(cast(:tickets as text[])) as named(id)
union all select 'compensation-' || compensation_id from compensations
    where tenant_id = :tenant and ticket_id = any(:tickets)
union all select 'survey-' || survey_id from surveys
    where tenant_id = :tenant and ticket_id = any(:tickets)
union all select 'follow_up_series-' || series_id from follow_up_series_list
    where tenant_id = :tenant and ticket_id = any(:tickets)
union all select 'problem-' || problem_id
    from problems_of_tickets(cast(:tickets as text[])) found(problem_id)
""")


async def streams_of_household(
    connection: AsyncConnection, tenant_id: UUID, household_id: str
) -> list[str]:
    """Its tickets and what resulted from them, its surveys and its own record."""
    order = {"tenant": tenant_id, "household": household_id}
    return list((await connection.execute(_OF_HOUSEHOLD, order)).scalars())


async def streams_beside_tickets(
    connection: AsyncConnection, tenant_id: UUID, ticket_ids: list[str]
) -> list[str]:
    """What resulted from these tickets, without their own streams."""
    order = {"tenant": tenant_id, "tickets": ticket_ids}
    return list((await connection.execute(_OF_TICKETS, order)).scalars())
