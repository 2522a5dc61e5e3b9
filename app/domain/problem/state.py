"""The state of a problem: the phenomenon, the versions of the analysis, the actions and the PDCA
cycles. Bounded by the limits below."""

from datetime import date, datetime
from typing import Literal

from app.events.base import Value
from app.events.problem import Evidence, Measured, MetricSeen, Place

ProblemState = Literal[
    "opened", "analysing", "root_confirmed", "acting", "verifying", "closed", "reopened"
]
ProblemSource = Literal["recurrence", "complaint", "rollup", "metric", "manual"]
Confidence = Literal["proposed", "verified", "refuted"]
ActionState = Literal["planned", "overdue", "completed", "verified"]
CycleState = Literal["planned", "running", "checked", "acted"]

TICKETS = 100  # the first ones are kept; the others are in the events
WHYS = 60
VERSIONS = 20
ACTIONS = 50
CYCLES = 20


class Why(Value, frozen=True, kw_only=True):
    """An answer. `authors` are all who wrote or revised it: none of them may verify it."""

    id: str
    parents: tuple[str, ...]
    answer: str
    category: str
    systemic: bool | None
    controllable_by: str | None
    evidence: tuple[Evidence, ...]
    authors: tuple[str, ...]
    verified_by: str | None = None
    therefore_ok: bool | None = None

    @property
    def confidence(self) -> Confidence:
        if self.therefore_ok is None:
            return "proposed"
        return "verified" if self.therefore_ok else "refuted"


class Rca(Value, frozen=True, kw_only=True):
    """One version of the analysis. A confirmed one never changes, it is only superseded."""

    version: int
    whys: tuple[Why, ...] = ()
    roots: tuple[str, ...] = ()
    justification: str | None = None
    confirmed_at: datetime | None = None
    confirmed_by: str | None = None
    superseded_by: int | None = None

    def why(self, why_id: str) -> Why | None:
        return next((why for why in self.whys if why.id == why_id), None)


class Action(Value, frozen=True, kw_only=True):
    id: str
    type: str
    root: str | None
    owner: str
    description: str | None
    due: date
    overdue_at: datetime
    metric: str | None
    baseline_e6: int | None
    target_e6: int | None
    planned_at: datetime
    planned_by: str
    is_overdue: bool = False
    completed_at: datetime | None = None
    completed_by: str | None = None
    verified_at: datetime | None = None
    verified_by: str | None = None

    @property
    def state(self) -> ActionState:
        if self.verified_at:
            return "verified"
        if self.completed_at:
            return "completed"
        return "overdue" if self.is_overdue else "planned"


class Check(Value, frozen=True, kw_only=True):
    metric: str
    better: str
    before: Measured
    after: Measured
    verdict: str
    checked_at: datetime


class Act(Value, frozen=True, kw_only=True):
    decision: str
    document: str | None
    residual: str | None
    next_cycle: int | None
    acted_at: datetime


class Cycle(Value, frozen=True, kw_only=True):
    """A PDCA cycle. One that is only planned holds the residual of the cycle before."""

    number: int
    hypothesis: str | None = None
    actions: tuple[str, ...] = ()
    pilot_scope: tuple[str, ...] = ()
    begins_on: date | None = None
    ends_on: date | None = None
    ends_at: datetime | None = None
    started_at: datetime | None = None
    check: Check | None = None
    act: Act | None = None

    @property
    def state(self) -> CycleState:
        if self.act:
            return "acted"
        if self.check:
            return "checked"
        return "running" if self.started_at else "planned"

    @property
    def is_abandoned(self) -> bool:
        return self.act is not None and self.act.decision == "abandon"


class Problem(Value, frozen=True, kw_only=True):
    """`state` is a `ProblemState`, `source` a `ProblemSource`. `draft` is the version of the
    analysis in progress, `confirmed` are the confirmed ones."""

    id: str
    number: str
    state: str
    source: str
    statement: str
    ticket_ids: tuple[str, ...]
    place: Place
    metric: MetricSeen | None
    fingerprint: str | None
    rollup: str | None
    occurrences: int | None
    within_days: int | None
    opened_at: datetime
    opened_by: str
    last_recurrence_at: datetime | None = None
    reopenings: int = 0
    draft: Rca | None = None
    confirmed: tuple[Rca, ...] = ()
    actions: tuple[Action, ...] = ()
    cycles: tuple[Cycle, ...] = ()
    closed_at: datetime | None = None

    @property
    def in_force(self) -> Rca | None:
        """The confirmed analysis that no later one has superseded."""
        return self.confirmed[-1] if self.confirmed else None

    @property
    def latest(self) -> Rca | None:
        return self.draft or self.in_force

    @property
    def next_version(self) -> int:
        """The version of the analysis that a change made now belongs to."""
        if self.draft:
            return self.draft.version
        return self.confirmed[-1].version + 1 if self.confirmed else 1

    def action(self, action_id: str) -> Action | None:
        return next((each for each in self.actions if each.id == action_id), None)

    def cycle(self, number: int) -> Cycle | None:
        return next((each for each in self.cycles if each.number == number), None)
