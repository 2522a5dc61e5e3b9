"""Commands of surveys."""

from app.domain.survey.content import Content
from app.domain.survey.state import BY_HAND, Subject
from app.events.base import Value


class IssueSurvey(Value, frozen=True, kw_only=True):
    """Issues a survey about a cycle whose work was completed by `rated`."""

    ticket_id: str
    cycle: int
    kind: str
    rated: str | None = None


class InviteHousehold(Value, frozen=True, kw_only=True):
    """Invites to a campaign; `closed_loop` asks a dissatisfied one whether it is better now."""

    campaign_id: str
    household_id: str
    closed_loop: bool = False


class DeliverSurvey(Value, frozen=True, kw_only=True):
    delivery_channel: str


class BounceSurvey(Value, frozen=True, kw_only=True):
    cause: str


class AnswerSurvey(Value, frozen=True, kw_only=True):
    """An answer by the survey's link: anybody who has it answers for the household."""

    content: Content
    answer_channel: str


class RecordResponse(Value, frozen=True, kw_only=True):
    """An answer that staff record. With a ticket, the cycle is required too."""

    survey_id: str
    subject: Subject
    content: Content
    answer_channel: str
    way: str = BY_HAND


SurveyCommand = (
    IssueSurvey | InviteHousehold | DeliverSurvey | BounceSurvey | AnswerSurvey | RecordResponse
)
