"""A problem that somebody opens by hand: from tickets, or from a figure (docs/domain.md §5.1)."""

from typing import Any

import pytest
from msgspec.structs import replace

from app.domain.errors import IllegalTransition, NotPermitted, Unacceptable
from app.domain.problem.commands import OpenProblem
from app.domain.problem.decider import PROBLEM
from app.domain.ticket.decider import TICKET
from app.events.problem import MetricSeen, Place, ProblemOpened
from app.events.ticket import Location, TicketReported
from tests.domain.problem.chain import CSR, MANAGER, OPENED, OWNER
from tests.events.examples import example
from tests.given_when_then import Given

NPS = MetricSeen(metric="nps", value_e6=20_000_000, threshold_e6=50_000_000, n=41)
OPENING = OpenProblem(problem_id="p9", statement=" 厨房漏水 ")
HERE = Location(community="jinxiu", building="3", unit="1201", component="kitchen.drain")


def tickets(*locations: Location) -> Given:
    given = Given(PROBLEM)
    for n, location in enumerate(locations, 1):
        reported = example(TicketReported, ticket_id=f"t{n}", location=location, category="leak")
        given.and_(TICKET.stream(f"t{n}"), reported)
    return given


def opened(**changes: Any) -> ProblemOpened:
    fields: dict[str, Any] = {
        "problem_id": "p9",
        "number": "PRB-1",
        "source": "manual",
        "statement": "厨房漏水",
        "ticket_ids": (),
        "place": Place(),
    }
    return ProblemOpened(**{**fields, **changes})


def test_from_what_somebody_saw() -> None:
    Given(PROBLEM).when(OPENING, by=CSR).then(opened())


def test_from_tickets_it_is_where_all_of_them_are() -> None:
    elsewhere = replace(HERE, building="5", unit="101")
    command = replace(OPENING, ticket_ids=("t1", "t2"))
    tickets(HERE, elsewhere).when(command, by=MANAGER).then(
        opened(
            ticket_ids=("t1", "t2"),
            place=Place(community="jinxiu", component="kitchen.drain", category="leak"),
        )
    )


def test_from_a_figure() -> None:
    command = replace(OPENING, metric=NPS, community="jinxiu")
    Given(PROBLEM).when(command, by=MANAGER).then(
        opened(source="metric", metric=NPS, place=Place(community="jinxiu"))
    )


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"statement": " "}, "/phenomenon"),
        ({"ticket_ids": ("t1", "t9")}, "/ticket_ids/1"),
        ({"ticket_ids": ("t1", "t1")}, "/ticket_ids"),
        ({"metric": replace(NPS, n=-1)}, "/metric/n"),
        ({"metric": replace(NPS, value_e6=10**16)}, "/metric/value"),
        ({"metric": replace(NPS, threshold_e6=-(10**16))}, "/metric/threshold"),
        ({"metric": replace(NPS, metric=" ")}, "/metric/name"),
    ],
)
def test_what_makes_no_sense_is_refused(changes: dict[str, Any], pointer: str) -> None:
    command = replace(OPENING, **changes)
    tickets(HERE).when(command, by=MANAGER).then_refused(Unacceptable, pointer=pointer)


def test_a_ticket_that_one_may_not_see_is_unknown() -> None:
    command = replace(OPENING, ticket_ids=("t1",))
    tickets(HERE).when(command, by=MANAGER, communities=("xincheng",)).then_refused(
        Unacceptable, "unknown_ticket"
    )


def test_it_is_opened_once_and_by_staff() -> None:
    Given(PROBLEM, OPENED).when(OPENING, by=MANAGER).then_refused(
        IllegalTransition, "problem_exists"
    )
    Given(PROBLEM).when(OPENING, by=OWNER).then_refused(NotPermitted)
