"""The decider of surveys: one for each (ticket, cycle, kind) or (campaign, household), answered
once, by whatever channel (docs/domain.md §5.4)."""

from collections.abc import Sequence
from typing import assert_never

from msgspec.structs import replace

from app.domain.decider import Decider, Given, On
from app.domain.survey.answering import answer_survey, record_response
from app.domain.survey.commands import (
    AnswerSurvey,
    BounceSurvey,
    DeliverSurvey,
    InviteHousehold,
    IssueSurvey,
    RecordResponse,
    SurveyCommand,
)
from app.domain.survey.content import Content
from app.domain.survey.issuing import (
    bounce_survey,
    deliver_survey,
    invite_household,
    issue_survey,
)
from app.domain.survey.state import Answer, Subject, Survey
from app.events.base import Fact
from app.events.sla import NotificationQueued
from app.events.survey import (
    SurveyAnswered,
    SurveyBounced,
    SurveyDelivered,
    SurveyEvent,
    SurveyIssued,
)
from app.events.ticket import EvidenceGiven


def decide(
    command: SurveyCommand, survey: Survey | None, given: Given
) -> Sequence[SurveyEvent | On]:
    match command:
        case IssueSurvey():
            return issue_survey(command, survey, given)
        case InviteHousehold():
            return invite_household(command, survey, given)
        case DeliverSurvey():
            return deliver_survey(command, survey, given)
        case BounceSurvey():
            return bounce_survey(command, survey, given)
        case AnswerSurvey():
            return answer_survey(command, survey, given)
        case RecordResponse():
            return record_response(command, survey, given)
        case _:
            assert_never(command)


def evolve(survey: Survey | None, fact: Fact[SurveyEvent]) -> Survey | None:
    match fact.event:
        case SurveyIssued() as issued:
            return Survey(
                survey_id=issued.survey_id,
                subject=_subject(issued),
                issued_at=fact.occurred_at,
                expires_at=issued.expires_at,
            )
        case SurveyDelivered() if survey is not None:
            return replace(survey, delivered_at=fact.occurred_at, bounced=None)
        case SurveyBounced(cause=cause) if survey is not None:
            return replace(survey, bounced=cause)
        case SurveyAnswered() as answered:
            sent = survey or Survey(survey_id=answered.survey_id, subject=_subject(answered))
            return replace(
                sent, subject=_subject(answered), bounced=None, answer=_answer(answered, fact)
            )
        case NotificationQueued() | EvidenceGiven():
            return survey
        case _:
            return survey


def _subject(event: SurveyIssued | SurveyAnswered) -> Subject:
    return Subject(**{name: getattr(event, name) for name in Subject.__struct_fields__})


def _answer(answered: SurveyAnswered, fact: Fact[SurveyEvent]) -> Answer:
    return Answer(
        content=Content(
            score=answered.score,
            items=answered.items,
            weights=answered.weights,
            tags=answered.tags,
            text=answered.text,
        ),
        answer_channel=answered.answer_channel,
        way=answered.way,
        dissatisfied=answered.dissatisfied,
        excluded=answered.excluded,
        answered_at=fact.occurred_at,
    )


SURVEY: Decider[SurveyCommand, Survey | None] = Decider(
    category="survey",
    initial=None,
    state_type=Survey | None,
    decide=decide,
    evolve=evolve,
)
