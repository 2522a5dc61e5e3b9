"""Commands of problems (docs/api.md §6). Figures are in millionths, as in the events."""

from datetime import date

from app.events.base import Value
from app.events.problem import Evidence, Measured, MetricSeen


class OpenProblem(Value, frozen=True, kw_only=True):
    """Opened by hand: from tickets, a metric, or an observation."""

    problem_id: str
    statement: str
    ticket_ids: tuple[str, ...] = ()
    metric: MetricSeen | None = None
    community: str | None = None


class AddWhy(Value, frozen=True, kw_only=True):
    why_id: str
    parents: tuple[str, ...]
    answer: str
    category: str
    systemic: bool | None = None
    controllable_by: str | None = None
    evidence: tuple[Evidence, ...] = ()
    note: str | None = None


class ReviseWhy(Value, frozen=True, kw_only=True):
    """Replaces the whole answer."""

    why_id: str
    parents: tuple[str, ...]
    answer: str
    category: str
    systemic: bool | None = None
    controllable_by: str | None = None
    evidence: tuple[Evidence, ...] = ()
    note: str | None = None


class VerifyWhy(Value, frozen=True, kw_only=True):
    why_id: str
    therefore_ok: bool
    note: str | None = None


class ConfirmRootCause(Value, frozen=True, kw_only=True):
    roots: tuple[str, ...]
    justification: str | None = None
    note: str | None = None


class PlanAction(Value, frozen=True, kw_only=True):
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


class CompleteAction(Value, frozen=True, kw_only=True):
    action_id: str
    note: str | None = None


class VerifyAction(Value, frozen=True, kw_only=True):
    action_id: str
    note: str | None = None


class StartCycle(Value, frozen=True, kw_only=True):
    hypothesis: str
    actions: tuple[str, ...]
    pilot_scope: tuple[str, ...]
    begins_on: date
    ends_on: date
    note: str | None = None


class CheckCycle(Value, frozen=True, kw_only=True):
    """`better`, `low` or `high`, is required for an unknown metric."""

    cycle: int
    metric: str
    before: Measured
    after: Measured
    better: str | None = None
    note: str | None = None


class ActOnCycle(Value, frozen=True, kw_only=True):
    cycle: int
    decision: str
    document: str | None = None
    residual: str | None = None
    note: str | None = None


class CloseProblem(Value, frozen=True, kw_only=True):
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
