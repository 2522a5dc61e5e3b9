"""Shapes of health and readiness."""

from typing import Literal

from app.views.shape import Shape

ReadyState = Literal["ready", "not_ready"]


class Health(Shape):
    status: Literal["ok"]


class Readiness(Shape):
    status: ReadyState
    checks: dict[str, str]
