"""A score given in a follow-up call answers the rating survey of its cycle: a cycle has one rating,
by whatever channel (docs/domain.md §5.4)."""

from collections.abc import Sequence
from typing import Any

from app.domain.statistics.scales import DEFAULT_SCALE
from app.domain.survey.commands import RecordResponse
from app.domain.survey.content import LONGEST_TEXT, Content
from app.domain.survey.decider import SURVEY
from app.domain.survey.state import FOLLOW_UP, Subject, key_of_ticket
from app.events.base import Recorded
from app.events.follow_up import FollowUpCompleted
from app.events.registry import NAME_OF
from app.reactors.base import Look, Order, Reactor

RATING = "csat"


async def react(event: Recorded[Any], _look: Look) -> Sequence[Order]:
    completed: FollowUpCompleted = event.event
    if completed.score is None or completed.parent_id is None or completed.cycle is None:
        return []
    key = key_of_ticket(completed.parent_id, completed.cycle, RATING)
    text = (completed.text or "").strip()[:LONGEST_TEXT]
    command = RecordResponse(
        survey_id=key,
        subject=Subject(
            kind=RATING,
            scale_id=DEFAULT_SCALE[RATING],
            ticket_id=completed.parent_id,
            cycle=completed.cycle,
        ),
        content=Content(score=completed.score, text=text or None),
        answer_channel="phone",
        way=FOLLOW_UP,
    )
    return [Order(stream=SURVEY.stream(key), command=command, occurred_at=event.occurred_at)]


TAKE_FOLLOW_UP_SCORES = Reactor(
    name="take_follow_up_scores", types=frozenset({NAME_OF[FollowUpCompleted]}), react=react
)
