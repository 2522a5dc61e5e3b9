-- One round trip: takes the lease on a feed of a tenant, which is several subscriptions that read
-- together, and answers with one row for each of them that is not yet at the tenant's head (member
-- set), and with the first page of events for those that stand abreast (member null).
--
-- No row: nothing is to be done, or another worker has the lease. Abreast are those within a page of
-- the foremost, whose next step nobody else has; each gets the events beyond its own position. With
-- `apart`, a member has to catch up, or was left by a worker that died: it takes turns by itself
-- until it is abreast again. One that another worker runs by itself is not mentioned.
--
-- A lease that nobody gave back was a worker's death in a shared turn. Each subscription that may
-- have been in it counts the death and gets a new fence: they take turns by themselves, and the one
-- at fault is found as `begin_turn` describes. A worker that finds its own name lost the database,
-- not its life. When nothing is to be done nothing is written.
create function begin_feed(
    p_tenant uuid, p_feed text, p_subscriptions text[], p_holder text, p_lease double precision,
    p_types text[], p_limit int
) returns table (
    member text, checkpoint bigint, fence bigint, apart boolean, parked text[],
    "position" bigint, stream_id text, type text, recorded_at timestamptz, leaf bytea,
    header text, content text
)
language plpgsql volatile
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    v_head bigint;
    v_before text;
    v_lead bigint;
    v_from bigint;
    v_pages boolean;
    v_known text[];
    v_retired text[];
    v_name text;
    v_now timestamptz := clock_timestamp();
begin
    perform set_config('suyuan.tenant_id', p_tenant::text, true);
    select h.position into v_head from head h where h.tenant_id = p_tenant;
    if v_head is null or cardinality(p_subscriptions) = (
            select count(*) from checkpoint c
            where c.tenant_id = p_tenant and c.subscription = any(p_subscriptions)
              and c.position >= v_head) then
        return;
    end if;

    perform set_config('synchronous_commit', 'off', true);
    update feed f
    set holder = p_holder, leased_until = v_now + make_interval(secs => p_lease)
    from (
        select o.tenant_id, o.name, o.holder from feed o
        where o.tenant_id = p_tenant and o.name = p_feed
          and (o.holder is null or o.holder = p_holder or o.leased_until < v_now)
        for no key update skip locked
    ) free
    where f.tenant_id = p_tenant and f.name = free.name -- names it: Citus asks one node
    returning free.holder into v_before;
    if not found then
        -- That the row is not there is asked first: a conflict would wait for the batch that has it. By
        -- itself and not in the insert: on Citus a select there is sent without the tenant.
        if exists (select 1 from feed o where o.tenant_id = p_tenant and o.name = p_feed) then
            return;
        end if;
        insert into feed as f (tenant_id, name, holder, leased_until)
        values (p_tenant, p_feed, p_holder, v_now + make_interval(secs => p_lease))
        on conflict (tenant_id, name) do nothing;
        if not found then
            return;
        end if;
    end if;
    if v_before <> p_holder then
        update checkpoint c set crashes = c.crashes + 1, fence = c.fence + 1
        from (
            select o.tenant_id, o.subscription from checkpoint o
            where o.tenant_id = p_tenant and o.subscription = any(p_subscriptions)
              and o.position < v_head and o.holder is null and o.suspect is null
            for no key update skip locked
        ) left_behind
        where c.tenant_id = p_tenant and c.subscription = left_behind.subscription;
    end if;
    v_known := array(
        select c.subscription from checkpoint c
        where c.tenant_id = p_tenant and c.subscription = any(p_subscriptions));
    if not p_subscriptions <@ v_known then
        v_retired := array(
            select b.name || '@' || b.build from read_model_build b where b.status = 'retired');
        foreach v_name in array p_subscriptions loop
            if not v_name = any(v_known || v_retired) then
                insert into checkpoint (tenant_id, subscription) values (p_tenant, v_name)
                on conflict (tenant_id, subscription) do nothing;
            end if;
        end loop;
    end if;

    select max(c.position) into v_lead from checkpoint c
    where c.tenant_id = p_tenant and c.subscription = any(p_subscriptions)
      and c.holder is null and c.suspect is null and c.crashes = 0;
    select min(c.position) into v_from from checkpoint c
    where c.tenant_id = p_tenant and c.subscription = any(p_subscriptions)
      and c.holder is null and c.suspect is null and c.crashes = 0 and c.position >= v_lead - p_limit;
    v_pages := coalesce(v_from < v_head, false);

    return query
    select m.subscription, m.position, m.fence, not m.abreast,
           array(select p.stream_id from parked p
                 where p.tenant_id = p_tenant and p.subscription = m.subscription),
           null::bigint, null::text, null::text, null::timestamptz, null::bytea, null::text, null::text
    from (
        select c.subscription, c.position, c.fence,
               c.holder is null and c.suspect is null and c.crashes = 0 and c.position >= v_from
                   as abreast
        from checkpoint c
        where c.tenant_id = p_tenant and c.subscription = any(p_subscriptions)
          and (c.holder is null or c.holder = p_holder or c.leased_until < v_now)
    ) m
    where (m.abreast and v_pages) or (not m.abreast and m.position < v_head);
    if not v_pages then
        update feed f set holder = null, leased_until = null
        where f.tenant_id = p_tenant and f.name = p_feed;
        return;
    end if;
    return query
    select null::text, null::bigint, null::bigint, null::boolean, null::text[],
           n.position, n.stream_id, n.type, n.recorded_at, n.leaf,
           case when p_types is null or n.type = any(p_types) then n.header end,
           case when p_types is null or n.type = any(p_types) then n.content end
    from event n
    where n.tenant_id = p_tenant and n.position > v_from
    order by n.position limit p_limit;
end
$$;
