"""Events of photos: stored once, then linked to a ticket."""

from app.events.base import Integer, Value


class AttachmentStored(Value, frozen=True, kw_only=True):
    """A photo was uploaded and stored."""

    attachment_id: str
    sha256: str
    content_type: str
    width: Integer
    height: Integer
    bytes: Integer
    stage: str
    ticket_id: str | None = None


class AttachmentLinked(Value, frozen=True, kw_only=True):
    """The photo became part of a ticket; who may see the ticket may see the photo."""

    ticket_id: str


AttachmentEvent = AttachmentStored | AttachmentLinked
