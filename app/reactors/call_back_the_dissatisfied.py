"""A dissatisfied answer schedules a call-back (docs/domain.md §5.4)."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid5

from app.domain.survey.state import FOLLOW_UP, SURVEYS
from app.domain.ticket.commands.follow_up import ScheduleFollowUp
from app.domain.ticket.decider import TICKET
from app.events.base import Recorded
from app.events.registry import NAME_OF
from app.events.survey import SurveyAnswered
from app.events.ticket import Location
from app.reactors.base import Look, Order, Reactor

NOWHERE = "unknown"


async def react(event: Recorded[Any], _look: Look) -> Sequence[Order]:
    """A follow-up schedules its own call-back; without a household nobody can be called.

    The call is due from when the answer was recorded: one on paper may be a week old.
    """
    answered: SurveyAnswered = event.event
    reachable = answered.ticket_id is not None or answered.household_id is not None
    if not answered.dissatisfied or answered.way == FOLLOW_UP or not reachable:
        return []
    call_id = str(uuid5(SURVEYS, f"call_back\n{answered.survey_id}"))
    command = ScheduleFollowUp(
        ticket_id=call_id,
        purpose="callback",
        parent_id=answered.ticket_id,
        household_id=answered.household_id,
        location=Location(community=answered.community or NOWHERE),
        reason=f"{answered.kind} {answered.score}",
    )
    return [Order(stream=TICKET.stream(call_id), command=command, occurred_at=event.recorded_at)]


CALL_BACK_THE_DISSATISFIED = Reactor(
    name="call_back_the_dissatisfied", types=frozenset({NAME_OF[SurveyAnswered]}), react=react
)
