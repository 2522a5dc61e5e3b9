"""Static content with an ETag, served gzipped or plain, or with 304."""

import gzip
import hashlib
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from app.http.json_response import is_not_modified

MIN_GZIP_SIZE = 1024  # bytes; less fits into one packet
REVALIDATE = "no-cache"  # may be stored, must be revalidated before use


class Served(NamedTuple):
    content: bytes
    gzipped: bytes
    etag: str
    media_type: str


def serve_bytes(content: bytes, media_type: str) -> Served:
    gzipped = gzip.compress(content, 6, mtime=0) if len(content) >= MIN_GZIP_SIZE else b""
    etag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
    return Served(content, gzipped, etag, media_type)


def accepts_gzip(accept_encoding: str) -> bool:
    """RFC 9110 §12.5.3: a weight of 0 forbids it, `*` stands for what is not named."""
    weights = {"*": False}
    for part in accept_encoding.lower().split(","):
        coding, _, parameters = part.partition(";")
        weight = parameters.replace(" ", "").removeprefix("q=")
        weights[coding.strip()] = weight.strip("0.") != "" if parameters.strip() else True
    return weights.get("gzip", weights["*"])


def static_response(
    request: Request, served: Served, headers: dict[str, str], *, cache: str = REVALIDATE
) -> Response:
    """One tag for both encodings, hence a weak one."""
    vary = ", ".join(filter(None, (headers.get("Vary"), "Accept-Encoding")))
    tag = f"W/{served.etag}"
    response_headers = headers | {"ETag": tag, "Cache-Control": cache, "Vary": vary}
    if is_not_modified(request, served.etag):
        return Response(status_code=304, headers=response_headers)
    if served.gzipped and accepts_gzip(request.headers.get("accept-encoding", "")):
        response_headers |= {"Content-Encoding": "gzip"}
        return Response(served.gzipped, headers=response_headers, media_type=served.media_type)
    return Response(served.content, headers=response_headers, media_type=served.media_type)
