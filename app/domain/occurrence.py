"""When something may be said to have happened (domain.md §3.5): what a late fact has to show."""

from datetime import datetime, timedelta

from app.domain.attachment import ATTACHMENT
from app.domain.decider import Given
from app.domain.errors import Unacceptable

AHEAD = timedelta(minutes=2)  # a client's clock may be this much fast (cfg)
LATE = timedelta(minutes=15)  # and a fact this old without showing anything (cfg)
TRUSTED = frozenset({"supervisor", "manager", "system"})

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


def _check_evidence_photo(given: Given) -> None:
    if given.evidence is None or given.evidence.photo_id is None:
        return
    if given.read(ATTACHMENT.stream(given.evidence.photo_id)) is None:
        raise Unacceptable("unknown_photo", pointer="/evidence/photo_id")


def is_vouched_for(given: Given) -> bool:
    if given.actor.role in TRUSTED:
        return True
    evidence = given.evidence
    return evidence is not None and (evidence.geo is not None or evidence.photo_id is not None)
