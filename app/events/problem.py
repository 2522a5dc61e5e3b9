"""Events of one problem (5-Why, PDCA): what keeps recurring, why, and what is done about it.

Means, baselines and targets are whole millionths (`_e6`): no event holds a float.
"""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where it keeps happening: what the tickets have in common, None where they differ."""

    community: str | None = None
    building: str | None = None
    component: str | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricSeen:
    """The metric that revealed it, such as an NPS of 20 from 41 answers."""

    metric: str
    value_e6: int | None = None
    threshold_e6: int | None = None
    n: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What an answer is based on: a ticket, photo or document, and its reference."""

    type: str
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The mean of a metric over `n` answers or tickets."""

    mean_e6: int
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemOpened:
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
    occurrences: int | None = None
    within_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemRecurred:
    """It happened again while it was being worked on."""

    ticket_id: str
    occurrences: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemReopened:
    """It happened again after the measures were thought to have worked."""

    ticket_id: str
    occurrences: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyAdded:
    """Somebody answered why, for the phenomenon (`ph`) or for the answers in `parents`."""

    why_id: str
    version: int
    parents: tuple[str, ...]
    answer: str
    category: str
    systemic: bool | None = None
    controllable_by: str | None = None
    evidence: tuple[Evidence, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyRevised:
    """An answer was changed; it has to be verified again."""

    why_id: str
    version: int
    parents: tuple[str, ...]
    answer: str
    category: str
    systemic: bool | None = None
    controllable_by: str | None = None
    evidence: tuple[Evidence, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyVerified:
    """Another person read the chain backwards and judged whether each "therefore" holds."""

    why_id: str
    version: int
    therefore_ok: bool
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RootCauseConfirmed:
    """The root cause analysis was confirmed; this version never changes again."""

    rca_id: str
    version: int
    roots: tuple[str, ...]
    categories: tuple[str, ...]
    justification: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RcaSuperseded:
    """A later version replaced this root cause analysis."""

    rca_id: str
    version: int
    by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionPlanned:
    """An action was planned, with owner and due date; corrective ones name their metric."""

    action_id: str
    type: str
    root: str | None
    owner: str
    description: str | None
    due: date
    overdue_at: datetime
    metric: str | None = None
    baseline_e6: int | None = None
    target_e6: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionOverdue:
    """The action was not done by its due date."""

    action_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionCompleted:
    """The action was done, as its owner reports."""

    action_id: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionVerified:
    """Another person verified that the action was done."""

    action_id: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PdcaCycleStarted:
    """A measure is tried in a pilot for a while, with an expected effect."""

    cycle: int
    hypothesis: str
    actions: tuple[str, ...]
    pilot_scope: tuple[str, ...]
    begins_on: date
    ends_on: date
    ends_at: datetime
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PdcaCycleChecked:
    """A metric was compared before and after the measure."""

    cycle: int
    metric: str
    better: str
    before: Measured
    after: Measured
    verdict: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PdcaCycleActed:
    """The measure became a standard, was adapted for another try, or was dropped."""

    cycle: int
    decision: str
    document: str | None = None
    residual: str | None = None
    next_cycle: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemClosed:
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
