-- The trigger that keeps history: nothing recorded is ever changed or removed.
create function refuse_change() returns trigger
language plpgsql as $$
begin
    raise exception '% is append-only: % refused', tg_table_name, tg_op using errcode = 'SY003';
end
$$;
