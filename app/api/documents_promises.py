"""The shapes of what the API answers about promises."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from app.api.documents import Answer
from app.api.documents_tickets import PromiseAnswer


class PromiseWarning(Answer):
    """The clock of the same meaning leaves more time than was promised."""

    code: Literal["tighter_than_policy"]
    clock: str
    due_at: datetime


class PromiseGiven(PromiseAnswer):
    warnings: list[PromiseWarning] = Field(description="It was promised all the same.")


class PromisePage(Answer):
    items: list[PromiseAnswer]
    next_cursor: str | None
