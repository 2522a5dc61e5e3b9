"""Discretion: what staff may decide on the spot, without money, by the authority matrix
(docs/domain.md §1b)."""

from collections.abc import Sequence
from typing import Literal

from app.domain.authority.decider import authority_for
from app.domain.authority.matrix import ACTIVITY_DAYS, EXERCISED_KINDS
from app.domain.checks import one_of, text, within
from app.domain.decider import Given
from app.domain.errors import NotPermitted, Unacceptable
from app.domain.ticket.commands.ticket import ExerciseAuthority
from app.domain.ticket.limits import LONG_TEXT
from app.domain.ticket.state.ticket import Ticket
from app.events.ticket import AuthorityExercised

MOST_DAYS = 365

DiscretionUnit = Literal["day"]
DAY: DiscretionUnit = "day"


def exercise_authority(
    command: ExerciseAuthority, ticket: Ticket, given: Given
) -> Sequence[AuthorityExercised]:
    """Days add up per ticket, as money does, so that a limit cannot be bypassed in two halves."""
    kind = one_of(command.kind, EXERCISED_KINDS, "/kind")
    reason = text(command.reason, "/reason", LONG_TEXT)
    amount = _amount(command)
    authority = authority_for(given, kind)
    if not authority.is_held:
        raise NotPermitted("authority_not_held", kind=kind)
    if amount is not None and ticket.exercised_days + amount > (authority.limit_days or 0):
        raise NotPermitted("beyond_days_of_authority", limit_days=authority.limit_days or 0)
    return [
        AuthorityExercised(
            kind=kind,
            amount=amount,
            measure=DAY if kind == ACTIVITY_DAYS else None,
            limit=authority.limit_days,
            role=authority.role,
            matrix_version=authority.matrix_version,
            delegated_by=authority.delegated_by,
            reason=reason,
            note=command.note,
        )
    ]


def _amount(command: ExerciseAuthority) -> int | None:
    if command.kind != ACTIVITY_DAYS:
        for field in ("amount", "unit"):
            if getattr(command, field) is not None:
                raise Unacceptable("limit_of_other_measure", pointer=f"/{field}")
        return None
    one_of(command.unit or DAY, (DAY,), "/unit")
    if command.amount is None:
        raise Unacceptable("required", pointer="/amount")
    return within(command.amount, 1, MOST_DAYS, "/amount")
