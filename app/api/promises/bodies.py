"""Request bodies of promises."""

from typing import Annotated

from pydantic import Field

from app.domain.benefits import Benefit
from app.domain.calendars.day_count import CountRule
from app.domain.ticket.commands.ticket import (
    ExcusePromise,
    KeepPromise,
    MakePromise,
    RevisePromise,
    WithdrawPromise,
)
from app.domain.ticket.promise.decide import Excuse
from app.domain.ticket.promise.terms import PenaltyPer
from app.domain.ticket.state.promise import PromiseKind
from app.events.promise import PromisePenalty, PromiseTerms
from app.http.bodies import CommandBody
from app.http.fields import Body, Duration, Fen, Instant, InstantOrDate, LongText, text


class DueBody(Body):
    """Days by a rule, a fixed time, or so long from now: one of the three."""

    days: Annotated[int, Field(ge=1, le=3650, examples=[5])] | None = None
    count_rule: CountRule | None = Field(
        default=None,
        description="Of days; without it `civil_code_201_203`: the day of the promise does not"
        " count, the last one ends at 24:00, and rolls on if it is no workday.",
    )
    at: Instant | None = None
    duration: Duration | None = Field(default=None, examples=["PT15M"])

    def terms(self) -> PromiseTerms:
        seconds = None if self.duration is None else int(self.duration.total_seconds())
        return PromiseTerms(days=self.days, count_rule=self.count_rule, seconds=seconds, at=self.at)


class PenaltyBody(Body):
    """What the owner gets for each started day of lateness; at most `cap_fen` of it."""

    amount_fen: Annotated[Fen, Field(ge=1)]
    per: PenaltyPer = "started_day"
    cap_fen: Annotated[Fen, Field(ge=1)]
    benefit: Benefit = "fee_credit"

    def penalty(self) -> PromisePenalty:
        return PromisePenalty(
            amount_fen=self.amount_fen, per=self.per, cap_fen=self.cap_fen, benefit=self.benefit
        )


class PromiseBody(CommandBody):
    kind: PromiseKind
    due: DueBody
    penalty: PenaltyBody | None = None

    def command(self, promise_id: str) -> MakePromise:
        return MakePromise(
            promise_id=promise_id,
            kind=self.kind,
            terms=self.due.terms(),
            penalty=self.penalty.penalty() if self.penalty else None,
            note=self.note,
        )


class KeepBody(CommandBody):
    def command(self, promise_id: str) -> KeepPromise:
        return KeepPromise(promise_id=promise_id, note=self.note)


class ReviseBody(CommandBody):
    due: DueBody
    consent_by: Annotated[str, text(200)] = Field(
        description="Who of the household consented, and how.", examples=["张阿姨，电话"]
    )

    def command(self, promise_id: str) -> RevisePromise:
        return RevisePromise(
            promise_id=promise_id,
            terms=self.due.terms(),
            consent_by=self.consent_by,
            note=self.note,
        )


class ExcuseBody(CommandBody):
    """Dates are excused as whole days, both included; of instants the whole days between count."""

    reason: Excuse
    since: InstantOrDate = Field(alias="from", examples=["2024-03-09"])
    until: InstantOrDate = Field(alias="to", examples=["2024-03-10"])

    def command(self, promise_id: str) -> ExcusePromise:
        return ExcusePromise(
            promise_id=promise_id,
            reason=self.reason,
            since=self.since,
            until=self.until,
            note=self.note,
        )


class WithdrawPromiseBody(CommandBody):
    reason: LongText

    def command(self, promise_id: str) -> WithdrawPromise:
        return WithdrawPromise(promise_id=promise_id, reason=self.reason, note=self.note)
