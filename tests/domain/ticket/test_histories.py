"""Properties of any history: whatever is tried, in whatever order, by whomever."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.errors import DomainError
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.decider import TICKET
from app.domain.ticket.kinds.repair import ALL, CARRIED, OPEN, RULES
from app.domain.ticket.state.ticket import Ticket
from app.event_store.codec import decode_state, encode_state
from app.events.base import Actor, Fact
from app.events.ticket import TicketEvent
from tests.domain.ticket.samples import GIVEN_BY, SAMPLES
from tests.domain.ticket.world import (
    CHEN,
    DU,
    EVERYBODY,
    LI,
    LIN,
    OWNER,
    SUPERVISOR,
    WANG,
    World,
    check_all,
    reach,
)

TICKETS = ("t1", "t2", "t3")
ENGINEERS = (LI, WANG, CHEN)
# Every time these are given they say something new.
SAID_ANEW = (c.Comment, c.Urge, c.Escalate, c.AddCost, c.UpdateProgress, c.DeclareDelay)

COMMANDS = st.one_of(
    st.sampled_from([sample for kind, sample in SAMPLES.items() if kind is not c.ReportTicket]),
    st.builds(c.Assign, engineer=st.sampled_from([one.subject for one in ENGINEERS])),
    st.builds(c.Transfer, engineer=st.sampled_from([one.subject for one in ENGINEERS])),
    st.builds(c.MergeInto, into=st.sampled_from(TICKETS)),
    st.builds(
        c.Link,
        ticket_id=st.sampled_from(TICKETS),
        kind=st.sampled_from(["child", "related", "recurs_of"]),
    ),
    st.builds(
        c.ProposeSolution,
        plan=st.just("换水管"),
        material_fen=st.sampled_from([0, 20_000, 20_001]),
        chargeable=st.booleans(),
    ),
    st.sampled_from([c.Claim(), c.Accept(), c.AcceptSolution(), c.Depart, c.CompleteWork, c.Hold]),
)
# A number stands for one of the commands that are legal just then: so histories grow long.
WANTED = st.one_of(st.integers(0, 1000), st.integers(0, 1000), COMMANDS)
BY = st.one_of(st.just("usual"), st.just("usual"), st.sampled_from([*EVERYBODY, WANG, CHEN]))
MINUTES = st.one_of(st.just(0), st.just(0), st.sampled_from([1, 11, 90, 25 * 60, 8 * 24 * 60]))
STEPS = st.lists(st.tuples(WANTED, BY, st.sampled_from(TICKETS), MINUTES), max_size=25)
BEGINNINGS = st.tuples(*[st.sampled_from(sorted(ALL - {"merged"})) for _ in TICKETS])


def a_world(statuses: tuple[str, ...]) -> World:
    world = World()
    for engineer in ENGINEERS:
        world.staff(engineer, max_load=2)
    for ticket, status in zip(TICKETS, statuses, strict=True):
        with suppress(DomainError):  # with a load of two the third comes only half of the way
            reach(status, world=world, ticket=ticket)
    return world


def concrete(world: World, command: Any, ticket: str) -> Any:
    """Some commands depend on the hour, or on what was done before."""
    if isinstance(command, int):
        status = world.status(ticket)
        legal = [kind for kind, rule in RULES.items() if status in rule.when]
        command = SAMPLES[legal[command % len(legal)]] if legal else c.Urge()
    if command is c.Depart or isinstance(command, c.Depart):
        return c.Depart(eta=world.eta())
    if isinstance(command, c.DeclareDelay):
        return c.DeclareDelay(reason="堵车", new_eta=world.eta())
    if command is c.Hold:
        until = world.now + timedelta(minutes=80)
        return c.Hold(reason="weather", expected_resume_at=until)
    if command is c.CompleteWork or isinstance(command, c.CompleteWork):
        assignee = world.ticket(ticket).assignment.assignee
        holder = Actor(subject=assignee.subject, role="engineer") if assignee else LI
        with suppress(DomainError):
            check_all(world, holder, ticket)
        world.photo(f"after-{ticket}", "after", ticket_id=ticket)
        return c.CompleteWork(photo_ids=(f"after-{ticket}",), summary="好了")
    return command


def usual(world: World, command: Any, ticket: str) -> Actor:
    by = GIVEN_BY.get(type(command), LI)
    assignment = world.ticket(ticket).assignment
    asked = assignment.offer.engineer if assignment.offer else assignment.assignee
    if by is LI and asked and not isinstance(command, c.Claim):
        return Actor(subject=asked.subject, role="engineer")
    return by


def attempt(world: World, command: Any, by: Actor, ticket: str) -> list[Any] | DomainError:
    try:
        return world.do(command, by, ticket=ticket)
    except DomainError as refused:
        return refused


def tickets_of(world: World) -> dict[str, Ticket]:
    return {
        key.removeprefix("ticket-"): state
        for key, state in world.states.items()
        if key.startswith("ticket-") and state is not None
    }


@settings(max_examples=150, deadline=None)
@given(BEGINNINGS, STEPS)
def test_whatever_is_tried_a_ticket_stays_whole(
    beginnings: tuple[str, ...], steps: list[tuple[Any, Any, str, int]]
) -> None:
    world = a_world(beginnings)
    check_whole(world)
    for wanted, actor, ticket, minutes in steps:
        world.wait(minutes=minutes).lapse(ticket)
        due = TICKET.next_due(world.ticket(ticket))
        assert due is None or due > world.now
        command = concrete(world, wanted, ticket)
        by = usual(world, command, ticket) if actor == "usual" else actor
        cycles = {key: state.cycle for key, state in tickets_of(world).items()}
        answer = attempt(world, command, by, ticket)
        check_whole(world)
        assert all(world.ticket(key).cycle >= cycle for key, cycle in cycles.items())
        if isinstance(answer, list) and not isinstance(command, SAID_ANEW):
            again = attempt(world, command, by, ticket)
            assert isinstance(again, DomainError) or again == []


def check_whole(world: World) -> None:
    tickets = tickets_of(world)
    for key, ticket in tickets.items():
        assert ticket.id == key
        assert ticket.status in ALL
        assert ticket.hold is None or ticket.status in OPEN
        assert (ticket.assignment.offer is not None) == (
            ticket.status in {"assigned", "transferred"}
        )
        assert (ticket.status == "merged") == (ticket.merged_into is not None)
        assert ticket.assignment.assignee is not None or ticket.status not in CARRIED
        assert len(ticket.linked("parent")) <= 1
        assert decode_state(TICKET.state_type, encode_state(ticket)) == ticket
    for engineer in ENGINEERS:
        carried = {key for key, one in tickets.items() if one.carrier == engineer.subject}
        assert set(world.load(engineer)) == carried
        assert len(world.load(engineer)) == len(carried) <= 2


EVENTS: tuple[Any, ...] = get_args(TicketEvent)
AWARE = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
st.register_type_strategy(datetime, AWARE)
ANY_FACT = st.builds(
    Fact,
    event=st.one_of([st.from_type(event) for event in EVENTS]),
    occurred_at=AWARE,
    actor=st.sampled_from([OWNER, LIN, DU, LI, SUPERVISOR]),
)
ANY_TICKET = st.sampled_from([None, *(reach(status).ticket() for status in sorted(ALL))])


@settings(max_examples=300, deadline=None)
@given(ANY_TICKET, st.lists(ANY_FACT, max_size=10))
def test_the_fold_judges_nothing_and_never_fails(
    ticket: Ticket | None, facts: list[Fact[Any]]
) -> None:
    folded = TICKET.fold(ticket, facts)
    assert folded is None or isinstance(folded, Ticket)
    TICKET.next_due(folded)


@pytest.mark.parametrize("command", [c.Comment(text="谢" * 4000), c.Urge()])
def test_a_state_does_not_grow_with_what_is_said(command: Any) -> None:
    world = reach("accepted")
    before = len(encode_state(world.ticket()))
    for _ in range(100):
        world.do(command, OWNER)
    assert len(encode_state(world.ticket())) < before + 10
