"""Which reactors this installation knows: a new one does not answer for what was before it."""

from migrations.script import run
from migrations.sql import statement

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(
        "create table reactor ("
        "    name  text        primary key,"
        "    since timestamptz not null default clock_timestamp());"
    )
    run(statement("begin_reactor"))
