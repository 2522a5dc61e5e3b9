"""The SQL that the store sends. All writes go through server functions, and so does what a command
reads."""

# The last argument is the time of the process, null where it does not matter. A clock that was set
# between load and append is noticed here, and the whole transaction undone.
APPEND = """
select item, outcome, result, fingerprint, stream_id, actual, position, leaf, recorded_at,
       check_clock($18)
from append_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
"""

APPEND_ONE = """
select position, leaf, recorded_at, check_clock($18)
from append_one($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
"""

# Writes to the log of the server alone, and only where a commit waits for a standby.
CONFIRM = """
select case when current_setting('synchronous_standby_names') <> ''
       then pg_logical_emit_message(true, 'suyuan', '') end
"""
ALIVE = "select pid from pg_stat_activity where pid = any($1::int[])"

LOAD = """
select kind, key, version, fold_version, body, position, fingerprint, leaf, at,
       clock_timestamp() as clock
from load_streams($1, $2, $3)
"""

DRAW = "select draw_numbers($1, $2, $3)"
SECRET = "select secret from head where tenant_id = $1"  # noqa: S105 - a query
OPEN_TENANT = "select open_tenant($1, $2, $3, $4)"
MOVE_CLOCK = "select move_clock($1, $2)"
CLOCK = """
select clock_timestamp() as clock, (select max(seen_at) from worker_heartbeat) as heartbeat
"""
DUE = "select tenant_id, stream_id, next_due_at from due_streams($1)"
TENANTS = """
select tenant_id, timezone, sandbox, "position", opened_at, version, fold_version, state
from list_tenants($1, $2, $3)
"""
DUE_IN_SANDBOX = """
select stream_id, next_due_at from stream
where tenant_id = $1 and next_due_at <= $2 order by next_due_at, stream_id limit 1
"""

EVENT_COLUMNS = "position, header, content, recorded_at, leaf"

STREAM_EVENTS = f"""
select {EVENT_COLUMNS} from event
where tenant_id = $1 and stream_id = $2 and version > $3 and version <= $4
order by version limit $5
"""  # noqa: S608 - a constant column list

# Of each stream the first ones, by its own index: the planner would rather walk the positions of
# the tenant until it has met enough.
EVENTS_OF_STREAMS = f"""
select found.* from unnest($2::text[]) named(stream) cross join lateral (
    select {EVENT_COLUMNS} from event
    where tenant_id = $1 and stream_id = named.stream and position > $3
      and ($4::text[] is null or type = any($4))
    order by version limit $5) found
order by position limit $5
"""  # noqa: S608

# Positions first, from the index alone; then as many whole events as are wanted.
EVENTS_OF_TYPES = f"""
select {EVENT_COLUMNS} from (
    select found.position as place from unnest($2::text[]) named(of_type) cross join lateral (
        select position from event
        where tenant_id = $1 and type = named.of_type and position > $3
        order by position limit $4) found
    order by place limit $4) wanted
cross join lateral (
    select {EVENT_COLUMNS} from event where tenant_id = $1 and position = wanted.place offset 0
) whole
order by position
"""  # noqa: S608

ALL_EVENTS = f"""
select {EVENT_COLUMNS} from event
where tenant_id = $1 and position > $2
order by position limit $3
"""  # noqa: S608

SET_TENANT = "select set_tenant($1)"
