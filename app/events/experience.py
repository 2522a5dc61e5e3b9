"""Events of how the owner experienced a ticket: one stream per ticket (docs/domain.md §5.4)."""

from dataclasses import dataclass

from app.events.ticket import EvidenceGiven


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchpointScored:
    """The owner's mood at one touchpoint, from 1 to 10."""

    ticket_id: str
    touchpoint: str
    score: int
    source: str
    survey_id: str | None = None
    community: str | None = None


ExperienceEvent = TouchpointScored | EvidenceGiven
