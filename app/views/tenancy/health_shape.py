"""The shapes of answers about the process itself."""

from typing import Literal

from app.views.shape import Answer


class Health(Answer):
    status: Literal["ok"]


class Readiness(Answer):
    status: Literal["ready", "not_ready"]
    checks: dict[str, str]
