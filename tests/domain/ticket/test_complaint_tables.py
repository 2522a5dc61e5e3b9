"""Complaints: who may give which command and when, written out once more from
docs/domain.md §6.2."""

from typing import Any

import pytest

from app.domain.decider import Given
from app.domain.errors import DomainError, IllegalTransition, NotPermitted
from app.domain.ticket.access.permissions import check_permitted
from app.domain.ticket.commands import complaint as p
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.kinds.complaint import ALL, LABELS, RULES
from app.domain.ticket.kinds.every import rules_of_every_kind
from app.events.base import Actor
from tests.domain.ticket.complaining import GIVEN_BY, lodge
from tests.domain.ticket.samples import SAMPLES
from tests.domain.ticket.world import EVERYBODY, LI, LIN, OWNER, World
from tests.given_when_then import NOW, SHANGHAI

OFFICE = "csr dispatcher supervisor manager"
STILL_OPEN = "received acknowledged investigating proposed remedying responded satisfied disputed"

WHO: dict[type[Any], str] = {
    c.ReportTicket: f"owner engineer system {OFFICE}",
    c.Acknowledge: OFFICE,
    c.Reject: "csr supervisor manager",
    p.Investigate: OFFICE,
    p.ProposeAnswer: OFFICE,
    p.Remedy: OFFICE,
    p.Respond: OFFICE,
    p.Satisfy: "owner csr supervisor manager",
    c.Dispute: "owner",
    c.Close: "csr supervisor manager system",
    p.Withdraw: "owner",
    p.Support: f"owner {OFFICE}",
    c.Hold: OFFICE,
    c.Release: OFFICE,
}
FROM: dict[type[Any], str] = {
    c.ReportTicket: "",
    c.Acknowledge: "received",
    c.Reject: "received acknowledged",
    p.Investigate: "acknowledged investigating disputed",
    p.ProposeAnswer: "investigating disputed",
    p.Remedy: "proposed",
    p.Respond: "proposed remedying",
    p.Satisfy: "acknowledged investigating proposed remedying disputed responded",
    c.Dispute: "responded",
    c.Close: "satisfied responded disputed",
    p.Withdraw: "received acknowledged investigating proposed remedying responded disputed",
    p.Support: STILL_OPEN,
    c.Hold: STILL_OPEN,
    c.Release: STILL_OPEN,
}
AGAIN: dict[type[Any], str] = {
    c.Acknowledge: "acknowledged",
    c.Reject: "rejected",
    p.ProposeAnswer: "proposed",
    p.Remedy: "remedying",
    p.Respond: "responded",
    p.Satisfy: "satisfied",
    c.Dispute: "disputed",
    c.Close: "closed",
    p.Withdraw: "withdrawn",
}
NOT_NOW = {"illegal_transition", "already_reported", "not_of_this_kind"}
OWN = sorted(WHO, key=lambda command: command.__name__)


def test_the_tables_name_every_command_of_complaints() -> None:
    of_every_kind = rules_of_every_kind(ALL, terminal=frozenset())
    assert set(WHO) == set(FROM) == set(RULES) - set(of_every_kind)
    assert set(LABELS) == ALL


@pytest.mark.parametrize("command", OWN, ids=lambda command: command.__name__)
def test_only_those_whom_the_table_names_may_give_a_command(command: type[Any]) -> None:
    for actor in EVERYBODY:
        given = Given(actor=actor, now=NOW, occurred_at=NOW, zone=SHANGHAI)
        if actor.role in WHO[command].split():
            check_permitted(SAMPLES[command], "complaint", given)
        else:
            with pytest.raises(NotPermitted):
                check_permitted(SAMPLES[command], "complaint", given)


@pytest.mark.parametrize("status", sorted(ALL))
@pytest.mark.parametrize("command", OWN, ids=lambda command: command.__name__)
def test_a_command_is_refused_where_the_table_does_not_name_the_status(
    command: type[Any], status: str
) -> None:
    world = lodge(status)
    before = world.ticket()
    legal = status in FROM[command].split()
    again = status in AGAIN.get(command, "").split()
    answer = _answer(world, SAMPLES[command], GIVEN_BY[command])
    if again:
        assert answer == []
        assert world.ticket() == before
    elif not legal:
        assert isinstance(answer, IllegalTransition)
        assert answer.code in NOT_NOW
    elif isinstance(answer, DomainError):
        assert answer.code not in NOT_NOW


@pytest.mark.parametrize(
    ("command", "by"),
    [
        (c.Depart(eta=NOW), LI),
        (c.Cancel(reason="算了"), OWNER),
        (c.Reopen(reason="又来", new_ticket_id="t-new"), LIN),
        (c.SignCompletion(), OWNER),
    ],
    ids=lambda one: type(one).__name__,
)
def test_what_is_done_with_repairs_is_not_done_with_complaints(command: Any, by: Actor) -> None:
    world = lodge("acknowledged", by=LI)
    refused = world.refuses(command, by, "not_of_this_kind", IllegalTransition)
    assert refused.details == {"command": type(command).__name__, "kind": "complaint"}


@pytest.mark.parametrize("command", [p.Investigate(), p.Satisfy(), p.Support()])
def test_what_is_done_with_complaints_is_not_done_with_repairs(command: Any) -> None:
    world = World()
    world.do(SAMPLES[c.ReportTicket], LIN)
    world.refuses(command, LIN, "not_of_this_kind", IllegalTransition)


def _answer(world: World, command: Any, by: Actor) -> list[Any] | DomainError:
    try:
        return world.do(command, by)
    except DomainError as refused:
        return refused
