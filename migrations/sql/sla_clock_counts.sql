-- How many clocks of each kind are not over, are due soon (warned of, or due within 15 minutes), and
-- are late, whether or not that has been recorded. Sandboxes are left out: their time is not ours.
-- A look across tenants, hence with the owner's rights; it shows no ticket.
--
-- In plpgsql, which looks for `sla_clocks` only when it runs: read models are made after migrations.
create function sla_clock_counts()
returns table (clock text, open bigint, due_soon bigint, breached bigint)
language plpgsql stable security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
    if to_regclass('sla_clocks') is null then
        return;
    end if;
    return query
    select c.clock, count(*),
           count(*) filter (
               where c.state = 'running' and c.due_at >= clock_timestamp()
                 and (c.warn_at <= clock_timestamp()
                      or c.due_at < clock_timestamp() + interval '15 minutes')),
           count(*) filter (
               where c.state in ('breached', 'breached_paused')
                  or c.breaches_at < clock_timestamp())
    from sla_clocks c join head h on h.tenant_id = c.tenant_id
    where not h.sandbox and c.state in ('running', 'paused', 'breached', 'breached_paused')
    group by c.clock;
end
$$;
