-- One command that writes to one stream, where all is as it should be: what `append_batch` does with a
-- batch of one, without the work of telling items apart. Where something is not (the command was
-- recorded before, a stream has moved or is held by a stranger) all of it is undone and `recorded_at`
-- is null: `append_batch`, asked next, says what it was.
--
-- The order of locks, the settings and the leaf are those of `append_batch`, for its reasons.
-- `r_stream` are the streams that the command only read.
create or replace function append_one(
    p_tenant uuid, c_id uuid, c_fingerprint bytea, c_result text,
    m_stream text, m_expected int, m_version int, m_fold int, m_state text, m_due timestamptz,
    r_stream text[], r_expected int[],
    e_stream text[], e_version int[], e_type text[], e_header text[], e_content text[],
    out "position" bigint, out leaf bytea, out recorded_at timestamptz
)
language plpgsql volatile
set plan_cache_mode = force_generic_plan
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
#variable_conflict use_column
declare
    v_base bigint;
    v_clock timestamptz;
    v_before timestamptz;
    v_now timestamptz;
    v_us text;
begin
    perform set_config('suyuan.tenant_id', p_tenant::text, true);

    select h.position, h.clock, h.recorded_at into v_base, v_clock, v_before
    from head h where h.tenant_id = p_tenant for no key update;
    if not found then
        raise exception 'unknown tenant %', p_tenant using errcode = 'SY001';
    end if;
    v_now := greatest(coalesce(v_clock, clock_timestamp()), v_before);
    update head h set position = v_base + cardinality(e_type), recorded_at = v_now
    where h.tenant_id = p_tenant;

    if m_expected = 0 then
        insert into stream (tenant_id, stream_id, category, version, fold_version, state, next_due_at)
        values (p_tenant, m_stream, split_part(m_stream, '-', 1), m_version, m_fold, m_state, m_due)
        on conflict do nothing;
    else
        update stream s
        set version = m_version, fold_version = m_fold, state = m_state, next_due_at = m_due
        from (
            select l.stream_id from stream l
            where l.tenant_id = p_tenant and l.stream_id = m_stream and l.version = m_expected
            for no key update skip locked
        ) free
        where s.tenant_id = p_tenant and s.stream_id = free.stream_id;
    end if;
    if not found or cardinality(r_stream) > 0 and exists (
        select from unnest(r_stream, r_expected) r(stream, expected)
        left join lateral (
            select s.version from stream s
            where s.tenant_id = p_tenant and s.stream_id = r.stream limit 1
        ) s on true
        where coalesce(s.version, 0) <> r.expected
    ) then
        raise exception using errcode = 'SY003';
    end if;

    insert into command (tenant_id, command_id, fingerprint, result, position, recorded_at)
    values (p_tenant, c_id, c_fingerprint, c_result, v_base + cardinality(e_type), v_now)
    on conflict do nothing;
    if not found then
        raise exception using errcode = 'SY003';
    end if;

    v_us := (extract(epoch from v_now) * 1000000)::bigint::text;
    for n in 1 .. cardinality(e_type) loop
        insert into event (tenant_id, position, stream_id, version, type, recorded_at, header, content, leaf)
        values (p_tenant, v_base + n, e_stream[n], e_version[n], e_type[n], v_now, e_header[n], e_content[n],
                sha256('\x00'::bytea || convert_to('suyuan-event/v1' || E'\n'
                    || (v_base + n) || E'\n' || v_us || E'\n' || e_header[n], 'UTF8')))
        returning event.leaf into leaf;
    end loop;
    "position" := v_base + cardinality(e_type);
    recorded_at := v_now;
exception when sqlstate 'SY003' then
    "position" := null;
    leaf := null;
    recorded_at := null;
end
$$;
