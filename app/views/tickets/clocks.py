"""Renders lists of clocks and breaches. A read model finds them; their tickets render them as of
now, because the elapsed time of a running clock is stored nowhere."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.domain.calendars.durations import iso_of_us
from app.domain.sla.clock import clock_of
from app.projections.sla_clock_row import Row
from app.views.reader import Reader
from app.views.sla.calendars import calendars_for
from app.views.sla.render import render_clock
from app.views.tickets.visible import load_visible

Key = tuple[str, str, int]
"""Ticket id, kind of clock, cycle."""


def key_of(row: Row) -> Key:
    return row.ticket_id, row.clock, row.cycle


def occurred_at(row: Row) -> datetime | None:
    """When the clock was breached, recorded or not."""
    return row.breached_at or row.breaches_at


async def render_running(reader: Reader, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Without clocks of tickets that the viewer may no longer see."""
    clocks = await _render_clocks(reader, rows)
    return [{**clocks[key_of(row)], **_of_ticket(row)} for row in rows if key_of(row) in clocks]


async def render_breaches(reader: Reader, rows: Sequence[Row]) -> list[dict[str, Any]]:
    clocks = await _render_clocks(reader, [row for row in rows if row.verdict is None])
    return [_breach(row, clocks.get(key_of(row))) for row in rows]


async def _render_clocks(reader: Reader, rows: Sequence[Row]) -> dict[Key, dict[str, Any]]:
    found, now = await load_visible(reader, [row.ticket_id for row in rows])
    clocks = {
        key_of(row): clock
        for row in rows
        if row.ticket_id in found
        and (clock := clock_of(found[row.ticket_id][0].clocks, row.clock, row.cycle))
    }
    calendars = await calendars_for(reader, clocks.values())
    return {key: render_clock(clock, now, calendars) for key, clock in clocks.items()}


def _of_ticket(row: Row) -> dict[str, Any]:
    return {
        "ticket_id": row.ticket_id,
        "number": row.number,
        "service_class": row.service_class,
        "community": row.community,
        "assignee": row.assignee,
    }


def _breach(row: Row, clock: dict[str, Any] | None) -> dict[str, Any]:
    overrun = iso_of_us(row.overrun_us) if row.overrun_us is not None else None
    return {
        **_of_ticket(row),
        "clock": row.clock,
        "cycle": row.cycle,
        "due_at": occurred_at(row),
        "occurred_at": occurred_at(row),
        "detected_at": row.detected_at,
        "overrun": clock["overrun"] if clock else overrun,
        "ended_at": row.stopped_at,
        "waived": row.waived,
        "retracted": row.retracted,
    }
