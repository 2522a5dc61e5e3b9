"""Loads the compensations that a viewer may see, as of now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from app.domain.compensation.decider import COMPENSATION
from app.domain.compensation.state import DEFERRED, Compensation
from app.domain.compensation.visibility import may_see
from app.domain.errors import NotFound
from app.domain.roles import SEES_ALL_COMPENSATIONS
from app.projections.compensations import CompensationFilters
from app.viewer import Viewer
from app.views.compensation.redaction import redact_households
from app.views.compensation.render import render_compensation
from app.views.reader import Reader
from app.views.tickets.visible import unnamed_complaints_about_viewer

Versioned = tuple[Compensation, int]
"""A compensation and its version."""


def visible_filters(viewer: Viewer, filters: CompensationFilters) -> CompensationFilters | None:
    """Narrowed to what the viewer may list; None if that is nothing."""
    filters = replace(filters, viewer=viewer)
    if viewer.role != "owner":
        proposed_by = None if viewer.role in SEES_ALL_COMPENSATIONS else viewer.subject
        return replace(filters, proposed_by=proposed_by)
    own = viewer.household_id
    if own is None or filters.household_id not in (None, own):
        return None
    return replace(filters, household_id=own)


async def load_permitted(
    reader: Reader, ids: Sequence[str]
) -> tuple[dict[str, Versioned], datetime]:
    """Those that the viewer may see, as stored, in the order of `ids`; and the tenant's now."""
    streams = [COMPENSATION.stream(one) for one in dict.fromkeys(ids)]
    snapshot = await reader.read(*streams)
    found: dict[str, Versioned] = {}
    for stream in streams:
        c = snapshot.state(stream)
        if c is not None and may_see(reader.viewer, c):
            found[stream.key] = c, snapshot.version(stream)
    tickets = [c.ticket_id for c, _ in found.values()]
    hidden = await unnamed_complaints_about_viewer(reader, tickets)
    kept = {key: each for key, each in found.items() if each[0].ticket_id not in hidden}
    return kept, snapshot.now


async def load_visible_compensations(
    reader: Reader, ids: Sequence[str], *, by_household: bool = False
) -> list[dict[str, Any]]:
    """Rendered, with what has lapsed by now. `by_household`: the ids were found by household."""
    permitted, now = await load_permitted(reader, ids)
    rendered = [
        render_compensation(reader.viewer, as_of(c, now), version, now)
        for c, version in permitted.values()
        if c.state != DEFERRED
    ]
    return await redact_households(reader, rendered, by_household=by_household)


async def load_one_compensation(reader: Reader, compensation_id: str) -> dict[str, Any]:
    """Raises `NotFound`."""
    for found in await load_visible_compensations(reader, [compensation_id]):
        return found
    raise NotFound("compensation_not_found")


async def render_result(
    reader: Reader, c: Compensation, version: int, at: datetime
) -> dict[str, Any]:
    """The state after a command of the viewer."""
    rendered = render_compensation(reader.viewer, c, version, at)
    [redacted] = await redact_households(reader, [rendered])
    return redacted


def as_of(c: Compensation, now: datetime) -> Compensation:
    """With what has lapsed by `now`, recorded or not."""
    return COMPENSATION.fold(c, COMPENSATION.lapse(c, now)) or c
