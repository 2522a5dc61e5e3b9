"""Photos that a command names: they must exist, must not be another ticket's, and get linked."""

from collections.abc import Sequence

from app.domain.checks import at_most
from app.domain.decider import Given, On
from app.domain.errors import Unacceptable
from app.domain.records.attachment import ATTACHMENT, Attachment
from app.domain.ticket.limits import PHOTOS
from app.events.attachment import AttachmentLinked
from app.events.base import Value
from app.events.ticket import Photo


class NamedPhotos(Value, frozen=True):
    """The photos as the ticket's event stores them, and the events for the photos' own streams."""

    photos: tuple[Photo, ...] = ()
    links: tuple[On, ...] = ()


def load_photos(
    ids: Sequence[str], ticket_id: str, given: Given, pointer: str = "/photo_ids"
) -> NamedPhotos:
    at_most(ids, pointer, PHOTOS)
    found = {
        photo_id: _find(photo_id, ticket_id, given, f"{pointer}/{n}")
        for n, photo_id in enumerate(ids)
    }
    return NamedPhotos(
        photos=tuple(
            Photo(id=photo_id, sha256=photo.sha256, stage=photo.stage)
            for photo_id, photo in found.items()
        ),
        links=tuple(
            On(ATTACHMENT.stream(photo_id), AttachmentLinked(ticket_id=ticket_id))
            for photo_id, photo in found.items()
            if photo.ticket_id is None
        ),
    )


def load_photos_with_evidence(ids: Sequence[str], ticket_id: str, given: Given) -> NamedPhotos:
    """The command's photos, plus the photo of its evidence if there is one."""
    named = load_photos(ids, ticket_id, given)
    evidence = given.evidence
    if evidence is None or evidence.photo_id is None or evidence.photo_id in ids:
        return named
    photo = _find(evidence.photo_id, ticket_id, given, "/evidence/photo_id")
    other = Photo(id=evidence.photo_id, sha256=photo.sha256, stage=photo.stage)
    link = On(ATTACHMENT.stream(evidence.photo_id), AttachmentLinked(ticket_id=ticket_id))
    return NamedPhotos(
        photos=(*named.photos, other),
        links=named.links if photo.ticket_id else (*named.links, link),
    )


def _find(photo_id: str, ticket_id: str, given: Given, pointer: str) -> Attachment:
    photo = given.read(ATTACHMENT.stream(photo_id))
    if photo is None:
        raise Unacceptable("unknown_photo", pointer=pointer)
    if photo.ticket_id not in {None, ticket_id}:
        raise Unacceptable("photo_of_another_ticket", pointer=pointer)
    is_someone_elses = photo.ticket_id is None and photo.uploaded_by != given.actor.subject
    if given.actor.role == "owner" and is_someone_elses:
        raise Unacceptable("unknown_photo", pointer=pointer)
    return photo
