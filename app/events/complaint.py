"""Facts about a complaint, on the stream of its ticket, beside those of every ticket."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintLodged:
    """The report is a complaint: about whom, whether its reporter stays unnamed, who stood by."""

    subject_of_complaint: str | None = None
    anonymous: bool = False
    supporters: int = 0
    repeat: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintSupported:
    """Another household joined the complaint; `supporters` stand behind it now."""

    household_id: str
    supporters: int
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvestigationStarted:
    """Somebody who is not complained about began to find out what happened."""

    investigator: str
    investigator_name: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerProposed:
    """It was decided how the complaint is to be answered: the plan."""

    plan: str | None = None
    cycle: int
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyStarted:
    """What is to be put right is being put right."""

    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintResponded:
    """The owner was answered: what was found, what is done about it, and by which day."""

    facts: str
    measure: str
    date: date
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintSatisfied:
    """The owner is content; `on_the_spot` without waiting for an answer in writing."""

    on_the_spot: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintDisputed:
    """The owner is not content with the answer: another round begins, one level up."""

    reason: str
    cycle: int
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintWithdrawn:
    """The owner took the complaint back, as `confirmed_by` heard from the owner."""

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
