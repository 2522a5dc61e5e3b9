"""Renders series of visits."""

from typing import Any

from app.domain.follow_up_series.state import Series


def render_series(series: Series, version: int) -> dict[str, Any]:
    place, next_visit = series.location, series.next_visit
    return {
        "id": series.id,
        "version": version,
        "ticket_id": series.ticket_id,
        "household_id": series.household_id,
        "location": {
            "community": place.community,
            "building": place.building,
            "unit": place.unit,
            "component": place.component,
            "geo": None,
        },
        "purpose": series.purpose,
        "cadence": series.cadence,
        "first_at": series.first_at,
        "until": series.until,
        "assigned_to": {"subject": series.assigned_to.subject, "name": series.assigned_to.name},
        "reason": series.reason,
        "visits": series.visits,
        "next_visit_at": series.due_of(next_visit) if next_visit else None,
        "skipped": [{"date": skip.on, "reason": skip.reason} for skip in series.skipped],
        "started_at": series.started_at,
        "ended_at": series.ended_at,
        "end_reason": series.end_reason,
    }
