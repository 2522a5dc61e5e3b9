"""Backdating (docs/domain.md §3.5): which `occurred_at` a command may claim, and with what
evidence."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from app.domain import roles
from app.domain.decider import Evidence, Given
from app.domain.errors import Unacceptable
from app.domain.records.attachment import ATTACHMENT
from app.events.ticket import EvidenceGiven

MAX_CLOCK_SKEW = timedelta(minutes=2)  # how fast a client's clock may be (cfg)
UNPROVEN_WITHIN = timedelta(minutes=15)  # how old a fact may be without evidence (cfg)

OCCURRED_AT = "/occurred_at"


def check_occurred_at(given: Given, reported_at: datetime | None = None) -> None:
    """Refuses the future, a late fact without proof, and a time before the report."""
    if given.occurred_at > given.now + MAX_CLOCK_SKEW:
        raise Unacceptable("occurred_at_in_future", pointer=OCCURRED_AT)
    if reported_at is not None and given.occurred_at < reported_at:
        raise Unacceptable("occurred_at_before_report", pointer=OCCURRED_AT)
    _check_evidence_photo(given)
    if given.now - given.occurred_at > UNPROVEN_WITHIN and not has_proof(given):
        raise Unacceptable("occurred_at_needs_evidence", pointer=OCCURRED_AT)


def with_command_evidence(
    given: Given, photo_ids: Sequence[str], geo: tuple[float, float] | None
) -> Given:
    """The photos and position of the command itself count as evidence too, as for an arrival."""
    sent = given.evidence or Evidence()
    photo_id = sent.photo_id or (photo_ids[0] if photo_ids else None)
    merged = replace(sent, photo_id=photo_id, geo=sent.geo or geo)
    return given if merged == sent else replace(given, evidence=merged)


def evidence_event(given: Given) -> EvidenceGiven | None:
    """The evidence as an event, for auditors; None if none was sent."""
    sent = given.evidence
    if sent is None or sent == Evidence():
        return None
    lat, lon = sent.geo or (None, None)
    return EvidenceGiven(
        lat_e6=None if lat is None else round(lat * 1e6),
        lon_e6=None if lon is None else round(lon * 1e6),
        photo_id=sent.photo_id,
        device_time=sent.device_time,
        measured_skew_ms=sent.measured_skew_ms,
    )


def _check_evidence_photo(given: Given) -> None:
    if given.evidence is None or given.evidence.photo_id is None:
        return
    if given.read(ATTACHMENT.stream(given.evidence.photo_id)) is None:
        raise Unacceptable("unknown_photo", pointer="/evidence/photo_id")


def has_proof(given: Given) -> bool:
    if given.actor.role in roles.VOUCHES_FOR_LATE_FACTS:
        return True
    evidence = given.evidence
    return evidence is not None and (evidence.geo is not None or evidence.photo_id is not None)
