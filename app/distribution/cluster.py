"""Distributes tables, read models and functions over the nodes of a cluster, each tenant whole."""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from app.db import APP_ROLE
from app.distribution import sql
from app.grants import SchemaRefused

# Fewer than Citus's 32: what looks across tenants asks each. A node has several to be moved by.
SHARDS = 16

# Every tenant's rows are beside its row here.
ANCHOR = "head"
EVERYWHERE = ("read_model_build",)

# As defaults of the database, hence of every session, also on the other nodes.
SETTINGS = {
    "citus.propagate_set_commands": "local",
    "citus.allow_nested_distributed_execution": "on",
    "citus.multi_shard_modify_mode": "sequential",
    "citus.node_connection_timeout": "3s",
}
# Plans of theirs are made for one node: a generic one has none.
WITHOUT_GENERIC_PLANS = "plan_cache_mode=force_generic_plan"

_HAS_EXTENSION = text("select exists (select from pg_extension where extname = 'citus')")
_IS_DISTRIBUTED = text(
    "select exists (select from pg_dist_partition where logicalrelid = to_regclass('public.head'))"
)
_NODES = text("""
select count(*) from pg_dist_node where isactive and shouldhaveshards and noderole = 'primary'
""")

_TABLES = text("""
select c.relname from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'known_tenant'
  and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id'
              and not a.attisdropped)
  and not exists (select from pg_dist_partition d where d.logicalrelid = c.oid)
order by c.relname <> 'head', c.relname
""")
_LOCAL = text("""
select not exists (select from pg_dist_partition where logicalrelid = cast(:name as regclass))
""")
_DISTRIBUTE = text("""
select create_distributed_table(
    cast(:name as text), 'tenant_id', colocate_with => 'head')
""")
_DISTRIBUTE_FIRST = text("""
select create_distributed_table(
    'head', 'tenant_id', colocate_with => 'none', shard_count => :shards)
""")
_EVERYWHERE = text("select create_reference_table(cast(:name as text))")

_FUNCTIONS = text("""
select p.oid::regprocedure::text as signature
from pg_proc p
where p.pronamespace = 'public'::regnamespace and 'p_tenant' = any(p.proargnames)
  and not exists (
      select from pg_catalog.pg_dist_object o
      where o.classid = 'pg_proc'::regclass and o.objid = p.oid
        and o.distribution_argument_index is not null)
order by 1
""")
_DISTRIBUTE_FUNCTION = text("""
select create_distributed_function(
    cast(cast(:signature as text) as regprocedure), 'p_tenant', colocate_with => 'head')
""")
_SOURCES = text("select prosrc from pg_proc where pronamespace = 'public'::regnamespace")
_GRANTED = text("""
select bool_or(a.grantee = 0) as everybody,
       bool_or(a.grantee = cast(:role as regrole)) as application
from pg_proc p
cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
where p.oid = cast(cast(:name as text) as regprocedure)
""")
_SETTINGS = text("""
select unnest(s.setconfig) from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase
where d.datname = current_database() and s.setrole = 0
""")
_MAY_LOG_IN = text("select rolcanlogin from pg_roles where rolname = :role")
_GENERIC_PLANS = text("""
select p.oid::regprocedure::text as signature from pg_proc p
where p.pronamespace = 'public'::regnamespace and :setting = any(p.proconfig) order by 1
""")


class NoCluster(SchemaRefused):
    """The database is none of Citus, or no other node belongs to it."""


def is_distributed(connection: Connection) -> bool:
    return bool(connection.execute(_HAS_EXTENSION).scalar_one()) and bool(
        connection.execute(_IS_DISTRIBUTED).scalar_one()
    )


def distribute(connection: Connection) -> list[str]:
    """Returns the tables that were not distributed before. Whatever is as it should be is left as
    it is. In the caller's transaction. Raises `NoCluster`."""
    _refuse_without_nodes(connection)
    connection.execute(text("set local citus.multi_shard_modify_mode = 'sequential'"))
    # The triggers that keep history look at their row alone, and go to each shard with the table.
    connection.execute(text("set local citus.enable_unsafe_triggers = on"))
    made = list(_tables(connection))
    _functions(connection)
    for statement in _settings(connection):
        connection.execute(text(statement))
    return made


def distribute_table(connection: Connection, name: str) -> None:
    """A read model that was just made: beside its tenants, if the installation is distributed."""
    if is_distributed(connection):
        connection.execute(text("set local citus.multi_shard_modify_mode = 'sequential'"))
        connection.execute(_DISTRIBUTE, {"name": name})


def _refuse_without_nodes(connection: Connection) -> None:
    if not connection.execute(_HAS_EXTENSION).scalar_one():
        raise NoCluster(
            "this database has no extension citus, so there is nothing to distribute to.",
            hint="Install Citus on every node, `create extension citus`, add the nodes: "
            "ops/citus/README.md. One machine needs none of it.",
        )
    if not connection.execute(_NODES).scalar_one():
        raise NoCluster(
            "the cluster has no node that takes tenants.",
            hint="As a superuser, on the coordinator: select citus_add_node('host', 5432);",
        )


def _tables(connection: Connection) -> Iterator[str]:
    for name in EVERYWHERE:
        if connection.execute(_LOCAL, {"name": name}).scalar_one():
            connection.execute(_EVERYWHERE, {"name": name})
            yield name
    for name in connection.execute(_TABLES).scalars().all():
        if name == ANCHOR:
            connection.execute(_DISTRIBUTE_FIRST, {"shards": SHARDS})
        else:
            connection.execute(_DISTRIBUTE, {"name": name})
        yield name


def _functions(connection: Connection) -> None:
    for table in sql.TABLES:
        connection.execute(text(table))
    there = set(connection.execute(_SOURCES).scalars())
    for function in sql.FUNCTIONS:
        if function.split("$$")[1] not in there:
            connection.exec_driver_sql(function)
    for name, to_application in sql.NEW.items():
        held = connection.execute(_GRANTED, {"name": name, "role": APP_ROLE}).one()
        if held.everybody:
            connection.execute(text(f"revoke execute on function {name} from public"))
        if to_application and not held.application:
            connection.execute(text(f"grant execute on function {name} to {APP_ROLE}"))
    planned = {"setting": WITHOUT_GENERIC_PLANS}
    for signature in connection.execute(_GENERIC_PLANS, planned).scalars().all():
        connection.execute(text(f"alter function {signature} reset plan_cache_mode"))
    for signature in connection.execute(_FUNCTIONS).scalars().all():
        connection.execute(_DISTRIBUTE_FUNCTION, {"signature": signature})


def _settings(connection: Connection) -> Iterator[str]:
    database = connection.execute(text("select quote_ident(current_database())")).scalar_one()
    there = set(connection.execute(_SETTINGS).scalars())
    for name, value in SETTINGS.items():
        if f"{name}={value}" not in there:
            yield f"alter database {database} set {name} = '{value}'"
    # Nodes connect to each other as who asks: between them too the application is this role.
    if not connection.execute(_MAY_LOG_IN, {"role": APP_ROLE}).scalar_one():
        yield f"alter role {APP_ROLE} login"
