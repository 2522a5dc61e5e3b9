"""Completion asks for a rating, the dissatisfied are called, and a telephone's answer counts."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from app.domain.survey.commands import IssueSurvey, RecordResponse
from app.domain.survey.state import key_of_ticket
from app.domain.ticket.commands.follow_up import ScheduleFollowUp
from app.event_store.store import EventStore
from app.events.base import SYSTEM, Recorded
from app.events.follow_up import FollowUpCompleted
from app.events.registry import NAME_OF
from app.events.survey import SurveyAnswered
from app.events.ticket import WorkCompleted
from app.reactors.ask_for_ratings import ASK_FOR_RATINGS
from app.reactors.base import Look, Order, Reactor
from app.reactors.call_back_the_dissatisfied import CALL_BACK_THE_DISSATISFIED
from app.reactors.take_follow_up_scores import TAKE_FOLLOW_UP_SCORES
from tests.events.examples import example
from tests.given_when_then import NOW

TENANT = UUID(int=1)
LATER = NOW + timedelta(days=6)


async def orders(reactor: Reactor, event: Any, store: EventStore, **said: Any) -> list[Order]:
    assert NAME_OF[type(event)] in reactor.types
    header: dict[str, Any] = {
        "position": 1,
        "version": 1,
        "schema_version": 1,
        "content": "{}",
        "leaf": b"",
    }
    header |= {"event_id": str(uuid4()), "command_id": "", "correlation_id": "", "channel": None}
    header |= {"occurred_at": NOW, "recorded_at": NOW, "actor": SYSTEM, "causation_id": None}
    header |= {"stream_id": "ticket-t1", "type": NAME_OF[type(event)], "event": event} | said
    look = Look(tenant_id=TENANT, store=store)
    return list(await reactor.react(Recorded(**header), look))


async def test_every_cycle_that_is_completed_is_rated(store: EventStore) -> None:
    completed = example(WorkCompleted, engineer="u-li", cycle=2)
    [order] = await orders(ASK_FOR_RATINGS, completed, store)
    assert order.stream.key == key_of_ticket("t1", 2, "csat")
    assert order.command == IssueSurvey(ticket_id="t1", cycle=2, kind="csat", rated="u-li")


async def test_the_dissatisfied_are_called_from_when_we_learned_of_it(store: EventStore) -> None:
    answered = example(SurveyAnswered, ticket_id="t1", way="by_hand", dissatisfied=True)
    [order] = await orders(CALL_BACK_THE_DISSATISFIED, answered, store, recorded_at=LATER)
    command = order.command
    assert isinstance(command, ScheduleFollowUp)
    assert (command.purpose, command.parent_id, command.due_at) == ("callback", "t1", None)
    assert (order.occurred_at, order.stream.key) == (LATER, command.ticket_id)
    [again] = await orders(CALL_BACK_THE_DISSATISFIED, answered, store)
    assert again.stream == order.stream


async def test_nobody_is_called_for_nothing_or_twice(store: EventStore) -> None:
    content = example(SurveyAnswered, dissatisfied=False)
    by_follow_up = example(SurveyAnswered, dissatisfied=True, way="follow_up")
    nobody = example(SurveyAnswered, dissatisfied=True, ticket_id=None, household_id=None)
    for answered in (content, by_follow_up, nobody):
        assert await orders(CALL_BACK_THE_DISSATISFIED, answered, store) == []


async def test_what_is_said_on_the_telephone_is_the_answer(store: EventStore) -> None:
    completed = example(
        FollowUpCompleted, parent_id="t1", cycle=1, score=4, text=" 修好了" + "。" * 2000
    )
    [order] = await orders(TAKE_FOLLOW_UP_SCORES, completed, store)
    command = order.command
    assert isinstance(command, RecordResponse)
    assert (command.survey_id, command.way) == (key_of_ticket("t1", 1, "csat"), "follow_up")
    assert (command.content.score, len(command.content.text or "")) == (4, 1000)
    for nothing in ({"score": None}, {"parent_id": None}, {"cycle": None}):
        assert (
            await orders(TAKE_FOLLOW_UP_SCORES, example(FollowUpCompleted, **nothing), store) == []
        )
