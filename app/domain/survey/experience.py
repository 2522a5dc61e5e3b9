"""The owner's experience of a ticket by touchpoint, with its peak and end
(docs/domain.md §5.4, §1c rows 55-57)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from app.domain import roles
from app.domain.backdating import check_occurred_at, evidence_event
from app.domain.checks import one_of, require, within
from app.domain.decider import Decider, Given, Stream
from app.domain.errors import IllegalTransition, NotFound, NotPermitted
from app.domain.ticket.access.conflict import check_no_conflict
from app.domain.ticket.access.visibility import may_see
from app.domain.ticket.decider import TICKET
from app.events.base import Fact, Value
from app.events.experience import ExperienceEvent, TouchpointScored
from app.events.ticket import EvidenceGiven

PAIN, DELIGHT = 3, 8  # docs/domain.md §5.4 (cfg), both inclusive
MIDDLE = 5.5
MOST_POINTS = 100


class Touchpoint(Value, frozen=True):
    """`moment_of_truth` 关键时刻: where an owner makes up their mind."""

    label: str
    moment_of_truth: bool = False


TOUCHPOINTS: dict[str, Touchpoint] = {
    "move_in": Touchpoint("入住", moment_of_truth=True),
    "report": Touchpoint("报修"),
    "response": Touchpoint("响应"),
    "arrival": Touchpoint("上门"),
    "repair": Touchpoint("维修", moment_of_truth=True),
    "completion": Touchpoint("完工"),
    "complaint": Touchpoint("投诉处理", moment_of_truth=True),
    "compensation": Touchpoint("补偿"),
    "follow_up": Touchpoint("回访"),
    "overall": Touchpoint("整体印象"),
}

PointSource = Literal["owner", "staff", "survey"]
OF_OWNER: PointSource = "owner"
OF_STAFF: PointSource = "staff"
OF_SURVEY: PointSource = "survey"

# What a survey of each kind asks about.
ASKED_ABOUT = {"csat": "completion", "ces": "response", "nps": "overall"}


class Point(Value, frozen=True, kw_only=True):
    touchpoint: str
    score: int
    at: datetime
    source: str
    survey_id: str | None = None


class Experience(Value, frozen=True, kw_only=True):
    points: tuple[Point, ...] = ()

    @property
    def in_order(self) -> tuple[Point, ...]:
        """By when they were felt, not by when they were recorded."""
        return tuple(sorted(self.points, key=lambda point: point.at))

    @property
    def peak(self) -> Point | None:
        """The point farthest from the middle; of two, the later."""
        return max(
            reversed(self.in_order), key=lambda point: abs(point.score - MIDDLE), default=None
        )

    @property
    def end(self) -> Point | None:
        return self.in_order[-1] if self.points else None

    @property
    def is_full(self) -> bool:
        return len(self.points) >= MOST_POINTS


class ScoreTouchpoint(Value, frozen=True, kw_only=True):
    """The stream's key is the ticket's id."""

    ticket_id: str
    touchpoint: str
    score: int


def decide(
    command: ScoreTouchpoint, experience: Experience, given: Given
) -> Sequence[ExperienceEvent]:
    """Neither the engineer of the ticket nor the subject of a complaint may score it."""
    require(given, roles.SCORE_EXPERIENCE)
    ticket = given.read(TICKET.stream(command.ticket_id))
    if ticket is None or not may_see(given.viewer, ticket):
        raise NotFound("ticket_not_found")
    check_no_conflict(given, ticket)
    if ticket.is_held_by(given.actor.subject):
        raise NotPermitted("rated_by_oneself")
    scored = TouchpointScored(
        ticket_id=command.ticket_id,
        touchpoint=one_of(command.touchpoint, TOUCHPOINTS, "/touchpoint"),
        score=within(command.score, 1, 10, "/score"),
        source=OF_OWNER if given.actor.role == "owner" else OF_STAFF,
        community=ticket.location.community,
    )
    if experience.is_full:
        raise IllegalTransition("too_many_touchpoints", max=MOST_POINTS)
    check_occurred_at(given, ticket.reported_at)
    evidence = evidence_event(given)
    return [scored, evidence] if evidence else [scored]


def evolve(experience: Experience, fact: Fact[ExperienceEvent]) -> Experience:
    match fact.event:
        case TouchpointScored() as scored:
            point = Point(
                touchpoint=scored.touchpoint,
                score=scored.score,
                at=fact.occurred_at,
                source=scored.source,
                survey_id=scored.survey_id,
            )
            return Experience(points=(*experience.points, point))
        case EvidenceGiven():
            return experience


EXPERIENCE: Decider[ScoreTouchpoint, Experience] = Decider(
    category="experience",
    initial=Experience(),
    state_type=Experience,
    decide=decide,
    evolve=evolve,
)


def experience_of(ticket_id: str) -> Stream[ScoreTouchpoint, Experience]:
    return EXPERIENCE.stream(ticket_id)
