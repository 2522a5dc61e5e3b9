"""Shapes of promises."""

from datetime import datetime

from pydantic import Field

from app.domain.sla.policy_lint import PromiseWarningCode
from app.domain.ticket.promise.terms import PenaltyPer
from app.domain.ticket.state.promise import PromiseKind, PromiseSource, PromiseState
from app.views.shape import Shape


class PenaltyAnswer(Shape):
    amount_fen: int
    per: PenaltyPer
    cap_fen: int
    benefit: str


class PromiseTermsAnswer(Shape):
    """What was said: one of the three."""

    days: int | None = None
    count_rule: str | None = None
    duration: str | None = None
    at: datetime | None = None


class PromiseAnswer(Shape):
    """承诺. `accrued_fen` is what its lateness has come to by now, and never more than the cap."""

    id: str
    ticket_id: str
    household_id: str | None
    kind: PromiseKind
    due_at: datetime
    state: PromiseState = Field(
        description="`made` and `excused` are still to be kept; the latter was moved by whole days."
    )
    penalty: PenaltyAnswer | None
    accrued_fen: int
    days_late: int
    source: PromiseSource
    revised_from: datetime | None = Field(description="When it was due before its last revision.")
    excused_days: int
    terms: PromiseTermsAnswer
    provisional: bool = Field(description="A holiday notice still to come may move it.")
    tighter_than: str | None = Field(description="The clock that leaves more time.")
    cycle: int
    made_at: datetime
    broken_at: datetime | None
    done_at: datetime | None


class PromiseWarning(Shape):
    """The clock of the same meaning leaves more time than was promised."""

    code: PromiseWarningCode
    clock: str
    due_at: datetime


class PromiseGiven(PromiseAnswer):
    warnings: list[PromiseWarning] = Field(description="It was promised all the same.")


class PromisePage(Shape):
    items: list[PromiseAnswer]
    next_cursor: str | None
