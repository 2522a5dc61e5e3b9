-- One round trip, one transaction: a batch of commands of one tenant, each answered for itself.
--
-- Outcomes: 'appended' · 'duplicate' (this command was recorded before; its stored result comes back)
-- · 'conflict' (a stream is not at the expected version; the actual one comes back) · 'busy' (a foreign
-- transaction holds one of the streams; nobody waits for it here, the caller tries again alone).
--
-- Why this order of locks: the tenant's head row first, the only one that is ever waited for. Under
-- it no other append of the tenant can run, so the versions and the ledger read after it are final,
-- and positions are drawn in commit order: a reader that follows `position > cursor` can never skip
-- an event that commits late. The streams next, and only those that are free at once, so that
-- nobody outside the store can make the holder of the head wait. Streams first would do as well,
-- but for an append that has its stream and still waits for the head: it looks like a stranger.
--
-- Why the settings: every statement here looks rows up by their primary keys, and its plan is kept.
-- A plan made while the tables are small scans them, and goes on doing so while they grow.
--
-- Items may follow each other on a stream: then each expects the version that the last before it that
-- writes the stream leaves. A batch ends as if its items had run one after the other, but for one
-- thing: whatever touches a stream that a refused item before it would have written is refused too
-- ('conflict'), even where its version fits. Others may have moved the stream to that very version
-- meanwhile, and what follows was decided on what was never written.
create or replace function append_batch(
    p_tenant uuid,
    c_id uuid[], c_fingerprint bytea[], c_result text[],
    m_item int[], m_stream text[], m_expected int[], m_version int[],
    m_fold int[], m_state text[], m_due timestamptz[],
    e_item int[], e_stream text[], e_version int[], e_type text[], e_header text[], e_content text[]
) returns table (
    item int, outcome text, result text, fingerprint bytea,
    stream_id text, actual int, "position" bigint, leaf bytea, recorded_at timestamptz
)
language plpgsql volatile
set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
#variable_conflict use_column
declare
    v_locked text[] := '{}';
    v_base bigint;
    v_clock timestamptz;
    v_before timestamptz;
    v_now timestamptz;
    v_us text;
    v_leaves bytea[];
    v_last int[] := '{}';
    v_out int[] := '{}';
    v_more boolean;
    v_refused int[] := '{}';
    v_on text[] := '{}';
    v_busy boolean[] := '{}';
    v_row record;
    n int;
begin
    perform set_config('suyuan.tenant_id', p_tenant::text, true);

    -- The clock is read once the lock is there, and not in the update: Citus takes nothing volatile in
    -- one. As if every item were going to be appended; what is not is given back below.
    select h.position, h.clock, h.recorded_at into v_base, v_clock, v_before
    from head h where h.tenant_id = p_tenant for no key update;
    if not found then
        raise exception 'unknown tenant %', p_tenant using errcode = 'SY001';
    end if;
    v_now := greatest(coalesce(v_clock, clock_timestamp()), v_before);
    update head h set position = v_base + cardinality(e_item), recorded_at = v_now
    where h.tenant_id = p_tenant;

    if 0 < any(m_expected) then
        select coalesce(array_agg(l.stream_id), '{}') into v_locked
        from unnest(m_stream, m_expected, m_version) m(stream, expected, version)
        cross join lateral (
            select s.stream_id from stream s
            where s.tenant_id = p_tenant and s.stream_id = m.stream
            limit 1 for no key update skip locked
        ) l
        where m.version > m.expected and m.expected > 0;
    end if;

    if exists (
        select 1 from command c where c.tenant_id = p_tenant and c.command_id = any(c_id)
        union all
        select 1 from (
            select m.stream, m.expected, m.version,
                   max(case when m.version > m.expected then m.version end)
                       over (partition by m.stream order by m.item
                             rows between unbounded preceding and 1 preceding) as before
            from unnest(m_item, m_stream, m_expected, m_version) m(item, stream, expected, version)
        ) m
        left join lateral (
            select s.version from stream s
            where s.tenant_id = p_tenant and s.stream_id = m.stream limit 1
        ) s on true
        where coalesce(m.before, s.version, 0) <> m.expected
           or (m.version > m.expected and s.version > 0 and not m.stream = any(v_locked))
    ) then
        for v_row in
            select i.item, c.result, c.fingerprint, c.position, c.recorded_at, e.leaf
            from unnest(c_id) with ordinality i(id, item)
            join command c on c.tenant_id = p_tenant and c.command_id = i.id
            left join event e on e.tenant_id = p_tenant and e.position = c.position
        loop
            item := v_row.item; outcome := 'duplicate'; result := v_row.result;
            fingerprint := v_row.fingerprint; stream_id := null; actual := null;
            "position" := v_row.position; leaf := v_row.leaf; recorded_at := v_row.recorded_at;
            v_out := v_out || item;
            return next;
        end loop;

        for v_row in
            select m.item, m.stream, coalesce(m.before, s.version, 0) = m.expected as held
            from (
                select m.item, m.stream, m.expected, m.version,
                       max(case when m.version > m.expected then m.version end)
                           over (partition by m.stream order by m.item
                                 rows between unbounded preceding and 1 preceding) as before
                from unnest(m_item, m_stream, m_expected, m_version) m(item, stream, expected, version)
            ) m
            left join stream s on s.tenant_id = p_tenant and s.stream_id = m.stream
            where coalesce(m.before, s.version, 0) <> m.expected
               or (m.version > m.expected and s.version > 0 and not m.stream = any(v_locked))
        loop
            continue when v_row.item = any(v_out);
            v_out := v_out || v_row.item;
            v_refused := v_refused || v_row.item;
            v_on := v_on || v_row.stream;
            v_busy := v_busy || v_row.held;
        end loop;

        -- What follows a refused item, and what follows that.
        v_more := exists (
            select 1 from unnest(m_stream, m_expected, m_version) m(stream, expected, version)
            group by m.stream having count(*) > 1 and bool_or(m.version > m.expected)
        );
        while v_more loop
            v_more := false;
            for v_row in
                select m.item, min(m.stream) as stream
                from unnest(m_item, m_stream) m(item, stream)
                join unnest(m_item, m_stream, m_expected, m_version) p(item, stream, expected, version)
                  on p.stream = m.stream and p.item < m.item and p.version > p.expected
                where p.item = any(v_out) and not m.item = any(v_out)
                group by m.item
            loop
                v_more := true;
                v_out := v_out || v_row.item;
                v_refused := v_refused || v_row.item;
                v_on := v_on || v_row.stream;
                v_busy := v_busy || false;
            end loop;
        end loop;

        for v_row in
            select r.item, r.stream, r.busy, coalesce((
                select max(p.version)
                from unnest(m_item, m_stream, m_expected, m_version) p(item, stream, expected, version)
                where p.stream = r.stream and p.version > p.expected and not p.item = any(v_out)
            ), s.version, 0) as actual
            from unnest(v_refused, v_on, v_busy) r(item, stream, busy)
            left join stream s on s.tenant_id = p_tenant and s.stream_id = r.stream
        loop
            item := v_row.item; outcome := case when v_row.busy then 'busy' else 'conflict' end;
            result := null; fingerprint := null; stream_id := v_row.stream; actual := v_row.actual;
            "position" := null; leaf := null; recorded_at := null;
            return next;
        end loop;

        update head h
        set position = v_base + (select count(*) from unnest(e_item) e(item) where not e.item = any(v_out))
        where h.tenant_id = p_tenant;
        if cardinality(v_out) = cardinality(c_id) then
            return;
        end if;
    end if;

    v_us := (extract(epoch from v_now) * 1000000)::bigint::text;
    with written as (
        insert into event (tenant_id, position, stream_id, version, type, recorded_at, header, content, leaf)
        select p_tenant, e.position, e.stream, e.version, e.type, v_now, e.header, e.content,
               sha256('\x00'::bytea || convert_to(
                   'suyuan-event/v1' || E'\n' || e.position || E'\n' || v_us || E'\n' || e.header, 'UTF8'))
        from (
            select v_base + row_number() over (order by e.nth) as position, e.*
            from unnest(e_item, e_stream, e_version, e_type, e_header, e_content)
                 with ordinality e(item, stream, version, type, header, content, nth)
            where not e.item = any(v_out)
        ) e
        returning event.position, event.leaf
    )
    select array_agg(w.leaf order by w.position) into v_leaves from written w;

    -- Which of the written events is an item's last one.
    n := 0;
    for i in 1 .. cardinality(e_item) loop
        continue when e_item[i] = any(v_out);
        n := n + 1;
        v_last[e_item[i]] := n;
    end loop;

    insert into command (tenant_id, command_id, fingerprint, result, position, recorded_at)
    select p_tenant, i.id, i.fingerprint, i.result, v_base + v_last[i.item], v_now
    from unnest(c_id, c_fingerprint, c_result) with ordinality i(id, fingerprint, result, item)
    where not i.item = any(v_out);

    -- Of items that follow each other the last.
    insert into stream as s (tenant_id, stream_id, category, version, fold_version, state, next_due_at)
    select distinct on (m.stream)
           p_tenant, m.stream, split_part(m.stream, '-', 1), m.version, m.fold, m.state, m.due
    from unnest(m_item, m_stream, m_expected, m_version, m_fold, m_state, m_due)
         m(item, stream, expected, version, fold, state, due)
    where m.version > m.expected and not m.item = any(v_out)
    order by m.stream, m.item desc
    on conflict (tenant_id, stream_id) do update
    set version = excluded.version, fold_version = excluded.fold_version,
        state = excluded.state, next_due_at = excluded.next_due_at;

    outcome := 'appended'; result := null; fingerprint := null; stream_id := null; actual := null;
    recorded_at := v_now;
    for i in 1 .. cardinality(c_id) loop
        continue when i = any(v_out);
        item := i; "position" := v_base + v_last[i]; leaf := v_leaves[v_last[i]];
        return next;
    end loop;
end
$$;
