"""Counts the survey answers of a campaign or an interval, and renders their figures."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.errors import Unacceptable
from app.domain.statistics.scales import DEFAULT_SCALE, SCALES
from app.domain.statistics.servqual import Questionnaire
from app.domain.survey.campaign import Campaign
from app.projections.survey_tallies import (
    AnswerFilters,
    count_other_scales,
    count_reasons,
    count_scores,
    count_sent,
    servqual_answers,
)
from app.views.reader import Reader
from app.views.surveys.figures import AnswerSet, ResponseCounts, render_comparison, render_figures
from app.views.surveys.measures import measure_of
from app.views.surveys.visible import load_one_campaign

MIN_FOR_ENGINEERS = 5  # docs/domain.md §5.4: fewer answers reveal who gave them


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresQuery:
    """`against` is an earlier campaign to compare with; `rated` is the subject who did the work."""

    campaign_id: str | None
    against: str | None
    since: datetime | None
    until: datetime | None
    community: str | None
    rated: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Answers of one kind on one scale, with the campaigns that the query named."""

    filters: AnswerFilters
    campaign: Campaign | None
    against: Campaign | None

    @property
    def is_part_of_campaign(self) -> bool:
        """Only some of the campaign's answers, so its response rate does not apply."""
        part = self.filters
        return self.campaign is not None and any(
            (part.since, part.until, part.community, part.rated)
        )


async def select_answers(
    reader: Reader, query: FiguresQuery, kind: str, scale_id: str | None = None
) -> Selection:
    """On the campaign's scale, or else on `scale_id` or the default one. Raises `NotFound`, and
    `Unacceptable` for campaigns of another kind or scale."""
    campaign = await _campaign(reader, query.campaign_id, "query:campaign_id", kind)
    scale_id = campaign.scale_id if campaign else scale_id or DEFAULT_SCALE[kind]
    against = await _campaign(reader, query.against, "query:against", kind)
    if against is not None and against.scale_id != scale_id:
        raise Unacceptable("scale_mismatch", pointer="query:against", kind=kind)
    filters = AnswerFilters(
        kind=kind,
        scale_id=scale_id,
        campaign_id=query.campaign_id,
        since=query.since,
        until=query.until,
        community=query.community,
        rated=query.rated,
    )
    return Selection(filters=filters, campaign=campaign, against=against)


async def _campaign(
    reader: Reader, campaign_id: str | None, pointer: str, kind: str
) -> Campaign | None:
    if campaign_id is None:
        return None
    campaign, _, _ = await load_one_campaign(reader, campaign_id)
    if campaign.kind != kind:
        raise Unacceptable("campaign_of_another_kind", pointer=pointer, kind=campaign.kind)
    return campaign


async def load_figures(
    reader: Reader, connection: AsyncConnection, selection: Selection
) -> dict[str, Any]:
    """Reads the `surveys` read model: let it catch up first."""
    filters = selection.filters
    answers = await _answers(reader, connection, filters)
    response = await _response(reader, connection, selection, answers.n)
    withheld = reader.viewer.role == "engineer" and answers.n < MIN_FOR_ENGINEERS
    comparison = None
    if selection.against is not None and not withheld:
        # The interval applies to the later campaign only.
        whole = replace(filters, campaign_id=selection.against.campaign_id, since=None, until=None)
        earlier = await _answers(reader, connection, whole)
        comparison = render_comparison(selection.against.campaign_id, earlier, answers)
    others = await count_other_scales(connection, reader.tenant_id, reader.viewer, filters)
    reasons = await count_reasons(connection, reader.tenant_id, reader.viewer, filters)
    return {
        "kind": filters.kind,
        "scale_id": filters.scale_id,
        "campaign_id": filters.campaign_id,
        **render_figures(answers, response, _base(selection.campaign), withheld=withheld),
        "comparison": comparison,
        "other_scales": others,
        "reasons": [] if withheld else [{"tag": tag, "n": n} for tag, n in reasons],
    }


async def _answers(
    reader: Reader, connection: AsyncConnection, filters: AnswerFilters
) -> AnswerSet[Any]:
    measure = measure_of(SCALES[filters.scale_id])
    if filters.kind == "servqual":
        people: defaultdict[str, list[Questionnaire]] = defaultdict(list)
        for each in await servqual_answers(connection, reader.tenant_id, reader.viewer, filters):
            people[each.answer_channel].append(
                Questionnaire(
                    expected=each.expected, perceived=each.perceived, weights=each.weights
                )
            )
        return AnswerSet(measure, people)
    counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for tally in await count_scores(connection, reader.tenant_id, reader.viewer, filters):
        if tally.score is not None:
            counts[tally.answer_channel][tally.score] = tally.n
    return AnswerSet(measure, counts)


async def _response(
    reader: Reader, connection: AsyncConnection, selection: Selection, completed: int
) -> ResponseCounts:
    """A campaign's declared count and our invitations overlap, so the larger one is used. Without a
    campaign: the surveys issued in the interval."""
    if selection.is_part_of_campaign:
        return ResponseCounts(by_channel={})
    sent = await count_sent(connection, reader.tenant_id, reader.viewer, selection.filters)
    campaign = selection.campaign
    if campaign is None:
        return ResponseCounts(
            issued=sent.issued, bounced=sent.bounced, completed=sent.answered, by_channel={}
        )
    bounced_by = {each.channel: each.count for each in campaign.bounced_by}
    return ResponseCounts(
        issued=max(campaign.issued, sent.issued),
        bounced=campaign.bounced + sent.bounced,
        completed=completed,
        by_channel={
            each.channel: (each.count, bounced_by.get(each.channel, 0))
            for each in campaign.issued_by
        },
    )


def _base(campaign: Campaign | None) -> dict[str, int] | None:
    base = campaign.base if campaign else None
    return {"online": base.online, "offline": base.offline} if base else None
