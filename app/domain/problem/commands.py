"""Commands of problems (docs/api.md §6). Figures are in millionths, as in the events."""

from dataclasses import dataclass
from datetime import date

from app.events.problem import Evidence, Measured, MetricSeen


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenProblem:
    """Opened by hand: from tickets, a metric, or an observation."""

    problem_id: str
    statement: str
    ticket_ids: tuple[str, ...] = ()
    metric: MetricSeen | None = None
    community: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddWhy:
    why_id: str
    parents: tuple[str, ...]
    answer: str
    category: str
    systemic: bool | None = None
    controllable_by: str | None = None
    evidence: tuple[Evidence, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseWhy:
    """Replaces the whole answer."""

    why_id: str
    parents: tuple[str, ...]
    answer: str
    category: str
    systemic: bool | None = None
    controllable_by: str | None = None
    evidence: tuple[Evidence, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyWhy:
    why_id: str
    therefore_ok: bool
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmRootCause:
    roots: tuple[str, ...]
    justification: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAction:
    """Fields are optional here; which are required depends on the type, so the rule checks it."""

    type: str
    action_id: str | None = None
    root: str | None = None
    owner: str | None = None
    description: str | None = None
    due: date | None = None
    metric: str | None = None
    baseline_e6: int | None = None
    target_e6: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteAction:
    action_id: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyAction:
    action_id: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartCycle:
    hypothesis: str
    actions: tuple[str, ...]
    pilot_scope: tuple[str, ...]
    begins_on: date
    ends_on: date
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckCycle:
    """`better`, `low` or `high`, is required for an unknown metric."""

    cycle: int
    metric: str
    before: Measured
    after: Measured
    better: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActOnCycle:
    cycle: int
    decision: str
    document: str | None = None
    residual: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseProblem:
    note: str | None = None


ProblemCommand = (
    OpenProblem
    | AddWhy
    | ReviseWhy
    | VerifyWhy
    | ConfirmRootCause
    | PlanAction
    | CompleteAction
    | VerifyAction
    | StartCycle
    | CheckCycle
    | ActOnCycle
    | CloseProblem
)
