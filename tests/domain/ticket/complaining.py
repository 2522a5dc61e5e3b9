"""A complaint in the small community: how one is lodged, and the shortest way to each status."""

from datetime import date
from typing import Any

from msgspec.structs import replace

from app.domain.ticket.commands import complaint as p
from app.domain.ticket.commands import ticket as c
from app.events.base import Actor
from tests.domain.ticket.world import DU, LI, LIN, MANAGER, OWNER, SUPERVISOR, World, reported

NEIGHBOUR = Actor(subject="o-wang", role="owner")
NEXT_DOOR = "h-3-1202"

PLAN = p.ProposeAnswer(plan="查主管道")
ANSWER = p.Respond(facts="三次只换垫片", measure="更换主管道", date=date(2024, 3, 12))


def complaint(ticket_id: str = "t1", *, beside: dict[str, Any] | None = None, **lodged: Any) -> Any:
    """`beside` is what every report says, the rest what complaints say."""
    points = lodged.get("pain_points", ())
    children = tuple(f"{ticket_id}-{n}" for n in range(1, len(points) + 1))
    said = {
        "kind": "complaint",
        "service_class": None,
        "description": "三次没修好",
        "complaint": p.Lodging(child_ids=children, **lodged),
    }
    return replace(reported(ticket_id), **said | (beside or {}))


def lodge(
    status: str = "received",
    *,
    by: Actor = LIN,
    world: World | None = None,
    ticket: str = "t1",
    **lodged: Any,
) -> World:
    """A world whose complaint has come to this status by the shortest way."""
    world = world or World()
    world.do(complaint(ticket, **lodged), by)
    for command, actor in way_to(status, world, ticket):
        world.do(command, actor, ticket=ticket)
    assert world.status(ticket) == status
    return world


def way_to(status: str, world: World, ticket: str = "t1") -> list[tuple[Any, Actor]]:
    acknowledged: list[tuple[Any, Actor]] = [(c.Acknowledge(), LIN)]
    investigating = [*acknowledged, (p.Investigate(), SUPERVISOR)]
    proposed = [*investigating, (PLAN, SUPERVISOR)]
    remedying = [*proposed, (p.Remedy(), SUPERVISOR)]
    responded = [*remedying, (ANSWER, SUPERVISOR)]
    satisfied = [*responded, (p.Satisfy(), OWNER)]
    ways = {
        "received": [],
        "acknowledged": acknowledged,
        "rejected": [(c.Reject(reason="不归物业管", referred_to="居委会"), LIN)],
        "investigating": investigating,
        "proposed": proposed,
        "remedying": remedying,
        "responded": responded,
        "satisfied": satisfied,
        "disputed": [*responded, (c.Dispute(reason="还在漏"), OWNER)],
        "closed": [*satisfied, (c.Close(), LIN)],
        "withdrawn": [(p.Withdraw(confirmed_by="u-lin"), OWNER)],
        "merged": [(c.MergeInto(into="t-root"), LIN)],
    }
    if status == "merged":
        world.do(complaint("t-root"), LIN)
    return ways[status]


# Somebody who may give each command to a complaint, and one example of each.
GIVEN_BY: dict[type[Any], Actor] = {
    **dict.fromkeys([c.Acknowledge, c.Reject, c.Reclassify, c.MergeInto, c.Link, c.HandOver], LIN),
    **dict.fromkeys([c.Close, c.Escalate, c.Comment, p.Satisfy, p.Support], LIN),
    **dict.fromkeys([c.Hold, c.Release], DU),
    **dict.fromkeys([p.Investigate, p.ProposeAnswer, p.Remedy, p.Respond], SUPERVISOR),
    **dict.fromkeys([c.Dispute, c.Urge, p.Withdraw], OWNER),
    c.WaiveBreach: MANAGER,
    c.AcceptHandOver: SUPERVISOR,
    c.ReportTicket: LI,
}
