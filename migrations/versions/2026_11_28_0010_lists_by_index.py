"""Events by type, and what lists look up in arrays, by an index."""

from migrations.script import run
from migrations.sql import statement

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

FUNCTIONS = ("concerned_tickets", "problems_of_tickets")


def upgrade() -> None:
    run("create index event_type on event (tenant_id, type, position);")
    for function in FUNCTIONS:
        run(statement(function))
