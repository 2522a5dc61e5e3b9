-- Makes a reactor known. A new one begins at the end of every tenant's log: it has nothing to do
-- about what was before it. Answers whether it is new. For the owner of the tables.
create function begin_reactor(p_name text) returns boolean
language plpgsql volatile as $$
begin
    insert into reactor (name) values (p_name) on conflict do nothing;
    if not found then
        return false;
    end if;
    insert into checkpoint (tenant_id, subscription, position)
    select tenant_id, p_name, position from head
    on conflict do nothing;
    return true;
end
$$;
