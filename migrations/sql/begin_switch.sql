-- First step of the switch to a filled build: no checkpoint moves until the caller's transaction
-- ends, and these are the tenants in which the new build is behind the one that serves.
--
-- Why the whole table is locked: a reader who waited until the serving build had seen a position
-- must find it in the new build too, in tenants that begin at this very moment as well. The lock is
-- waited for no longer than the caller's lock_timeout, and held for the last few events only.
create function begin_switch(p_name text, p_build int)
returns table (tenant_id uuid, new_position bigint, old_position bigint)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
    perform from read_model_build where name = p_name and build = p_build and status = 'filling' for update;
    if not found then
        raise exception 'build % of % is not being filled', p_build, p_name using errcode = 'SY004';
    end if;
    lock table checkpoint in share row exclusive mode;
    return query
    select o.tenant_id, coalesce(n.position, 0), o.position
    from checkpoint o
    left join checkpoint n on n.tenant_id = o.tenant_id and n.subscription = p_name || '@' || p_build
    where o.subscription = (
            select p_name || '@' || b.build from read_model_build b
            where b.name = p_name and b.status = 'serving')
      and o.position > coalesce(n.position, 0);
end
$$;
