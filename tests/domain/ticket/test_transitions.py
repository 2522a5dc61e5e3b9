"""From where each command is legal: written out once more, by hand, from docs/domain.md §6.1."""

from typing import Any

import pytest

from app.domain.errors import DomainError, IllegalTransition
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.kinds.repair import ALL, LABELS, OPEN, RULES, TERMINAL
from app.events.base import Actor
from tests.domain.ticket.samples import GIVEN_BY, SAMPLES
from tests.domain.ticket.world import LI, OWNER, SUPERVISOR, World, reach

BEFORE_DONE = (
    "reported acknowledged pooled assigned returned accepted transferred en_route on_site no_access"
    " proposed in_progress reopened"
)
STILL_OPEN = f"{BEFORE_DONE} completed verified confirmed disputed"

FROM: dict[type[Any], str] = {
    c.ReportTicket: "",
    c.Acknowledge: "reported reopened",
    c.Reject: "reported acknowledged",
    c.Reclassify: STILL_OPEN,
    c.Cancel: BEFORE_DONE,
    c.OpenToPool: "acknowledged returned reopened",
    c.Assign: "acknowledged returned reopened pooled assigned disputed",
    c.Claim: "pooled",
    c.Accept: "assigned transferred",
    c.Decline: "assigned transferred",
    c.Transfer: "accepted no_access",
    c.Depart: "accepted no_access disputed",
    c.Arrive: "en_route",
    c.RecordNoAccess: "on_site",
    c.ProposeSolution: "on_site in_progress",
    c.AcceptSolution: "proposed",
    c.DeclineSolution: "proposed",
    c.Hold: STILL_OPEN,
    c.Release: STILL_OPEN,
    c.DeclareDelay: f"{BEFORE_DONE} disputed",
    c.UpdateProgress: (
        "accepted transferred en_route on_site no_access proposed in_progress disputed"
    ),
    c.AddCost: "on_site proposed in_progress",
    c.CheckItem: "accepted en_route on_site no_access proposed in_progress",
    c.CompleteWork: "on_site in_progress disputed",
    c.Verify: "completed",
    c.SignCompletion: "completed verified disputed",
    c.Dispute: "completed verified",
    c.Close: "confirmed",
    c.Reopen: "completed verified confirmed disputed closed",
    c.SettleBill: STILL_OPEN,
    c.WaiveBill: STILL_OPEN,
    c.MergeInto: STILL_OPEN,
    c.Link: STILL_OPEN,
    c.HandOver: STILL_OPEN,
    c.AcceptHandOver: STILL_OPEN,
    c.Urge: STILL_OPEN,
    c.Comment: f"{STILL_OPEN} rejected closed cancelled",
    c.Escalate: STILL_OPEN,
    c.ExerciseAuthority: STILL_OPEN,
    c.RecordExclusion: " ".join(sorted(ALL)),
    c.WaiveBreach: " ".join(sorted(ALL)),
    c.MigratePolicy: " ".join(sorted(ALL)),
    c.MakePromise: STILL_OPEN,
    c.KeepPromise: " ".join(sorted(ALL)),
    c.RevisePromise: " ".join(sorted(ALL)),
    c.ExcusePromise: " ".join(sorted(ALL)),
    c.WithdrawPromise: " ".join(sorted(ALL)),
}
AGAIN: dict[type[Any], str] = {
    c.Acknowledge: "acknowledged",
    c.Reject: "rejected",
    c.Cancel: "cancelled",
    c.OpenToPool: "pooled",
    c.Depart: "en_route",
    c.Arrive: "on_site",
    c.RecordNoAccess: "no_access",
    c.AcceptSolution: "in_progress completed verified confirmed disputed",
    c.CompleteWork: "completed",
    c.Verify: "verified",
    c.SignCompletion: "confirmed",
    c.Dispute: "disputed",
    c.Close: "closed",
    c.Reopen: "reopened",
    c.Accept: "accepted",
    c.Claim: "accepted",
}
NOT_NOW = {"illegal_transition", "already_claimed", "ticket_merged", "already_reported"}
PAIRS = [
    pytest.param(command, status, id=f"{command.__name__}-{status}")
    for command in FROM
    for status in sorted(ALL)
]


def test_every_command_has_its_statuses() -> None:
    assert set(FROM) == set(RULES)


def test_the_tables_name_no_other_status() -> None:
    named = {status for rule in RULES.values() for status in (*rule.when, *rule.no_op)}
    assert named <= set(LABELS)
    assert OPEN | TERMINAL == ALL == set(LABELS)


@pytest.mark.parametrize(("command", "status"), PAIRS)
def test_a_command_is_refused_where_the_table_does_not_name_the_status(
    command: type[Any], status: str
) -> None:
    world = reach(status, by=LI)
    by = GIVEN_BY.get(command, LI)
    legal, again = status in FROM[command].split(), status in AGAIN.get(command, "").split()
    before = world.ticket()
    answer = _answer(world, SAMPLES[command], by)
    if again:
        assert answer == []
        assert world.ticket() == before
    elif not legal:
        assert isinstance(answer, IllegalTransition)
        assert answer.code in NOT_NOW
    elif isinstance(answer, DomainError):
        assert answer.code not in NOT_NOW


def _answer(world: World, command: Any, by: Actor) -> list[Any] | DomainError:
    try:
        return world.do(command, by)
    except DomainError as refused:
        return refused


def test_what_is_refused_and_where_is_told() -> None:
    refused = reach("reported").refuses(c.Verify(), SUPERVISOR, "illegal_transition")
    assert refused.details == {"command": "Verify", "kind": "repair", "status": "reported"}


@pytest.mark.parametrize("command", [c.Comment(text="谢谢"), c.Urge()])
def test_a_word_to_a_merged_ticket_is_told_where_it_went(command: object) -> None:
    world = reach("merged")
    refused = world.refuses(command, OWNER, "ticket_merged", IllegalTransition)
    assert refused.details == {"into": "t-root"}
