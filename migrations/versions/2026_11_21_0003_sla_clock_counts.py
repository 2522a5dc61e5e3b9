"""How many clocks run and how many are late, over all tenants: for the gauges of the worker."""

from migrations.script import run
from migrations.sql import statement

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(statement("sla_clock_counts"))
