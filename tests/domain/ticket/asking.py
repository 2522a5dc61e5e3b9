"""A repair whose work is done, with the two follow-ups that this leads to."""

from datetime import datetime
from typing import Any

from app.domain.decider import On
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.commands.follow_up import Attempt, CompleteFollowUp, ScheduleFollowUp
from app.events.base import Actor
from tests.domain.ticket.clocked import Clocked, local
from tests.domain.ticket.world import DU, LI, LIN, OWNER, check_all, reported

DONE_AT = "2024-03-05 11:40"
FIRST, SECOND = "f-1", "f-2"


def completed(**report: Any) -> Clocked:
    """Reported at 09:00, completed at 11:40 by 李师傅 (scenario 1)."""
    world = Clocked()
    world.do(reported(**report), LIN)
    world.do(c.Acknowledge(), LIN)
    world.do(c.Assign(engineer="u-li"), DU)
    world.do(c.Accept(), LI)
    world.do(c.Depart(eta=world.eta()), LI)
    world.do(c.Arrive(photo_ids=("p-on_site",)), LI)
    complete(world.at(DONE_AT))
    return world


def complete(world: Clocked, by: Actor = LI, ids: tuple[str, ...] = (FIRST, SECOND)) -> list[Any]:
    check_all(world, by)
    after = world.photo("p-after-t1", "after", by)
    command = c.CompleteWork(photo_ids=(after,), summary="更换角阀", follow_up_ids=ids)
    return world.do(command, by)


def confirmed() -> Clocked:
    world = completed()
    world.do(c.SignCompletion(), OWNER)
    return world


def answer(outcome: str, **said: Any) -> CompleteFollowUp:
    return CompleteFollowUp(
        outcome=outcome, new_ticket_id="t-new", complaint_id="t-c", callback_id="f-back", **said
    )


def ask(
    world: Clocked, outcome: str, by: Actor = LIN, ticket: str = FIRST, **said: Any
) -> list[Any]:
    """Called, and answered."""
    world.do(Attempt(), by, ticket=ticket)
    return world.do(answer(outcome, **said), by, ticket=ticket)


def by_hand(ticket: str = "f-9", **said: Any) -> ScheduleFollowUp:
    return ScheduleFollowUp(
        **{"ticket_id": ticket, "purpose": "satisfaction", "parent_id": "t1"} | said
    )


def schedule(world: Clocked, by: Actor = LIN, ticket: str = "f-9", **said: Any) -> list[Any]:
    return world.do(by_hand(ticket, **said), by, ticket=ticket)


def on(world: Clocked, ticket: str) -> list[Any]:
    """What the last decision recorded on this other ticket, the clocks' events left out."""
    return [each.event for each in world.beside if each.stream.key == ticket]


def own(events: list[Any]) -> list[Any]:
    return [event for event in events if not isinstance(event, On)]


def at(text: str) -> datetime:
    return local(text)
