"""How a matter felt: the peak, the end, and who may say so."""

from datetime import timedelta

import pytest

from app.domain.survey.experience import EXPERIENCE, MOST_POINTS, ScoreTouchpoint
from app.domain.ticket.decider import TICKET
from app.events.base import Actor, Fact
from app.events.experience import TouchpointScored
from app.events.ticket import AssignmentAccepted, TicketReported
from tests.events.examples import example
from tests.given_when_then import NOW, Given

ZHANG = Actor(subject="o-zhang", role="owner")
LIN = Actor(subject="u-lin", role="csr")
HOUSEHOLD = "h-3-1201"
T1 = TICKET.stream("t1")
REPORTED = example(TicketReported, ticket_id="t1", household_id=HOUSEHOLD)
SCORE = ScoreTouchpoint(ticket_id="t1", touchpoint="arrival", score=8)


def scored(touchpoint: str, score: int, minutes: int = 0) -> Fact[TouchpointScored]:
    event = TouchpointScored(ticket_id="t1", touchpoint=touchpoint, score=score, source="owner")
    return Fact(event, NOW + timedelta(minutes=minutes), ZHANG)


def test_owners_and_staff_who_asked_score_a_touchpoint() -> None:
    world = Given(EXPERIENCE).and_(T1, REPORTED)
    for by, source, household_id in ((ZHANG, "owner", HOUSEHOLD), (LIN, "staff", None)):
        world.when(SCORE, by=by, household_id=household_id).then(
            TouchpointScored(
                ticket_id="t1",
                touchpoint="arrival",
                score=8,
                source=source,
                community=REPORTED.location.community,
            )
        )


def test_the_journey_of_the_seeds_has_its_peak_and_its_end() -> None:
    """3, 2, 8, 9: what is remembered is how bad it was, or how well it ended (S003)."""
    facts = [scored("report", 3, 0), scored("response", 2, 10), scored("repair", 8, 20)]
    state = EXPERIENCE.fold(EXPERIENCE.initial, [scored("completion", 9, 30), *facts])
    assert [point.score for point in state.in_order] == [3, 2, 8, 9]
    assert state.peak is not None
    assert state.end is not None
    assert (state.peak.touchpoint, state.end.touchpoint) == ("completion", "completion")


@pytest.mark.parametrize(
    ("scores", "peak"), [((2, 8), 2), ((8, 3), 3), ((3, 8), 8), ((5, 6), 6), ((10, 1, 5), 1)]
)
def test_the_peak_is_farthest_from_the_middle_and_the_later_of_two(
    scores: tuple[int, ...], peak: int
) -> None:
    facts = [scored("repair", score, n) for n, score in enumerate(scores)]
    state = EXPERIENCE.fold(EXPERIENCE.initial, facts)
    assert state.peak is not None
    assert state.peak.score == peak


def test_without_points_there_is_neither() -> None:
    assert (EXPERIENCE.initial.peak, EXPERIENCE.initial.end) == (None, None)


def test_who_did_the_work_does_not_say_how_it_felt() -> None:
    taken = example(AssignmentAccepted, engineer="u-lin")
    Given(EXPERIENCE).and_(T1, REPORTED, taken).when(SCORE, by=LIN).then_refused("rated_by_oneself")
    engineer = Actor(subject="u-li", role="engineer")
    Given(EXPERIENCE).and_(T1, REPORTED).when(SCORE, by=engineer).then_refused("role_not_permitted")


def test_of_a_ticket_that_one_may_not_see_nothing_is_said() -> None:
    Given(EXPERIENCE).when(SCORE, by=LIN).then_refused("ticket_not_found")
    world = Given(EXPERIENCE).and_(T1, REPORTED)
    world.when(SCORE, by=ZHANG, household_id="h-9").then_refused("ticket_not_found")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (ScoreTouchpoint(ticket_id="t1", touchpoint="elevator", score=5), "not_one_of"),
        (ScoreTouchpoint(ticket_id="t1", touchpoint="arrival", score=0), "out_of_range"),
        (ScoreTouchpoint(ticket_id="t1", touchpoint="arrival", score=11), "out_of_range"),
    ],
)
def test_a_value_out_of_range_is_refused(command: ScoreTouchpoint, code: str) -> None:
    Given(EXPERIENCE).and_(T1, REPORTED).when(command, by=LIN).then_refused(code)


def test_a_curve_is_not_endless() -> None:
    full = Given(EXPERIENCE, *[scored("repair", 5)] * MOST_POINTS).and_(T1, REPORTED)
    full.when(SCORE, by=LIN).then_refused("too_many_touchpoints")
