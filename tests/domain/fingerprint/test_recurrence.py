"""Trouble that comes back: whose work was in vain, how often, and one problem for it
(docs/domain.md §5.1, docs/scenarios.md §17 and §20)."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from app.domain.decider import On
from app.domain.fingerprint.commands import (
    DropReport,
    OpenByHand,
    RecordMending,
    RecordQuote,
    RecordReport,
)
from app.domain.fingerprint.decider import FINGERPRINT
from app.domain.fingerprint.keys import fingerprint_of, rollup_of, unit_key
from app.domain.problem.commands import OpenProblem
from app.domain.problem.decider import PROBLEM
from app.domain.ticket.decider import TICKET
from app.events.base import SYSTEM, Fact
from app.events.complaint import ComplaintLodged
from app.events.fingerprint import (
    FingerprintAttached,
    OccurrenceDropped,
    OccurrenceMended,
    OccurrenceRecorded,
    RecurrenceDetected,
)
from app.events.problem import (
    PdcaCycleChecked,
    Place,
    ProblemClosed,
    ProblemOpened,
    ProblemRecurred,
    ProblemReopened,
)
from app.events.ticket import (
    FirstTimeFixConfirmed,
    FirstTimeFixRefuted,
    Location,
    TicketReported,
    WorkCompleted,
)
from tests.domain.problem.chain import CHECKED, IMPROVED, MANAGER
from tests.events.examples import example
from tests.given_when_then import Given

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
KITCHEN = Location(community="jinxiu", component="kitchen.drain")
KEY = fingerprint_of(KITCHEN, "leak")


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2024, month, day, hour, minute, tzinfo=SHANGHAI)


R1, R2, R3, C1 = at(2, 6, 9, 10), at(2, 20, 19, 5), at(3, 1, 8, 20), at(3, 5, 20, 14)
DONE = timedelta(hours=3)


def report(ticket_id: str, kind: str = "repair", cycle: int = 1) -> RecordReport:
    return RecordReport(
        ticket_id=ticket_id, cycle=cycle, kind=kind, category="leak", location=KITCHEN
    )


def occurred(ticket_id: str, when: datetime, kind: str = "repair", cycle: int = 1) -> Fact[Any]:
    return Fact(OccurrenceRecorded(ticket_id=ticket_id, cycle=cycle, kind=kind), when, SYSTEM)


def mended(ticket_id: str, reported_at: datetime, done_at: datetime | None = None) -> Fact[Any]:
    event = OccurrenceMended(ticket_id=ticket_id, cycle=1, reported_at=reported_at)
    return Fact(event, done_at or reported_at + DONE, SYSTEM)


def ticket(ticket_id: str, when: datetime, kind: str = "repair", *, done: bool = True) -> list[Any]:
    reported = example(TicketReported, ticket_id=ticket_id, kind=kind, location=KITCHEN)
    told = [Fact(replace(reported, category="leak"), when, SYSTEM)]
    return [*told, Fact(example(WorkCompleted), when + DONE, SYSTEM)] if done else told


def kitchen(*facts: Any) -> Given:
    """The drain of the story, with the tickets as they were by then."""
    given = Given(FINGERPRINT, *facts)
    for ticket_id, when in (("r1", R1), ("r2", R2), ("r3", R3)):
        given.and_(TICKET.stream(ticket_id), *ticket(ticket_id, when))
    return given.and_(TICKET.stream("c1"), *ticket("c1", C1, "complaint", done=False))


def refuted(ticket_id: str, by: str, cause: str = "recurrence") -> On:
    return On(TICKET.stream(ticket_id), FirstTimeFixRefuted(cause=cause, by_ticket=by))


FIRST = [occurred("r1", R1), mended("r1", R1)]
SECOND_ONE = [*FIRST, occurred("r2", R2), mended("r2", R2)]
THIRD = [*SECOND_ONE, occurred("r3", R3), mended("r3", R3)]
ATTACHED = [*THIRD, Fact(FingerprintAttached(problem_id="p1"), R3, SYSTEM)]
OPENED = ProblemOpened(
    problem_id="p1",
    number="PRB-1",
    source="recurrence",
    statement="漏水",
    ticket_ids=("r1", "r2", "r3"),
    place=Place(community="jinxiu"),
    fingerprint=KEY,
    occurrences=3,
)


def test_the_first_report_is_counted_and_that_is_all() -> None:
    kitchen().when(report("r1"), at=R1).then(
        OccurrenceRecorded(ticket_id="r1", cycle=1, kind="repair")
    )
    kitchen(*FIRST).when(report("r1"), at=R1).then_nothing()


def test_the_second_refutes_the_first() -> None:
    kitchen(*FIRST).when(report("r2"), at=R2).then(
        OccurrenceRecorded(ticket_id="r2", cycle=1, kind="repair"),
        RecurrenceDetected(
            ticket_id="r2",
            n=2,
            within_days=14,
            ticket_ids=("r1", "r2"),
            is_rework=True,
            refuted=("r1",),
        ),
        refuted("r1", "r2"),
    )


def test_the_third_in_ninety_days_opens_one_problem() -> None:
    outcome = kitchen(*SECOND_ONE).when(report("r3"), at=R3)
    _, detected, *rest = outcome.events
    assert detected == RecurrenceDetected(
        ticket_id="r3",
        n=3,
        within_days=23,
        ticket_ids=("r1", "r2", "r3"),
        is_rework=True,
        refuted=("r1", "r2"),
    )
    assert rest[:2] == [refuted("r1", "r3"), refuted("r2", "r3")]
    attached, opened = rest[2:]
    assert opened.stream == PROBLEM.stream(attached.problem_id)
    assert opened.event.number == "PRB-1"
    assert opened.event.ticket_ids == ("r1", "r2", "r3")
    assert opened.event.fingerprint == KEY
    assert opened.event.statement == "漏水（kitchen.drain）：23 天内报修 3 次，未根治"
    again = kitchen(*SECOND_ONE).when(report("r3"), at=R3).events[-1]
    assert again.stream.id == opened.stream.id, "whoever finds it finds the same"


def test_the_complaint_finds_three_in_twenty_eight_days_and_no_second_problem() -> None:
    given = kitchen(*ATTACHED).and_(PROBLEM.stream("p1"), OPENED)
    given.when(report("c1", "complaint"), at=C1).then(
        OccurrenceRecorded(ticket_id="c1", cycle=1, kind="complaint"),
        RecurrenceDetected(
            ticket_id="c1",
            n=3,
            within_days=28,
            ticket_ids=("r1", "r2", "r3", "c1"),
            is_rework=True,
            refuted=("r1", "r2", "r3"),
        ),
        refuted("r1", "c1", "complaint"),
        refuted("r2", "c1", "complaint"),
        refuted("r3", "c1", "complaint"),
        On(PROBLEM.stream("p1"), ProblemRecurred(ticket_id="c1", occurrences=3)),
    )


def test_an_anonymous_complaint_does_not_count_where_others_do() -> None:
    """The next repair would tell whose it is."""
    given = kitchen(*ATTACHED).and_(PROBLEM.stream("p1"), OPENED)
    lodged = Fact(example(ComplaintLodged, anonymous=True), C1, SYSTEM)
    told = [*ticket("c1", C1, "complaint", done=False), lodged]
    outcome = given.and_(TICKET.stream("c1"), *told).when(report("c1", "complaint"), at=C1)
    assert outcome.events == []


def test_a_quote_by_an_anonymous_complaint_opens_a_problem_of_its_own() -> None:
    lodged = Fact(example(ComplaintLodged, anonymous=True), C1, SYSTEM)
    given = Given(FINGERPRINT).and_(TICKET.stream("r1"), *ticket("r1", R1))
    given.and_(TICKET.stream("c1"), *ticket("c1", C1, "complaint", done=False), lodged)
    events = given.when(RecordQuote(complaint_id="c1", ticket_id="r1"), at=C1).events
    [opened] = [one.event for one in events if isinstance(one, On)]
    assert opened.ticket_ids == ("r1", "c1")
    assert opened.fingerprint not in (None, KEY)


def test_what_is_refuted_is_not_refuted_twice_but_what_was_confirmed_is() -> None:
    given = kitchen(*SECOND_ONE)
    given.and_(TICKET.stream("r1"), Fact(FirstTimeFixRefuted(cause="reopened"), R1, SYSTEM))
    given.and_(TICKET.stream("r2"), Fact(FirstTimeFixConfirmed(), R3, SYSTEM))
    beside = [event for event in given.when(report("r3"), at=R3).events if isinstance(event, On)]
    assert beside[0] == refuted("r2", "r3")
    assert not [each for each in beside[1:] if each.stream.decider is TICKET]


@pytest.mark.parametrize(("later", "is_rework"), [(30 * DAY - SECOND, True), (30 * DAY, False)])
def test_rework_is_what_is_reported_within_thirty_days(later: timedelta, is_rework: bool) -> None:  # noqa: FBT001
    outcome = kitchen(*FIRST).when(report("r9"), at=R1 + DONE + later)
    assert any(isinstance(event, RecurrenceDetected) for event in outcome.events) == is_rework


@pytest.mark.parametrize(("span", "opens"), [(90 * DAY, True), (90 * DAY + SECOND, False)])
def test_three_count_within_ninety_days(span: timedelta, opens: bool) -> None:  # noqa: FBT001
    first = R3 - span
    given = Given(FINGERPRINT, occurred("r0", first), occurred("r2", first + 45 * DAY))
    given.and_(TICKET.stream("r0"), *ticket("r0", first))
    events = given.when(report("r3"), at=R3).events
    assert any(isinstance(event, FingerprintAttached) for event in events) == opens


def test_of_a_flood_the_problem_knows_already() -> None:
    flood = [occurred(f"r{n}", R1 + n * SECOND) for n in range(60)]
    attached = Fact(FingerprintAttached(problem_id="p1"), R1, SYSTEM)
    Given(FINGERPRINT, *flood, attached).and_(PROBLEM.stream("p1"), OPENED).when(
        report("r99"), at=R2
    ).then(OccurrenceRecorded(ticket_id="r99", cycle=1, kind="repair"))


def test_what_was_in_vain_is_looked_at_once() -> None:
    told = Fact(
        RecurrenceDetected(
            ticket_id="r2",
            n=2,
            within_days=14,
            ticket_ids=("r1", "r2"),
            is_rework=True,
            refuted=("r1",),
        ),
        R2,
        SYSTEM,
    )
    _, detected, *rest = kitchen(*SECOND_ONE, told).when(report("r3"), at=R3).events
    assert (detected.is_rework, detected.refuted) == (True, ("r2",))
    assert rest[0] == refuted("r2", "r3")


def test_complaints_are_no_repairs() -> None:
    told = [occurred("c1", R1, "complaint"), occurred("c2", R2, "complaint")]
    Given(FINGERPRINT, *told).when(report("c3", "complaint"), at=R3).then(
        OccurrenceRecorded(ticket_id="c3", cycle=1, kind="complaint")
    )


def test_a_duplicate_does_not_count() -> None:
    dropped = Fact(OccurrenceDropped(ticket_id="r2"), R2, SYSTEM)
    kitchen(occurred("r1", R1), occurred("r2", R2)).when(DropReport(ticket_id="r2"), at=R2).then(
        OccurrenceDropped(ticket_id="r2")
    )
    kitchen(occurred("r1", R1), occurred("r2", R2), dropped).when(report("r3"), at=R3).then(
        OccurrenceRecorded(ticket_id="r3", cycle=1, kind="repair")
    )
    kitchen().when(DropReport(ticket_id="r2"), at=R2).then_nothing()


def test_a_ticket_opened_again_is_one_repair_more() -> None:
    told = [occurred("r1", R1), occurred("r1", R2, cycle=2)]
    events = kitchen(*told).when(report("r1", cycle=3), at=R3).events
    (opened,) = [each.event for each in events if isinstance(each, On)]
    assert (opened.occurrences, opened.ticket_ids) == (3, ("r1",))


def test_work_that_is_told_late_is_judged_as_if_it_had_been_told_in_time() -> None:
    mending = RecordMending(ticket_id="r1", cycle=1, reported_at=R1)
    kitchen(occurred("r1", R1), occurred("r2", R2)).when(
        mending, at=R3, occurred_at=R1 + DONE
    ).then(OccurrenceMended(ticket_id="r1", cycle=1, reported_at=R1), refuted("r1", "r2"))
    kitchen(*FIRST).when(mending, at=R3, occurred_at=R1 + DONE).then_nothing()


def test_work_that_was_done_at_once_does_not_undo_itself() -> None:
    mending = RecordMending(ticket_id="r7", cycle=1, reported_at=R1)
    done = [ticket("r7", R1)[0], Fact(example(WorkCompleted), R1, SYSTEM)]
    given = Given(FINGERPRINT, occurred("r7", R1)).and_(TICKET.stream("r7"), *done)
    given.when(mending, at=R1).then(OccurrenceMended(ticket_id="r7", cycle=1, reported_at=R1))


def test_work_on_what_was_reported_before_anybody_counted_counts_from_now_on() -> None:
    events = kitchen(mended("r1", R1)).when(report("r2"), at=R2).events
    assert events[1] == RecurrenceDetected(
        ticket_id="r2",
        n=2,
        within_days=14,
        ticket_ids=("r1", "r2"),
        is_rework=True,
        refuted=("r1",),
    )


def test_three_repairs_are_a_recurrence_even_if_none_of_them_is_done() -> None:
    told = [occurred("r1", R1), occurred("r2", R2)]
    events = kitchen(*told).when(report("r3"), at=R3).events
    assert (events[1].n, events[1].is_rework, events[1].refuted) == (3, False, ())
    waiting = [*told, occurred("r3", R3), Fact(FingerprintAttached(problem_id="p1"), R3, SYSTEM)]
    given = kitchen(*waiting).and_(PROBLEM.stream("p1"), OPENED)
    given.when(report("c1", "complaint"), at=C1).then(
        OccurrenceRecorded(ticket_id="c1", cycle=1, kind="complaint"),
        On(PROBLEM.stream("p1"), ProblemRecurred(ticket_id="c1", occurrences=3)),
    )


def test_other_trouble_is_another_problem() -> None:
    there = replace(KITCHEN, component="bath.drain")
    given = Given(FINGERPRINT, occurred("b1", R1), occurred("b2", R2))
    reported = example(TicketReported, ticket_id="b1", location=there, category="leak")
    given.and_(TICKET.stream("b1"), reported)
    bath = given.when(replace(report("b3"), location=there), at=R3).events[-1].event
    kitchen_s = kitchen(*SECOND_ONE).when(report("r3"), at=R3).events[-1].event
    assert bath.fingerprint != kitchen_s.fingerprint


def test_trouble_that_comes_back_after_the_closing_opens_the_problem_again() -> None:
    checked = [*CHECKED, Fact(ProblemClosed(), at(9, 29), MANAGER)]
    one = [event for event in ATTACHED if not isinstance(event.event, OccurrenceMended)]
    for days, expected in ((10, [ProblemReopened(ticket_id="r4", occurrences=1)]), (366, [])):
        given = kitchen(*one).and_(PROBLEM.stream("p1"), OPENED, *checked)
        events = given.when(report("r4"), at=at(9, 29) + days * DAY).events
        assert [each.event for each in events if isinstance(each, On)] == expected


def test_trouble_that_comes_back_while_it_is_verified_reopens_too() -> None:
    given = kitchen(*ATTACHED).and_(PROBLEM.stream("p1"), OPENED, *CHECKED)
    assert isinstance(CHECKED[-1].event, PdcaCycleChecked)
    assert IMPROVED.verdict == "improved"
    events = given.when(report("r4"), at=at(7, 20)).events
    assert [each.event for each in events if isinstance(each, On)] == [
        ProblemReopened(ticket_id="r4", occurrences=1)
    ]


QUOTE = RecordQuote(complaint_id="c1", ticket_id="r1")


def test_a_complaint_that_quotes_a_past_ticket_is_enough() -> None:
    recorded, detected, in_vain, attached, opened = kitchen(*FIRST).when(QUOTE, at=C1).events
    assert recorded == OccurrenceRecorded(ticket_id="c1", cycle=1, kind="complaint")
    assert (detected.n, detected.within_days) == (1, 28)
    assert in_vain == refuted("r1", "c1", "complaint")
    assert isinstance(attached, FingerprintAttached)
    assert (opened.event.source, opened.event.ticket_ids) == ("complaint", ("r1", "c1"))


def test_a_complaint_from_elsewhere_that_quotes_counts_for_what_it_quotes() -> None:
    known = kitchen(*ATTACHED).and_(PROBLEM.stream("p1"), OPENED)
    events = known.when(QUOTE, at=C1).events
    assert (events[1].n, events[1].within_days) == (3, 28)
    assert events[-1] == On(PROBLEM.stream("p1"), ProblemRecurred(ticket_id="c1", occurrences=3))
    told = occurred("c1", C1, "complaint")
    again = kitchen(*ATTACHED, told).and_(PROBLEM.stream("p1"), OPENED)
    again.when(QUOTE, at=C1).then_nothing()
    (attached, _) = kitchen(*FIRST, told).when(QUOTE, at=C1).events
    assert isinstance(attached, FingerprintAttached)


OPENING = OpenProblem(problem_id="p9", statement="厨房漏水", ticket_ids=("r1", "r2"))


def test_what_is_opened_by_hand_is_the_problem_of_its_trouble() -> None:
    by_hand = OpenByHand(opening=OPENING)
    attached, opened = kitchen(*SECOND_ONE).when(by_hand, by=MANAGER, at=R3).events
    assert attached == FingerprintAttached(problem_id="p9")
    assert (opened.event.source, opened.event.fingerprint) == ("manual", KEY)
    third = kitchen(*SECOND_ONE, Fact(attached, R2, MANAGER))
    third.and_(PROBLEM.stream("p9"), opened.event)
    events = [each for each in third.when(report("r3"), at=R3).events if isinstance(each, On)]
    assert events[-1] == On(PROBLEM.stream("p9"), ProblemRecurred(ticket_id="r3", occurrences=3))


def test_by_hand_nobody_opens_a_second_one() -> None:
    by_hand = OpenByHand(opening=OPENING)
    given = kitchen(*ATTACHED).and_(PROBLEM.stream("p1"), OPENED)
    given.when(by_hand, by=MANAGER, at=C1).then_refused("problem_open_already", number="PRB-1")


def test_what_is_the_same_trouble() -> None:
    unit = Location(community="jinxiu", building="3", unit="1201", component="kitchen.drain")
    same = replace(unit, community=" JinXiu ", component="Kitchen.Drain", lat_e6=1, lon_e6=2)
    assert fingerprint_of(unit, "leak") == fingerprint_of(same, "leak")
    others = [
        fingerprint_of(replace(unit, unit="1202"), "leak"),
        fingerprint_of(replace(unit, component=None), "leak"),
        fingerprint_of(unit, "blockage"),
        fingerprint_of(replace(unit, community="xincheng"), "leak"),
    ]
    assert len({fingerprint_of(unit, "leak"), *others}) == 5
    anywhere = Location(community="jinxiu")
    assert fingerprint_of(anywhere, "lighting") is None
    at_home = {fingerprint_of(anywhere, "lighting", f"h-{n}") for n in range(3)}
    assert len(at_home) == 3
    assert fingerprint_of(unit, "leak", "h-1") == fingerprint_of(unit, "leak")
    assert rollup_of(replace(unit, unit=None), "leak") is None
    assert rollup_of(unit, "leak") == rollup_of(replace(unit, unit="1202"), "leak")
    assert unit_key(unit) == unit_key(replace(unit, component=None))
