"""Photos: uploaded first, then referenced by commands."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, BinaryIO

import structlog
from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import UploadFile

from app.attachments.images import CleanImage, ImageLimits, clean_image
from app.attachments.queue import RETRY_AFTER, QueueFull
from app.attachments.storage import ObjectMissing, object_key
from app.domain import roles
from app.domain.errors import NotFound
from app.domain.records.attachment import ATTACHMENT, STAGES, StoreAttachment
from app.http.callers import Caller, permitted
from app.http.fields import Id
from app.http.json_body import JsonRoute, check_charset
from app.http.json_response import is_not_modified, outcome_response
from app.http.rates import Quota, counted_as, refusing, upload_quotas
from app.http.refusals import (
    InvalidInput,
    Overloaded,
    QuotaReached,
    TooLarge,
    UnsupportedMediaType,
)
from app.http.responses import (
    COMMAND_HEADERS,
    IDEMPOTENT,
    LOCATION,
    NOT_MODIFIED,
    READ,
    VERSION_HEADER,
    responses,
)
from app.rates.limits import UPLOADS
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


@asynccontextmanager
async def _read_form(request: Request) -> AsyncIterator[tuple[UploadFile, str]]:
    """Not read by the framework, which would read up to 20 MB before it authenticates. The file is
    on disk, not in memory, while it waits for its turn."""
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
        yield file, stage


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
    await caller.count_repeats_too(UPLOADS)
    async with _read_form(request) as (file, stage):
        if file.size is not None and file.size > LIMITS.max_bytes:
            raise TooLarge(LIMITS.max_bytes)
        image = await _cleaned(caller, file)
    envelope = await caller.envelope(status=201, body=f"{stage}\n{image.sha256}".encode())
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
        ATTACHMENT.stream(command.attachment_id),
        command,
        envelope,
        before=lambda: _store(caller, image),
    )
    view = render_attachment(outcome.state)
    return outcome_response(outcome, view, lambda: f"/v1/attachments/{view['id']}")


async def _cleaned(caller: Caller, file: UploadFile) -> CleanImage:
    who = ":".join(counted_as(caller.principal)[1:])
    try:
        return await caller.services.pictures.run(caller.tenant_id, who, _clean, file.file)
    except QueueFull as full:
        raise Overloaded(retry_after=RETRY_AFTER) from full


def _clean(file: BinaryIO) -> CleanImage:
    return clean_image(file.read(), LIMITS)


async def _store(caller: Caller, image: CleanImage) -> None:
    """When the upload is decided, before it is recorded. A crash in between leaves an object that
    nothing refers to: nobody can read it, and the next upload of that picture takes it over."""
    services, tenant_mb = caller.services, caller.services.settings.upload_quota_mb
    taken: list[Quota] = []
    try:
        for quota in upload_quotas(caller.principal, len(image.data), tenant_mb=tenant_mb):
            with refusing(QuotaReached):
                await services.limiter.take(quota.limit, *quota.who, cost=quota.cost)
            taken.append(quota)
        await services.objects.put(object_key(caller.tenant_id, image.sha256), image.data)
    except BaseException:
        for quota in taken:
            await services.limiter.give_back(quota.limit, *quota.who, cost=quota.cost)
        raise


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
