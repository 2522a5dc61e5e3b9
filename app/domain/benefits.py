"""What an owner can be given."""

from typing import Literal, get_args

NominalBenefit = Literal["parking_voucher", "housekeeping", "gift"]
"""Things, valued at what they cost."""
Benefit = Literal["fee_credit", NominalBenefit, "cash"]
BENEFITS: tuple[Benefit, ...] = get_args(Benefit)
