"""Completed work issues a rating survey to the owner, one per cycle (docs/domain.md §5.4)."""

from collections.abc import Sequence
from typing import Any

from app.domain.survey.commands import IssueSurvey
from app.domain.survey.decider import SURVEY
from app.domain.survey.state import key_of_ticket
from app.events.base import Recorded
from app.events.registry import NAME_OF
from app.events.ticket import WorkCompleted
from app.reactors.base import Look, Order, Reactor

TICKET = "ticket-"
RATING = "csat"


async def react(event: Recorded[Any], _look: Look) -> Sequence[Order]:
    completed: WorkCompleted = event.event
    ticket_id = event.stream_id.removeprefix(TICKET)
    key = key_of_ticket(ticket_id, completed.cycle, RATING)
    command = IssueSurvey(
        ticket_id=ticket_id, cycle=completed.cycle, kind=RATING, rated=completed.engineer
    )
    return [Order(stream=SURVEY.stream(key), command=command)]


ASK_FOR_RATINGS = Reactor(
    name="ask_for_ratings", types=frozenset({NAME_OF[WorkCompleted]}), react=react
)
