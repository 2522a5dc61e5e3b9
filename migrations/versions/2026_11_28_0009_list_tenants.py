"""The operator's list of tenants."""

from migrations.script import run
from migrations.sql import statement

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(statement("list_tenants"))
