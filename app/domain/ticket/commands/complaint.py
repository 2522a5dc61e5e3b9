"""Commands of complaints, in addition to those of every ticket (docs/domain.md §6.2)."""

from datetime import date

from app.events.base import Value


class Lodging(Value, frozen=True, kw_only=True):
    """What the report of a complaint adds. `child_ids` are for the tickets of the pain points;
    `quotes` are earlier tickets it refers to."""

    subject_of_complaint: str | None = None
    anonymous: bool = False
    supporters: int = 0
    pain_points: tuple[str, ...] = ()
    child_ids: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()


class Investigate(Value, frozen=True, kw_only=True):
    """Starts the investigation; without `investigator` the actor investigates."""

    investigator: str | None = None
    note: str | None = None


class ProposeAnswer(Value, frozen=True, kw_only=True):
    """Plans how to answer the complaint."""

    plan: str | None = None
    note: str | None = None


class Remedy(Value, frozen=True, kw_only=True):
    note: str | None = None


class Respond(Value, frozen=True, kw_only=True):
    """Answers the owner: findings, measure and its date."""

    facts: str
    measure: str
    date: date
    note: str | None = None


class Satisfy(Value, frozen=True, kw_only=True):
    """The owner is satisfied, as they say themselves or told staff."""

    note: str | None = None


class Withdraw(Value, frozen=True, kw_only=True):
    """`confirmed_by` called the owner to confirm the withdrawal."""

    confirmed_by: str
    note: str | None = None


class Support(Value, frozen=True, kw_only=True):
    """Another household joins: the owner's own, or the one that staff name."""

    household_id: str | None = None
    note: str | None = None


ComplaintCommand = Investigate | ProposeAnswer | Remedy | Respond | Satisfy | Withdraw | Support
