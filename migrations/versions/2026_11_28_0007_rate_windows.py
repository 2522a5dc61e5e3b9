"""Counters of rate limits, shared by all processes."""

from migrations.script import run
from migrations.sql import statement

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(statement("rate_window"))
