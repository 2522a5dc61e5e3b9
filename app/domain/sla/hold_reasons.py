"""The reasons for a hold. A policy says which of them pause a clock."""

from typing import Literal, get_args

OwnerReason = Literal["owner_unavailable", "owner_decision"]
InternalReason = Literal["parts", "vendor", "fund_approval", "weather", "third_party"]
HoldReason = Literal[OwnerReason, InternalReason]

OWNER_REASONS: tuple[OwnerReason, ...] = get_args(OwnerReason)
INTERNAL_REASONS: tuple[InternalReason, ...] = get_args(InternalReason)
HOLD_REASONS: frozenset[HoldReason] = frozenset(get_args(HoldReason))
