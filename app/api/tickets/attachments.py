"""Photos: uploaded first, then referenced by commands."""

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import UploadFile

from app.attachments.images import ImageLimits, clean_image
from app.attachments.storage import ObjectMissing, object_key
from app.domain import roles
from app.domain.errors import NotFound
from app.domain.records.attachment import ATTACHMENT, STAGES, StoreAttachment
from app.http.callers import Caller, permitted
from app.http.fields import Id
from app.http.json_body import JsonRoute, check_charset
from app.http.json_response import is_not_modified, outcome_response
from app.http.refusals import InvalidInput, TooLarge, UnsupportedMediaType
from app.http.responses import (
    COMMAND_HEADERS,
    IDEMPOTENT,
    LOCATION,
    NOT_MODIFIED,
    READ,
    VERSION_HEADER,
    responses,
)
from app.views.tickets.attachments import load_visible_attachment, render_attachment
from app.views.tickets.shape import AttachmentAnswer

log = structlog.get_logger("suyuan.api")

LIMITS = ImageLimits()

router = APIRouter(prefix="/v1/attachments", route_class=JsonRoute)

Uploader = Annotated[Caller, Depends(permitted(roles.UPLOAD_PHOTOS))]
Reader = Annotated[Caller, Depends(permitted(roles.READ_TICKETS))]


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
    """Not read by the framework, which would read up to 20 MB before it authenticates."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise UnsupportedMediaType("multipart/form-data")
    check_charset(request.headers["content-type"])
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
    responses=responses(
        {201: AttachmentAnswer},
        *(401, 403, 409, 413, 415, 422, 503),
        headers=COMMAND_HEADERS | LOCATION,
    ),
    openapi_extra=IDEMPOTENT | FORM,
)
async def upload_photo(caller: Uploader, request: Request) -> Response:
    """The type is detected from the content. The image is rotated upright and stripped of metadata;
    `sha256` is of the stored image."""
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
    view = render_attachment(outcome.state)
    return outcome_response(outcome, view, lambda: f"/v1/attachments/{view['id']}")


@router.get(
    "/{attachment_id}",
    response_class=Response,
    responses=responses({}, 401, 403, 404, 422, 503)
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
    """For its uploader, and for those who may see its ticket. An image never changes: its ETag is
    its `sha256`."""
    attachment = await load_visible_attachment(caller.reader, str(attachment_id))
    headers = {
        "ETag": f'"{attachment.sha256}"',
        "Cache-Control": "private, max-age=31536000, immutable",
    }
    if is_not_modified(request, headers["ETag"]):
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
