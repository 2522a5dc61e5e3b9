"""When something may be said to have happened (docs/domain.md §3.5)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from app.domain.backdating import check_occurred_at
from app.domain.decider import Evidence, Given, NeedsStream
from app.domain.errors import Unacceptable
from app.domain.records.attachment import ATTACHMENT, Attachment
from app.events.base import Actor
from tests.given_when_then import NOW, SHANGHAI

SECOND = timedelta(seconds=1)
PHOTO = ATTACHMENT.stream("p1").id
STORED = Attachment(
    attachment_id="p1",
    sha256="0" * 64,
    content_type="image/jpeg",
    width=1,
    height=1,
    bytes=1,
    stage="on_site",
    ticket_id=None,
    uploaded_by="u-li",
)


def given(ago: timedelta, role: str = "engineer", **said: Any) -> Given:
    actor = Actor(subject="u-li", role=role)
    return Given(actor=actor, now=NOW, occurred_at=NOW - ago, zone=SHANGHAI, **said)


def refused(said: Given, reported_at: datetime | None = None) -> Unacceptable:
    with pytest.raises(Unacceptable) as caught:
        check_occurred_at(said, reported_at)
    return caught.value


@pytest.mark.parametrize("minutes", [-2, -1, 0, 14, 15])
def test_about_now_needs_nothing(minutes: int) -> None:
    check_occurred_at(given(timedelta(minutes=minutes)))


def test_the_future_has_not_happened() -> None:
    error = refused(given(-timedelta(minutes=2) - SECOND))
    assert (error.code, error.pointer) == ("occurred_at_in_future", "/occurred_at")


def test_nobody_vouches_for_the_future() -> None:
    said = given(-timedelta(hours=1), "manager", evidence=Evidence(geo=(31.2, 121.4)))
    assert refused(said).code == "occurred_at_in_future"


@pytest.mark.parametrize("role", ["engineer", "owner", "csr", "dispatcher", "integration"])
@pytest.mark.parametrize("evidence", [None, Evidence(), Evidence(device_time=NOW)])
def test_an_older_fact_needs_evidence(role: str, evidence: Evidence | None) -> None:
    error = refused(given(timedelta(minutes=15) + SECOND, role, evidence=evidence))
    assert (error.code, error.pointer) == ("occurred_at_needs_evidence", "/occurred_at")


def test_a_position_is_evidence() -> None:
    check_occurred_at(given(timedelta(hours=5), evidence=Evidence(geo=(31.2, 121.4))))


def test_a_photo_is_evidence() -> None:
    said = given(timedelta(hours=5), evidence=Evidence(photo_id="p1"), states={PHOTO: STORED})
    check_occurred_at(said)


def test_a_photo_that_is_not_there_is_none() -> None:
    for ago in (timedelta(0), timedelta(hours=5)):
        said = given(ago, evidence=Evidence(photo_id="p1"), states={PHOTO: None})
        error = refused(said)
        assert (error.code, error.pointer) == ("unknown_photo", "/evidence/photo_id")


def test_the_photo_is_asked_for() -> None:
    with pytest.raises(NeedsStream) as asked:
        check_occurred_at(given(timedelta(0), evidence=Evidence(photo_id="p1")))
    assert asked.value.stream.id == PHOTO


@pytest.mark.parametrize("role", ["supervisor", "manager", "system"])
def test_a_superior_is_believed(role: str) -> None:
    check_occurred_at(given(timedelta(days=2), role))


def test_nothing_happens_to_a_ticket_before_it_is_reported() -> None:
    check_occurred_at(given(timedelta(minutes=5)), NOW - timedelta(minutes=5))
    error = refused(given(timedelta(minutes=5) + SECOND), NOW - timedelta(minutes=5))
    assert (error.code, error.pointer) == ("occurred_at_before_report", "/occurred_at")


def test_a_superior_cannot_change_that_either() -> None:
    error = refused(given(timedelta(minutes=6), "manager"), NOW - timedelta(minutes=5))
    assert error.code == "occurred_at_before_report"
