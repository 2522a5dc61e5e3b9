"""The shapes of answers about the process itself."""

from typing import Literal

from app.views.shape import Answer

ReadyState = Literal["ready", "not_ready"]


class Health(Answer):
    status: Literal["ok"]


class Readiness(Answer):
    status: ReadyState
    checks: dict[str, str]
