"""Releases beside each other: which code works on this schema, why a stream is parked and which
builds failed to handle it, which build a worker is; and the figures of the whole installation."""

from migrations.script import run
from migrations.sql import statement

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# `since` is the oldest revision whose code works on this schema: see `app/schema.py`.
COMPATIBILITY = """
create table schema_compatibility (
    only_row    boolean primary key default true check (only_row),
    since       text    not null,
    migrated_by text    not null
);
"""

# `unknown_*`: the event that the code did not know. `tried_by`: builds that failed.
PARKED = """
alter table parked
    add column reason text not null default 'failed'
        check (reason in ('unknown', 'undecodable', 'failed', 'crashed')),
    add column unknown_type text,
    add column unknown_version int,
    add column tried_by text[] not null default '{}',
    add check ((reason = 'unknown') = (unknown_type is not null and unknown_version is not null));
update parked
set reason = 'unknown', unknown_type = substr(error, length('unknown event type ') + 1),
    unknown_version = 1
where error like 'unknown event type %';
update parked set reason = 'undecodable' where error like 'undecodable: %';
update parked set reason = 'crashed' where error = 'the worker did not survive this event';
"""

HEARTBEAT = "alter table worker_heartbeat add column build text not null default '';"


def upgrade() -> None:
    run(COMPATIBILITY)
    run(PARKED)
    run(HEARTBEAT)
    run(statement("parked_for_build"))
    run(statement("installation_figures"))
