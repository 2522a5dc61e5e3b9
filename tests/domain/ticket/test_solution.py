"""ProposeSolution, AcceptSolution, DeclineSolution: who has to agree."""

import pytest
from msgspec.structs import replace

from app.domain.errors import IllegalTransition, NotPermitted, Unacceptable
from app.domain.ticket.commands import ticket as c
from app.events.base import Actor
from app.events.ticket import (
    SolutionAccepted,
    SolutionConsentGiven,
    SolutionDeclined,
    SolutionProposed,
)
from tests.domain.ticket.world import LI, MANAGER, OWNER, SUPERVISOR, World, complete, reach

FREE = c.ProposeSolution(plan="换垫片", material_fen=20_000, chargeable=False)
DEAR = replace(FREE, plan="换主管", material_fen=20_001)
BILLED = replace(FREE, chargeable=True)
BOTH = replace(DEAR, chargeable=True)


def proposed(command: c.ProposeSolution, *needs: str) -> SolutionProposed:
    return SolutionProposed(
        plan=command.plan,
        material_fen=command.material_fen,
        chargeable=command.chargeable,
        needs=needs,
        authority_fen=20_000,
    )


def test_a_solution_that_needs_nobody_is_accepted_at_once() -> None:
    world = reach("on_site")
    assert world.do(FREE, LI) == [proposed(FREE), SolutionAccepted()]
    assert world.status() == "in_progress"
    assert world.do(c.AcceptSolution(), OWNER) == []
    assert world.do(FREE, LI) == []


@pytest.mark.parametrize(
    ("command", "needs"),
    [(BILLED, ["owner"]), (DEAR, ["approval"]), (BOTH, ["owner", "approval"])],
)
def test_a_solution_waits_for_those_whom_it_needs(
    command: c.ProposeSolution, needs: list[str]
) -> None:
    world = reach("on_site")
    assert world.do(command, LI) == [proposed(command, *needs)]
    assert world.status() == "proposed"


def test_the_owner_agrees_to_pay() -> None:
    world = reach("on_site")
    world.do(BILLED, LI)
    assert world.do(c.AcceptSolution(), OWNER) == [
        SolutionConsentGiven(party="owner"),
        SolutionAccepted(),
    ]
    assert world.status() == "in_progress"
    assert world.do(c.AcceptSolution(), OWNER) == []


@pytest.mark.parametrize("by", [SUPERVISOR, MANAGER])
def test_a_superior_approves_what_is_dear(by: Actor) -> None:
    world = reach("on_site")
    world.do(DEAR, LI)
    assert world.do(c.AcceptSolution(), by) == [
        SolutionConsentGiven(party="approval"),
        SolutionAccepted(),
    ]


@pytest.mark.parametrize(
    ("first", "second"), [(OWNER, SUPERVISOR), (SUPERVISOR, OWNER)], ids=["owner", "superior"]
)
def test_where_both_are_needed_both_are_waited_for(first: Actor, second: Actor) -> None:
    world = reach("on_site")
    world.do(BOTH, LI)
    assert len(world.do(c.AcceptSolution(), first)) == 1
    assert world.status() == "proposed"
    assert world.do(c.AcceptSolution(), first) == []
    assert len(world.do(c.AcceptSolution(), second)) == 2
    assert world.status() == "in_progress"


@pytest.mark.parametrize(("command", "by"), [(DEAR, OWNER), (BILLED, SUPERVISOR)])
@pytest.mark.parametrize("answer", [c.AcceptSolution(), c.DeclineSolution()])
def test_nobody_answers_for_the_other(
    command: c.ProposeSolution, by: Actor, answer: object
) -> None:
    world = reach("on_site")
    world.do(command, LI)
    world.refuses(answer, by, "consent_not_needed", IllegalTransition)


def test_nobody_approves_the_own_proposal() -> None:
    world = reach("on_site")
    world.do(DEAR, LI)
    same_person = replace(SUPERVISOR, subject=LI.subject)
    world.refuses(c.AcceptSolution(), same_person, "own_proposal", NotPermitted)


def test_a_declined_solution_leaves_the_engineer_on_site() -> None:
    world = reach("on_site")
    world.do(BILLED, LI)
    assert world.do(c.DeclineSolution(reason="太贵"), OWNER) == [
        SolutionDeclined(party="owner", reason="太贵")
    ]
    assert (world.status(), world.ticket().solution) == ("on_site", None)
    world.refuses(c.AcceptSolution(), OWNER, "illegal_transition")
    assert world.do(FREE, LI)


def test_a_plan_may_be_revised_at_work() -> None:
    world = reach("on_site")
    world.do(FREE, LI)
    cheaper = replace(FREE, plan="换软管", material_fen=1_000)
    assert world.do(cheaper, LI) == [proposed(cheaper), SolutionAccepted()]
    world.do(DEAR, LI)
    assert world.status() == "proposed"


def test_work_completed_without_a_solution_has_nothing_left_to_accept() -> None:
    world = World()
    reach("on_site", world=world)
    world.refuses(c.AcceptSolution(), OWNER, "illegal_transition")
    complete(world)
    assert world.do(c.AcceptSolution(), OWNER) == []


@pytest.mark.parametrize(
    ("command", "code", "pointer"),
    [
        (replace(FREE, plan=""), "blank", "/plan"),
        (replace(FREE, plan="换" * 4001), "too_long", "/plan"),
        (replace(FREE, material_fen=-1), "out_of_range", "/material_fen"),
        (replace(FREE, material_fen=10**12 + 1), "out_of_range", "/material_fen"),
    ],
)
def test_a_value_out_of_range_is_refused(
    command: c.ProposeSolution, code: str, pointer: str
) -> None:
    assert reach("on_site").refuses(command, LI, code, Unacceptable).pointer == pointer
