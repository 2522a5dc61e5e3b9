-- Tickets of the set tenant whose text has all of these grams, and really has all of these terms.
--
-- With the owner's rights, because the row-level wall keeps an index on arrays from being used (the
-- operator is not marked leakproof, and only a superuser could mark it). The tenant is the session's
-- own setting, as in the wall, and never an argument: there is no tenant but that one to be seen.
create or replace function matching_tickets(p_grams int[], p_terms text[]) returns setof text
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    v_tenant uuid := current_setting('suyuan.tenant_id'); -- a value, by which Citus finds the node
begin
    return query
    select t.ticket_id from ticket_text t
    where t.tenant_id = v_tenant
      and t.grams @> p_grams
      and not exists (select from unnest(p_terms) term where strpos(t.folded, term) = 0);
end
$$;
