"""Whatever graph of whys is drawn: no circle gets in, and a confirmed root is reached."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.domain.decider import Given as Circumstances
from app.domain.errors import DomainError
from app.domain.problem import commands as c
from app.domain.problem.decider import PROBLEM
from app.domain.problem.graph import (
    PHENOMENON,
    chain_to,
    closes_a_cycle,
    descendants,
    in_order,
    levels,
    sound_levels,
)
from app.domain.problem.state import Problem, Why
from app.events.base import Fact
from app.events.problem import Evidence
from tests.domain.problem.chain import ENGINEER, MANAGER, NO_TICKETS, OPENED
from tests.given_when_then import NOW, SHANGHAI

NODES = [f"n{n}" for n in range(7)]
SHOWN = (Evidence(type="ticket", ref="r1"),)


@st.composite
def dags(draw: st.DrawFn) -> list[Why]:
    """Each answer explains some of those before it, or the phenomenon."""
    whys = []
    for n in range(draw(st.integers(1, 7))):
        earlier = [PHENOMENON, *NODES[:n]]
        parents = draw(st.lists(st.sampled_from(earlier), min_size=1, max_size=3, unique=True))
        whys.append(
            Why(
                id=NODES[n],
                parents=tuple(parents),
                answer="未查主管道",
                category="machine",
                systemic=None,
                controllable_by=None,
                evidence=SHOWN,
                authors=("u-li",),
                therefore_ok=draw(st.sampled_from((True, True, None, False))),
            )
        )
    return draw(st.permutations(whys))


def reached(whys: list[Why], start: str, goal: str) -> bool:
    """By trying every step, the slow way."""
    below = [why.id for why in whys if start in why.parents]
    return goal in below or any(reached(whys, each, goal) for each in below)


@given(dags(), st.sampled_from(NODES), st.lists(st.sampled_from(NODES), max_size=3))
def test_a_circle_is_found_exactly_where_there_would_be_one(
    whys: list[Why], why_id: str, parents: list[str]
) -> None:
    by_hand = why_id in parents or any(reached(whys, why_id, parent) for parent in parents)
    assert closes_a_cycle(whys, why_id, parents) == by_hand


@given(dags())
def test_descendants_are_what_can_be_reached(whys: list[Why]) -> None:
    for why in whys:
        found = {other.id for other in whys if reached(whys, why.id, other.id)}
        assert descendants(whys, why.id) == found


@given(dags())
def test_a_level_is_one_more_than_the_deepest_parent_s(whys: list[Why]) -> None:
    found = levels(whys)
    assert set(found) == {why.id for why in whys}
    assert len(list(in_order(whys))) == len(whys)
    for why in whys:
        assert found[why.id] == 1 + max(found.get(parent, 0) for parent in why.parents)


@given(dags())
def test_a_sound_chain_begins_at_the_phenomenon_and_holds_at_every_step(whys: list[Why]) -> None:
    by_id = {why.id: why for why in whys}
    for why_id, depth in sound_levels(whys).items():
        chain = chain_to(whys, why_id)
        assert len(chain) == depth
        assert all(by_id[each].therefore_ok for each in chain)
        above = [PHENOMENON, *chain]
        assert all(a in by_id[b].parents for a, b in zip(above, chain, strict=False))


commands = st.lists(
    st.one_of(
        st.builds(
            c.AddWhy,
            why_id=st.sampled_from(NODES),
            parents=st.lists(
                st.sampled_from([PHENOMENON, *NODES]), min_size=1, max_size=2, unique=True
            ).map(tuple),
            answer=st.sampled_from(("未查主管道", "师傅态度差,扣50元")),
            category=st.sampled_from(("machine", "process")),
            evidence=st.sampled_from((SHOWN, ())),
        ),
        st.builds(
            c.ReviseWhy,
            why_id=st.sampled_from(NODES),
            parents=st.lists(
                st.sampled_from([PHENOMENON, *NODES]), min_size=1, max_size=2, unique=True
            ).map(tuple),
            answer=st.just("只换垫片"),
            category=st.just("method"),
            evidence=st.just(SHOWN),
        ),
        st.builds(c.VerifyWhy, why_id=st.sampled_from(NODES), therefore_ok=st.booleans()),
        st.builds(
            c.ConfirmRootCause,
            roots=st.lists(st.sampled_from(NODES), min_size=1, max_size=2, unique=True).map(tuple),
            justification=st.sampled_from((None, "开挖后确认")),
        ),
    ),
    max_size=40,
)


@settings(max_examples=300)
@given(commands)
def test_whatever_is_asked_the_analysis_stays_sound(asked: list[Any]) -> None:
    state = PROBLEM.fold(None, [Fact(OPENED, NOW, ENGINEER)])
    for command in asked:
        before = state
        state = told(state, command)
        assert state is not None
        whys = state.latest.whys if state.latest else ()
        assert len(list(in_order(whys))) == len(whys), "a circle"
        for earlier, later in zip(
            before.confirmed if before else (), state.confirmed, strict=False
        ):
            assert replace(later, superseded_by=None) == replace(earlier, superseded_by=None)
        if state.in_force is not None:
            sound = sound_levels(state.in_force.whys)
            assert all(
                sound[root] >= 3 or state.in_force.justification for root in state.in_force.roots
            )


def told(state: Problem | None, command: Any) -> Problem | None:
    by = ENGINEER if isinstance(command, c.AddWhy | c.ReviseWhy) else MANAGER
    circumstances = Circumstances(
        actor=by, now=NOW, occurred_at=NOW, zone=SHANGHAI, states=NO_TICKETS
    )
    try:
        events = PROBLEM.decide(command, state, circumstances)
    except DomainError:
        return state
    after = PROBLEM.fold(state, [Fact(event, NOW, by) for event in events])
    if events:
        again = PROBLEM.decide(command, after, circumstances)
        assert list(again) == [], "given again it changes nothing"
    return after
