"""Clocks are compared: those of workers by their heartbeats, the database's at each append."""

from migrations.script import run
from migrations.sql import statement

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("alter table worker_heartbeat add column process_at timestamptz;")
    run(statement("check_clock"))
