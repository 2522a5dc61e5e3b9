"""Who may give which command: written out once more, by hand, from docs/domain.md §6.1."""

from datetime import timedelta
from typing import Any, get_args

import pytest

from app.domain.decider import Given
from app.domain.errors import NotPermitted
from app.domain.roles import ROLE_NAMES
from app.domain.ticket.access.permissions import PERMITTED, check_permitted
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.kinds.repair import RULES
from app.events.base import Actor
from tests.domain.ticket.samples import SAMPLES
from tests.domain.ticket.world import (
    AUDITOR,
    EVERYBODY,
    LI,
    LIN,
    WANG,
    World,
    reach,
    reported,
)
from tests.given_when_then import NOW, SHANGHAI

OFFICE = "csr dispatcher supervisor manager"
STAFF = f"{OFFICE} engineer security finance"

WHO: dict[type[Any], str] = {
    c.ReportTicket: f"owner engineer integration system {OFFICE}",
    c.Acknowledge: OFFICE,
    c.Reject: "csr supervisor manager",
    c.Reclassify: OFFICE,
    c.Cancel: "owner supervisor manager",
    c.OpenToPool: "dispatcher supervisor manager system",
    c.Assign: "dispatcher supervisor manager system",
    c.Claim: "engineer",
    c.Accept: "engineer",
    c.Decline: "engineer",
    c.Transfer: "engineer dispatcher supervisor manager",
    c.Depart: "engineer",
    c.Arrive: "engineer",
    c.RecordNoAccess: "engineer",
    c.ProposeSolution: "engineer",
    c.AcceptSolution: "owner supervisor manager",
    c.DeclineSolution: "owner supervisor manager",
    c.Hold: "engineer dispatcher supervisor manager",
    c.Release: "engineer dispatcher supervisor manager",
    c.DeclareDelay: f"engineer {OFFICE}",
    c.UpdateProgress: "engineer",
    c.AddCost: "engineer",
    c.CheckItem: "engineer",
    c.CompleteWork: "engineer",
    c.Verify: "supervisor manager",
    c.SignCompletion: "owner",
    c.Dispute: "owner",
    c.Close: "csr supervisor manager system",
    c.Reopen: "owner csr supervisor manager system",
    c.SettleBill: "csr supervisor manager finance",
    c.WaiveBill: "supervisor manager",
    c.MergeInto: OFFICE,
    c.Link: f"{OFFICE} system",
    c.HandOver: STAFF,
    c.AcceptHandOver: STAFF,
    c.Urge: "owner",
    c.Comment: f"owner {STAFF}",
    c.Escalate: f"{STAFF} system",
    c.ExerciseAuthority: STAFF,
    c.RecordExclusion: "supervisor manager",
    c.WaiveBreach: "manager",
    c.MigratePolicy: "manager admin system",
    c.MakePromise: f"engineer {OFFICE}",
    c.KeepPromise: f"owner engineer {OFFICE}",
    c.RevisePromise: OFFICE,
    c.ExcusePromise: OFFICE,
    c.WithdrawPromise: "supervisor manager",
}
PAIRS = [(command, actor) for command in WHO for actor in EVERYBODY]


def test_every_command_has_its_roles() -> None:
    assert set(WHO) == set(RULES)
    assert set(PERMITTED) == set(get_args(c.TicketCommand))
    assert all(PERMITTED.values())


@pytest.mark.parametrize(
    ("command", "actor"), PAIRS, ids=lambda one: getattr(one, "role", None) or one.__name__
)
def test_only_those_whom_the_table_names_may_give_a_command(
    command: type[object], actor: Actor
) -> None:
    world = reach("reported")
    sample = SAMPLES[command]
    given = Given(actor=actor, now=NOW, occurred_at=NOW, zone=SHANGHAI)
    if actor.role in WHO[command].split():
        check_permitted(sample, "repair", given)
    elif command is c.ReportTicket:
        world.refuses(reported("t2"), actor, "role_not_permitted", NotPermitted)
    else:
        world = reach("reported", by=LI if actor.role == "engineer" else LIN)
        refused = world.refuses(sample, actor, "role_not_permitted", NotPermitted)
        people = [role for role in ROLE_NAMES if role != "system"]
        may = [role for role in people if role in WHO[command].split()]
        assert refused.details == {"role": actor.role, "roles": may}


def test_nobody_has_a_role_that_is_not_one() -> None:
    known = {actor.role for actor in EVERYBODY}
    assert {role for roles in PERMITTED.values() for role in roles} <= known


@pytest.mark.parametrize("command", [one for one, roles in PERMITTED.items()])
def test_an_auditor_changes_nothing(command: type[object]) -> None:
    assert AUDITOR.role not in PERMITTED[command]


@pytest.mark.parametrize(
    "command",
    [
        c.Depart(eta=NOW),
        c.Transfer(engineer="u-chen"),
        c.Hold(reason="parts"),
        c.Release(),
        c.DeclareDelay(reason="堵车", new_eta=NOW),
        c.UpdateProgress(text="正在路上"),
        c.CheckItem(item="shoe_covers"),
    ],
    ids=lambda command: type(command).__name__,
)
def test_the_work_on_a_ticket_is_for_the_engineer_who_has_it(command: object) -> None:
    world = reach("accepted", by=WANG)
    world.refuses(command, WANG, "not_assigned_to_you", NotPermitted)


def test_what_was_done_by_the_holder_is_no_repeat_by_another() -> None:
    world = reach("en_route", by=WANG)
    world.refuses(c.Depart(eta=world.eta()), WANG, "not_assigned_to_you", NotPermitted)


def test_a_dispatcher_may_hold_what_an_engineer_has() -> None:
    world = World()
    reach("accepted", world=world)
    until = world.now + timedelta(hours=2)
    assert world.do(c.Hold(reason="parts", expected_resume_at=until), by=EVERYBODY[2])
