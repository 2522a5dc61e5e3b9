"""What is done about a problem, whether it helped, and when it is over (docs/domain.md §5.3)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from app.domain.errors import IllegalTransition, NotFound, NotPermitted, Unacceptable
from app.domain.problem import commands as c
from app.domain.problem.decider import PROBLEM
from app.domain.problem.figures import verdict
from app.domain.problem.state import Problem
from app.events.base import SYSTEM, Fact
from app.events.problem import (
    ActionCompleted,
    ActionOverdue,
    ActionPlanned,
    ActionVerified,
    Measured,
    PdcaCycleActed,
    PdcaCycleChecked,
    PdcaCycleStarted,
    ProblemClosed,
    ProblemRecurred,
    ProblemReopened,
    RootCauseConfirmed,
)
from tests.domain.problem.chain import (
    ACTING,
    CHAIN,
    CHECKED,
    CHECKED_AT,
    CONFIRMED,
    CORRECTIVE,
    CSR,
    DAY,
    ENGINEER,
    FOUR,
    IMPROVED,
    MANAGER,
    OPENED,
    RUNNING,
    SOUND,
    STARTED,
    SUPERVISOR,
    TWO,
    acting,
    adding,
    by,
    problem,
)
from tests.given_when_then import NOW

START = c.StartCycle(
    hypothesis=STARTED.hypothesis,
    actions=("A1",),
    pilot_scope=("B1", "B2"),
    begins_on=date(2024, 4, 1),
    ends_on=date(2024, 6, 30),
)
CHECK = c.CheckCycle(cycle=1, metric="ces", before=FOUR, after=TWO)
STANDARD = c.ActOnCycle(cycle=1, decision="standardize", document="《维修作业指导书》v3")
CLOSE = c.CloseProblem()
LATER = CHECKED_AT + 90 * DAY


def folded(*events: Any) -> Problem:
    state = PROBLEM.fold(None, [Fact(OPENED, NOW, MANAGER), *events])
    assert state is not None
    return state


def test_a_corrective_action_says_how_it_will_be_seen() -> None:
    problem(*CONFIRMED).when(acting(), by=MANAGER).then(CORRECTIVE)


@pytest.mark.parametrize("missing", ["root", "owner", "due", "metric", "baseline_e6", "target_e6"])
def test_a_corrective_action_that_says_less_is_refused(missing: str) -> None:
    name = missing.removesuffix("_e6")
    problem(*CONFIRMED).when(acting(**{missing: None}), by=MANAGER).then_refused(
        Unacceptable, "action_incomplete", pointer=f"/{name}", missing=[name]
    )


def test_a_corrective_action_is_for_a_confirmed_root() -> None:
    problem(*SOUND).when(acting(), by=MANAGER).then_refused(
        IllegalTransition, "root_cause_unconfirmed"
    )
    problem(*CONFIRMED).when(acting(root="n2"), by=MANAGER).then_refused(
        Unacceptable, "not_a_root", pointer="/root"
    )


def test_harm_is_stopped_before_anybody_knows_why() -> None:
    stop = c.PlanAction(type="containment", owner="工程部", due=date(2024, 3, 12))
    outcome = problem().when(stop, by=SUPERVISOR)
    assert [type(event) for event in outcome.events] == [ActionPlanned]
    problem().when(replace(stop, owner=None), by=SUPERVISOR).then_refused(
        "action_incomplete", missing=["owner"]
    )
    problem(*CHAIN).when(replace(stop, root="n9"), by=SUPERVISOR).then_refused("unknown_why")


def test_planning_twice_plans_once_and_ids_go_on() -> None:
    problem(*ACTING).when(acting(action_id="A1"), by=MANAGER).then_nothing()
    problem(*ACTING).when(acting(action_id="A1", owner="客服部"), by=MANAGER).then_refused(
        "action_exists"
    )
    (second,) = problem(*ACTING).when(acting(owner="客服部"), by=MANAGER).events
    assert second.action_id == "A2"


def test_an_action_is_overdue_when_its_local_day_is_over() -> None:
    state = folded(*ACTING)
    due = datetime(2024, 5, 31, 16, tzinfo=UTC)
    assert PROBLEM.next_due(state) == due
    assert PROBLEM.lapse(state, due - timedelta(microseconds=1)) == []
    overdue = Fact(ActionOverdue(action_id="A1"), due, SYSTEM)
    assert PROBLEM.lapse(state, due + DAY) == [overdue]
    later = PROBLEM.fold(state, [overdue])
    assert PROBLEM.next_due(later) is None


def test_an_action_for_a_day_gone_by_is_overdue_as_soon_as_it_is_planned() -> None:
    late = replace(CORRECTIVE, overdue_at=NOW - DAY)
    state = folded(*CONFIRMED, *by(MANAGER, late))
    assert [fact.occurred_at for fact in PROBLEM.lapse(state, NOW)] == [NOW]


def test_what_is_done_is_seen_by_another() -> None:
    done = by(ENGINEER, ActionCompleted(action_id="A1"))
    complete, verify = c.CompleteAction(action_id="A1"), c.VerifyAction(action_id="A1")
    problem(*ACTING).when(complete, by=ENGINEER).then(ActionCompleted(action_id="A1"))
    problem(*ACTING, *done).when(complete, by=ENGINEER).then_nothing()
    problem(*ACTING).when(verify, by=MANAGER).then_refused("action_not_completed")
    problem(*ACTING, *done).when(verify, by=MANAGER).then(ActionVerified(action_id="A1"))
    mine = by(MANAGER, ActionCompleted(action_id="A1"))
    problem(*ACTING, *mine).when(verify, by=MANAGER).then_refused(
        NotPermitted, "verifier_completed_it"
    )
    seen = by(SUPERVISOR, ActionVerified(action_id="A1"))
    problem(*ACTING, *done, *seen).when(verify, by=MANAGER).then_nothing()
    unknown = c.CompleteAction(action_id="A9")
    problem(*ACTING).when(unknown, by=ENGINEER).then_refused(NotFound)


def test_a_cycle_begins() -> None:
    problem(*ACTING).when(START, by=MANAGER).then(STARTED)
    problem(*RUNNING).when(START, by=MANAGER).then_nothing()
    a_day = replace(START, ends_on=START.begins_on)
    assert problem(*ACTING).when(a_day, by=MANAGER).refused is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ends_on": date(2024, 3, 31)}, "ends_before_start"),
        ({"actions": ()}, "required"),
        ({"actions": ("A9",)}, "unknown_action"),
    ],
)
def test_a_cycle_that_makes_no_sense_is_refused(changes: dict[str, Any], code: str) -> None:
    problem(*ACTING).when(replace(START, **changes), by=MANAGER).then_refused(Unacceptable, code)


def test_one_cycle_at_a_time_and_none_before_the_root_is_known() -> None:
    problem().when(START, by=MANAGER).then_refused("root_cause_unconfirmed")
    other = replace(START, hypothesis="别的")
    problem(*RUNNING).when(other, by=MANAGER).then_refused("cycle_open", cycle=1)


@pytest.mark.parametrize(
    ("better", "before", "after", "expected"),
    [
        ("low", (4_000_000, 41), (2_000_000, 38), "improved"),
        ("low", (2_000_000, 41), (4_000_000, 38), "worse"),
        ("high", (72_000_000, 200), (94_000_000, 200), "improved"),
        ("high", (94_000_000, 200), (72_000_000, 200), "worse"),
        ("low", (2_000_000, 41), (2_000_000, 38), "unchanged"),
        ("low", (4_000_000, 41), (2_000_000, 12), "inconclusive"),
        ("low", (4_000_000, 29), (2_000_000, 38), "inconclusive"),
        ("low", (4_000_000, 30), (2_000_000, 30), "improved"),
        ("high", (0, 0), (0, 0), "inconclusive"),
    ],
)
def test_a_verdict_goes_by_the_direction_of_the_figure(
    better: str, before: tuple[int, int], after: tuple[int, int], expected: str
) -> None:
    sides = [Measured(mean_e6=mean, n=n) for mean, n in (before, after)]
    assert verdict(better, *sides) == expected


def test_an_effort_of_four_that_became_two_is_an_improvement() -> None:
    problem(*RUNNING).when(CHECK, by=MANAGER).then(IMPROVED)
    problem(*CHECKED).when(CHECK, by=MANAGER).then_nothing()


def test_with_more_answers_it_is_checked_again() -> None:
    few = replace(IMPROVED, after=Measured(mean_e6=2_000_000, n=12), verdict="inconclusive")
    outcome = problem(*RUNNING).when(replace(CHECK, after=few.after), by=MANAGER)
    outcome.then(few)
    problem(*RUNNING, *by(MANAGER, few)).when(CHECK, by=MANAGER).then(IMPROVED)


def test_a_figure_of_which_nothing_is_known_comes_with_its_direction() -> None:
    leaks = replace(CHECK, metric="leaks_per_month")
    problem(*RUNNING).when(leaks, by=MANAGER).then_refused(Unacceptable, "direction_unknown")
    (found,) = problem(*RUNNING).when(replace(leaks, better="low"), by=MANAGER).events
    assert isinstance(found, PdcaCycleChecked)
    assert (found.better, found.verdict) == ("low", "improved")
    wrong = replace(CHECK, better="high")
    problem(*RUNNING).when(wrong, by=MANAGER).then_refused(Unacceptable, "direction_contradicted")


def test_only_a_cycle_that_runs_is_checked() -> None:
    problem(*ACTING).when(CHECK, by=MANAGER).then_refused(NotFound, "cycle_not_found")
    left_over = PdcaCycleActed(cycle=1, decision="adapt", next_cycle=2)
    given = problem(*CHECKED, *by(MANAGER, left_over))
    given.when(replace(CHECK, cycle=2), by=MANAGER).then_refused("cycle_not_started")
    given.when(replace(CHECK, after=FOUR), by=MANAGER).then_refused("cycle_over")


def test_what_helped_becomes_a_standard_and_what_is_left_the_next_cycle() -> None:
    command = replace(STANDARD, residual="10%维修不彻底")
    acted = PdcaCycleActed(
        cycle=1,
        decision="standardize",
        document="《维修作业指导书》v3",
        residual="10%维修不彻底",
        next_cycle=2,
    )
    problem(*CHECKED).when(command, by=MANAGER).then(acted)
    after = [*CHECKED, *by(MANAGER, acted)]
    problem(*after).when(command, by=MANAGER).then_nothing()
    problem(*after).when(STANDARD, by=MANAGER).then_refused("cycle_over")
    following = folded(*after).cycle(2)
    assert following is not None
    assert (following.state, following.hypothesis) == ("planned", "10%维修不彻底")
    (second,) = problem(*after).when(START, by=MANAGER).events
    assert isinstance(second, PdcaCycleStarted)
    assert second.cycle == 2


def test_a_standard_is_written_down_and_rests_on_a_check() -> None:
    bare = replace(STANDARD, document=None)
    problem(*CHECKED).when(bare, by=MANAGER).then_refused(
        Unacceptable, "document_required", pointer="/document"
    )
    problem(*RUNNING).when(STANDARD, by=MANAGER).then_refused("cycle_not_checked")
    worse = replace(IMPROVED, verdict="worse")
    problem(*RUNNING, *by(MANAGER, worse)).when(STANDARD, by=MANAGER).then_refused(
        IllegalTransition, "check_not_passed"
    )


def test_a_cycle_is_given_up_at_any_time_and_leaves_nothing() -> None:
    give_up = c.ActOnCycle(cycle=1, decision="abandon", residual="无法试点")
    problem(*RUNNING).when(give_up, by=MANAGER).then(
        PdcaCycleActed(cycle=1, decision="abandon", residual="无法试点")
    )


def test_it_closes_ninety_days_after_the_check_that_was_passed() -> None:
    problem(*CHECKED).when(CLOSE, by=MANAGER, at=LATER).then(ProblemClosed())
    problem(*CHECKED).when(CLOSE, by=MANAGER, at=LATER - timedelta(seconds=1)).then_refused(
        IllegalTransition, "closes_later", since=CHECKED_AT, closes_from=LATER
    )
    closed = [*CHECKED, *by(MANAGER, ProblemClosed(), at=LATER)]
    problem(*closed).when(CLOSE, by=MANAGER, at=LATER).then_nothing()
    problem(*closed).when(adding("n9"), by=MANAGER, at=LATER).then_refused("problem_closed")


def test_a_recurrence_begins_the_ninety_days_again() -> None:
    again = Fact(ProblemRecurred(ticket_id="r4", occurrences=1), CHECKED_AT + 30 * DAY, SYSTEM)
    problem(*CHECKED, again).when(CLOSE, by=MANAGER, at=LATER).then_refused(
        "closes_later", closes_from=LATER + 30 * DAY
    )


def test_it_does_not_close_without_a_check_that_was_passed() -> None:
    problem().when(CLOSE, by=MANAGER, at=LATER).then_refused("check_not_passed")
    problem(*RUNNING).when(CLOSE, by=MANAGER, at=LATER).then_refused("check_not_passed")
    for bad in ("worse", "unchanged", "inconclusive"):
        checked = by(MANAGER, replace(IMPROVED, verdict=bad), at=CHECKED_AT)
        problem(*RUNNING, *checked).when(CLOSE, by=MANAGER, at=LATER).then_refused(
            "check_not_passed"
        )


def test_it_does_not_close_while_something_is_left_over() -> None:
    acted = PdcaCycleActed(cycle=1, decision="standardize", residual="10%", next_cycle=2)
    left = [*CHECKED, *by(MANAGER, acted)]
    problem(*left).when(CLOSE, by=MANAGER, at=LATER).then_refused("check_not_passed")
    given_up = by(MANAGER, PdcaCycleActed(cycle=2, decision="abandon"))
    problem(*left, *given_up).when(CLOSE, by=MANAGER, at=LATER).then(ProblemClosed())


def test_it_does_not_close_before_the_pilot_is_over() -> None:
    early = [*RUNNING, *by(MANAGER, IMPROVED, at=NOW)]
    over = datetime(2024, 6, 30, 16, tzinfo=UTC)
    problem(*early).when(CLOSE, by=MANAGER, at=NOW + 91 * DAY).then_refused(
        "closes_later", closes_from=over
    )


def test_every_root_has_an_action_that_changes_it() -> None:
    second = RootCauseConfirmed(
        rca_id="RCA-3", version=2, roots=("n2", "n5"), categories=("machine", "management")
    )
    given = problem(*CHECKED, *by(MANAGER, second))
    given.when(CLOSE, by=MANAGER, at=LATER).then_refused("root_without_action", roots=["n2"])
    stop = replace(CORRECTIVE, action_id="A2", type="containment", root="n2")
    contained = problem(*CHECKED, *by(MANAGER, second, stop))
    contained.when(CLOSE, by=MANAGER, at=LATER).then_refused("root_without_action")
    mend = replace(stop, type="corrective")
    problem(*CHECKED, *by(MANAGER, second, mend)).when(CLOSE, by=MANAGER, at=LATER).then(
        ProblemClosed()
    )


def test_the_states_of_a_problem() -> None:
    stages = [
        ([], "opened"),
        (CHAIN, "analysing"),
        (CONFIRMED, "root_confirmed"),
        (ACTING, "acting"),
        (RUNNING, "acting"),
        (CHECKED, "verifying"),
    ]
    assert [folded(*events).state for events, _ in stages] == [state for _, state in stages]
    closed = [*CHECKED, *by(MANAGER, ProblemClosed(), at=LATER)]
    assert folded(*closed).state == "closed"
    reopened = folded(*closed, *by(SYSTEM, ProblemReopened(ticket_id="r4", occurrences=1)))
    assert (reopened.state, reopened.closed_at, reopened.reopenings) == ("reopened", None, 1)
    assert reopened.ticket_ids == ("r1", "r2", "r3", "r4")


def test_leaders_bind_the_company_and_nobody_else() -> None:
    for command in (acting(), START, CHECK, STANDARD, CLOSE):
        problem(*CHECKED).when(command, by=CSR).then_refused(NotPermitted)
