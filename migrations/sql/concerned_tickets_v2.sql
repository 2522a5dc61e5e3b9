-- Tickets of the set tenant that may concern a person or a household, by the index
-- `ticket_search_b…_concerned`, whose expression this repeats. The caller decides who may see what.
--
-- With the owner's rights, for the reason given in matching_tickets.sql. The tenant is a part of what
-- is searched for, so that a name that two tenants share costs neither the other's tickets.
create or replace function concerned_tickets(p_who text) returns setof text
language plpgsql stable security definer rows 200 set search_path = public, pg_temp as $$
declare
    v_tenant uuid := current_setting('suyuan.tenant_id'); -- a value, by which Citus finds the node
begin
    return query
    select t.ticket_id from ticket_search t
    where t.tenant_id = v_tenant
      and (array[t.tenant_id::text, t.assignee, t.offered_to, t.reported_by, t.first_responsible,
           t.hand_over_to, t.investigator] || t.past || t.supporting)
          @> array[v_tenant::text, p_who];
end
$$;
