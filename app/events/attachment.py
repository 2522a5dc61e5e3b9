"""Facts about photos: stored once, then linked to the ticket that they show."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentStored:
    """A photo was uploaded and stored; who did it stands in the event's header."""

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
    """A photo was made part of a ticket: who may see the ticket may see it."""

    ticket_id: str


AttachmentEvent = AttachmentStored | AttachmentLinked
