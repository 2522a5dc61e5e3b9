-- How far a subscription is over all tenants: events handled, events there are, tenants behind, and
-- streams set aside. A look across tenants, hence with the owner's rights; it shows no event.
create function subscription_progress(p_subscription text)
returns table (done bigint, total bigint, behind bigint, parked bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select coalesce(sum(least(coalesce(c.position, 0), h.position)), 0)::bigint,
           coalesce(sum(h.position), 0)::bigint,
           count(*) filter (where h.position > coalesce(c.position, 0)),
           (select count(*) from parked p where p.subscription = p_subscription)
    from head h
    left join checkpoint c on c.tenant_id = h.tenant_id and c.subscription = p_subscription
$$;
