-- The role that the product works as: it may add to history, never change it.
do $$
begin
    if not exists (select from pg_roles where rolname = 'suyuan_app') then
        create role suyuan_app nologin;
    end if;
exception when duplicate_object then
    null; -- another database of this cluster was migrated at the same moment
end
$$;
grant suyuan_app to current_user;
