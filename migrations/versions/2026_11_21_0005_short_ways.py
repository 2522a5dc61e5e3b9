"""Short ways: an append that is alone, and what is due found by the index."""

from migrations.script import run
from migrations.sql import statement

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(statement("append_one"))
    run(statement("due_streams"))
