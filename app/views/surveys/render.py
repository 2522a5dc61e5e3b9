"""Renders surveys, campaigns and experience curves (docs/api.md §6)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.domain.roles import SEES_SURVEY_LINKS
from app.domain.statistics.scales import SCALES
from app.domain.statistics.servqual import DIMENSIONS
from app.domain.survey.campaign import Campaign, ChannelCount
from app.domain.survey.content import points_of
from app.domain.survey.experience import DELIGHT, PAIN, TOUCHPOINTS, Experience, Point
from app.domain.survey.issuing import InvitationResult
from app.domain.survey.state import Answer, Survey, SurveyState
from app.identity.survey_tokens import SurveyLinks
from app.viewer import Viewer

ANSWERABLE: frozenset[SurveyState] = frozenset({"issued", "delivered", "bounced"})


def render_campaign(campaign: Campaign, now: datetime) -> dict[str, Any]:
    base = campaign.base
    over = campaign.is_over(now)
    return {
        "id": campaign.campaign_id,
        "kind": campaign.kind,
        "scale_id": campaign.scale_id,
        "name": campaign.title,
        "community": campaign.community,
        "from": campaign.starts_at,
        "to": campaign.ends_at,
        "state": campaign.state_at(now),
        "closed_at": campaign.closed_at or (campaign.closes_at if over else None),
        "issued": campaign.issued,
        "issued_by_channel": _by_channel(campaign.issued_by),
        "bounced": campaign.bounced,
        "bounced_by_channel": _by_channel(campaign.bounced_by),
        "household_base": {"online": base.online, "offline": base.offline} if base else None,
    }


def render_invitations(invitations: Sequence[tuple[str, str | None]]) -> dict[str, Any]:
    """Of (household, survey); the survey is None for a household in its cool-down."""
    items = [
        {
            "household_id": household_id,
            "survey_id": survey_id,
            "result": _result(survey_id),
        }
        for household_id, survey_id in invitations
    ]
    invited = sum(survey_id is not None for _, survey_id in invitations)
    return {"items": items, "invited": invited, "skipped": len(items) - invited}


def _result(survey_id: str | None) -> InvitationResult:
    return "cool_down" if survey_id is None else "invited"


def _by_channel(counts: Sequence[ChannelCount]) -> dict[str, int]:
    return {each.channel: each.count for each in counts}


def render_survey(
    viewer: Viewer, survey: Survey, now: datetime, links: SurveyLinks
) -> dict[str, Any]:
    """`token` and `link` only while the survey can be answered by link, and for roles that see
    links."""
    state = survey.state_at(now)
    has_link = (
        viewer.role in SEES_SURVEY_LINKS and survey.issued_at is not None and state in ANSWERABLE
    )
    token = links.token(survey.survey_id) if has_link else None
    subject = survey.subject
    return {
        "id": survey.survey_id,
        "kind": subject.kind,
        "scale_id": subject.scale_id,
        "ticket_id": subject.ticket_id,
        "cycle": subject.cycle,
        "campaign_id": subject.campaign_id,
        "household_id": subject.household_id,
        "community": subject.community,
        "state": state,
        "issued_at": survey.issued_at,
        "expires_at": survey.expires_at,
        "delivered_at": survey.delivered_at,
        "bounced": survey.bounced,
        "answer": _answer(survey.answer) if survey.answer else None,
        "token": token,
        "link": f"/v1/surveys/answers/{token}" if token else None,
    }


def render_public_survey(survey: Survey, now: datetime) -> dict[str, Any]:
    """For anybody with the link: nothing of the household or the ticket."""
    scale = SCALES[survey.subject.scale_id]
    return {
        "kind": scale.kind,
        "scale_id": scale.scale_id,
        "low": scale.low,
        "high": scale.high,
        "low_is_good": scale.low_is_good,
        "state": survey.state_at(now),
        "expires_at": survey.expires_at,
        "score": survey.answer.content.score if survey.answer else None,
    }


def _answer(answer: Answer) -> dict[str, Any]:
    content = answer.content
    weights = content.weights
    return {
        "score": content.score,
        "items": [
            {"number": each.number, "expected": each.expected, "perceived": each.perceived}
            for each in content.items
        ],
        "weights": dict(zip(DIMENSIONS, points_of(weights), strict=True)) if weights else None,
        "tags": content.tags,
        "text": content.text,
        "channel": answer.answer_channel,
        "way": answer.way,
        "dissatisfied": answer.dissatisfied,
        "counted": answer.excluded is None,
        "answered_at": answer.answered_at,
    }


def render_experience(ticket_id: str, experience: Experience) -> dict[str, Any]:
    points = experience.in_order
    peak, end = experience.peak, experience.end
    by_score = sorted(points, key=lambda point: point.score)
    return {
        "ticket_id": ticket_id,
        "points": [_point(each) for each in points],
        "peak": _point(peak) if peak else None,
        "highest": _point(by_score[-1]) if points else None,
        "lowest": _point(by_score[0]) if points else None,
        "end": _point(end) if end else None,
        "peak_end": (peak.score + end.score) / 2 if peak and end else None,
        "pains": [_point(each) for each in points if each.score <= PAIN],
        "delights": [_point(each) for each in points if each.score >= DELIGHT],
    }


def _point(point: Point) -> dict[str, Any]:
    touchpoint = TOUCHPOINTS[point.touchpoint]
    return {
        "touchpoint": point.touchpoint,
        "label": touchpoint.label,
        "moment_of_truth": touchpoint.moment_of_truth,
        "score": point.score,
        "at": point.at,
        "source": point.source,
        "survey_id": point.survey_id,
    }
