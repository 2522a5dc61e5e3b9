"""The closed words of tickets: their kinds, and the statuses of all kinds together."""

from typing import Literal

Kind = Literal["repair", "complaint", "follow_up", "suggestion"]

Status = Literal[
    "reported",
    "acknowledged",
    "rejected",
    "pooled",
    "assigned",
    "returned",
    "accepted",
    "transferred",
    "en_route",
    "on_site",
    "no_access",
    "proposed",
    "in_progress",
    "completed",
    "verified",
    "confirmed",
    "disputed",
    "closed",
    "reopened",
    "merged",
    "cancelled",
    "received",
    "investigating",
    "remedying",
    "responded",
    "satisfied",
    "withdrawn",
    "declined",
    "scheduled",
    "attempting",
    "unreachable",
    "rescheduled",
]
