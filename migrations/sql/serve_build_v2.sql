-- Last step of the switch, in the transaction of `begin_switch`: the view shows the new build, the
-- old one goes with its checkpoints. It refuses to show less than was shown before, be it because it
-- is behind or because it could not handle a stream that the serving build did.
-- With the owner's rights, for the application may not create or drop anything; it can only name a
-- build that `suyuan migrate` or `suyuan projections rebuild` has made.
create or replace function serve_build(p_name text, p_build int) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
    v_old int := (select build from read_model_build where name = p_name and status = 'serving');
begin
    if exists (select 1 from begin_switch(p_name, p_build)) then
        raise exception 'build % of % is behind', p_build, p_name using errcode = 'SY005';
    end if;
    if exists (select 1 from read_model_build
               where name = p_name and build = p_build and cardinality(indexes) > 0) then
        raise exception 'build % of % has no indexes yet', p_build, p_name using errcode = 'SY005';
    end if;
    if exists (
        select 1 from parked n
        where n.subscription = p_name || '@' || p_build and not exists (
            select 1 from parked o where o.tenant_id = n.tenant_id and o.stream_id = n.stream_id
              and o.subscription = p_name || '@' || v_old)
    ) then
        raise exception 'build % of % has set streams aside that the serving one has', p_build, p_name
            using errcode = 'SY006';
    end if;
    execute format('drop view if exists %I', p_name);
    execute format('create view %I with (security_invoker = true) as select * from %I',
                   p_name, p_name || '_b' || p_build);
    execute format('grant select on %I to suyuan_app', p_name);
    if v_old is not null then
        execute format('drop table %I', p_name || '_b' || v_old);
        delete from checkpoint where subscription = p_name || '@' || v_old;
        delete from parked where subscription = p_name || '@' || v_old;
        update read_model_build set status = 'retired' where name = p_name and build = v_old;
    end if;
    update read_model_build set status = 'serving' where name = p_name and build = p_build;
end
$$;
