"""Events of how the owner experienced a ticket: one stream per ticket (docs/domain.md §5.4)."""

from app.events.base import Integer, Value
from app.events.ticket import EvidenceGiven


class TouchpointScored(Value, frozen=True, kw_only=True):
    """The owner's mood at one touchpoint, from 1 to 10."""

    ticket_id: str
    touchpoint: str
    score: Integer
    source: str
    survey_id: str | None = None
    community: str | None = None


ExperienceEvent = TouchpointScored | EvidenceGiven
