-- What the database knows of the whole installation, for its metrics: one row of JSON values. No
-- tenant is named. A look across tenants, hence with the owner's rights; it shows no event.
--
-- `oldest` looks at no more than p_limit pairs of tenant and subscription that are behind, one index
-- probe each. Sandboxes are left out of it, for the time of their events is not ours, and so are
-- builds that are being filled: they begin with the oldest event.
create function installation_figures(p_silence double precision, p_limit int)
returns table (
    now timestamptz, tenants json, events bigint, subscriptions json, oldest json, parked json,
    workers json, silence double precision, overdue double precision, bytes bigint
)
language sql stable security definer set search_path = public, pg_temp as $$
    with running as (
        select r.name as subscription, true as serves from reactor r
        union all
        select b.name || '@' || b.build, b.status = 'serving'
        from read_model_build b where b.status <> 'retired'
    ), done as (
        select c.subscription, sum(least(c.position, h.position))::bigint as events
        from checkpoint c join head h on h.tenant_id = c.tenant_id
        group by c.subscription
    ), behind as (
        select r.subscription, h.tenant_id, coalesce(c.position, 0) + 1 as position
        from running r cross join head h
        left join checkpoint c on c.tenant_id = h.tenant_id and c.subscription = r.subscription
        where r.serves and h.position > coalesce(c.position, 0) and not h.sandbox
        order by h.recorded_at
        limit p_limit
    )
    select
        clock_timestamp(),
        (select json_object_agg(k.kind, k.number) from (
            select case when h.sandbox then 'sandbox' else 'real' end as kind, count(*) as number
            from head h group by 1) k),
        (select coalesce(sum(h.position), 0)::bigint from head h),
        (select json_object_agg(r.subscription, coalesce(d.events, 0))
         from running r left join done d on d.subscription = r.subscription),
        (select json_object_agg(o.subscription, o.seconds) from (
            select b.subscription,
                   max(extract(epoch from clock_timestamp() - e.recorded_at)) as seconds
            from behind b
            join event e on e.tenant_id = b.tenant_id and e.position = b.position
            group by b.subscription) o),
        (select json_agg(json_build_array(p.subscription, p.reason, p.number)) from (
            select p.subscription, p.reason, count(*) as number from parked p group by 1, 2) p),
        (select json_object_agg(w.build, w.number) from (
            select w.build, count(*) as number from worker_heartbeat w
            where w.seen_at > clock_timestamp() - make_interval(secs => p_silence)
            group by w.build) w),
        (select extract(epoch from clock_timestamp() - max(w.seen_at))::double precision
         from worker_heartbeat w),
        (select extract(epoch from clock_timestamp() - s.next_due_at)::double precision
         from stream s join head h on h.tenant_id = s.tenant_id
         where s.next_due_at <= statement_timestamp() and not h.sandbox
         order by s.next_due_at limit 1),
        pg_database_size(current_database())
$$;
