"""Loads the photos that a viewer may see, and renders their records."""

from typing import Any

from app.domain.errors import NotFound
from app.domain.records.attachment import ATTACHMENT, Attachment
from app.domain.ticket.access.visibility import knows_reporter, may_see
from app.domain.ticket.decider import TICKET
from app.views.reader import Reader


def render_attachment(attachment: Attachment) -> dict[str, Any]:
    return {
        "id": attachment.attachment_id,
        "sha256": attachment.sha256,
        "content_type": attachment.content_type,
        "width": attachment.width,
        "height": attachment.height,
        "bytes": attachment.bytes,
        "stage": attachment.stage,
        "ticket_id": attachment.ticket_id,
    }


async def load_visible_attachment(reader: Reader, attachment_id: str) -> Attachment:
    """Raises `NotFound`."""
    attachment = await reader.state_of(ATTACHMENT.stream(attachment_id))
    if attachment is None or not await _is_visible(reader, attachment):
        raise NotFound("attachment_not_found")
    return attachment


async def _is_visible(reader: Reader, attachment: Attachment) -> bool:
    if attachment.uploaded_by == reader.viewer.subject:
        return True
    if attachment.ticket_id is None:
        return False
    ticket = await reader.state_of(TICKET.stream(attachment.ticket_id))
    # A photo may identify who complained.
    return (
        ticket is not None
        and may_see(reader.viewer, ticket)
        and knows_reporter(reader.viewer, ticket)
    )
