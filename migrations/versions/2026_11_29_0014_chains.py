"""Commands of one stream in one batch: items of `append_batch` may follow each other."""

from migrations.script import run
from migrations.sql import statement

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None
compatible_since = "0012"


def upgrade() -> None:
    run(statement("append_batch_v2"))
