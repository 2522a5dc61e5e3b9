"""Shapes of health and readiness."""

from typing import Literal

from app.views.shape import Shape


class Health(Shape):
    status: Literal["ok"]


class Readiness(Shape):
    status: Literal["ready", "not_ready"]
    checks: dict[str, str]
