-- Moves the standing clock of a sandbox forward, under the head row like every append.
-- Answers the clock as it then is; it never goes back.
create function move_clock(p_tenant uuid, p_to timestamptz) returns timestamptz
language plpgsql volatile as $$
declare
    v_clock timestamptz;
begin
    perform set_config('suyuan.tenant_id', p_tenant::text, true);
    update head set clock = greatest(clock, p_to)
    where tenant_id = p_tenant and sandbox returning clock into v_clock;
    return v_clock;
end
$$;
