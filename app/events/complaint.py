"""Events that only complaints have, on the stream of their ticket."""

from datetime import date

from app.events.base import Integer, Value


class ComplaintLodged(Value, frozen=True, kw_only=True):
    """The report is a complaint: about whom, anonymous or not, with how many supporters."""

    subject_of_complaint: str | None = None
    anonymous: bool = False
    supporters: Integer = 0
    repeat: Integer = 1


class ComplaintSupported(Value, frozen=True, kw_only=True):
    """Another household joined the complaint; `supporters` is the new total."""

    household_id: str
    supporters: Integer
    note: str | None = None


class InvestigationStarted(Value, frozen=True, kw_only=True):
    """Somebody other than the subject of the complaint began to investigate."""

    investigator: str
    investigator_name: str
    note: str | None = None


class AnswerProposed(Value, frozen=True, kw_only=True):
    """A plan for answering the complaint was made."""

    plan: str | None = None
    cycle: Integer
    note: str | None = None


class RemedyStarted(Value, frozen=True, kw_only=True):
    """Work on the remedy began."""

    note: str | None = None


class ComplaintResponded(Value, frozen=True, kw_only=True):
    """The owner was answered: the findings, the measure and its date."""

    facts: str
    measure: str
    date: date
    note: str | None = None


class ComplaintSatisfied(Value, frozen=True, kw_only=True):
    """The owner is satisfied; `on_the_spot` if before a written answer."""

    on_the_spot: bool = False
    note: str | None = None


class ComplaintDisputed(Value, frozen=True, kw_only=True):
    """The owner is not satisfied with the answer: a new cycle begins, one level up."""

    reason: str
    cycle: Integer
    note: str | None = None


class ComplaintWithdrawn(Value, frozen=True, kw_only=True):
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
