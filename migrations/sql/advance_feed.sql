-- The first statement of a shared batch: moves the checkpoints of all members to p_to and locks them
-- until the commit. Answers how many it moved. Fewer than there are members means that the batch
-- must not be: another worker has the feed or a member, or a parked stream of one was retried.
--
-- A member is compared by its position and its fence. The feed's lease keeps others from doing the
-- same work and is renewed; with p_release it is given back by the same commit.
--
-- The tenant is set by the transaction of the batch, which does not wait for the disk: a crash may
-- lose the last batches, rows and checkpoints together, and they are then handled again. No wait for
-- a locked row either: it belongs to a batch in flight.
create function advance_feed(
    p_tenant uuid, p_feed text, p_holder text, p_lease double precision, p_release boolean,
    p_members text[], p_positions bigint[], p_fences bigint[], p_to bigint
) returns bigint
language plpgsql volatile
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
declare
    v_moved bigint;
    v_now timestamptz := clock_timestamp();
begin
    update feed f
    set holder = case when p_release then null else f.holder end,
        leased_until = v_now + make_interval(secs => p_lease)
    where f.tenant_id = p_tenant and f.name = p_feed and f.holder = p_holder;
    if not found then
        return 0;
    end if;
    update checkpoint c set position = p_to
    from (
        select o.tenant_id, o.subscription
        from unnest(p_members, p_positions, p_fences) m(name, position, fence)
        join checkpoint o on o.tenant_id = p_tenant and o.subscription = m.name
        where o.position = m.position and o.fence = m.fence and o.holder is null
        for no key update of o skip locked
    ) free
    where c.tenant_id = p_tenant and c.subscription = free.subscription; -- names it: Citus asks one node
    get diagnostics v_moved = row_count;
    return v_moved;
end
$$;
