"""Facts about one problem: what keeps coming back, why, what is done about it, and whether that
helped. Means, baselines and targets are whole millionths (`_e6`): no event holds a float."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where it keeps happening, as far as that is one place."""

    community: str | None = None
    building: str | None = None
    component: str | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricSeen:
    """The figure that showed it: NPS 20 of 41 answers, say."""

    metric: str
    value_e6: int | None = None
    threshold_e6: int | None = None
    n: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What an answer rests on: a ticket, a photo, a document, and which."""

    type: str
    ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The mean of a figure over `n` answers or tickets."""

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
    """Somebody answered why: of the phenomenon (`ph`), or of the answers that are its parents."""

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
    """An answer was put differently; whoever had verified it has to look again."""

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
    """Another person read the chain backwards and said whether each "therefore" holds."""

    why_id: str
    version: int
    therefore_ok: bool
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RootCauseConfirmed:
    """The analysis was found to hold; this version of it never changes again."""

    rca_id: str
    version: int
    roots: tuple[str, ...]
    categories: tuple[str, ...]
    justification: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RcaSuperseded:
    """A later version of the analysis took the place of this one."""

    rca_id: str
    version: int
    by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionPlanned:
    """Somebody is to do something about it by a day; corrective ones say what is to change."""

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
    """The day by which it was to be done ended without it."""

    action_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionCompleted:
    """What was planned was done, as its owner says."""

    action_id: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionVerified:
    """Another person saw that it was done."""

    action_id: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PdcaCycleStarted:
    """A measure is tried somewhere for a while, with an expectation."""

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
    """A figure of before was held against the same figure of after."""

    cycle: int
    metric: str
    better: str
    before: Measured
    after: Measured
    verdict: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PdcaCycleActed:
    """What was learnt became a standard, was adapted for another try, or was given up."""

    cycle: int
    decision: str
    document: str | None = None
    residual: str | None = None
    next_cycle: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemClosed:
    """A check was passed, and it has not happened since."""

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
