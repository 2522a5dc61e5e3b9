-- Problems of the set tenant that name one of these tickets, by the index on arrays.
-- With the owner's rights, for the reason given in matching_tickets.sql.
create or replace function problems_of_tickets(p_tickets text[]) returns setof text
language plpgsql stable security definer rows 20 set search_path = public, pg_temp as $$
declare
    v_tenant uuid := current_setting('suyuan.tenant_id'); -- a value, by which Citus finds the node
begin
    return query
    select p.problem_id from problems p
    where p.tenant_id = v_tenant and p.tickets && p_tickets;
end
$$;
