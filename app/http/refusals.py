"""Refusals of the edge itself, apart from the rules of the domain.

They are HTTPExceptions because FastAPI lets no others through while it reads a body. Their statuses
are in `app/http/problem_json.py`.
"""

from starlette.exceptions import HTTPException


class Refusal(HTTPException):
    """`code` never changes, `details` fill its text, `pointer` locates the invalid value."""

    def __init__(self, code: str, *, pointer: str | None = None, **details: object) -> None:
        super().__init__(status_code=500, detail=code)
        self.code = code
        self.pointer = pointer
        self.details = details


class Unauthenticated(Refusal):
    """Missing or invalid credentials: `unauthenticated`, `token_invalid`, `token_expired`, …"""

    def __init__(self, code: str = "unauthenticated") -> None:
        super().__init__(code)


class InvalidInput(Refusal):
    """A body, parameter or header is invalid."""


class InFlight(Refusal):
    """A request with the same idempotency key is being processed."""

    def __init__(self) -> None:
        super().__init__("idempotency_in_flight")


class TooLarge(Refusal):
    def __init__(self, max_bytes: int) -> None:
        super().__init__("too_large", max_bytes=max_bytes)


class RequestTimeout(Refusal):
    """The rest of the body does not come, or too slowly."""

    def __init__(self) -> None:
        super().__init__("request_timeout")


class UnsupportedMediaType(Refusal):
    def __init__(self, expected: str) -> None:
        super().__init__("unsupported_media_type", expected=expected)


class ForeignCharset(Refusal):
    def __init__(self) -> None:
        super().__init__("foreign_charset", pointer="header:content-type")


class TooManyRequests(Refusal):
    """`details` say which limit: its name, the amount, and in how many seconds."""

    def __init__(self, retry_after: int = 1, **details: object) -> None:
        super().__init__("too_many_requests")
        self.details = details
        self.retry_after = retry_after


class QuotaReached(TooManyRequests):
    """What may be stored in a period is stored. `details` as of `TooManyRequests`."""

    def __init__(self, retry_after: int, **details: object) -> None:
        super().__init__(retry_after, **details)
        self.code = self.detail = "upload_quota_reached"


class Overloaded(Refusal):
    """Too much work is queued, or a dependency does not respond."""

    def __init__(self, code: str = "overloaded", *, retry_after: int = 1) -> None:
        super().__init__(code)
        self.retry_after = retry_after
