-- The tenant of the rest of the transaction, which the wall compares with. A function, because on a
-- cluster of Citus the other nodes have to be told too (app/distribution/sql.py has that form of it).
create function set_tenant(p_id uuid) returns text
language sql volatile as $$
    select set_config('suyuan.tenant_id', p_id::text, true)
$$;
