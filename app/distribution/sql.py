"""Functions in the form that they have on a cluster. While a node is down, a look across tenants
asks each of the others by itself, so that it hurts its own tenants alone."""

# The setting is sent to every node that the transaction reaches (`citus.propagate_set_commands`).
# `set_config` stays where it is called, and the wall then raises.
SET_TENANT = """
create or replace function set_tenant(p_id uuid) returns text
language plpgsql volatile as $$
begin
    execute format('set local suyuan.tenant_id = %L', p_id);
    return p_id::text;
end
$$
"""

# One query for each node, over its shards: `{head}` in p_query is a shard of that table. The query
# answers one column of JSON. Not for the application: it would read every tenant.
ON_EACH_NODE = """
create or replace function on_each_node(p_tables text[], p_query text)
returns table (node text, answered boolean, answer json)
language plpgsql volatile set search_path = public, pg_temp as $$
declare
    v_hosts text[] := '{}';
    v_ports int[] := '{}';
    v_queries text[] := '{}';
    v_one text;
    v_shard record;
    v_table text;
    v_name text;
begin
    for v_shard in
        select n.nodename, n.nodeport, s.shardminvalue
        from pg_dist_shard s
        join pg_dist_placement p on p.shardid = s.shardid
        join pg_dist_node n on n.groupid = p.groupid and n.noderole = 'primary'
        where s.logicalrelid = 'head'::regclass
        order by n.nodename, n.nodeport, s.shardid
    loop
        v_one := p_query;
        foreach v_table in array p_tables loop
            select shard_name(o.logicalrelid, o.shardid) into v_name from pg_dist_shard o
            where o.logicalrelid = to_regclass(v_table) and o.shardminvalue = v_shard.shardminvalue;
            v_one := replace(v_one, '{' || v_table || '}', v_name);
        end loop;
        if v_hosts[cardinality(v_hosts)] = v_shard.nodename
                and v_ports[cardinality(v_ports)] = v_shard.nodeport then
            v_queries[cardinality(v_queries)] :=
                v_queries[cardinality(v_queries)] || ' union all (' || v_one || ')';
        else
            v_hosts := v_hosts || v_shard.nodename;
            v_ports := v_ports || v_shard.nodeport;
            v_queries := v_queries || ('(' || v_one || ')');
        end if;
    end loop;
    for i in 1 .. cardinality(v_queries) loop
        v_queries[i] := 'select coalesce(json_agg(found.each), ''[]'') from ('
            || v_queries[i] || ') found(each)';
    end loop;
    return query
    select r.node_name || ':' || r.node_port, r.success,
           case when r.success then r.result::json end
    from master_run_on_worker(v_hosts, v_ports, v_queries, true) r;
end
$$
"""

DUE_STREAMS = """
create or replace function due_streams(p_limit int)
returns table (tenant_id uuid, stream_id text, next_due_at timestamptz)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
    if not exists (select 1 from lost_node) then
        return query
        select s.tenant_id, s.stream_id, s.next_due_at
        from stream s join head h on h.tenant_id = s.tenant_id
        where s.next_due_at <= statement_timestamp() and not h.sandbox
        order by s.next_due_at
        limit p_limit;
        return;
    end if;
    return query
    select r.tenant_id, r.stream_id, r.next_due_at
    from on_each_node(array['stream', 'head'], format($q$
        select to_json(d) from (
            select s.tenant_id, s.stream_id, s.next_due_at
            from {stream} s join {head} h on h.tenant_id = s.tenant_id
            where s.next_due_at <= %L::timestamptz and not h.sandbox
            order by s.next_due_at limit %s) d
    $q$, statement_timestamp(), p_limit)) n
    cross join lateral json_to_recordset(n.answer)
        r(tenant_id uuid, stream_id text, next_due_at timestamptz)
    where n.answered
    order by r.next_due_at
    limit p_limit;
end
$$
"""

SUBSCRIPTION_BACKLOG = """
create or replace function subscription_backlog(p_subscription text, p_limit int)
returns table (tenant_id uuid, checkpoint bigint, head bigint)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
    if not exists (select 1 from lost_node) then
        return query
        select h.tenant_id, coalesce(c.position, 0), h.position
        from head h
        left join checkpoint c on c.tenant_id = h.tenant_id and c.subscription = p_subscription
        where h.position > coalesce(c.position, 0)
        order by h.recorded_at
        limit p_limit;
        return;
    end if;
    return query
    select r.tenant_id, r.seen, r.last
    from on_each_node(array['head', 'checkpoint'], format($q$
        select to_json(d) from (
            select h.tenant_id, coalesce(c.position, 0) as seen, h.position as last, h.recorded_at
            from {head} h
            left join {checkpoint} c on c.tenant_id = h.tenant_id and c.subscription = %L
            where h.position > coalesce(c.position, 0)
            order by h.recorded_at limit %s) d
    $q$, p_subscription, p_limit)) n
    cross join lateral json_to_recordset(n.answer)
        r(tenant_id uuid, seen bigint, last bigint, recorded_at timestamptz)
    where n.answered
    order by r.recorded_at
    limit p_limit;
end
$$
"""

MOVED_HEADS = """
create or replace function moved_heads(p_since timestamptz)
returns table (tenant_id uuid, "position" bigint, looked_at timestamptz, builds text)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
    v_since timestamptz := p_since - interval '30 seconds';
begin
    return query
    select null::uuid, null::bigint, statement_timestamp(), coalesce(
        md5(string_agg(b.name || '@' || b.build || b.status, ',' order by b.name, b.build)), '')
    from read_model_build b where b.status <> 'retired';
    if not exists (select 1 from lost_node) then
        return query
        select h.tenant_id, h.position, null::timestamptz, null::text
        from head h where h.recorded_at > v_since or h.sandbox;
        return;
    end if;
    return query
    select r.tenant_id, r.last, null::timestamptz, null::text
    from on_each_node(array['head'], format($q$
        select to_json(d) from (
            select h.tenant_id, h.position as last from {head} h
            where h.recorded_at > %L::timestamptz or h.sandbox) d
    $q$, v_since)) n
    cross join lateral json_to_recordset(n.answer) r(tenant_id uuid, last bigint)
    where n.answered;
end
$$
"""

TENANTS_BEHIND = """
create or replace function tenants_behind(p_tenants uuid[], p_subscriptions text[])
returns table (tenant_id uuid)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
    if not exists (select 1 from lost_node) then
        return query
        select h.tenant_id
        from head h
        left join checkpoint c on c.tenant_id = h.tenant_id
            and c.subscription = any(p_subscriptions) and c.position >= h.position
        where h.tenant_id = any(p_tenants)
        group by h.tenant_id, h.recorded_at
        having count(c.subscription) < cardinality(p_subscriptions)
        order by h.recorded_at;
        return;
    end if;
    return query
    select r.tenant_id
    from on_each_node(array['head', 'checkpoint'], format($q$
        select to_json(d) from (
            select h.tenant_id, h.recorded_at
            from {head} h
            left join {checkpoint} c on c.tenant_id = h.tenant_id
                and c.subscription = any(%L::text[]) and c.position >= h.position
            where h.tenant_id = any(%L::uuid[])
            group by h.tenant_id, h.recorded_at
            having count(c.subscription) < %s) d
    $q$, p_subscriptions, p_tenants, cardinality(p_subscriptions))) n
    cross join lateral json_to_recordset(n.answer) r(tenant_id uuid, recorded_at timestamptz)
    where n.answered
    order by r.recorded_at;
end
$$
"""

PARKED_FOR_BUILD = """
create or replace function parked_for_build(
    p_subscriptions text[], p_build text, p_types text[], p_versions int[], p_limit int
) returns table (tenant_id uuid, subscription text, stream_id text)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
    if not exists (select 1 from lost_node) then
        return query
        select p.tenant_id, p.subscription, p.stream_id
        from parked p
        where p.subscription = any(p_subscriptions)
          and case p.reason
              when 'unknown' then exists (
                  select 1 from unnest(p_types, p_versions) k(type, version)
                  where k.type = p.unknown_type and k.version >= p.unknown_version)
              when 'crashed' then false
              else not p_build = any(p.tried_by)
          end
        order by p.parked_at, p.tenant_id, p.stream_id
        limit p_limit;
        return;
    end if;
    return query
    select r.tenant_id, r.subscription, r.stream_id
    from on_each_node(array['parked'], format($q$
        select to_json(d) from (
            select p.tenant_id, p.subscription, p.stream_id, p.parked_at from {parked} p
            where p.subscription = any(%L::text[])
              and case p.reason
                  when 'unknown' then exists (
                      select 1 from unnest(%L::text[], %L::int[]) k(type, version)
                      where k.type = p.unknown_type and k.version >= p.unknown_version)
                  when 'crashed' then false
                  else not %L = any(p.tried_by)
              end
            order by p.parked_at, p.tenant_id, p.stream_id limit %s) d
    $q$, p_subscriptions, p_types, p_versions, p_build, p_limit)) n
    cross join lateral json_to_recordset(n.answer)
        r(tenant_id uuid, subscription text, stream_id text, parked_at timestamptz)
    where n.answered
    order by r.parked_at, r.tenant_id, r.stream_id
    limit p_limit;
end
$$
"""

# On the coordinator: which tenants there are, so that whose a node is can be said while it is down;
# and the nodes that did not answer when a worker looked last.
TABLES = (
    "create table if not exists known_tenant (tenant_id uuid primary key)",
    "create table if not exists lost_node (node text primary key)",
)

NOTE_TENANTS = """
create or replace function note_tenants() returns bigint
language sql volatile security definer set search_path = public, pg_temp as $$
    with found as (
        select r.each as tenant_id
        from on_each_node(array['head'], 'select to_json(h.tenant_id) from {head} h') n
        cross join lateral json_array_elements_text(n.answer) r(each)
        where n.answered
    ), noted as (
        insert into known_tenant select f.tenant_id::uuid from found f
        on conflict do nothing returning 1
    )
    select count(*) from noted
$$
"""

# Nodes with tenants that do not answer, and the tenants that are known to live there.
UNREACHABLE_NODES = """
create or replace function unreachable_nodes() returns table (node text, tenants uuid[])
language sql volatile security definer set search_path = public, pg_temp as $$
    select d.node, array(
        select k.tenant_id from known_tenant k
        join pg_dist_placement p
          on p.shardid = get_shard_id_for_distribution_column('head', k.tenant_id)
        join pg_dist_node n on n.groupid = p.groupid and n.noderole = 'primary'
        where n.nodename || ':' || n.nodeport = d.node order by k.tenant_id)
    from on_each_node('{}', 'select to_json(1)') d
    where not d.answered
    order by d.node
$$
"""

NOTE_NODES = """
create or replace function note_nodes() returns table (node text, tenants uuid[])
language plpgsql volatile security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
    v_lost text[] := array(
        select d.node from on_each_node('{}', 'select to_json(1)') d where not d.answered);
begin
    delete from lost_node where node <> all(v_lost);
    insert into lost_node select unnest(v_lost) on conflict do nothing;
    return query select u.node, u.tenants from unreachable_nodes() u where cardinality(v_lost) > 0;
end
$$
"""

FUNCTIONS = (
    SET_TENANT,
    ON_EACH_NODE,
    DUE_STREAMS,
    SUBSCRIPTION_BACKLOG,
    MOVED_HEADS,
    TENANTS_BEHIND,
    PARKED_FOR_BUILD,
    NOTE_TENANTS,
    UNREACHABLE_NODES,
    NOTE_NODES,
)

NEW = {
    "on_each_node(text[], text)": False,
    "note_nodes()": True,
    "note_tenants()": True,
    "unreachable_nodes()": True,
}
"""Functions that only a cluster has, and whether the application may call them."""
