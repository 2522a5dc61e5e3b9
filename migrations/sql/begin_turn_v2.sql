-- One round trip: takes the lease on a subscription of a tenant, passes over what the subscription
-- does not want, and answers with the first page in which there is something for it.
-- No row: somebody else has the lease. One row without an event (position null): where the
-- checkpoint stands now. With `released`, nothing is left and the lease was given back.
--
-- `crashes` counts the takeovers of a lease that nobody gave back. A worker that finds its own name
-- there lost the database, not its life. A row that is locked belongs to a batch in flight: it is
-- not waited for. A build that was retired has no checkpoint and gets none again.
--
-- p_types are the wanted types (null: all), p_known those that the caller's code knows: one that it
-- does not know is never passed over.
create or replace function begin_turn(
    p_tenant uuid, p_subscription text, p_holder text, p_lease double precision,
    p_types text[], p_known text[], p_limit int
) returns table (
    checkpoint bigint, fence bigint, crashes int, suspect bigint, parked text[], released boolean,
    "position" bigint, stream_id text, type text, recorded_at timestamptz, leaf bytea,
    header text, content text
)
language plpgsql volatile as $$
#variable_conflict use_column
declare
    v record;
    v_parked text[];
    v_count bigint;
    v_last bigint;
    v_first bigint;
    v_start bigint;
    v_now timestamptz := clock_timestamp();
begin
    perform set_config('suyuan.tenant_id', p_tenant::text, true);
    perform set_config('synchronous_commit', 'off', true);

    update checkpoint c
    set fence = c.fence + 1, holder = p_holder,
        leased_until = v_now + make_interval(secs => p_lease),
        crashes = c.crashes + case when c.holder <> p_holder then 1 else 0 end,
        suspect = case when c.holder = p_holder then null else c.suspect end
    from (
        select f.tenant_id, f.subscription from checkpoint f
        where f.tenant_id = p_tenant and f.subscription = p_subscription
          and (f.holder is null or f.holder = p_holder or f.leased_until < v_now)
        for no key update skip locked
    ) free
    where c.tenant_id = p_tenant and c.subscription = free.subscription -- names it: Citus asks one node
    returning c.position, c.fence, c.crashes, c.suspect into v;
    if not found then
        -- That the row is not there is asked first: a conflict would wait for the batch that has it. By
        -- itself and not in the insert: on Citus a select there is sent without the tenant.
        if exists (
            select 1 from checkpoint o where o.tenant_id = p_tenant and o.subscription = p_subscription
        ) or exists (
            select 1 from read_model_build b
            where b.name || '@' || b.build = p_subscription and b.status = 'retired'
        ) then
            return;
        end if;
        insert into checkpoint as c (tenant_id, subscription, fence, holder, leased_until)
        values (p_tenant, p_subscription, 1, p_holder, v_now + make_interval(secs => p_lease))
        on conflict (tenant_id, subscription) do nothing
        returning c.position, c.fence, c.crashes, c.suspect into v;
        if not found then
            return;
        end if;
    end if;
    v_parked := array(
        select p.stream_id from parked p where p.tenant_id = p_tenant and p.subscription = p_subscription);

    v_start := v.position;
    if p_types is not null and v.suspect is null then
        for v_round in 1 .. 20 loop -- bounded, so that a long history is passed over in several turns
            select count(*), max(e.position),
                   min(e.position) filter (where e.type = any(p_types) or not e.type = any(p_known))
            into v_count, v_last, v_first
            from (
                select n.position, n.type from event n
                where n.tenant_id = p_tenant and n.position > v_start
                order by n.position limit 10 * p_limit
            ) e;
            exit when v_count = 0 or v_last <> v_start + v_count; -- a gap: the caller tells of it
            v_start := coalesce(v_first - 1, v_last);
            exit when v_first is not null or v_count < 10 * p_limit;
        end loop;
    end if;

    return query
    select v_start, v.fence, v.crashes, v.suspect, v_parked, false,
           n.position, n.stream_id, n.type, n.recorded_at, n.leaf,
           case when p_types is null or n.type = any(p_types) then n.header end,
           case when p_types is null or n.type = any(p_types) then n.content end
    from event n
    where n.tenant_id = p_tenant and n.position > v_start
    order by n.position limit p_limit;
    if not found then
        update checkpoint c
        set position = v_start, holder = null, leased_until = null, crashes = 0, suspect = null
        where c.tenant_id = p_tenant and c.subscription = p_subscription;
        return query
        select v_start, v.fence, v.crashes, v.suspect, v_parked, true, null::bigint, null::text,
               null::text, null::timestamptz, null::bytea, null::text, null::text;
    elsif v_start > v.position then
        update checkpoint c set position = v_start, crashes = 0, suspect = null
        where c.tenant_id = p_tenant and c.subscription = p_subscription;
    end if;
end
$$;
