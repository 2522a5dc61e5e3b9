"""Events of one problem (5-Why, PDCA): what keeps recurring, why, and what is done about it.

Means, baselines and targets are whole millionths (`_e6`): no event holds a float.
"""

from datetime import date, datetime

from app.events.base import Integer, Value


class Place(Value, frozen=True, kw_only=True):
    """Where it keeps happening: what the tickets have in common, None where they differ."""

    community: str | None = None
    building: str | None = None
    component: str | None = None
    category: str | None = None


class MetricSeen(Value, frozen=True, kw_only=True):
    """The metric that revealed it, such as an NPS of 20 from 41 answers."""

    metric: str
    value_e6: Integer | None = None
    threshold_e6: Integer | None = None
    n: Integer | None = None


class Evidence(Value, frozen=True, kw_only=True):
    """What an answer is based on: a ticket, photo or document, and its reference."""

    type: str
    ref: str


class Measured(Value, frozen=True, kw_only=True):
    """The mean of a metric over `n` answers or tickets."""

    mean_e6: Integer
    n: Integer


class ProblemOpened(Value, frozen=True, kw_only=True):
    """Something was found to be wrong beyond a single ticket."""

    problem_id: str
    number: str
    source: str
    statement: str
    ticket_ids: tuple[str, ...]
    place: Place
    metric: MetricSeen | None = None
    fingerprint: str | None = None
    rollup: str | None = None
    occurrences: Integer | None = None
    within_days: Integer | None = None


class ProblemRecurred(Value, frozen=True, kw_only=True):
    """It happened again while it was being worked on."""

    ticket_id: str
    occurrences: Integer


class ProblemReopened(Value, frozen=True, kw_only=True):
    """It happened again after the measures were thought to have worked."""

    ticket_id: str
    occurrences: Integer


class WhyAdded(Value, frozen=True, kw_only=True):
    """Somebody answered why, for the phenomenon (`ph`) or for the answers in `parents`."""

    why_id: str
    version: Integer
    parents: tuple[str, ...]
    answer: str
    category: str
    systemic: bool | None = None
    controllable_by: str | None = None
    evidence: tuple[Evidence, ...] = ()
    note: str | None = None


class WhyRevised(Value, frozen=True, kw_only=True):
    """An answer was changed; it has to be verified again."""

    why_id: str
    version: Integer
    parents: tuple[str, ...]
    answer: str
    category: str
    systemic: bool | None = None
    controllable_by: str | None = None
    evidence: tuple[Evidence, ...] = ()
    note: str | None = None


class WhyVerified(Value, frozen=True, kw_only=True):
    """Another person read the chain backwards and judged whether each "therefore" holds."""

    why_id: str
    version: Integer
    therefore_ok: bool
    note: str | None = None


class RootCauseConfirmed(Value, frozen=True, kw_only=True):
    """The root cause analysis was confirmed; this version never changes again."""

    rca_id: str
    version: Integer
    roots: tuple[str, ...]
    categories: tuple[str, ...]
    justification: str | None = None
    note: str | None = None


class RcaSuperseded(Value, frozen=True, kw_only=True):
    """A later version replaced this root cause analysis."""

    rca_id: str
    version: Integer
    by: Integer


class ActionPlanned(Value, frozen=True, kw_only=True):
    """An action was planned, with owner and due date; corrective ones name their metric."""

    action_id: str
    type: str
    root: str | None
    owner: str
    description: str | None
    due: date
    overdue_at: datetime
    metric: str | None = None
    baseline_e6: Integer | None = None
    target_e6: Integer | None = None
    note: str | None = None


class ActionOverdue(Value, frozen=True, kw_only=True):
    """The action was not done by its due date."""

    action_id: str


class ActionCompleted(Value, frozen=True, kw_only=True):
    """The action was done, as its owner reports."""

    action_id: str
    note: str | None = None


class ActionVerified(Value, frozen=True, kw_only=True):
    """Another person verified that the action was done."""

    action_id: str
    note: str | None = None


class PdcaCycleStarted(Value, frozen=True, kw_only=True):
    """A measure is tried in a pilot for a while, with an expected effect."""

    cycle: Integer
    hypothesis: str
    actions: tuple[str, ...]
    pilot_scope: tuple[str, ...]
    begins_on: date
    ends_on: date
    ends_at: datetime
    note: str | None = None


class PdcaCycleChecked(Value, frozen=True, kw_only=True):
    """A metric was compared before and after the measure."""

    cycle: Integer
    metric: str
    better: str
    before: Measured
    after: Measured
    verdict: str
    note: str | None = None


class PdcaCycleActed(Value, frozen=True, kw_only=True):
    """The measure became a standard, was adapted for another try, or was dropped."""

    cycle: Integer
    decision: str
    document: str | None = None
    residual: str | None = None
    next_cycle: Integer | None = None
    note: str | None = None


class ProblemClosed(Value, frozen=True, kw_only=True):
    """A PDCA check passed, and it has not happened since."""

    note: str | None = None


ProblemEvent = (
    ProblemOpened
    | ProblemRecurred
    | ProblemReopened
    | WhyAdded
    | WhyRevised
    | WhyVerified
    | RootCauseConfirmed
    | RcaSuperseded
    | ActionPlanned
    | ActionOverdue
    | ActionCompleted
    | ActionVerified
    | PdcaCycleStarted
    | PdcaCycleChecked
    | PdcaCycleActed
    | ProblemClosed
)
