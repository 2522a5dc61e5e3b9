"""Renders the exposure of a household, and how much the viewer may still grant it alone."""

from collections.abc import Collection
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from app.domain.authority.decider import AUTHORITY_BOOK, Authority, authority_for
from app.domain.authority.exposure import EXPOSURE, WINDOW, Exposed, Exposure
from app.domain.benefits import BENEFITS
from app.domain.decider import Given
from app.events.base import Actor
from app.views.compensation.ledger import CURRENCY
from app.views.people.visible import check_household_in_reach
from app.views.reader import Reader
from app.views.tickets.beyond import out_of_reach
from app.views.tickets.visible import hidden_reporters


async def load_exposure(reader: Reader, household_id: str) -> dict[str, Any]:
    """Without what was given for tickets whose reporter the viewer may not know. Raises `NotFound`
    for a household of other communities."""
    await check_household_in_reach(reader, household_id)
    stream, viewer = EXPOSURE.stream(household_id), reader.viewer
    snapshot = await reader.read(stream, AUTHORITY_BOOK)
    given = Given(
        actor=Actor(subject=viewer.subject, role=viewer.role),
        now=snapshot.now,
        occurred_at=snapshot.now,
        zone=ZoneInfo(snapshot.timezone),
        states={AUTHORITY_BOOK.id: snapshot.state(AUTHORITY_BOOK)},
    )
    state = snapshot.state(stream)
    hidden = await hidden_reporters(reader, [one.ticket_id for one in state.entries])
    entries = tuple(one for one in state.entries if one.ticket_id not in hidden)
    unseen = await out_of_reach(reader, [one.ticket_id for one in entries])
    return render_exposure(household_id, replace(state, entries=entries), given, unseen)


def render_exposure(
    household_id: str, state: Exposure, given: Given, unseen: Collection[str] = ()
) -> dict[str, Any]:
    """`given` has the viewer and the time that authority is judged by. Entries of `unseen` tickets
    are left out and count in the sums: the caps are the company's."""
    recent = [one for one in state.entries if one.at > given.now - WINDOW and not one.pending]
    alone = sum(one.amount_fen for one in recent if one.below_approval and one.rule_id is None)
    held = [(benefit, authority_for(given, benefit)) for benefit in BENEFITS]
    return {
        "household_id": household_id,
        "currency": CURRENCY,
        "given_30d_fen": sum(one.amount_fen for one in recent),
        "by_rules_30d_fen": sum(one.amount_fen for one in recent if one.rule_id is not None),
        "by_people_30d_fen": sum(one.amount_fen for one in recent if one.rule_id is None),
        "below_approval_30d_fen": alone,
        "pending_fen": sum(one.amount_fen for one in state.entries if one.pending),
        "room": [_room(benefit, one, alone) for benefit, one in held if one.limit_fen],
        "entries": [_entry(one) for one in state.entries if one.ticket_id not in unseen],
    }


def _room(benefit: str, held: Authority, alone_fen: int) -> dict[str, Any]:
    whole = held.per_household_30d_fen
    left = held.limit_fen if whole is None else min(held.limit_fen, whole - alone_fen)
    return {
        "benefit": benefit,
        "role": held.role,
        "limit_fen": held.limit_fen,
        "remaining_fen": max(0, left),
    }


def _entry(one: Exposed) -> dict[str, Any]:
    return {
        "compensation_id": one.compensation_id,
        "ticket_id": one.ticket_id,
        "benefit": one.benefit,
        "amount_fen": one.amount_fen,
        "month": one.month,
        "rule_id": one.rule_id,
        "by": one.by,
        "pending": one.pending,
        "below_approval": one.below_approval,
        "at": one.at,
    }
