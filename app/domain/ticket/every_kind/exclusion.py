"""What was late in this cycle was not ours to prevent: no rule makes it good
(docs/domain.md §4.3)."""

from collections.abc import Sequence

from app.domain.checks import one_of
from app.domain.exclusions import RECORDED
from app.domain.ticket.commands.ticket import RecordExclusion
from app.domain.ticket.state.ticket import Ticket
from app.events.ticket import CompensationExclusionRecorded


def record_exclusion(
    command: RecordExclusion, ticket: Ticket
) -> Sequence[CompensationExclusionRecorded]:
    """Said again it changes nothing. What an owner has already they keep."""
    exclusion = one_of(command.reason, RECORDED, "/reason")
    if exclusion in ticket.exclusions:
        return []
    return [
        CompensationExclusionRecorded(exclusion=exclusion, cycle=ticket.cycle, note=command.note)
    ]
