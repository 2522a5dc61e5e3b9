-- Parked streams that this build may be able to handle, the longest parked first: those parked at an
-- event that its code knows and the code that parked it did not, and those that failed in other
-- builds only. Not those that ended a worker. A look across tenants, hence with the owner's rights;
-- it shows no event.
--
-- p_types and p_versions are the types of events that the caller's code knows, and the newest schema
-- version of each.
create function parked_for_build(
    p_subscriptions text[], p_build text, p_types text[], p_versions int[], p_limit int
) returns table (tenant_id uuid, subscription text, stream_id text)
language sql stable security definer set search_path = public, pg_temp as $$
    select p.tenant_id, p.subscription, p.stream_id
    from parked p
    where p.subscription = any(p_subscriptions)
      and case p.reason
          when 'unknown' then exists (
              select from unnest(p_types, p_versions) k(type, version)
              where k.type = p.unknown_type and k.version >= p.unknown_version)
          when 'crashed' then false
          else not p_build = any(p.tried_by)
      end
    order by p.parked_at, p.tenant_id, p.stream_id
    limit p_limit
$$;
