-- Makes the next index that a filled build still goes without; answers how many are left then.
-- With the owner's rights: what is made was written down by who made the build, not by the caller.
create or replace function index_build(p_name text, p_build int) returns int
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
    v_indexes text[];
    v_left text[];
begin
    select indexes into v_indexes from read_model_build
    where name = p_name and build = p_build and status = 'filling' for update;
    if not found or cardinality(v_indexes) = 0 then
        return 0;
    end if;
    execute v_indexes[1];
    v_left := v_indexes[2:]; -- not in the update: the slice there ends a coordinator of Citus
    update read_model_build set indexes = v_left where name = p_name and build = p_build;
    return cardinality(v_left);
end
$$;
