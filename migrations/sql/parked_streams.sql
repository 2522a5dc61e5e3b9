-- What subscriptions have set aside, over all tenants, the oldest first. Hence with the owner's
-- rights; it shows no event.
create function parked_streams(p_limit int)
returns table (
    tenant_id uuid, subscription text, stream_id text,
    "position" bigint, attempts int, error text, parked_at timestamptz
)
language sql stable security definer set search_path = public, pg_temp as $$
    select p.tenant_id, p.subscription, p.stream_id, p.position, p.attempts, p.error, p.parked_at
    from parked p order by p.parked_at, p.tenant_id, p.stream_id limit p_limit
$$;
