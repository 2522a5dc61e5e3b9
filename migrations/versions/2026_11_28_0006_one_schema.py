"""One schema for all: until here some functions were changed in the files of migrations that had
been run, so what a database has depends on when it was made."""

from migrations.script import run
from migrations.sql import statement

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

FUNCTIONS = (
    "refuse_change",
    "open_tenant",
    "load_streams",
    "append_batch",
    "append_one",
    "draw_numbers",
    "move_clock",
    "due_streams",
    "subscription_backlog",
    "begin_turn",
    "seen_position",
    "subscription_progress",
    "parked_streams",
    "begin_switch",
    "index_build",
    "serve_build",
    "matching_tickets",
    "sla_clock_counts",
    "begin_reactor",
)


def upgrade() -> None:
    run(
        "alter table read_model_build "
        "add column if not exists indexes text[] not null default '{}';"
    )
    for function in FUNCTIONS:
        replaced = statement(function).replace("create function", "create or replace function", 1)
        run(replaced)
