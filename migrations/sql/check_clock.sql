-- Stops a transaction whose clock is more than a minute from that of the process that sent it: what
-- it records would pay for breaches that never were, and the tenant's time would stand still until
-- the right clock has caught up. Null: a sandbox, which has a clock of its own.
create function check_clock(p_process timestamptz) returns boolean
language plpgsql volatile as $$
begin
    if abs(extract(epoch from clock_timestamp() - p_process)) > 60 then
        raise exception 'the database''s clock differs from the process''s by % s',
            round(extract(epoch from clock_timestamp() - p_process)) using errcode = 'SY004';
    end if;
    return true;
end
$$;
