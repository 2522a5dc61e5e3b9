"""Notices about compensations: to the owner, to the next approver, and to supervisor and auditor
(docs/domain.md §4.2, §4.5)."""

from collections.abc import Iterator, Sequence

from app.domain import roles
from app.domain.compensation.state import DecidedEvent
from app.domain.decider import On
from app.events.budget import BudgetAlarmRaised
from app.events.compensation import (
    CompensationApprovalRequested,
    CompensationFlagged,
    CompensationGranted,
    CompensationReversed,
)
from app.events.sla import NotificationQueued


def notices(events: Sequence[DecidedEvent]) -> Iterator[NotificationQueued]:
    for event in events:
        yield from _of(event.event if isinstance(event, On) else event)


def _of(event: DecidedEvent) -> Iterator[NotificationQueued]:
    match event:
        case CompensationGranted(household_id=str()):
            yield NotificationQueued(template="compensation_granted", audience="owner")
        case CompensationReversed():
            yield NotificationQueued(template="compensation_reversed", audience="owner")
        case CompensationApprovalRequested(approver_roles=[nearest, *_]):
            yield NotificationQueued(template="approval_requested", audience=nearest)
        case CompensationFlagged():
            for audience in roles.WATCHES_COMPENSATIONS:
                yield NotificationQueued(template="compensation_flagged", audience=audience)
        case BudgetAlarmRaised():
            yield NotificationQueued(template="budget_alarm", audience="manager")
        case _:
            pass
