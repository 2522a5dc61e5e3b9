"""Whether an action kept what it promised: its date, and its figure."""

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from app.domain.problem.figures import HIGH, LOW, verdict
from app.domain.problem.improvement import improvement
from app.domain.problem.state import Action, Check, Cycle, Problem
from app.events.problem import Measured, Place

AT = datetime(2024, 3, 5, tzinfo=UTC)
ACTION = Action(
    id="A1",
    type="corrective",
    root="n5",
    owner="工程部",
    description=None,
    due=date(2024, 5, 31),
    overdue_at=AT,
    metric="ftf_rate",
    baseline_e6=820_000,
    target_e6=950_000,
    planned_at=AT,
    planned_by="u-wang",
)
DONE = replace(ACTION, completed_at=AT)


def checked(after: int, n: int = 200, *, metric: str = "FTF_rate", better: str = HIGH) -> Check:
    before, found = Measured(mean_e6=820_000, n=200), Measured(mean_e6=after, n=n)
    return Check(
        metric=metric,
        better=better,
        before=before,
        after=found,
        verdict=verdict(better, before, found),
        checked_at=AT,
    )


def told(action: Action, *checks: Check, state: str = "verifying") -> tuple[str, int | None]:
    cycles = tuple(Cycle(number=n, actions=("A1",), check=one) for n, one in enumerate(checks, 1))
    problem = Problem(
        id="p",
        number="PRB-1",
        state=state,
        source="manual",
        statement="厨房漏水",
        ticket_ids=(),
        place=Place(),
        metric=None,
        fingerprint=None,
        rollup=None,
        occurrences=None,
        within_days=None,
        opened_at=AT,
        opened_by="u-wang",
        actions=(action,),
        cycles=cycles,
    )
    found = improvement(problem, action)
    return found.state, found.reached_e6


@pytest.mark.parametrize(
    ("action", "checks", "expected"),
    [
        (ACTION, (), ("open", None)),
        (ACTION, (checked(960_000),), ("open", 960_000)),  # reached, and not done yet
        (DONE, (), ("open", None)),
        (DONE, (checked(950_000),), ("kept", 950_000)),  # the target is included
        (DONE, (checked(949_999),), ("open", 949_999)),
        (DONE, (checked(960_000, n=29),), ("open", None)),  # too few to say
        (DONE, (checked(960_000, metric="csat"),), ("open", None)),  # another figure
        (DONE, (checked(960_000), checked(900_000)), ("open", 900_000)),  # the latest counts
        (replace(DONE, is_overdue=True), (checked(960_000),), ("broken", 960_000)),
        (replace(DONE, metric=None, target_e6=None), (), ("kept", None)),
    ],
)
def test_a_promise_is_a_date_and_a_figure(
    action: Action, checks: tuple[Check, ...], expected: tuple[str, int | None]
) -> None:
    assert told(action, *checks) == expected


def test_low_is_good_where_it_is() -> None:
    action = replace(DONE, metric="ces", target_e6=2_000_000)
    for after, state in ((2_000_000, "kept"), (2_000_001, "open")):
        assert told(action, checked(after, metric="ces", better=LOW))[0] == state


def test_a_figure_that_was_not_reached_by_the_end_is_a_promise_broken() -> None:
    assert told(DONE, checked(900_000), state="closed")[0] == "broken"
