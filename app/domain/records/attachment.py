"""Photos: what was stored, at which stage of the work, and to which ticket it belongs."""

import re
from collections.abc import Sequence
from typing import Literal, assert_never, get_args

from msgspec.structs import replace

from app.domain import roles
from app.domain.checks import identifier, one_of, require, within
from app.domain.decider import Decider, Given
from app.domain.errors import IllegalTransition, Unacceptable
from app.events.attachment import AttachmentEvent, AttachmentLinked, AttachmentStored
from app.events.base import Fact, Value

Stage = Literal["report", "on_site", "before", "after", "progress"]
STAGES: tuple[Stage, ...] = get_args(Stage)
CONTENT_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif")
MAX_SIDE = 100_000
MAX_BYTES = 100 * 1024 * 1024
SHA256 = re.compile(r"[0-9a-f]{64}")


class Attachment(Value, frozen=True, kw_only=True):
    attachment_id: str
    sha256: str
    content_type: str
    width: int
    height: int
    bytes: int
    stage: str
    ticket_id: str | None
    uploaded_by: str


class StoreAttachment(Value, frozen=True, kw_only=True):
    attachment_id: str
    sha256: str
    content_type: str
    width: int
    height: int
    bytes: int
    stage: str
    ticket_id: str | None = None


AttachmentCommand = StoreAttachment


def decide(
    command: AttachmentCommand, state: Attachment | None, given: Given
) -> Sequence[AttachmentEvent]:
    match command:
        case StoreAttachment():
            return store_attachment(command, state, given)
        case _:
            assert_never(command)


def store_attachment(
    command: StoreAttachment, state: Attachment | None, given: Given
) -> Sequence[AttachmentEvent]:
    require(given, roles.UPLOAD_PHOTOS)
    if not SHA256.fullmatch(command.sha256):
        raise Unacceptable("malformed", pointer="/sha256")
    stored = AttachmentStored(
        attachment_id=identifier(command.attachment_id, "/id"),
        sha256=command.sha256,
        content_type=one_of(command.content_type, CONTENT_TYPES, "/content_type"),
        width=within(command.width, 1, MAX_SIDE, "/width"),
        height=within(command.height, 1, MAX_SIDE, "/height"),
        bytes=within(command.bytes, 1, MAX_BYTES, "/bytes"),
        stage=one_of(command.stage, STAGES, "/stage"),
        ticket_id=command.ticket_id,
    )
    if state is None:
        return [stored]
    if _is_the_same(stored, state):
        return []
    raise IllegalTransition("attachment_already_stored")


def _is_the_same(stored: AttachmentStored, state: Attachment) -> bool:
    """Also true if the photo was linked to a ticket since."""
    return (stored.sha256, stored.stage) == (state.sha256, state.stage) and (
        stored.ticket_id in {None, state.ticket_id}
    )


def evolve(state: Attachment | None, fact: Fact[AttachmentEvent]) -> Attachment | None:
    match fact.event:
        case AttachmentStored() as stored:
            return Attachment(
                attachment_id=stored.attachment_id,
                sha256=stored.sha256,
                content_type=stored.content_type,
                width=stored.width,
                height=stored.height,
                bytes=stored.bytes,
                stage=stored.stage,
                ticket_id=stored.ticket_id,
                uploaded_by=fact.actor.subject,
            )
        case AttachmentLinked(ticket_id=ticket_id):
            return state if state is None else replace(state, ticket_id=ticket_id)


ATTACHMENT: Decider[AttachmentCommand, Attachment | None] = Decider(
    category="attachment",
    initial=None,
    state_type=Attachment | None,
    decide=decide,
    evolve=evolve,
)
