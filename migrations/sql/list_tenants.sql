-- The tenants by id, with the fold of each one's own stream; after `p_after`, or `p_only` one.
-- A look across tenants for the operator, hence with the owner's rights; it shows no other stream.
create function list_tenants(p_after uuid, p_limit int, p_only uuid)
returns table (
    tenant_id uuid, timezone text, sandbox boolean, "position" bigint, opened_at timestamptz,
    version int, fold_version int, state text
)
language sql stable security definer set search_path = public, pg_temp as $$
    select h.tenant_id, h.timezone, h.sandbox, h.position, e.recorded_at,
           s.version, s.fold_version, s.state
    from head h
    left join event e on e.tenant_id = h.tenant_id and e.position = 1
    left join stream s on s.tenant_id = h.tenant_id and s.stream_id = 'tenant-' || h.tenant_id
    where (p_after is null or h.tenant_id > p_after) and (p_only is null or h.tenant_id = p_only)
    order by h.tenant_id
    limit p_limit
$$;
