"""Photos: uploaded first, named by commands afterwards."""

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import UploadFile

from app.api.answers import named_in, outcome_answer
from app.api.callers import Caller, permitted
from app.api.documents import (
    COMMAND_HEADERS,
    IDEMPOTENT,
    LOCATION,
    NOT_MODIFIED,
    READ,
    VERSION_HEADER,
    answers,
)
from app.api.documents_tickets import AttachmentAnswer
from app.api.fields import Id
from app.api.json_body import JsonRoute
from app.api.refusals import InvalidInput, TooLarge, UnsupportedMediaType
from app.api.visibility import READERS
from app.attachments.images import ImageLimits, clean_image
from app.attachments.storage import ObjectMissing, object_key
from app.domain.attachment import ATTACHMENT, STAGES, UPLOADERS, Attachment, StoreAttachment
from app.domain.errors import NotFound
from app.domain.ticket.decider import TICKET
from app.domain.ticket.visibility import knows_reporter, may_see

log = structlog.get_logger("suyuan.api")

LIMITS = ImageLimits()

router = APIRouter(prefix="/v1/attachments", tags=["attachments"], route_class=JsonRoute)

Uploader = Annotated[Caller, Depends(permitted(UPLOADERS, scope="tickets:write"))]
Reader = Annotated[Caller, Depends(permitted(READERS, scope="tickets:read"))]


def attachment_view(attachment: Attachment) -> dict[str, Any]:
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


FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "stage"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "JPEG, PNG or WebP, at most 20 MB and 50 MP.",
                        },
                        "stage": {"type": "string", "enum": list(STAGES)},
                    },
                }
            }
        },
    }
}


async def _read_form(request: Request) -> tuple[bytes, str]:
    """Read here and not by the framework, which would take in 20 MB before it asks who sends."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise UnsupportedMediaType("multipart/form-data")
    async with request.form(max_files=1, max_fields=4) as form:
        file, stage = form.get("file"), form.get("stage")
        if not isinstance(file, UploadFile):
            raise InvalidInput("required", pointer="/file")
        if not isinstance(stage, str):
            raise InvalidInput("required", pointer="/stage")
        if stage not in STAGES:
            raise InvalidInput("not_one_of", pointer="/stage", allowed=list(STAGES))
        return await file.read(), stage


@router.post(
    "",
    status_code=201,
    summary="上传照片 · upload a photo",
    responses=answers(
        {201: AttachmentAnswer},
        *(401, 403, 409, 413, 415, 422, 503),
        headers=COMMAND_HEADERS | LOCATION,
    ),
    openapi_extra=IDEMPOTENT | FORM,
)
async def upload_photo(caller: Uploader, request: Request) -> Response:
    """The type is told by the content. The picture is turned upright and loses its metadata;
    `sha256` is of what is then stored."""
    services = caller.services
    data, stage = await _read_form(request)
    if len(data) > LIMITS.max_bytes:
        raise TooLarge(LIMITS.max_bytes)
    image = await services.image_work(clean_image, data, LIMITS)
    envelope = await caller.envelope(status=201, body=f"{stage}\n{image.sha256}".encode())
    await services.objects.put(object_key(caller.tenant_id, image.sha256), image.data)
    command = StoreAttachment(
        attachment_id=str(services.new_id()),
        sha256=image.sha256,
        content_type=image.content_type,
        width=image.width,
        height=image.height,
        bytes=len(image.data),
        stage=stage,
    )
    outcome = await services.handler.handle(
        ATTACHMENT.stream(command.attachment_id), command, envelope
    )
    view = attachment_view(outcome.state)
    return outcome_answer(outcome, view, lambda: f"/v1/attachments/{view['id']}")


@router.get(
    "/{attachment_id}",
    summary="照片 · the picture",
    response_class=Response,
    responses=answers({}, 401, 403, 404, 422, 503)
    | NOT_MODIFIED
    | {
        200: {
            "headers": VERSION_HEADER,
            "content": {"image/*": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
    openapi_extra=READ,
)
async def download_photo(attachment_id: Id, request: Request, caller: Reader) -> Response:
    """For those who may see its ticket, and for who uploaded it. A picture never changes: its ETag
    is its `sha256`."""
    attachment = await caller.services.handler.state_of(
        caller.tenant_id, ATTACHMENT.stream(str(attachment_id))
    )
    if attachment is None or not await _is_visible(caller, attachment):
        raise NotFound("attachment_not_found")
    headers = {
        "ETag": f'"{attachment.sha256}"',
        "Cache-Control": "private, max-age=31536000, immutable",
    }
    if named_in(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    try:
        data = await caller.services.objects.get(object_key(caller.tenant_id, attachment.sha256))
    except ObjectMissing as missing:
        log.error("attachment_lost", attachment=str(attachment_id), sha256=attachment.sha256)
        raise NotFound("attachment_not_found") from missing
    return Response(
        data,
        media_type=attachment.content_type,
        headers=headers | {"Content-Disposition": "inline"},
    )


async def _is_visible(caller: Caller, attachment: Attachment) -> bool:
    if attachment.uploaded_by == caller.actor.subject:
        return True
    if attachment.ticket_id is None:
        return False
    ticket = await caller.services.handler.state_of(
        caller.tenant_id, TICKET.stream(attachment.ticket_id)
    )
    # A picture may show whose a complaint is.
    return ticket is not None and may_see(caller, ticket) and knows_reporter(caller, ticket)
