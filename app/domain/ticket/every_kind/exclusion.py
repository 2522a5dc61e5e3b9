"""Excluding a cycle's delays from compensation: they were not ours to prevent (docs/domain.md
§4.3)."""

from collections.abc import Sequence

from app.domain.checks import one_of
from app.domain.exclusions import RECORDED
from app.domain.ticket.commands.ticket import RecordExclusion
from app.domain.ticket.state.ticket import Ticket
from app.events.ticket import CompensationExclusionRecorded


def record_exclusion(
    command: RecordExclusion, ticket: Ticket
) -> Sequence[CompensationExclusionRecorded]:
    """A repeat is a no-op. Compensation that the owner already received stays."""
    exclusion = one_of(command.reason, RECORDED, "/reason")
    if exclusion in ticket.exclusions:
        return []
    return [
        CompensationExclusionRecorded(exclusion=exclusion, cycle=ticket.cycle, note=command.note)
    ]
