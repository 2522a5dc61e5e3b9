"""Feeds: subscriptions of a tenant that read together, under one lease. Their checkpoints stay as
they are, so code from before works beside. One look for the tenants that moved."""

from migrations.script import run
from migrations.sql import statement

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None
compatible_since = "0012"

FEED = """
create table feed (
    tenant_id    uuid not null,
    name         text not null,
    holder       text,
    leased_until timestamptz,
    primary key (tenant_id, name)
) with (fillfactor = 50);
alter table feed enable row level security;
create policy tenant_wall on feed
    using (tenant_id = current_setting('suyuan.tenant_id')::uuid)
    with check (tenant_id = current_setting('suyuan.tenant_id')::uuid);
"""


def upgrade() -> None:
    run(FEED)
    run(statement("begin_feed"))
    run(statement("advance_feed"))
    run(statement("moved_heads"))
    run(statement("tenants_behind"))


def downgrade() -> None:
    for function in ("begin_feed", "advance_feed", "moved_heads", "tenants_behind"):
        run(f"drop function {function}")
    run("drop table feed")
