"""Answering a survey, by its link or by hand. An answer is final."""

from collections.abc import Sequence

from msgspec.structs import replace

from app.domain import roles
from app.domain.backdating import check_occurred_at, evidence_event
from app.domain.checks import identifier, one_of, require
from app.domain.decider import Given, On
from app.domain.errors import IllegalTransition, NotFound, NotPermitted, Unacceptable
from app.domain.records.household import HOUSEHOLD, require_on_record
from app.domain.records.staff import STAFF, StaffMember
from app.domain.statistics.scales import SCALES
from app.domain.survey.commands import AnswerSurvey, RecordResponse
from app.domain.survey.contact import SURVEY_CONTACT
from app.domain.survey.content import Content, checked, is_dissatisfied
from app.domain.survey.experience import ASKED_ABOUT, OF_SURVEY, experience_of
from app.domain.survey.rules import (
    campaign_of,
    check_channel,
    check_open,
    community_of,
    contacted,
    fields_of,
    require_issued,
)
from app.domain.survey.state import TOKEN, Answer, Subject, Survey
from app.domain.ticket.access.conflict import check_no_conflict
from app.domain.ticket.access.visibility import knows_reporter, may_see
from app.domain.ticket.decider import TICKET
from app.domain.ticket.state.ticket import Ticket
from app.events.experience import TouchpointScored
from app.events.survey import SurveyAnswered, SurveyEvent
from app.events.survey_contact import HouseholdAnswered

MAX_MEMBERS = 10  # of a household, checked for being staff


def answer_survey(
    command: AnswerSurvey, survey: Survey | None, given: Given
) -> Sequence[SurveyEvent | On]:
    asked = require_issued(survey)
    content = checked(command.content, SCALES[asked.subject.scale_id])
    if asked.answer is not None:
        return _answer_again(asked.answer, content, given)
    if asked.expires_at is not None and given.now > asked.expires_at:
        raise IllegalTransition("survey_expired", expired_at=asked.expires_at)
    if asked.subject.campaign_id is not None:
        check_open(campaign_of(asked.subject.campaign_id, given), given)
    channel = check_channel(command.answer_channel)
    return _answered(asked.survey_id, asked.subject, content, given, channel=channel, way=TOKEN)


def record_response(
    command: RecordResponse, survey: Survey | None, given: Given
) -> Sequence[SurveyEvent | On]:
    require(given, roles.RECORD_SURVEY_RESPONSE)
    scale = SCALES[one_of(command.subject.scale_id, SCALES, "/scale_id")]
    if scale.kind != command.subject.kind:
        raise Unacceptable("scale_mismatch", pointer="/scale_id", kind=command.subject.kind)
    subject = _complete_subject(command.subject, survey, given)
    if given.actor.role == "owner" and given.household_id != subject.household_id:
        raise NotPermitted("not_your_household")
    content = checked(command.content, scale)
    if survey is not None and survey.answer is not None:
        return _answer_again(survey.answer, content, given)
    if subject.campaign_id is not None:
        check_open(campaign_of(subject.campaign_id, given), given)
    check_occurred_at(given)
    channel = check_channel(command.answer_channel)
    evidence = evidence_event(given)
    answered = _answered(
        command.survey_id, subject, content, given, channel=channel, way=command.way
    )
    return [*answered, evidence] if evidence else answered


def _complete_subject(stated: Subject, survey: Survey | None, given: Given) -> Subject:
    """The subject as given, completed from the ticket, the campaign and the survey."""
    subject = stated
    if stated.household_id is not None:
        identifier(stated.household_id, "/household_id")
    if stated.campaign_id is not None:
        campaign = campaign_of(stated.campaign_id, given)
        if campaign.scale_id != stated.scale_id:
            raise Unacceptable("scale_mismatch", pointer="/scale_id", kind=campaign.kind)
        subject = replace(subject, community=campaign.community)
    if stated.ticket_id is not None:
        subject = _of_ticket(subject, survey, given)
    elif stated.household_id is not None:
        require_on_record(stated.household_id, given)
    if subject.community is None and subject.household_id is not None:
        community = community_of(subject.household_id, given)
        subject = replace(subject, community=community)
    if not given.viewer.reaches(subject.community):
        raise NotFound("household_unknown")
    return subject


def _may_ask_about(ticket: Ticket, given: Given) -> bool:
    """Whoever an anonymous complaint is about has no part in its surveys: a guessed household that
    fits or does not would tell whose it is (docs/domain.md §6.2). Of owners only the household is
    checked."""
    viewer = given.viewer
    return viewer.role == "owner" or (may_see(viewer, ticket) and knows_reporter(viewer, ticket))


def _of_ticket(stated: Subject, survey: Survey | None, given: Given) -> Subject:
    ticket: Ticket | None = given.read(TICKET.stream(stated.ticket_id or ""))
    if ticket is None or not _may_ask_about(ticket, given):
        raise NotFound("ticket_not_found")
    check_no_conflict(given, ticket)
    if stated.cycle is None or not 1 <= stated.cycle <= ticket.cycle:
        raise Unacceptable("out_of_range", pointer="/cycle", min=1, max=ticket.cycle)
    household_id = stated.household_id or ticket.household_id
    if ticket.household_id is not None and household_id != ticket.household_id:
        raise Unacceptable("household_mismatch", pointer="/household_id")
    if ticket.household_id is None and household_id is not None:
        require_on_record(household_id, given)
    assignee = ticket.assignment.assignee
    current = assignee.subject if assignee and stated.cycle == ticket.cycle else None
    return replace(
        stated,
        household_id=household_id,
        community=ticket.location.community,
        rated=survey.subject.rated if survey else current,
    )


def _answered(
    survey_id: str, subject: Subject, content: Content, given: Given, *, channel: str, way: str
) -> Sequence[SurveyEvent | On]:
    scale = SCALES[subject.scale_id]
    answered = SurveyAnswered(
        survey_id=survey_id,
        **fields_of(subject),
        score=content.score,
        items=content.items,
        weights=content.weights,
        tags=content.tags,
        text=content.text,
        answer_channel=channel,
        way=way,
        dissatisfied=is_dissatisfied(content, scale),
        excluded="staff" if _is_of_staff(subject, given) else None,
    )
    return [answered, *_side_events(answered, contacted(subject, given), given)]


def _side_events(answered: SurveyAnswered, household_id: str | None, given: Given) -> Sequence[On]:
    """The events on the household's contact stream and on the ticket's experience."""
    remembered = []
    if household_id is not None:
        event = HouseholdAnswered(survey_id=answered.survey_id, dissatisfied=answered.dissatisfied)
        remembered.append(On(SURVEY_CONTACT.stream(household_id), event))
    if answered.ticket_id is not None and answered.score is not None:
        stream = experience_of(answered.ticket_id)
        scored = TouchpointScored(
            ticket_id=answered.ticket_id,
            touchpoint=ASKED_ABOUT[answered.kind],
            score=SCALES[answered.scale_id].emotion(answered.score),
            source=OF_SURVEY,
            survey_id=answered.survey_id,
            community=answered.community,
        )
        if not given.read(stream).is_full:
            remembered.append(On(stream, scored))
    return remembered


def _answer_again(answer: Answer, content: Content, given: Given) -> Sequence[SurveyEvent | On]:
    """A repeat of the same answer is a no-op; a different one is refused. An answer from a reactor
    never replaces the household's own."""
    if answer.content == content or given.actor.role == "system":
        return []
    raise IllegalTransition("survey_answered")


def _is_of_staff(subject: Subject, given: Given) -> bool:
    """Whether a member of the household works in the community of the survey: such answers are
    excluded (docs/domain.md §5.4). Staff of other communities are not, because whoever records
    members would learn by it who works there (ADR 0033)."""
    household_id = subject.household_id
    household = given.read(HOUSEHOLD.stream(household_id)) if household_id else None
    subjects = (
        [member.subject for member in household.members if member.subject] if household else ()
    )
    members = [given.read(STAFF.stream(each)) for each in subjects[:MAX_MEMBERS]]
    return any(
        member is not None and member.active and _works_in(member, subject.community)
        for member in members
    )


def _works_in(member: StaffMember, community: str | None) -> bool:
    return community is None or not member.communities or community in member.communities
