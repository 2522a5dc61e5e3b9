"""Read models: how far subscriptions are, and the switch from one build to the next."""

from migrations.script import run
from migrations.sql import statement

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FUNCTIONS = (
    "begin_turn",
    "seen_position",
    "subscription_progress",
    "parked_streams",
    "begin_switch",
    "index_build",
    "serve_build",
    "matching_tickets",
)


# What a build that is being filled goes without until it is full: written by who makes it.
INDEXES = "alter table read_model_build add column indexes text[] not null default '{}';"


def upgrade() -> None:
    run(INDEXES)
    for function in FUNCTIONS:
        run(statement(function))
