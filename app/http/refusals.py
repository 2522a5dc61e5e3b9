"""What the edge itself refuses, before or beside any rule of the domain.

They are HTTPExceptions because FastAPI lets only those through while it reads a body. Which status
each has is said in `app/http/problem_json.py` and nowhere else.
"""

from starlette.exceptions import HTTPException


class Refusal(HTTPException):
    """`code` is stable, `details` fill its text, `pointer` names the value that is meant."""

    def __init__(self, code: str, *, pointer: str | None = None, **details: object) -> None:
        super().__init__(status_code=500, detail=code)
        self.code = code
        self.pointer = pointer
        self.details = details


class Unauthenticated(Refusal):
    """No credentials, or none that hold: `unauthenticated`, `token_invalid`, `token_expired`, …"""

    def __init__(self, code: str = "unauthenticated") -> None:
        super().__init__(code)


class InvalidInput(Refusal):
    """A body, a parameter or a header that cannot be taken as it stands."""


class InFlight(Refusal):
    """The same idempotency key is being worked on at this moment."""

    def __init__(self) -> None:
        super().__init__("idempotency_in_flight")


class TooLarge(Refusal):
    def __init__(self, max_bytes: int) -> None:
        super().__init__("too_large", max_bytes=max_bytes)


class UnsupportedMediaType(Refusal):
    def __init__(self, expected: str) -> None:
        super().__init__("unsupported_media_type", expected=expected)


class TooManyRequests(Refusal):
    def __init__(self, retry_after: int = 1) -> None:
        super().__init__("too_many_requests")
        self.retry_after = retry_after


class Overloaded(Refusal):
    """Not now: more work waits than can be done in time, or what it needs does not answer."""

    def __init__(self, code: str = "overloaded", *, retry_after: int = 1) -> None:
        super().__init__(code)
        self.retry_after = retry_after
