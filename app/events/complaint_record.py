"""Facts about how often a household complains: one stream a household."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintFiled:
    """The household complained, about something of this category."""

    ticket_id: str
    category: str


ComplaintRecordEvent = ComplaintFiled
