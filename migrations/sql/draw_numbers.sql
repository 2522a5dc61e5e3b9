-- The next `p_count` numbers of a series of a tenant, `R240305` for instance: answers the last one.
-- Not flushed by itself: whatever uses a number commits after it, and the log is flushed in order.
create function draw_numbers(p_tenant uuid, p_series text, p_count int) returns int
language plpgsql volatile as $$
declare
    v_last int;
begin
    perform set_config('suyuan.tenant_id', p_tenant::text, true);
    perform set_config('synchronous_commit', 'off', true);
    insert into number_series as n (tenant_id, series, last)
    values (p_tenant, p_series, p_count)
    on conflict (tenant_id, series) do update set last = n.last + excluded.last
    returning n.last into v_last;
    return v_last;
end
$$;
