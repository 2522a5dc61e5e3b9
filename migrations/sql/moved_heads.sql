-- The heads of tenants in which something may have been recorded since p_since, by the clock of the
-- database; and one row without a tenant: the time of this look, and a text that changes with the
-- builds of read models. A look across tenants, hence with the owner's rights; it shows no event.
--
-- What was recorded may become visible later than it says, hence the half minute. The time of a
-- sandbox is not ours: sandboxes are always there.
create function moved_heads(p_since timestamptz)
returns table (tenant_id uuid, "position" bigint, looked_at timestamptz, builds text)
language sql stable security definer set search_path = public, pg_temp as $$
    select null::uuid, null::bigint, statement_timestamp(), (
        select coalesce(md5(string_agg(b.name || '@' || b.build || b.status, ',' order by b.name, b.build)), '')
        from read_model_build b where b.status <> 'retired')
    union all
    select h.tenant_id, h.position, null, null
    from head h where h.recorded_at > p_since - interval '30 seconds' or h.sandbox
$$;
