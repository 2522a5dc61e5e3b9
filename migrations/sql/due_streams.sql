-- Streams of which something has lapsed by their tenant's wall clock, the earliest first, over all
-- tenants. Sandboxes are left out: their time moves only when somebody moves it.
-- The one look across tenants that the timer needs, hence with the owner's rights.
-- The statement's time and not the clock's: an index cannot be searched for what changes meanwhile,
-- and what is due would be looked for among all that ever will be.
create or replace function due_streams(p_limit int)
returns table (tenant_id uuid, stream_id text, next_due_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
    select s.tenant_id, s.stream_id, s.next_due_at
    from stream s join head h on h.tenant_id = s.tenant_id
    where s.next_due_at <= statement_timestamp() and not h.sandbox
    order by s.next_due_at
    limit p_limit
$$;
