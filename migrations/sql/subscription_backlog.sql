-- Tenants that have events beyond a subscription's checkpoint, with the length of each backlog.
-- A look across tenants, hence with the owner's rights; it shows no event.
create function subscription_backlog(p_subscription text, p_limit int)
returns table (tenant_id uuid, checkpoint bigint, head bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select h.tenant_id, coalesce(c.position, 0), h.position
    from head h
    left join checkpoint c on c.tenant_id = h.tenant_id and c.subscription = p_subscription
    where h.position > coalesce(c.position, 0)
    order by h.recorded_at
    limit p_limit
$$;
