"""A secret of each tenant, which keys what is derived from guessable values."""

from migrations.script import run

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Volatile, so every tenant gets its own: two random UUIDs have 244 random bits.
    run(
        "alter table head add column secret bytea not null "
        "default uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());"
    )
