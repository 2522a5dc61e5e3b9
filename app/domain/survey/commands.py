"""What may be asked of a survey."""

from dataclasses import dataclass

from app.domain.survey.content import Content
from app.domain.survey.state import BY_HAND, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueSurvey:
    """For a cycle whose work was completed by `rated`."""

    ticket_id: str
    cycle: int
    kind: str
    rated: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteHousehold:
    """To a campaign; `closed_loop` asks one that was dissatisfied whether it is better now."""

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
    """By the link that was sent: whoever has it answers for the household."""

    content: Content
    answer_channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordResponse:
    """By hand: what somebody of the household said. With a ticket, its cycle is named too."""

    survey_id: str
    subject: Subject
    content: Content
    answer_channel: str
    way: str = BY_HAND


SurveyCommand = (
    IssueSurvey | InviteHousehold | DeliverSurvey | BounceSurvey | AnswerSurvey | RecordResponse
)
