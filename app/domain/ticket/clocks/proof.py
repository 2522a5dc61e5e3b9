"""Proof of a late fact: no recorded breach is retracted without it."""

from typing import Any

from app.domain.backdating import has_proof
from app.domain.decider import Given
from app.domain.sla.clock_moves import Proof


def proof_of(event: Any, given: Given) -> Proof | None:
    """The event's own photos or position, else the command's evidence, else a trusted role."""
    photos = tuple(photo.id for photo in getattr(event, "photos", ()))
    evidence = given.evidence
    if evidence is not None and evidence.photo_id is not None:
        photos = (*photos, evidence.photo_id)
    if photos:
        return Proof(kind="photo", photo_ids=tuple(dict.fromkeys(photos)))
    if getattr(event, "geo", None) is not None or (evidence and evidence.geo is not None):
        return Proof(kind="geo")
    return Proof(kind=given.actor.role) if has_proof(given) else None
