"""Closed words of compensations."""

from typing import Literal, get_args

Currency = Literal["CNY"]
CURRENCIES: tuple[Currency, ...] = get_args(Currency)

CompensationState = Literal[
    "accruing",
    "pending_approval",
    "granted",
    "rejected",
    "expired",
    "fulfilled",
    "voided",
    "reversed",
]

PendingReason = Literal["over_authority", "budget_exceeded", "self_dealing"]
