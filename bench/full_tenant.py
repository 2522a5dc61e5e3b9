"""A tenant whose read models are full, as after two years of work.

The rows are made by the database itself, not by projections: the same columns and indexes, in
seconds instead of an hour. Nothing is in the event store but the log that `fill_log` writes, so
lists find rows here and would render none of them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from app.database_url import driver_url
from app.projections.catalogue import PROJECTIONS
from app.projections.ticket_text import fold, grams_of
from app.subscriptions.builds import ensure_read_models, open_owner_engine

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SPAN = timedelta(days=730)

OPEN = [
    "reported",
    "acknowledged",
    "pooled",
    "assigned",
    "accepted",
    "en_route",
    "on_site",
    "proposed",
    "in_progress",
    "completed",
    "responded",
    "reopened",
]
USUAL, RARE = "厨房漏水 水龙头滴水", "电梯困人"


def _dice(salt: int) -> str:
    return f"(abs(hashint8(n * 64 + {salt})::bigint) % 1000)"


def _one_of(prefix: str, number: str, salt: int) -> str:
    return f"('{prefix}' || abs(hashint8(n * 64 + {salt})::bigint) % ({number}))"


def _id(of: str = "n") -> str:
    return f"('01a1ff96-0a07-7000-8000-' || lpad(to_hex({of}), 12, '0'))"


OPEN_NOW = "(n > :n * 0.97)"
COMMUNITY = f"case when {_dice(1)} = 7 then 'c-small' else 'c' || {_dice(1)} % 10 end"
HOUSEHOLDS = "greatest(:n / 40, 1)"
ENGINEERS = "greatest(:n / :own, 1)"
ENGINEER = _one_of("e-", ENGINEERS, 2)
HOUSEHOLD = _one_of("h-", HOUSEHOLDS, 3)
AT = "(:now - (:n - n) * (:span / :n))"
STATUS = (
    f"case when {OPEN_NOW} then (array{OPEN})[1 + {_dice(4)} % {len(OPEN)}] "
    f"when {_dice(4)} < 920 then 'closed' when {_dice(4)} < 960 then 'confirmed' "
    f"when {_dice(4)} < 980 then 'cancelled' else 'merged' end"
)
KIND = (
    f"case when {_dice(5)} < 800 then 'repair' when {_dice(5)} < 950 then 'follow_up' "
    f"when {_dice(5)} < 990 then 'complaint' else 'suggestion' end"
)
SERVICE_CLASS = (
    f"case when {_dice(6)} < 20 then 'emergency' when {_dice(6)} < 120 then 'simple' "
    f"when {_dice(6)} < 970 then 'general' else 'complex' end"
)
COMPLAINT = f"({KIND} = 'complaint')"
OVERDUE = f"({OPEN_NOW} and {_dice(12)} < 5)"  # breached, and not yet recorded
DUE = f"case when {OVERDUE} then :now - interval '1 minute' else :now + n * interval '1 s' end"
CLOCK = f"(array['acknowledge', 'accept', 'arrive', 'resolve'])[1 + ({_dice(7)} + c.k) % 4]"
STATE = (
    f"case when c.k = 0 then null when not {OPEN_NOW} "
    f"then case when {_dice(8)} < 100 then 'met_late' else 'met' end "
    f"when {OVERDUE} then 'running' when {_dice(8)} < 100 then 'breached' "
    f"when {_dice(8)} < 150 then 'paused' else 'running' end"
)

# Of each read model: its columns, and one row for each of `from`.
_ROWS: dict[str, tuple[str, dict[str, str]]] = {
    "ticket_search": (
        ":n",
        {
            "ticket_id": _id(),
            "kind": KIND,
            "status": STATUS,
            "category": "'leak'",
            "service_class": SERVICE_CLASS,
            "community": COMMUNITY,
            "household_id": HOUSEHOLD,
            "reported_at": AT,
            "reported_by": f"case when {_dice(9)} < 30 then {ENGINEER} "
            f"else {_one_of('csr-', '20', 10)} end",
            "due_at": f"case when {OPEN_NOW} then {DUE} end",
            "breaches_at": f"case when {OPEN_NOW} and {_dice(8)} >= 100 then {DUE} end",
            "breached": f"({_dice(8)} < 100)",
            "clocks": "'[]'",
            "on_hold": f"({OPEN_NOW} and {_dice(11)} < 100)",
            "assignee": f"case when {_dice(13)} < 900 then {ENGINEER} end",
            "offered_to": f"case when {STATUS} = 'assigned' then {ENGINEER} end",
            "first_responsible": _one_of("s-", "30", 14),
            "hand_over_to": f"case when {OPEN_NOW} and {_dice(15)} < 5 then 's-1' end",
            "past": f"case when {_dice(16)} < 100 then array[{_one_of('e-', ENGINEERS, 17)}, "
            f"{_one_of('e-', ENGINEERS, 18)}] else '{{}}' end",
            "complained_about": f"case when {COMPLAINT} then {_one_of('e-', ENGINEERS, 19)} end",
            "anonymous": f"({COMPLAINT} and {_dice(20)} < 300)",
            "supporting": f"case when {COMPLAINT} and {_dice(21)} < 200 then "
            f"array[{_one_of('h-', HOUSEHOLDS, 22)}] else '{{}}' end",
            "investigator": f"case when {COMPLAINT} then {_one_of('s-', '30', 23)} end",
        },
    ),
    "ticket_text": (
        ":n",
        {
            "ticket_id": _id(),
            "folded": f"case when {_dice(24)} < 2 then :rare else :usual end",
            "grams": f"case when {_dice(24)} < 2 then :rare_grams else :usual_grams end",
        },
    ),
    "sla_clocks": (
        ":n) a(n), generate_series(0, 2",
        {
            "ticket_id": _id("a.n"),
            "clock": f"case when c.k = 0 then '' else {CLOCK} end",
            "cycle": "c.k::int",
            "number": "'R-' || n",
            "kind": KIND,
            "category": "'leak'",
            "service_class": SERVICE_CLASS,
            "community": COMMUNITY,
            "household_id": HOUSEHOLD,
            "assignee": ENGINEER,
            "state": STATE,
            "started_at": f"case when c.k > 0 then {AT} end",
            "due_at": f"case when c.k > 0 then case when {OPEN_NOW} then {DUE} "
            f"else {AT} + interval '1 hour' end end",
            "breaches_at": f"case when c.k > 0 and {OPEN_NOW} and {_dice(8)} >= 100 then {DUE} end",
            "breached_at": f"case when c.k > 0 and {_dice(8)} < 100 then {AT} + interval '1 h' end",
            "retracted": f"(c.k > 0 and {_dice(8)} < 3)",
            "waived": "false",
            "provisional": "false",
            "policy_id": "'default'",
        },
    ),
    "promises": (
        ":n / 5",
        {
            "promise_id": _id("a.n"),
            "ticket_id": _id("a.n * 5"),
            "household_id": HOUSEHOLD,
            "community": COMMUNITY,
            "kind": f"(array['visit', 'resolve', 'call_back'])[1 + {_dice(26)} % 3]",
            "source": "'person'",
            "made_at": f"{AT} - :span",
            "due_at": f"case when {OPEN_NOW} then {DUE} else :now - :span + n * interval '1 m' end",
            "state": f"case when {OPEN_NOW} then 'made' when {_dice(27)} < 30 then 'broken' "
            f"when {_dice(27)} < 35 then 'withdrawn' else 'kept' end",
            "settled": "false",
            "days_late": "0",
            "owed_fen": "0",
        },
    ),
    "problems": (
        ":n / 20",
        {
            "problem_id": _id("a.n"),
            "number": "'P-' || n",
            "state": f"case when n > :n / 20 * 0.97 then 'opened' when {_dice(28)} < 5 "
            "then 'acting' else 'closed' end",
            "source": f"case when {_dice(29)} < 20 then 'manual' else 'recurrence' end",
            "community": f"case when {_dice(30)} < 50 then null else {COMMUNITY} end",
            "category": f"'k-' || {_dice(31)}",
            "fingerprint": "'f-' || n",
            "tickets": f"array[{_id('a.n * 20')}, {_id('a.n * 20 + 7')}]",
            "has_root": "false",
            "opened_at": ":now - :span + n * interval '1 m'",
            "people": "'{}'",
        },
    ),
    "engineer_load": (
        ":n / 33",
        {"ticket_id": _id("a.n"), "relation": "'carried'", "engineer": ENGINEER},
    ),
    "staff_directory": (
        "greatest(:n / 100, 10)",
        {
            "subject": "'p-' || n",
            "name": "'张' || n",
            "roles": f"case when {_dice(32)} < 10 then array['auditor'] when {_dice(32)} < 30 "
            "then array['csr', 'supervisor'] else array['engineer'] end",
            "communities": "'{}'",
            "active": f"({_dice(33)} < 990)",
        },
    ),
    "household_directory": (
        ":n / 2",
        {
            "household_id": "'h-' || n",
            "communities": f"case when {_dice(34)} < 10 then array[{COMMUNITY}, 'c0'] "
            f"else array[{COMMUNITY}] end",
        },
    ),
    "follow_up_series_list": (
        ":n / 10",
        {
            "series_id": _id("a.n"),
            "community": COMMUNITY,
            "household_id": HOUSEHOLD,
            "ticket_id": _id("a.n * 10"),
            "assigned_to": ENGINEER,
            "active": f"({_dice(35)} < 10)",
        },
    ),
    "compensations": (
        ":n / 4",
        {
            "compensation_id": _id("a.n"),
            "ticket_id": _id("a.n * 4"),
            "household_id": HOUSEHOLD,
            "community": COMMUNITY,
            "benefit": f"case when {_dice(36)} < 5 then 'gift' else 'fee_credit' end",
            "state": f"case when {_dice(37)} < 5 then 'pending_approval' else 'fulfilled' end",
            "proposed_by": f"case when {_dice(38)} < 5 then 'csr-1' else 'system' end",
            "rule_id": f"case when {_dice(38)} < 5 then null when {_dice(38)} < 10 then 'rare' "
            "else 'late' end",
            "place": ":n - n",
        },
    ),
    "ledger": (
        ":n / 4",
        {
            "position": "n",
            "entry": "'grant'",
            "grant_position": "n",
            "compensation_id": _id("a.n"),
            "ticket_id": _id("a.n * 4"),
            "household_id": HOUSEHOLD,
            "community": COMMUNITY,
            "benefit": "'fee_credit'",
            "rule_id": "'late'",
            "month": "'2025-01'",
            "decided_by": "'system'",
            "debit": "'expense:fee_credit'",
            "credit": "'liability:h'",
            "no_fault": "false",
            "amount_fen": "100",
            "currency": "'CNY'",
            "occurred_at": ":now - :span + n * (:span / :n * 4)",
            "recorded_at": ":now - :span + n * (:span / :n * 4)",
        },
    ),
    "fee_credits": (
        ":n / 4",
        {
            "position": "n",
            "kind": "'credit'",
            "compensation_id": _id("a.n"),
            "household_id": HOUSEHOLD,
            "amount_fen": "100",
            "currency": "'CNY'",
            "occurred_at": ":now",
        },
    ),
    "compensation_flags": (
        ":n / 20",
        {
            "position": "n",
            "compensation_id": _id("a.n"),
            "flag": f"case when {_dice(39)} < 5 then 'rare' else 'usual' end",
            "detail": "''",
            "subject": _one_of("csr-", "500", 40),
            "occurred_at": ":now - :span + n * (:span / :n * 20)",
        },
    ),
    "surveys": (
        ":n / 2",
        {
            "survey_id": _id("a.n"),
            "kind": "'csat'",
            "scale_id": "'csat'",
            "ticket_id": _id("a.n * 2"),
            "campaign_id": f"case when {_dice(41)} < 20 then 'w-' || {_dice(42)} end",
            "household_id": HOUSEHOLD,
            "community": COMMUNITY,
            "issued_at": ":now",
            "bounced": "false",
            "tags": "'{}'",
            "dissatisfied": "false",
            "vote": "'v' || n",
        },
    ),
    "campaigns": (
        ":n / 40",
        {
            "campaign_id": "'w-' || n",
            "kind": f"case when {_dice(43)} < 5 then 'servqual' else 'nps' end",
            "community": f"case when {_dice(44)} < 5 then null else {COMMUNITY} end",
            "starts_at": ":now - :span + n * interval '1 h'",
        },
    ),
}

_LOG = """
insert into event
    (tenant_id, position, stream_id, version, type, recorded_at, header, content, leaf)
select '{tenant}', n, 'ticket-' || {id}, 1 + (n - 1) % 5,
       case when {dice} < 2 then 'campaign_opened' else 'ticket_commented' end,
       timestamptz '{now}', '{{}}', '{{}}', '\\x00'
from generate_series(1, {n}) n
"""


@dataclass(frozen=True, slots=True)
class FullTenant:
    """`tickets` tickets of one tenant, and what belongs to them; `own` of them are one
    engineer's."""

    tenant_id: UUID
    tickets: int
    own: int = 400

    def ticket(self, n: int) -> str:
        return f"01a1ff96-0a07-7000-8000-{n:012x}"

    def reported_at(self, n: int) -> datetime:
        return NOW - (self.tickets - n) * (SPAN / self.tickets)


async def make_read_models(url: str) -> None:
    owner = open_owner_engine(url)
    try:
        await ensure_read_models(owner, PROJECTIONS)
    finally:
        await owner.dispose()


async def fill(url: str, *tenants: FullTenant) -> None:
    """As the owner of the tables; `analyze` afterwards, as autovacuum would."""
    connection = await asyncpg.connect(driver_url(url))
    try:
        for tenant in tenants:
            for name, (source, columns) in _ROWS.items():
                await connection.execute(_statement(tenant, name, source, columns))
        await connection.execute("vacuum analyze")
    finally:
        await connection.close()


async def fill_log(url: str, tenant: FullTenant) -> None:
    """Five events on each of as many streams as the log then has fifths."""
    connection = await asyncpg.connect(driver_url(url))
    try:
        await connection.execute(
            _LOG.format(
                tenant=tenant.tenant_id,
                id=_id("(n + 4) / 5"),
                dice=_dice(45),
                now=NOW.isoformat(),
                n=tenant.tickets,
            )
        )
        await connection.execute("vacuum analyze event")
    finally:
        await connection.close()


def _statement(tenant: FullTenant, name: str, source: str, columns: dict[str, str]) -> str:
    names = "a(n)" if "generate_series" not in source else "c(k)"
    statement = (
        f"insert into {name}_b1 (tenant_id, {', '.join(columns)}) "
        f"select '{tenant.tenant_id}', {', '.join(columns.values())} "
        f"from generate_series(1, {source}) {names}"
    )
    for word, value in _words(tenant):
        statement = statement.replace(word, value)
    return statement


def _words(tenant: FullTenant) -> list[tuple[str, str]]:
    """Longer words first, so that none is taken for the beginning of another."""

    def grams(text: str) -> str:
        return f"'{{{','.join(map(str, grams_of(tenant.tenant_id, fold(text))))}}}'::int[]"

    return [
        (":usual_grams", grams(USUAL)),
        (":rare_grams", grams(RARE)),
        (":usual", f"'{fold(USUAL)}'"),
        (":rare", f"'{fold(RARE)}'"),
        (":span", f"interval '{SPAN.days} days'"),
        (":now", f"timestamptz '{NOW.isoformat()}'"),
        (":own", str(tenant.own)),
        (":n", str(tenant.tickets)),
    ]
