"""What may be asked of a compensation: by people, and by the machinery when something happened."""

from dataclasses import dataclass
from datetime import datetime

from app.events.promise import PromisePenalty

# Why nothing is owed any more.
BREACH_RETRACTED = "breach_retracted"
PROMISE_BREAK_RETRACTED = "promise_break_retracted"
EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeCompensation:
    """A person would give something on a ticket."""

    compensation_id: str
    ticket_id: str
    benefit: str
    amount_fen: int
    reason: str
    good_faith: bool = False
    rationale: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveCompensation:
    """Agrees to what waits for approval; the owner is owed it from then on."""

    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectCompensation:
    """Does not agree to it."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfilCompensation:
    """The owner has it now; `reference` is where that can be seen."""

    reference: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFulfilmentFailure:
    """It was tried in vain; it stays owed, and its clock goes on."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidCompensation:
    """Takes it back before the owner has it."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseCompensation:
    """Enters against what the owner has already: for fraud or a duplicate, with notice to them."""

    ground: str
    notice: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensateBreach:
    """A clock of a ticket was breached at `happened_at`."""

    compensation_id: str
    rule_id: str
    ticket_id: str
    clock: str
    cycle: int
    happened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensatePromise:
    """A promise on a ticket was broken at `happened_at`, by `rule_id` or by its own penalty."""

    compensation_id: str
    rule_id: str | None
    ticket_id: str
    promise_id: str
    kind: str
    happened_at: datetime
    zone: str
    cycle: int
    penalty: PromisePenalty | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensateDelay:
    """The owner of a ticket was told that it will be later; `delay_id` is the event that says so,
    `new_eta` what they were told."""

    compensation_id: str
    rule_id: str
    ticket_id: str
    delay_id: str
    cycle: int
    happened_at: datetime
    new_eta: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleAccrual:
    """The promise was done at last, or the days have come to the cap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconsiderCompensation:
    """What it was given for may not hold any more: it is looked at again."""


CompensationCommand = (
    ProposeCompensation
    | ApproveCompensation
    | RejectCompensation
    | FulfilCompensation
    | RecordFulfilmentFailure
    | VoidCompensation
    | ReverseCompensation
    | CompensateBreach
    | CompensatePromise
    | CompensateDelay
    | SettleAccrual
    | ReconsiderCompensation
)
