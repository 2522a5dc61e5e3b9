"""Events that count a household's complaints: one stream per household."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintFiled:
    """The household complained about something of this category."""

    ticket_id: str
    category: str


ComplaintRecordEvent = ComplaintFiled
