"""Events that count a household's complaints: one stream per household."""

from app.events.base import Value


class ComplaintFiled(Value, frozen=True, kw_only=True):
    """The household complained about something of this category."""

    ticket_id: str
    category: str


ComplaintRecordEvent = ComplaintFiled
