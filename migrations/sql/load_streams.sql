-- One round trip, one snapshot: the tenant's clock, what the ledger knows of some commands, and the
-- stored folds of some streams. kind: 'h' head · 'c' command · 's' stream.
create function load_streams(p_tenant uuid, p_commands uuid[], p_streams text[])
returns table (
    kind text, key text, version int, fold_version int, body text,
    "position" bigint, fingerprint bytea, leaf bytea, at timestamptz
)
language plpgsql volatile as $$
#variable_conflict use_column
begin
    perform set_config('suyuan.tenant_id', p_tenant::text, true);
    return query
    select 'h', h.timezone, null::int, h.sandbox::int, null::text, h.position, null::bytea, null::bytea,
           greatest(coalesce(h.clock, clock_timestamp()), h.recorded_at)
    from head h where h.tenant_id = p_tenant
    union all
    select 'c', c.command_id::text, null, null, c.result, c.position, c.fingerprint,
           (select e.leaf from event e where e.tenant_id = p_tenant and e.position = c.position),
           c.recorded_at
    from command c where c.tenant_id = p_tenant and c.command_id = any(p_commands)
    union all
    select 's', s.stream_id, s.version, s.fold_version, s.state, null, null, null, null
    from stream s where s.tenant_id = p_tenant and s.stream_id = any(p_streams);
end
$$;
