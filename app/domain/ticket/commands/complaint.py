"""What may be asked of a complaint beside what may be asked of every ticket
(docs/domain.md §6.2)."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Lodging:
    """What the report of a complaint says beside that of every ticket. `child_ids` are those of
    the tickets that the pain points become; `quotes` are earlier tickets that it speaks of."""

    subject_of_complaint: str | None = None
    anonymous: bool = False
    supporters: int = 0
    pain_points: tuple[str, ...] = ()
    child_ids: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Investigate:
    """Finds out what happened; with nobody named, whoever says so."""

    investigator: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeAnswer:
    """Says how the complaint is to be answered."""

    plan: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Respond:
    """Answers the owner: what was found, what is done, and by when."""

    facts: str
    measure: str
    date: date
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Satisfy:
    """The owner is content, by the own word or as staff heard."""

    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """`confirmed_by` called the owner and heard that it is meant."""

    confirmed_by: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """Another household joins: an owner's own, or the one that staff name."""

    household_id: str | None = None
    note: str | None = None


ComplaintCommand = Investigate | ProposeAnswer | Remedy | Respond | Satisfy | Withdraw | Support
