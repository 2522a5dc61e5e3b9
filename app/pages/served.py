"""What is served as it stands: one text with its tag, kept compressed beside, answered with 304 to
who has it."""

import gzip
import hashlib
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

WORTH_PACKING = 1024  # bytes; less fits a packet anyway
NO_CHECK = "no-cache"  # may be kept, and is asked after before it is used again


class Served(NamedTuple):
    content: bytes
    packed: bytes
    etag: str
    media_type: str


def served(content: bytes, media_type: str) -> Served:
    packed = gzip.compress(content, 6, mtime=0) if len(content) >= WORTH_PACKING else b""
    etag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
    return Served(content, packed, etag, media_type)


def answer(
    request: Request, found: Served, headers: dict[str, str], *, cache: str = NO_CHECK
) -> Response:
    """One tag for both encodings, hence a weak one."""
    vary = ", ".join(filter(None, (headers.get("Vary"), "Accept-Encoding")))
    tag = f"W/{found.etag}"
    sent = headers | {"ETag": tag, "Cache-Control": cache, "Vary": vary}
    if found.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=sent)
    if found.packed and "gzip" in request.headers.get("accept-encoding", ""):
        sent |= {"Content-Encoding": "gzip"}
        return Response(found.packed, headers=sent, media_type=found.media_type)
    return Response(found.content, headers=sent, media_type=found.media_type)
