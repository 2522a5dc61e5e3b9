"""Properties of any follow-up: whatever is tried, in whatever order, at whatever hour."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.errors import DomainError
from app.domain.sla.clock import running
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.commands.follow_up import Attempt, MarkUnreachable, Reschedule
from app.domain.ticket.decider import TICKET
from app.domain.ticket.kinds.follow_up import ALL, TERMINAL
from app.event_store.codec import decode_state, encode_state
from app.events.follow_up import FollowUpAttempted, FollowUpCompleted, FollowUpUnreachable
from tests.domain.ticket.asking import FIRST, SECOND, answer, completed
from tests.domain.ticket.world import LIN, MANAGER, OWNER, SUPERVISOR

COMMANDS = st.sampled_from(
    [
        Attempt(),
        Attempt(),
        Attempt(call_id="call-1"),
        MarkUnreachable(),
        Reschedule,
        *(answer(each) for each in ("satisfied", "neutral", "dissatisfied", "recurred")),
        c.Cancel(reason="不用"),
        c.Comment(text="稍后"),
    ]
)
BY = st.sampled_from([LIN, LIN, SUPERVISOR, MANAGER, OWNER])
MINUTES = st.sampled_from([0, 1, 61, 8 * 60, 25 * 60])
STEPS = st.lists(st.tuples(COMMANDS, BY, MINUTES), max_size=20)


def tried(world: Any, command: Any, by: Any) -> list[Any] | DomainError:
    try:
        events: list[Any] = world.do(command, by, ticket=FIRST)
    except DomainError as refused:
        return refused
    return events


@settings(max_examples=100, deadline=None)
@given(STEPS)
def test_whatever_is_tried_a_follow_up_stays_whole(steps: list[tuple[Any, Any, int]]) -> None:
    world = completed()
    since: list[FollowUpAttempted] = []
    for wanted, by, minutes in steps:
        world.wait(minutes=minutes)
        command = Reschedule(at=world.eta()) if wanted is Reschedule else wanted
        before = world.ticket(FIRST)
        told = tried(world, command, by)
        check_whole(world)
        if isinstance(told, DomainError):
            assert world.ticket(FIRST).status == before.status
            continue
        check_tried_before(told, since)
        since = [] if isinstance(command, Reschedule) else [*since, *_attempts(told)]
        if not isinstance(command, c.Comment) and command != Attempt():
            again = tried(world, command, by)
            assert again == [] or isinstance(again, DomainError)


def _attempts(told: list[Any]) -> list[FollowUpAttempted]:
    return [each for each in told if isinstance(each, FollowUpAttempted)]


def check_tried_before(told: list[Any], since: list[FollowUpAttempted]) -> None:
    for event in told:
        if isinstance(event, FollowUpCompleted):
            assert since, "nobody answers who was not called"
        if isinstance(event, FollowUpUnreachable):
            assert len(since) >= 3
            assert len({each.on for each in since}) >= 2


def check_whole(world: Any) -> None:
    follow_up = world.ticket(FIRST)
    assert follow_up.status in ALL
    clocks = running(follow_up.clocks)
    assert len(clocks) <= 1
    if follow_up.status in TERMINAL or follow_up.status == "unreachable":
        assert clocks == ()
    else:
        assert len(clocks) == 1
    assert decode_state(TICKET.state_type, encode_state(follow_up)) == follow_up
    repair = world.ticket()
    answered = follow_up.follow_up.outcome
    reopened = repair.cycle == 2
    assert (reopened or bool(repair.linked("has_recurrence"))) == (answered == "recurred")
    assert not (reopened and repair.linked("has_recurrence"))
    assert bool(repair.linked("child")) == (answered == "dissatisfied")
    assert (world.status(SECOND) == "cancelled") == reopened


def test_a_recurrence_answered_after_seven_days_is_a_repair_of_its_own() -> None:
    world = completed()
    world.wait(minutes=8 * 24 * 60)
    for command in (Attempt(), answer("recurred")):
        tried(world, command, LIN)
        check_whole(world)
    assert world.ticket().cycle == 1
    assert world.ticket().linked("has_recurrence")
