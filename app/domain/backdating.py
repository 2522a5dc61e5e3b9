"""When something may be said to have happened (docs/domain.md §3.5): what a late fact has to
show."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from app.domain import roles
from app.domain.decider import Evidence, Given
from app.domain.errors import Unacceptable
from app.domain.records.attachment import ATTACHMENT
from app.events.ticket import EvidenceGiven

AHEAD = timedelta(minutes=2)  # a client's clock may be this much fast (cfg)
LATE = timedelta(minutes=15)  # and a fact this old without showing anything (cfg)

OCCURRED_AT = "/occurred_at"


def check_occurrence(given: Given, reported_at: datetime | None = None) -> None:
    """Refuses a time in the future, a late fact that nothing speaks for, one before the report."""
    if given.occurred_at > given.now + AHEAD:
        raise Unacceptable("occurred_at_in_future", pointer=OCCURRED_AT)
    if reported_at is not None and given.occurred_at < reported_at:
        raise Unacceptable("occurred_at_before_report", pointer=OCCURRED_AT)
    _check_evidence_photo(given)
    if given.now - given.occurred_at > LATE and not is_vouched_for(given):
        raise Unacceptable("occurred_at_needs_evidence", pointer=OCCURRED_AT)


def with_own_evidence(
    given: Given, photo_ids: Sequence[str], geo: tuple[float, float] | None
) -> Given:
    """What a command brings with it speaks for its time too: the photo of an arrival, say."""
    shown = given.evidence or Evidence()
    photo_id = shown.photo_id or (photo_ids[0] if photo_ids else None)
    whole = replace(shown, photo_id=photo_id, geo=shown.geo or geo)
    return given if whole == shown else replace(given, evidence=whole)


def evidence_given(given: Given) -> EvidenceGiven | None:
    """The evidence as a fact, where some was sent: an auditor asks for it."""
    shown = given.evidence
    if shown is None or shown == Evidence():
        return None
    lat, lon = shown.geo or (None, None)
    return EvidenceGiven(
        lat_e6=None if lat is None else round(lat * 1e6),
        lon_e6=None if lon is None else round(lon * 1e6),
        photo_id=shown.photo_id,
        device_time=shown.device_time,
        measured_skew_ms=shown.measured_skew_ms,
    )


def _check_evidence_photo(given: Given) -> None:
    if given.evidence is None or given.evidence.photo_id is None:
        return
    if given.read(ATTACHMENT.stream(given.evidence.photo_id)) is None:
        raise Unacceptable("unknown_photo", pointer="/evidence/photo_id")


def is_vouched_for(given: Given) -> bool:
    if given.actor.role in roles.VOUCHES_FOR_LATE_FACTS:
        return True
    evidence = given.evidence
    return evidence is not None and (evidence.geo is not None or evidence.photo_id is not None)
