"""Closed vocabularies of compensations."""

from typing import Literal

Benefit = Literal["fee_credit", "parking_voucher", "housekeeping", "gift", "cash"]
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
