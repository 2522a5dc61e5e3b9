-- Which of these tenants have events beyond the checkpoint of one of these subscriptions. A look
-- across tenants, hence with the owner's rights; it shows no event.
create function tenants_behind(p_tenants uuid[], p_subscriptions text[])
returns table (tenant_id uuid)
language sql stable security definer set search_path = public, pg_temp as $$
    select h.tenant_id
    from head h
    where h.tenant_id = any(p_tenants) and cardinality(p_subscriptions) > (
        select count(*) from checkpoint c
        where c.tenant_id = h.tenant_id and c.subscription = any(p_subscriptions)
          and c.position >= h.position)
    order by h.recorded_at
$$;
