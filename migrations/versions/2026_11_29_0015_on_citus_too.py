"""The same SQL on one server and on a cluster of Citus: what Citus refuses is written otherwise."""

from migrations.script import run
from migrations.sql import statement

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
compatible_since = "0012"

REPLACED = (
    "append_one",
    "begin_turn",
    "concerned_tickets",
    "index_build",
    "matching_tickets",
    "problems_of_tickets",
    "serve_build",
    "subscription_progress",
)
"""Each has a file of its name, and its form of now in one with `_v2`."""


def upgrade() -> None:
    run(statement("set_tenant"))
    for function in REPLACED:
        run(statement(f"{function}_v2"))


def downgrade() -> None:
    for function in REPLACED:
        run(statement(function).replace("create function", "create or replace function", 1))
    run("drop function set_tenant")
