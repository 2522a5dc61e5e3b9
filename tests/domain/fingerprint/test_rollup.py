"""Three units of one building with the same trouble: it may be the riser (docs/domain.md §5.1)."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from app.domain.decider import On
from app.domain.fingerprint.commands import RecordReport
from app.domain.fingerprint.decider import FINGERPRINT
from app.domain.fingerprint.keys import rollup_of, unit_key
from app.domain.fingerprint.rollup import ROLLUP
from app.domain.problem.decider import PROBLEM
from app.events.base import SYSTEM, Fact
from app.events.problem import Place, ProblemOpened, ProblemRecurred
from app.events.rollup import RollupAttached, UnitAffected
from app.events.ticket import Location
from tests.given_when_then import NOW, Given

DAY = timedelta(days=1)
HOME = Location(community="jinxiu", building="3", unit="1201", component="kitchen.drain")
KEY = rollup_of(HOME, "leak") or ""
BUILDING = ROLLUP.stream(KEY)


def home(unit: str) -> Location:
    return replace(HOME, unit=unit)


def affected(unit: str, ticket_id: str, days_ago: int) -> Fact[UnitAffected]:
    event = UnitAffected(unit_key=unit_key(home(unit)), ticket_id=ticket_id)
    return Fact(event, NOW - days_ago * DAY, SYSTEM)


def report(unit: str) -> RecordReport:
    return RecordReport(
        ticket_id="r9", cycle=1, kind="repair", category="leak", location=home(unit)
    )


def beside(given: Given, command: RecordReport) -> list[On]:
    return [event for event in given.when(command).events if isinstance(event, On)]


@pytest.mark.parametrize(("oldest", "opens"), [(180, True), (181, False)])
def test_the_third_unit_in_half_a_year_opens_a_problem(oldest: int, opens: bool) -> None:  # noqa: FBT001
    known = (affected("801", "r1", oldest), affected("1001", "r2", 20))
    events = beside(Given(FINGERPRINT).and_(BUILDING, *known), report("1201"))
    assert events[0] == On(BUILDING, UnitAffected(unit_key=unit_key(HOME), ticket_id="r9"))
    assert len(events) == (3 if opens else 1)
    if opens:
        opened = events[2].event
        assert events[1] == On(BUILDING, RollupAttached(problem_id=opened.problem_id))
        assert (opened.source, opened.rollup, opened.fingerprint) == ("rollup", KEY, None)
        assert opened.ticket_ids == ("r1", "r2", "r9")
        assert opened.place == Place(
            community="jinxiu", building="3", component="kitchen.drain", category="leak"
        )


def test_one_unit_is_one_unit_however_often_it_reports() -> None:
    known = (affected("801", "r1", 30), affected("801", "r2", 20), affected("1201", "r3", 10))
    assert len(beside(Given(FINGERPRINT).and_(BUILDING, *known), report("801"))) == 1


def test_a_unit_is_told_of_once_a_day() -> None:
    known = affected("1201", "r1", 0)
    assert beside(Given(FINGERPRINT).and_(BUILDING, known), report("1201")) == []
    yesterday = affected("1201", "r1", 1)
    assert len(beside(Given(FINGERPRINT).and_(BUILDING, yesterday), report("1201"))) == 1


def test_there_is_one_problem_for_the_building() -> None:
    known = (affected("801", "r1", 30), affected("1001", "r2", 20), affected("1201", "r3", 10))
    attached = Fact(RollupAttached(problem_id="p1"), NOW - 10 * DAY, SYSTEM)
    opened = ProblemOpened(
        problem_id="p1",
        number="PRB-1",
        source="rollup",
        statement="漏水",
        ticket_ids=("r1", "r2", "r3"),
        place=Place(),
        rollup=KEY,
        occurrences=3,
    )
    given = Given(FINGERPRINT).and_(BUILDING, *known, attached).and_(PROBLEM.stream("p1"), opened)
    assert beside(given, report("1401"))[1:] == [
        On(PROBLEM.stream("p1"), ProblemRecurred(ticket_id="r9", occurrences=4))
    ]


def test_complaints_and_places_outside_of_units_count_for_no_building() -> None:
    assert beside(Given(FINGERPRINT), replace(report("1201"), kind="complaint")) == []
    hall = replace(report("1201"), location=replace(HOME, unit=None))
    assert beside(Given(FINGERPRINT), hall) == []
