"""How often a household complains of the same. Appended together with the complaint."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Never, assert_never

from app.domain.decider import Decider, Given
from app.events.base import Fact, Value
from app.events.complaint_record import ComplaintFiled, ComplaintRecordEvent

REMEMBERED = timedelta(days=90)  # docs/domain.md §5.1: within 90 d it is a recurrence
MAX_KEPT = 100


class Filed(Value, frozen=True, kw_only=True):
    ticket_id: str
    category: str
    at: datetime


class ComplaintRecord(Value, frozen=True, kw_only=True):
    filed: tuple[Filed, ...] = ()

    def times(self, category: str, at: datetime) -> int:
        """Complaints of this category in the 90 days before `at`."""
        return sum(
            1 for one in self.filed if one.category == category and at - REMEMBERED <= one.at <= at
        )


def decide(
    command: Never, _state: ComplaintRecord, _given: Given
) -> Sequence[ComplaintRecordEvent]:
    assert_never(command)


def evolve(state: ComplaintRecord, fact: Fact[ComplaintRecordEvent]) -> ComplaintRecord:
    match fact.event:
        case ComplaintFiled(ticket_id=ticket_id, category=category):
            filed = Filed(ticket_id=ticket_id, category=category, at=fact.occurred_at)
            recent = (one for one in state.filed if one.at >= fact.occurred_at - REMEMBERED)
            return ComplaintRecord(filed=(*recent, filed)[-MAX_KEPT:])


COMPLAINT_RECORD: Decider[Never, ComplaintRecord] = Decider(
    category="complaint_record",
    initial=ComplaintRecord(),
    state_type=ComplaintRecord,
    decide=decide,
    evolve=evolve,
)
