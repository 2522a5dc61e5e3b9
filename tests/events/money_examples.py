"""Examples of who may decide how much, and of what was decided."""

from datetime import UTC, date, datetime
from typing import Any

from app.events.authority import AuthorityRecorded, AuthorityRow, Deputy
from app.events.staff_exposure import GoodFaithLossRecorded, StaffDecided
from tests.events.ticket_examples import TICKET

COMPENSATION = "0190a000-0000-7000-8000-00000000c001"

MONEY_EXAMPLES: tuple[Any, ...] = (
    AuthorityRecorded(
        role="csr",
        version=2,
        valid_from=datetime(2024, 3, 1, tzinfo=UTC),
        rows=(
            AuthorityRow(
                kind="fee_credit",
                limit_fen=60_000,
                limit_days=3,
                per_ticket_fen=60_000,
                per_household_30d_fen=80_000,
                per_staff_day_fen=200_000,
                valid_until=datetime(2024, 6, 30, 16, tzinfo=UTC),
            ),
        ),
        deputies=(
            Deputy(
                subject="u-lin",
                delegated_by="u-zhao",
                valid_from=datetime(2024, 3, 4, tzinfo=UTC),
                valid_until=datetime(2024, 3, 11, tzinfo=UTC),
            ),
        ),
        source="2024 授权书",
    ),
    StaffDecided(
        compensation_id=COMPENSATION,
        household_id="h-3-1201",
        ticket_id=TICKET,
        benefit="fee_credit",
        amount_fen=48_000,
        limit_fen=50_000,
        day=date(2024, 3, 7),
    ),
    GoodFaithLossRecorded(compensation_id=COMPENSATION, amount_fen=15_000, month="2024-03"),
)
