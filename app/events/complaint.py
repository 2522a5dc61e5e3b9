"""Events that only complaints have, on the stream of their ticket."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintLodged:
    """The report is a complaint: about whom, anonymous or not, with how many supporters."""

    subject_of_complaint: str | None = None
    anonymous: bool = False
    supporters: int = 0
    repeat: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintSupported:
    """Another household joined the complaint; `supporters` is the new total."""

    household_id: str
    supporters: int
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvestigationStarted:
    """Somebody other than the subject of the complaint began to investigate."""

    investigator: str
    investigator_name: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerProposed:
    """A plan for answering the complaint was made."""

    plan: str | None = None
    cycle: int
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyStarted:
    """Work on the remedy began."""

    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintResponded:
    """The owner was answered: the findings, the measure and its date."""

    facts: str
    measure: str
    date: date
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintSatisfied:
    """The owner is satisfied; `on_the_spot` if before a written answer."""

    on_the_spot: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintDisputed:
    """The owner is not satisfied with the answer: a new cycle begins, one level up."""

    reason: str
    cycle: int
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintWithdrawn:
    """The owner withdrew the complaint, as `confirmed_by` verified with the owner."""

    confirmed_by: str
    confirmed_by_name: str
    note: str | None = None


ComplaintEvent = (
    ComplaintLodged
    | ComplaintSupported
    | InvestigationStarted
    | AnswerProposed
    | RemedyStarted
    | ComplaintResponded
    | ComplaintSatisfied
    | ComplaintDisputed
    | ComplaintWithdrawn
)
