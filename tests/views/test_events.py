"""Events as they are shown: keys of places have aliases, and old leaves confirm none. No server."""

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from app.domain.fingerprint.keys import fingerprint_of
from app.event_store.codec import canonical
from app.event_store.tenant_secret import TenantSecret
from app.events.base import Recorded
from app.events.privacy import CATALOGUE, place_keys
from app.events.ticket import Location
from app.views.events import render_event, stored_stream_id
from tests.domain.ticket.world import LIN

SECRET = TenantSecret(bytes(32))
KEY = fingerprint_of(Location(community="jinxiu"), "leak", "h-3-1201") or ""
AT = datetime(2024, 3, 5, tzinfo=UTC)


def recorded(stream_id: str, kind: str, **data: Any) -> Recorded[Any]:
    return Recorded(
        position=1,
        stream_id=stream_id,
        version=1,
        event_id="e",
        type=kind,
        schema_version=1,
        event=None,
        content=canonical(data),
        occurred_at=AT,
        recorded_at=AT,
        actor=LIN,
        channel=None,
        command_id="c",
        correlation_id="r",
        causation_id=None,
        leaf=b"leaf",
    )


OF_PLACES = [
    recorded(f"fingerprint-{KEY}", "occurrence_recorded", ticket_id="t1"),
    recorded(f"rollup-{KEY}", "unit_affected", unit_key=KEY, ticket_id="t1"),
    recorded("problem-p1", "problem_opened", fingerprint=KEY, rollup=None),
    recorded("problem-p1", "problem_opened", fingerprint=None, rollup=KEY),
]


@pytest.mark.parametrize("event", OF_PLACES, ids=lambda each: each.stream_id[:11])
def test_a_key_of_a_place_is_nowhere(event: Recorded[Any]) -> None:
    shown = render_event(event, SECRET)
    assert KEY not in repr(shown)
    assert SECRET.alias_of(KEY) in repr(shown)
    assert stored_stream_id(shown["stream_id"], SECRET) == event.stream_id
    assert "leaf_hash" in shown
    assert "leaf_hash" not in render_event(replace(event, salted=False), SECRET)


def test_what_is_not_of_a_place_is_shown_as_it_is() -> None:
    event = recorded("problem-p1", "problem_opened", fingerprint=None, rollup=None)
    for each in (event, replace(event, salted=False)):
        shown = render_event(each, SECRET)
        assert (shown["stream_id"], shown["data"]) == (event.stream_id, event.data)
        assert shown["leaf_hash"] == b"leaf".hex()
    assert stored_stream_id("ticket-t1", SECRET) == "ticket-t1"


def test_every_key_of_a_place_is_a_field_of_its_event() -> None:
    named = {name: place_keys(name) for name in CATALOGUE if place_keys(name)}
    assert named == {"problem_opened": ("fingerprint", "rollup"), "unit_affected": ("unit_key",)}
