"""Shapes of problems, root causes and first-time fix."""

from datetime import date, datetime

from pydantic import Field

from app.domain.problem.actions import ActionType
from app.domain.problem.figures import Better, Verdict
from app.domain.problem.improvement import ActionPromise
from app.domain.problem.pdca import CycleDecision
from app.domain.problem.rca import RcaMethod
from app.domain.problem.state import (
    ActionState,
    Confidence,
    CycleState,
    ProblemSource,
    ProblemState,
)
from app.views.shape import Shape


class MetricAnswer(Shape):
    name: str
    value: float | None
    threshold: float | None
    n: int | None


class Phenomenon(Shape):
    statement: str
    metric: MetricAnswer | None
    tickets: list[str]


class PlaceAnswer(Shape):
    community: str | None
    building: str | None
    component: str | None
    category: str | None


class EvidenceAnswer(Shape):
    type: str
    ref: str


class WhyAnswer(Shape):
    id: str
    parents: list[str]
    level: int
    answer: str
    category: str
    systemic: bool
    controllable_by: str | None
    evidence: list[EvidenceAnswer]
    confidence: Confidence
    authors: list[str]
    verified_by: str | None
    therefore_ok: bool | None


class RcaAnswer(Shape):
    rca_id: str
    problem_id: str
    method: RcaMethod
    version: int
    nodes: list[WhyAnswer]
    roots: list[str]
    justification: str | None
    confirmed_at: datetime | None = Field(description="Null while it is worked on.")
    confirmed_by: str | None
    superseded: bool
    superseded_by: int | None


class ActionAnswer(Shape):
    id: str
    type: ActionType
    root: str | None
    owner: str
    description: str | None
    due: date
    metric: str | None
    baseline: float | None
    target: float | None
    reached: float | None = Field(description="By the latest check with enough to say.")
    promise: ActionPromise = Field(
        description="Done by its date, and the figure where it was to be."
    )
    state: ActionState
    overdue: bool
    planned_at: datetime
    completed_at: datetime | None
    completed_by: str | None
    verified_at: datetime | None
    verified_by: str | None


class Plan(Shape):
    actions: list[str]
    hypothesis: str | None


class Pilot(Shape):
    pilot_scope: list[str]
    from_: date | None = Field(alias="from")
    to: date | None
    started_at: datetime | None


class MeasuredAnswer(Shape):
    mean: float
    n: int


class Check(Shape):
    metric: str
    better: Better
    before: MeasuredAnswer
    after: MeasuredAnswer
    verdict: Verdict
    checked_at: datetime


class Act(Shape):
    decision: CycleDecision
    document: str | None
    residual: str | None
    next_cycle: int | None
    acted_at: datetime


class CycleAnswer(Shape):
    cycle: int
    state: CycleState
    plan: Plan
    do: Pilot
    check: Check | None
    act: Act | None


class ProblemAnswer(Shape):
    """问题. `rca` is the version that is worked on, or else the one in force."""

    id: str
    number: str
    version: int
    state: ProblemState
    source: ProblemSource
    phenomenon: Phenomenon
    fingerprint: str | None
    rollup: str | None
    place: PlaceAnswer
    occurrences: int | None
    within_days: int | None
    rca: RcaAnswer | None
    earlier_rcas: list[RcaAnswer]
    actions: list[ActionAnswer]
    pdca: list[CycleAnswer]
    opened_at: datetime
    opened_by: str
    last_recurrence_at: datetime | None
    reopenings: int
    closed_at: datetime | None


class CheckedProblem(ProblemAnswer):
    verdict: Verdict = Field(description="Of the check that was just recorded.")


class ProblemPage(Shape):
    items: list[ProblemAnswer]
    next_cursor: str | None


class Chain(Shape):
    """From the phenomenon to one root, by the longest way that was found to hold."""

    root: str
    answers: list[str]


class RootCause(Shape):
    problem_id: str
    number: str
    state: ProblemState
    phenomenon: Phenomenon
    place: PlaceAnswer
    rca: RcaAnswer
    chains: list[Chain]
    actions: list[ActionAnswer] = Field(description="Those for its roots.")


class RootCausePage(Shape):
    items: list[RootCause]
    next_cursor: str | None


class Causes(Shape):
    several_visits: int
    disputed: int
    reopened: int
    recurrence: int
    complaint: int


class FirstTimeFixFigures(Shape):
    n: int = Field(description="Completed repairs whose thirty days have passed.")
    value: float | None = Field(description="Per cent.")
    ci95: list[float] | None = Field(description="Wilson, [low, high], per cent.")
    sufficient: bool = Field(description="Whether n is 30 at least.")
    confirmed: int
    refuted: int
    causes: Causes = Field(description="Why those were refuted.")
    pending: int = Field(description="Within their thirty days: counted nowhere so far.")
    pending_refuted: int = Field(description="Of these, refuted already.")


class FirstTimeFixGroup(FirstTimeFixFigures):
    key: str | None


class FirstTimeFixAnswer(FirstTimeFixFigures):
    group_by: str | None
    groups: list[FirstTimeFixGroup] | None
