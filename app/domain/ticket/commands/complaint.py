"""Commands of complaints, in addition to those of every ticket (docs/domain.md §6.2)."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Lodging:
    """What the report of a complaint adds. `child_ids` are for the tickets of the pain points;
    `quotes` are earlier tickets it refers to."""

    subject_of_complaint: str | None = None
    anonymous: bool = False
    supporters: int = 0
    pain_points: tuple[str, ...] = ()
    child_ids: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Investigate:
    """Starts the investigation; without `investigator` the actor investigates."""

    investigator: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeAnswer:
    """Plans how to answer the complaint."""

    plan: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Respond:
    """Answers the owner: findings, measure and its date."""

    facts: str
    measure: str
    date: date
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Satisfy:
    """The owner is satisfied, as they say themselves or told staff."""

    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """`confirmed_by` called the owner to confirm the withdrawal."""

    confirmed_by: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """Another household joins: the owner's own, or the one that staff name."""

    household_id: str | None = None
    note: str | None = None


ComplaintCommand = Investigate | ProposeAnswer | Remedy | Respond | Satisfy | Withdraw | Support
