"""ExerciseAuthority, and the material that an engineer decides alone: both by the matrix."""

from datetime import timedelta
from typing import Any

import pytest

from app.domain.authority.decider import AUTHORITY_BOOK
from app.domain.errors import NotPermitted, Unacceptable
from app.domain.ticket.commands import ticket as c
from app.events.authority import AuthorityRecorded, AuthorityRow, Deputy
from app.events.base import Actor
from app.events.ticket import AuthorityExercised, CostLineAdded, SolutionAccepted, SolutionProposed
from tests.domain.ticket.world import (
    DU,
    GUARD,
    LI,
    LIN,
    OWNER,
    SUPERVISOR,
    World,
    reach,
    reported,
)
from tests.given_when_then import NOW


def days(amount: int | None, **more: Any) -> c.ExerciseAuthority:
    return c.ExerciseAuthority(kind="activity_days", amount=amount, reason="名额已满", **more)


def lay_down(world: World, role: str, *rows: AuthorityRow, **more: Any) -> None:
    recorded = AuthorityRecorded(role=role, version=2, valid_from=NOW, rows=rows, **more)
    world.record(AUTHORITY_BOOK, recorded)


def test_three_days_of_an_activity_are_the_front_desks_own() -> None:
    world = reach("acknowledged")
    assert world.do(days(2, note="亲子活动"), LIN) == [
        AuthorityExercised(
            kind="activity_days",
            amount=2,
            measure="day",
            limit=3,
            role="csr",
            matrix_version=1,
            reason="名额已满",
            note="亲子活动",
        )
    ]
    refused = world.refuses(days(2), LIN, "beyond_days_of_authority", NotPermitted)
    assert refused.details == {"limit_days": 3}
    assert world.do(days(1, unit="day"), LIN)
    world.refuses(days(1), LIN, "beyond_days_of_authority")


@pytest.mark.parametrize("kind", ["temporary_pass", "mediation"])
def test_security_lets_pass_and_mediates(kind: str) -> None:
    world = reach("reported")
    command = c.ExerciseAuthority(kind=kind, reason="访客忘带证件")
    [exercised] = world.do(command, GUARD)
    assert (exercised.kind, exercised.amount, exercised.measure) == (kind, None, None)
    world.refuses(command, LIN, "authority_not_held", NotPermitted)
    for more in ({"amount": 1}, {"unit": "day"}):
        unsound = c.ExerciseAuthority(kind=kind, reason="x", **more)
        world.refuses(unsound, GUARD, "limit_of_other_measure", Unacceptable)


@pytest.mark.parametrize("by", [DU, LI, SUPERVISOR, GUARD])
def test_what_the_matrix_does_not_give_is_not_held(by: Actor) -> None:
    world = reach("accepted")
    world.refuses(days(1), by, "authority_not_held", NotPermitted)


def test_owners_have_no_such_authority() -> None:
    reach("reported").refuses(days(1), OWNER, "role_not_permitted", NotPermitted)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (days(None), "required"),
        (days(0), "out_of_range"),
        (days(366), "out_of_range"),
        (days(1, unit="hour"), "not_one_of"),
        (c.ExerciseAuthority(kind="gift", reason="x"), "not_one_of"),
        (c.ExerciseAuthority(kind="mediation", reason=" "), "blank"),
    ],
)
def test_unsound_exercises_are_refused(command: c.ExerciseAuthority, code: str) -> None:
    reach("reported").refuses(command, LIN, code, Unacceptable)


def test_a_deputy_exercises_what_the_role_may() -> None:
    world = reach("reported")
    deputy = Deputy(
        subject="u-bao",
        delegated_by="u-lin",
        valid_from=NOW,
        valid_until=NOW + timedelta(days=1),
    )
    row = AuthorityRow(kind="activity_days", limit_days=5)
    lay_down(world, "csr", row, deputies=(deputy,))
    [exercised] = world.do(days(5), GUARD)
    assert (exercised.role, exercised.delegated_by, exercised.limit) == ("csr", "u-lin", 5)
    assert exercised.matrix_version == 2
    world.wait(days=1).refuses(days(1), GUARD, "authority_not_held")


def material(amount_fen: int) -> c.AddCost:
    return c.AddCost(kind="material", description="软管", amount_fen=amount_fen)


def test_the_material_an_engineer_decides_alone_is_what_the_matrix_says() -> None:
    world = reach("on_site")
    lay_down(world, "engineer", AuthorityRow(kind="material", limit_fen=30_000))
    plan = c.ProposeSolution(plan="换软管", material_fen=30_000, chargeable=False)
    [proposed, accepted] = world.do(plan, LI)
    assert isinstance(proposed, SolutionProposed)
    assert (proposed.authority_fen, accepted) == (30_000, SolutionAccepted())
    assert isinstance(world.do(material(30_000), LI)[0], CostLineAdded)
    assert world.refuses(material(1), LI, "authority_exceeded").details == {"limit_fen": 30_000}


def test_without_a_row_every_material_is_approved_first() -> None:
    world = reach("on_site")
    lay_down(world, "engineer")
    world.refuses(material(1), LI, "authority_exceeded")
    [proposed] = world.do(c.ProposeSolution(plan="换垫片", material_fen=1, chargeable=False), LI)
    assert proposed.needs == ("approval",)
    world.do(c.AcceptSolution(), SUPERVISOR)
    assert world.do(material(1), LI)


def test_reporting_a_repair_asks_for_no_matrix() -> None:
    """The measured path: every stream that it reads makes it dearer."""
    world = World()
    world.states[AUTHORITY_BOOK.id] = "not a matrix"
    assert world.do(reported(), LIN)
    with pytest.raises(AttributeError):
        world.do(days(1), LIN)
