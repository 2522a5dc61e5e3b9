"""The event store: head, event, stream, command, number_series, their walls and functions."""

from migrations.script import run
from migrations.sql import statement

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
create table head (
    tenant_id   uuid        primary key,
    position    bigint      not null,
    recorded_at timestamptz not null,
    timezone    text        not null,
    sandbox     boolean     not null,
    clock       timestamptz,
    check (sandbox = (clock is not null))
) with (fillfactor = 20);

create table event (
    tenant_id   uuid        not null,
    position    bigint      not null,
    stream_id   text        collate "C" not null,
    version     int         not null,
    type        text        not null,
    recorded_at timestamptz not null,
    header      text        not null,
    content     text        not null,
    leaf        bytea       not null,
    primary key (tenant_id, position),
    unique (tenant_id, stream_id, version)
);

create table stream (
    tenant_id    uuid        not null,
    stream_id    text        collate "C" not null,
    category     text        not null,
    version      int         not null,
    fold_version int         not null,
    state        text        not null,
    next_due_at  timestamptz,
    primary key (tenant_id, stream_id)
) with (fillfactor = 80);
create index stream_due on stream (next_due_at) where next_due_at is not null;

create table command (
    tenant_id   uuid        not null,
    command_id  uuid        not null,
    fingerprint bytea       not null,
    result      text        not null,
    position    bigint,
    recorded_at timestamptz not null,
    primary key (tenant_id, command_id)
);

create table number_series (
    tenant_id uuid not null,
    series    text not null,
    last      int  not null,
    primary key (tenant_id, series)
) with (fillfactor = 20);

create table checkpoint (
    tenant_id    uuid        not null,
    subscription text        not null,
    position     bigint      not null default 0,
    fence        bigint      not null default 0,
    holder       text,
    leased_until timestamptz,
    crashes      int         not null default 0,
    suspect      bigint,
    primary key (tenant_id, subscription)
) with (fillfactor = 50);

create table parked (
    tenant_id    uuid        not null,
    subscription text        not null,
    stream_id    text        collate "C" not null,
    position     bigint      not null,
    attempts     int         not null,
    error        text        not null,
    parked_at    timestamptz not null default clock_timestamp(),
    primary key (tenant_id, subscription, stream_id)
);

-- Which table of a read model serves, and which is being filled. Of no tenant: a reference table.
create table read_model_build (
    name         text        not null,
    build        int         not null,
    code_version int         not null,
    status       text        not null check (status in ('filling', 'serving', 'retired')),
    created_at   timestamptz not null default clock_timestamp(),
    primary key (name, build)
);
create unique index read_model_serving on read_model_build (name) where status = 'serving';

create table worker_heartbeat (
    worker_id text        primary key,
    seen_at   timestamptz not null
);
"""

FUNCTIONS = (
    "refuse_change",
    "open_tenant",
    "load_streams",
    "append_batch",
    "draw_numbers",
    "move_clock",
    "due_streams",
    "subscription_backlog",
)

TENANT_TABLES = ("head", "event", "stream", "command", "number_series", "checkpoint", "parked")


def upgrade() -> None:
    run(TABLES)
    for function in FUNCTIONS:
        run(statement(function))
    for table in ("event", "command"):
        # ALWAYS: an ordinary trigger is silent under session_replication_role = replica.
        run(
            f"create trigger keep_{table} before update or delete on {table} "
            f"for each row execute function refuse_change();"
            f"create trigger keep_{table}_whole before truncate on {table} "
            f"for each statement execute function refuse_change();"
            f"alter table {table} enable always trigger keep_{table};"
            f"alter table {table} enable always trigger keep_{table}_whole;"
        )
    for table in TENANT_TABLES:
        # Without the setting the policy raises: a statement that forgot its tenant never answers.
        run(
            f"alter table {table} enable row level security;"
            f"create policy tenant_wall on {table} "
            f"using (tenant_id = current_setting('suyuan.tenant_id')::uuid) "
            f"with check (tenant_id = current_setting('suyuan.tenant_id')::uuid);"
        )
