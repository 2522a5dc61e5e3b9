"""The SQL that the store sends. All writes go through server functions, and so does what a command
reads."""

APPEND = """
select item, outcome, result, fingerprint, stream_id, actual, position, leaf, recorded_at
from append_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
"""

APPEND_ONE = """
select position, leaf, recorded_at
from append_one($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
"""

LOAD = """
select kind, key, version, fold_version, body, position, fingerprint, leaf, at
from load_streams($1, $2, $3)
"""

DRAW = "select draw_numbers($1, $2, $3)"
OPEN_TENANT = "select open_tenant($1, $2, $3, $4)"
MOVE_CLOCK = "select move_clock($1, $2)"
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

EVENTS_OF_STREAMS = f"""
select {EVENT_COLUMNS} from event
where tenant_id = $1 and stream_id = any($2) and position > $3
order by position limit $4
"""  # noqa: S608

ALL_EVENTS = f"""
select {EVENT_COLUMNS} from event
where tenant_id = $1 and position > $2 and position <= $3
  and ($4::text[] is null or type = any($4)) and ($5::text is null or stream_id = $5)
order by position limit $6
"""  # noqa: S608

SET_TENANT = "select set_config('suyuan.tenant_id', $1, true)"
