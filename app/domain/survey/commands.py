"""Commands of surveys."""

from dataclasses import dataclass

from app.domain.survey.content import Content
from app.domain.survey.state import BY_HAND, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueSurvey:
    """Issues a survey about a cycle whose work was completed by `rated`."""

    ticket_id: str
    cycle: int
    kind: str
    rated: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteHousehold:
    """Invites to a campaign; `closed_loop` asks a dissatisfied one whether it is better now."""

    campaign_id: str
    household_id: str
    closed_loop: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverSurvey:
    delivery_channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceSurvey:
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSurvey:
    """An answer by the survey's link: anybody who has it answers for the household."""

    content: Content
    answer_channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordResponse:
    """An answer that staff record. With a ticket, the cycle is required too."""

    survey_id: str
    subject: Subject
    content: Content
    answer_channel: str
    way: str = BY_HAND


SurveyCommand = (
    IssueSurvey | InviteHousehold | DeliverSurvey | BounceSurvey | AnswerSurvey | RecordResponse
)
