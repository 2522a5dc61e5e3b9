-- How far a subscription is over all tenants: events handled, events there are, tenants behind, and
-- streams set aside. A look across tenants, hence with the owner's rights; it shows no event.
create or replace function subscription_progress(p_subscription text)
returns table (done bigint, total bigint, behind bigint, parked bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select read.done, read.total, read.behind, aside.streams
    from (
        select coalesce(sum(least(coalesce(c.position, 0), h.position)), 0)::bigint as done,
               coalesce(sum(h.position), 0)::bigint as total,
               count(*) filter (where h.position > coalesce(c.position, 0)) as behind
        from head h
        left join checkpoint c on c.tenant_id = h.tenant_id and c.subscription = p_subscription
    ) read
    cross join (select count(*) as streams from parked p where p.subscription = p_subscription) aside
$$;
