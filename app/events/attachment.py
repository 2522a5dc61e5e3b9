"""Events of photos: stored once, then linked to a ticket."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentStored:
    """A photo was uploaded and stored."""

    attachment_id: str
    sha256: str
    content_type: str
    width: int
    height: int
    bytes: int
    stage: str
    ticket_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentLinked:
    """The photo became part of a ticket; who may see the ticket may see the photo."""

    ticket_id: str


AttachmentEvent = AttachmentStored | AttachmentLinked
