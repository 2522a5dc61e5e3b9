"""Whatever is asked of a problem, in whatever order: it stays whole, and asking twice is asking
once."""

from datetime import date, datetime, timedelta
from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.decider import Given as Circumstances
from app.domain.errors import DomainError
from app.domain.problem import commands as c
from app.domain.problem.decider import PROBLEM
from app.domain.problem.state import Problem, ProblemState
from app.event_store.codec import decode_state, encode_state
from app.event_store.tenant_secret import TenantSecret
from app.events.base import SYSTEM, Actor, Fact
from app.events.problem import Measured, ProblemRecurred, ProblemReopened
from app.views.improvement.render import render_problem
from tests.domain.problem.chain import (
    CHECKED,
    CONFIRMED,
    ENGINEER,
    MANAGER,
    NO_TICKETS,
    OPENED,
    RUNNING,
    SHOWN,
    SUPERVISOR,
    acting,
    adding,
)
from tests.given_when_then import NOW, SHANGHAI

measured = st.builds(
    Measured, mean_e6=st.sampled_from((0, 2_000_000, 4_000_000)), n=st.sampled_from((12, 38))
)
cycles = st.integers(1, 3)
commands = st.one_of(
    st.just(adding("n6", "n5", category="process", evidence=SHOWN)),
    st.builds(c.VerifyWhy, why_id=st.sampled_from(("n5", "n6")), therefore_ok=st.booleans()),
    st.builds(c.ConfirmRootCause, roots=st.sampled_from((("n5",), ("n6",), ("n4", "n5"), ("n9",)))),
    st.builds(acting, action_id=st.sampled_from(("A1", "A2")), root=st.sampled_from(("n5", "n6"))),
    st.builds(c.CompleteAction, action_id=st.sampled_from(("A1", "A2", "A3"))),
    st.builds(c.VerifyAction, action_id=st.sampled_from(("A1", "A2", "A3"))),
    st.builds(
        c.StartCycle,
        hypothesis=st.sampled_from(("h1", "h2")),
        actions=st.just(("A1",)),
        pilot_scope=st.just(("B1",)),
        begins_on=st.just(date(2024, 4, 1)),
        ends_on=st.just(date(2024, 6, 30)),
    ),
    st.builds(
        c.CheckCycle,
        cycle=cycles,
        metric=st.sampled_from(("ces", "nps", "leaks")),
        before=measured,
        after=measured,
    ),
    st.builds(
        c.ActOnCycle,
        cycle=cycles,
        decision=st.sampled_from(("standardize", "adapt", "abandon")),
        document=st.sampled_from((None, "《指导书》")),
        residual=st.sampled_from((None, "10%")),
    ),
    st.just(c.CloseProblem()),
    st.builds(ProblemRecurred, ticket_id=st.just("r9"), occurrences=st.integers(1, 3)),
)
STATES = get_args(ProblemState)


def asked(state: Problem, command: Any, by: Actor, now: datetime) -> Problem:
    circumstances = Circumstances(
        actor=by, now=now, occurred_at=now, zone=SHANGHAI, states=NO_TICKETS
    )
    try:
        events = PROBLEM.decide(command, state, circumstances)
    except DomainError:
        return state
    after = PROBLEM.fold(state, [Fact(event, now, by) for event in events])
    assert after is not None
    assert not events or list(PROBLEM.decide(command, after, circumstances)) == []
    return after


def came_back(state: Problem, event: ProblemRecurred, now: datetime) -> Problem:
    late = state.state in {"verifying", "closed"}
    told: Any = (
        ProblemReopened(ticket_id=event.ticket_id, occurrences=event.occurrences) if late else event
    )
    after = PROBLEM.evolve(state, Fact(told, now, SYSTEM))
    assert after is not None
    return after


@settings(max_examples=400)
@given(
    st.sampled_from(([], CONFIRMED, RUNNING, CHECKED)),
    st.lists(
        st.tuples(commands, st.sampled_from((ENGINEER, MANAGER, SUPERVISOR)), st.integers(0, 60)),
        max_size=25,
    ),
)
def test_a_problem_stays_whole(before: list[Any], steps: list[tuple[Any, Actor, int]]) -> None:
    state = PROBLEM.fold(None, [Fact(OPENED, NOW, ENGINEER), *before])
    assert state is not None
    now = max(NOW, *(fact.occurred_at for fact in before)) if before else NOW
    for command, by, days in steps:
        now += timedelta(days=days)
        state = PROBLEM.fold(state, PROBLEM.lapse(state, now)) or state
        due = PROBLEM.next_due(state)
        assert due is None or due > now
        if isinstance(command, ProblemRecurred):
            state = came_back(state, command, now)
        else:
            state = asked(state, command, by, now)
        check_whole(state)


def check_whole(state: Problem) -> None:
    assert state.state in STATES
    assert (state.state == "closed") == (state.closed_at is not None)
    assert [cycle.number for cycle in state.cycles] == [*range(1, len(state.cycles) + 1)]
    assert all(cycle.act for cycle in state.cycles[:-1]), "one cycle at a time"
    versions = [analysis.version for analysis in state.confirmed]
    assert versions == [*range(1, len(versions) + 1)]
    assert all(each.superseded_by == each.version + 1 for each in state.confirmed[:-1])
    if state.state == "closed":
        last = [cycle for cycle in state.cycles if not cycle.is_abandoned][-1]
        assert last.check is not None
        assert last.check.verdict == "improved"
        assert state.closed_at is not None
        assert state.closed_at - last.check.checked_at >= timedelta(days=90)
    assert decode_state(PROBLEM.state_type, encode_state(state)) == state
    rendered = render_problem(state, 1, TenantSecret(bytes(32)))
    assert (rendered["rca"] is None) == (state.latest is None)
