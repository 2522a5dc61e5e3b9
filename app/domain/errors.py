"""Why a command is refused. No HTTP here: `app/http/problem_json.py` maps each class to a status.

`code` is the stable identifier that clients rely on; texts in zh-CN and en are looked up by it.
`details` fills the text's placeholders and is sent to the caller: never put personal data there.
"""


class DomainError(Exception):
    """The command is refused; nothing was written."""

    def __init__(self, code: str, /, *, pointer: str | None = None, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.pointer = pointer
        self.details = details

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code!r}, {self.details!r})"


class IllegalTransition(DomainError):
    """The command does not fit the stream's current state (409)."""


class Withdrawn(DomainError):
    """What the actor's token says is no longer so (401)."""


class NotPermitted(DomainError):
    """The actor may not give this command (403)."""


class NotFound(DomainError):
    """It does not exist, or the actor may not see it (404)."""


class Unacceptable(DomainError):
    """A value in the command is invalid or refers to nothing (422)."""
