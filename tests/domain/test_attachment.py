"""Photos: stored once, by anyone but an auditor, and linked to a ticket."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.records.attachment import ATTACHMENT, STAGES, Attachment, StoreAttachment
from app.events.attachment import AttachmentLinked, AttachmentStored
from app.events.base import Actor, Fact
from tests.given_when_then import Given

ENGINEER = Actor(subject="u-li", role="engineer")
SHA256 = "ab" * 32
SAID: dict[str, Any] = {
    "attachment_id": "p1",
    "sha256": SHA256,
    "content_type": "image/jpeg",
    "width": 400,
    "height": 300,
    "bytes": 1000,
    "stage": "on_site",
}
STORED = AttachmentStored(**SAID)


def store(**changes: Any) -> StoreAttachment:
    return StoreAttachment(**{**SAID, **changes})


@pytest.mark.parametrize(
    "role", ["owner", "csr", "engineer", "security", "finance", "admin", "integration", "system"]
)
def test_a_photo_is_stored(role: str) -> None:
    Given(ATTACHMENT).when(store(), by=Actor(subject="x", role=role)).then(STORED)


@pytest.mark.parametrize("role", ["auditor", "nobody"])
def test_an_auditor_changes_nothing(role: str) -> None:
    by = Actor(subject="x", role=role)
    Given(ATTACHMENT).when(store(), by=by).then_refused("role_not_permitted")


@pytest.mark.parametrize("stage", STAGES)
def test_a_photo_shows_one_stage_of_the_work(stage: str) -> None:
    Given(ATTACHMENT).when(store(stage=stage), by=ENGINEER).then(
        AttachmentStored(**{**SAID, "stage": stage})
    )


def test_a_photo_may_be_stored_for_a_ticket_at_once() -> None:
    Given(ATTACHMENT).when(store(ticket_id="t1"), by=ENGINEER).then(
        AttachmentStored(**SAID, ticket_id="t1")
    )


def test_the_same_photo_again_changes_nothing() -> None:
    Given(ATTACHMENT, STORED).when(store(), by=ENGINEER).then_nothing()


def test_the_same_photo_again_changes_nothing_though_it_was_linked_since() -> None:
    linked = AttachmentLinked(ticket_id="t1")
    Given(ATTACHMENT, STORED, linked).when(store(), by=ENGINEER).then_nothing()


@pytest.mark.parametrize(
    "changes", [{"sha256": "cd" * 32}, {"stage": "after"}, {"ticket_id": "t2"}]
)
def test_another_photo_does_not_replace_it(changes: dict[str, Any]) -> None:
    Given(ATTACHMENT, STORED).when(store(**changes), by=ENGINEER).then_refused(
        "attachment_already_stored"
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"attachment_id": ""}, "malformed"),
        ({"sha256": "AB" * 32}, "malformed"),
        ({"sha256": "ab" * 31}, "malformed"),
        ({"content_type": "application/pdf"}, "not_one_of"),
        ({"stage": "later"}, "not_one_of"),
        ({"width": 0}, "out_of_range"),
        ({"height": 100_001}, "out_of_range"),
        ({"bytes": 0}, "out_of_range"),
    ],
)
def test_a_value_out_of_range_is_refused(changes: dict[str, Any], code: str) -> None:
    Given(ATTACHMENT).when(store(**changes), by=ENGINEER).then_refused(code)


def test_the_fold_keeps_who_uploaded_and_where_it_was_linked() -> None:
    at = datetime(2024, 3, 5, 1, tzinfo=UTC)
    csr = Actor(subject="u-chen", role="csr")
    facts = [Fact(STORED, at, ENGINEER), Fact(AttachmentLinked(ticket_id="t1"), at, csr)]
    assert ATTACHMENT.fold(None, facts) == Attachment(**SAID, ticket_id="t1", uploaded_by="u-li")


def test_a_link_without_a_photo_is_nothing() -> None:
    at = datetime(2024, 3, 5, 1, tzinfo=UTC)
    assert ATTACHMENT.fold(None, [Fact(AttachmentLinked(ticket_id="t1"), at, ENGINEER)]) is None
