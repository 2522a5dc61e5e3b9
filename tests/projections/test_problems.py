"""Problems, root causes and first-time fixes, as lists and figures find them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.domain.problem.decider import PROBLEM as DECIDER
from app.events.base import Fact
from app.events.complaint import ComplaintLodged
from app.events.problem import (
    ActionPlanned,
    Place,
    ProblemClosed,
    ProblemOpened,
    ProblemRecurred,
    ProblemReopened,
    RcaSuperseded,
    RootCauseConfirmed,
    WhyAdded,
)
from app.events.ticket import FirstTimeFixRefuted, TicketAssigned, TicketMerged, WorkCompleted
from app.projections import problems, root_causes
from app.projections.first_time_fixes import Cohort, Count, count_first_time_fixes
from app.projections.problems import Found, ProblemFilters, evolve, list_problems, opened
from app.projections.root_causes import RootCauseFilters, list_root_causes
from app.viewer import Viewer
from tests.events.examples import EXAMPLES, example
from tests.projections.telling import LIN, MORNING, Teller, reported

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def seeing(*communities: str, role: str = "manager", subject: str = "u-ma") -> Viewer:
    return Viewer(role=role, subject=subject, communities=communities)


MANAGER = Viewer(role="manager", subject="u-wang")
OF_A_PROBLEM = [EXAMPLES[name] for name in sorted(problems.TYPES | {"why_verified"})]


def problem(problem_id: str, **changes: Any) -> ProblemOpened:
    return example(ProblemOpened, problem_id=problem_id, ticket_ids=("t1",), **changes)


@given(
    st.lists(st.sampled_from([each for each in OF_A_PROBLEM if type(each) is not ProblemOpened]))
)
def test_the_state_in_the_list_is_that_of_the_problem(events: list[Any]) -> None:
    facts = [Fact(event, MORNING, LIN) for event in (problem("p1"), *events)]
    state = DECIDER.fold(None, facts)
    row = opened(UUID(int=0), problem("p1"), MORNING)
    for event in events:
        if type(event) in problems.FOLD:
            row = evolve(row, event, MORNING)
    assert state is not None
    assert (row.state, row.closed_at) == (state.state, state.closed_at)
    assert row.tickets[:100] == state.ticket_ids
    assert row.has_root == (state.in_force is not None)


async def test_problems_are_found_by_what_they_are(teller: Teller) -> None:
    for n, community in enumerate(("jinxiu", "xincheng", None)):
        place = Place(community=community, category="leak")
        await teller.tell(f"problem-p{n}", problem(f"p{n}", place=place), at=MORNING + n * HOUR)
    await teller.tell(
        "problem-p0", example(WhyAdded), ProblemRecurred(ticket_id="t2", occurrences=4)
    )
    await teller.tell("problem-p1", ProblemClosed())
    await teller.project()

    async def found(*communities: str, **wanted: Any) -> list[str]:
        async with teller.looking() as connection:
            filters = ProblemFilters(**wanted)
            rows = await list_problems(connection, teller.tenant_id, seeing(*communities), filters)
            return [row.problem_id for row in rows]

    assert await found() == ["p2", "p1", "p0"]
    assert await found("jinxiu") == ["p2", "p0"]
    assert await found(state="analysing") == ["p0"]
    assert await found(ticket_id="t2") == ["p0"]
    assert await found(community="xincheng", state="closed") == ["p1"]
    assert await found(source="manual") == []
    async with teller.looking() as connection:
        first = await list_problems(
            connection, teller.tenant_id, seeing(), ProblemFilters(), limit=2
        )
        after = Found(problem_id=first[-1].problem_id, opened_at=first[-1].opened_at)
        rest = await list_problems(
            connection, teller.tenant_id, seeing(), ProblemFilters(), after=after, limit=2
        )
    assert [row.problem_id for row in rest] == ["p0"]
    await teller.tell("problem-p1", ProblemReopened(ticket_id="t9", occurrences=1))
    await teller.project()
    assert await found(state="reopened", ticket_id="t9") == ["p1"]


async def test_engineers_find_the_problems_they_work_on_and_nobody_those_about_themselves(
    teller: Teller,
) -> None:
    lodged = ComplaintLodged(subject_of_complaint="u-ma", anonymous=True)
    await teller.tell("ticket-t1", reported("t1", kind="complaint"), lodged)
    await teller.tell("ticket-t2", reported("t2"), example(TicketAssigned, engineer="u-li"))
    planned = example(ActionPlanned, owner="u-wang")
    await teller.tell("problem-p1", replace(problem("p1"), ticket_ids=("t0", "t1")))
    await teller.tell("problem-p2", replace(problem("p2"), ticket_ids=("t2",)), planned)
    await teller.project()

    async def found(role: str, subject: str, **wanted: Any) -> list[str]:
        eyes = seeing(role=role, subject=subject)
        async with teller.looking() as connection:
            rows = await list_problems(connection, teller.tenant_id, eyes, ProblemFilters(**wanted))
        return sorted(row.problem_id for row in rows)

    assert await found("manager", "u-other") == ["p1", "p2"]
    assert await found("manager", "u-ma") == ["p2"]
    assert await found("engineer", "u-li") == ["p2"]
    assert await found("engineer", "u-wang") == ["p2"]
    assert await found("engineer", "u-chen") == []
    assert await found("manager", "u-other", ticket_id="t1") == ["p1"]
    assert await found("manager", "u-ma", ticket_id="t1") == []


async def test_every_confirmed_version_is_in_the_list(teller: Teller) -> None:
    first = RootCauseConfirmed(rca_id="RCA-1", version=1, roots=("n2",), categories=("machine",))
    second = replace(first, version=2, categories=("management", "process"))
    await teller.tell("problem-p1", problem("p1"))
    await teller.tell("problem-p1", first, at=MORNING + DAY)
    await teller.project(batch=1)
    superseded = RcaSuperseded(rca_id="RCA-1", version=1, by=2)
    await teller.tell("problem-p1", second, superseded, at=MORNING + 2 * DAY)
    await teller.tell("problem-p2", problem("p2", place=Place(community="xincheng")))
    await teller.project(batch=1)

    async def found(*communities: str, **wanted: Any) -> list[int]:
        async with teller.looking() as connection:
            filters = RootCauseFilters(**wanted)
            rows = await list_root_causes(
                connection, teller.tenant_id, seeing(*communities), filters
            )
            return [row.version for row in rows]

    assert await found() == [2, 1]
    assert await found(category="machine") == [1]
    assert await found(category="leak") == [2, 1]
    assert await found(category="weather") == []
    assert await found(community="xincheng") == []
    assert await found("xincheng") == []
    assert await found(since=MORNING + 2 * DAY) == [2]
    assert await found(until=MORNING + 2 * DAY) == [1]
    rows = {row["version"]: row for row in await teller.rows(root_causes.NAME) if row["version"]}
    assert (rows[1]["superseded_by"], rows[2]["superseded_by"]) == (2, None)


async def test_a_repair_counts_when_its_thirty_days_are_over(teller: Teller) -> None:
    done = example(WorkCompleted, engineer="u-li")
    for n in range(4):
        await teller.tell(f"ticket-t{n}", reported(f"t{n}"))
        await teller.tell(f"ticket-t{n}", done, at=MORNING + n * DAY)
    refuted = FirstTimeFixRefuted(cause="recurrence", by_ticket="t9")
    await teller.tell("ticket-t1", refuted, at=MORNING + 20 * DAY)
    await teller.tell("ticket-t1", replace(done, engineer="u-wang"), at=MORNING + 21 * DAY)
    await teller.tell("ticket-t2", TicketMerged(into="t0", into_number="R1"), at=MORNING + 5 * DAY)
    await teller.project()

    async def counted(now: datetime, viewer: Viewer = MANAGER, **wanted: Any) -> list[Count]:
        async with teller.looking() as connection:
            return await count_first_time_fixes(
                connection,
                teller.tenant_id,
                viewer,
                Cohort(**wanted),
                now=now,
                zone="Asia/Shanghai",
            )

    def count(cause: str | None, *, is_over: bool, of: int = 1) -> Count:
        return Count(group=None, cause=cause, is_over=is_over, count=of)

    early = await counted(MORNING + 30 * DAY)
    assert early == [
        count("recurrence", is_over=False),
        count(None, is_over=False),
        count(None, is_over=True),
    ]
    assert await counted(MORNING + 33 * DAY) == [
        count("recurrence", is_over=True),
        count(None, is_over=True, of=2),
    ]
    assert await counted(MORNING + 33 * DAY, engineer="u-wang") == []
    since = await counted(MORNING + 33 * DAY, since=MORNING + DAY, until=MORNING + 2 * DAY)
    assert since == [count("recurrence", is_over=True)]
    elsewhere = Viewer(role="manager", subject="u-li", communities=("xincheng",))
    assert await counted(MORNING + 33 * DAY, elsewhere) == []
