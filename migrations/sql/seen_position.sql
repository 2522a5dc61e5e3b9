-- The position up to which all of these subscriptions have seen a tenant's events. A read model is
-- named as its view is: the build that serves is the one that counts.
create function seen_position(p_tenant uuid, p_subscriptions text[]) returns bigint
language plpgsql volatile as $$
begin
    perform set_config('suyuan.tenant_id', p_tenant::text, true);
    return (
        select coalesce(min(coalesce(c.position, 0)), 0)
        from unnest(p_subscriptions) n(name)
        left join read_model_build b on b.name = n.name and b.status = 'serving'
        left join checkpoint c
          on c.tenant_id = p_tenant and c.subscription = coalesce(b.name || '@' || b.build, n.name));
end
$$;
