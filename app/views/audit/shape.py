"""Shapes of the log and of timelines."""

from pydantic import Field

from app.views.shape import Shape
from app.views.tickets.shape import EventAnswer


class WithheldEvent(Shape):
    """不可查看的事件. Only that there is one: positions stay dense."""

    position: int


class LogPage(Shape):
    items: list[EventAnswer | WithheldEvent]
    next_cursor: str | None = Field(description="Give it as `after`; null at the end of the log.")
    head: int = Field(description="The position of the tenant's newest event.")


class About(Shape):
    kind: str = Field(description="ticket, compensation, survey, problem, household …")
    id: str
    number: str | None = Field(description="Of a ticket.")


class TimelineEvent(EventAnswer):
    about: About


class Timeline(Shape):
    """时间线. Every event with who, and both times, in the order in which they were recorded."""

    items: list[TimelineEvent]
    next_cursor: str | None
