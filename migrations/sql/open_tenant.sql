-- Makes a tenant's head row. The same tenant again changes nothing and answers false.
create function open_tenant(p_tenant uuid, p_timezone text, p_sandbox boolean, p_clock timestamptz)
returns boolean
language plpgsql volatile as $$
begin
    perform set_config('suyuan.tenant_id', p_tenant::text, true);
    insert into head (tenant_id, position, recorded_at, timezone, sandbox, clock)
    values (p_tenant, 0, '-infinity', p_timezone, p_sandbox, case when p_sandbox then coalesce(p_clock, date_trunc('second', clock_timestamp())) end)
    on conflict (tenant_id) do nothing;
    return found;
end
$$;
