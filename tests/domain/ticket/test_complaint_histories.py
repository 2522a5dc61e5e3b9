"""Properties of any history of complaints: whatever is tried, in whatever order, by whomever."""

from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.errors import DomainError
from app.domain.ticket.access.naming import may_name
from app.domain.ticket.commands import complaint as p
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.decider import TICKET
from app.domain.ticket.kinds import KINDS
from app.domain.ticket.kinds.complaint import RULES
from app.event_store.codec import decode_state, encode_state
from app.events.base import Actor
from tests.domain.ticket.complaining import GIVEN_BY, NEIGHBOUR, complaint
from tests.domain.ticket.samples import SAMPLES
from tests.domain.ticket.world import EVERYBODY, LIN, OWNER, SUPERVISOR, World

TICKETS = ("t1", "t2", "t1-1")
SUBJECT = SUPERVISOR.subject
# Every time these are given they say something new.
SAID_ANEW = (c.Comment, c.Urge, c.Escalate, c.ExerciseAuthority, c.MakePromise)

NAMED = st.sampled_from(TICKETS)
COMMANDS = st.one_of(
    st.sampled_from([SAMPLES[kind] for kind in RULES if kind is not c.ReportTicket]),
    st.builds(p.Investigate, investigator=st.sampled_from([None, "u-lin", "u-sun", "u-chen"])),
    st.builds(p.Withdraw, confirmed_by=st.sampled_from(["u-lin", "u-sun"])),
    st.builds(p.Support, household_id=st.sampled_from(["h-1", "h-2", "h-3"])),
    st.builds(
        c.Link, ticket_id=st.sampled_from(TICKETS), kind=st.sampled_from(["child", "quotes"])
    ),
    st.builds(c.MergeInto, into=NAMED),
)
# A number stands for one of the commands that are legal just then: so histories grow long.
WANTED = st.one_of(st.integers(0, 1000), st.integers(0, 1000), COMMANDS)
BY = st.one_of(st.just("usual"), st.just("usual"), st.sampled_from([*EVERYBODY, NEIGHBOUR]))
MINUTES = st.sampled_from([0, 0, 1, 20, 25 * 60, 8 * 24 * 60])
STEPS = st.lists(st.tuples(WANTED, BY, st.sampled_from(TICKETS), MINUTES), max_size=25)


def a_world(anonymous: bool) -> World:  # noqa: FBT001 - drawn
    world = World()
    lodged: dict[str, Any] = {"anonymous": anonymous, "subject_of_complaint": SUBJECT}
    world.do(complaint("t1", pain_points=("师傅敷衍",), supporters=8, **lodged), OWNER)
    world.do(complaint("t2"), LIN)
    return world


def concrete(world: World, wanted: Any, ticket: str) -> Any:
    if not isinstance(wanted, int):
        return wanted
    status = world.status(ticket)
    legal = [kind for kind, rule in RULES.items() if status in rule.when]
    return SAMPLES[legal[wanted % len(legal)]] if legal else c.Urge()


def usual(command: Any) -> Actor:
    by = GIVEN_BY.get(type(command), LIN)
    return LIN if by is SUPERVISOR else by


@settings(max_examples=150, deadline=None)
@given(st.booleans(), STEPS)
def test_whatever_is_tried_a_complaint_stays_whole(
    anonymous: bool,  # noqa: FBT001 - drawn
    steps: list[tuple[Any, Any, str, int]],
) -> None:
    world = a_world(anonymous)
    for wanted, actor, ticket, minutes in steps:
        world.wait(minutes=minutes).lapse(ticket)
        command = concrete(world, wanted, ticket)
        by = usual(command) if actor == "usual" else actor
        with suppress(DomainError):
            world.do(command, by, ticket=ticket)
            if not isinstance(command, SAID_ANEW):
                check_repeat(world, command, by, ticket)
        for key in TICKETS:
            check_whole(world, key)


def check_repeat(world: World, command: Any, by: Actor, ticket: str) -> None:
    try:
        assert world.do(command, by, ticket=ticket) == []
    except DomainError:
        return


def check_whole(world: World, key: str) -> None:
    ticket, kind = world.ticket(key), KINDS["complaint"]
    complained = ticket.complaint
    assert ticket.status in kind.labels
    assert complained is not None
    assert len(complained.supporting) == len(set(complained.supporting))
    assert ticket.household_id not in complained.supporting
    assert (ticket.status == "merged") == (ticket.merged_into is not None)
    assert ticket.hold is None or ticket.is_open
    if ticket.status in kind.terminal:
        assert all(clock.is_over for clock in ticket.clocks)
    if complained.subject is not None:
        investigator = complained.investigator
        assert investigator is None or investigator.subject != complained.subject
    if ticket.status in {"responded", "satisfied"} and complained.answer is None:
        assert ticket.status == "satisfied"
    if key != "t2" and complained.anonymous:
        assert all(link.confidential or link.kind == "duplicate" for link in ticket.links)
    named = [each for each in TICKETS if each in {link.ticket_id for link in ticket.links}]
    assert all(may_name(complained, world.ticket(each).complaint) for each in named)
    assert decode_state(TICKET.state_type, encode_state(ticket)) == ticket
