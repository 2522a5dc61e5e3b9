"""`python -m bench values`: what the values of one report cost to decide, fold, write and read.

Pure CPU, no database: each figure is the fastest of many rounds, so other work on the machine
disturbs it little.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from time import perf_counter
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from app.domain.decider import Given, NeedsNumber, NeedsStream, On
from app.domain.ticket.commands.ticket import ReportTicket
from app.domain.ticket.decider import TICKET
from app.event_store.codec import Origin, decode_row, decode_state, encode, encode_state
from app.events.base import Fact, Recorded
from app.projections import ticket_row
from bench.bodies import CSR, REPORTED

NOW = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
COMMAND = ReportTicket(
    ticket_id=REPORTED.ticket_id,
    kind="repair",
    category="leak",
    description=REPORTED.description,
    channel="app",
    location=REPORTED.location,
    household_id=REPORTED.household_id,
    reporter=REPORTED.reporter,
)
ORIGIN = Origin(
    tenant_id=UUID(int=1),
    log="suyuan",
    build="0.1.0",
    command_id=UUID(int=2),
    correlation_id="c",
    causation_id=None,
    channel="app",
)
STREAM = f"ticket-{REPORTED.ticket_id}"
EVENT_ID = UUID(int=3)


def report(states: dict[str, Any], numbers: dict[str, str]) -> Sequence[Any]:
    """Decides the command; what it asks for is there the next time."""
    while True:
        given = Given(
            actor=CSR,
            now=NOW,
            occurred_at=NOW,
            zone=ZoneInfo("Asia/Shanghai"),
            channel="app",
            states=states,
            numbers=numbers,
            nonce="0" * 32,
        )
        try:
            return TICKET.decide(COMMAND, None, given)
        except NeedsStream as needed:
            states[needed.stream.id] = needed.stream.decider.initial
        except NeedsNumber as needed:
            numbers[needed.key] = f"{needed.series}-0001"


def works() -> tuple[Mapping[str, Callable[[], object]], int]:
    states: dict[str, Any] = {}
    numbers: dict[str, str] = {}
    events = [event for event in report(states, numbers) if not isinstance(event, On)]
    facts = [Fact(event, NOW, CSR) for event in events]
    state = TICKET.fold(None, facts)
    text = encode_state(state)
    written = [encode(ORIGIN, STREAM, n, EVENT_ID, fact) for n, fact in enumerate(facts, 1)]
    rows = [
        {
            "position": n,
            "recorded_at": NOW,
            "leaf": bytes(32),
            "header": each.header,
            "content": each.content,
        }
        for n, each in enumerate(written, 1)
    ]
    read = decode_state.__wrapped__  # past its cache
    recorded = [decode_row(row) for row in rows]
    return {
        "decide": lambda: report(states, numbers),
        "fold": lambda: TICKET.fold(None, facts),
        "encode the events": lambda: [
            encode(ORIGIN, STREAM, n, EVENT_ID, fact) for n, fact in enumerate(facts, 1)
        ],
        "decode the events": lambda: [decode_row(row) for row in rows],
        "the row of the list": lambda: row_after(recorded),
        "encode the state": lambda: encode_state(state),
        "decode the state": lambda: read(TICKET.state_type, text),
    }, len(events)


def row_after(recorded: Sequence[Recorded[Any]]) -> ticket_row.Row:
    first, *later = recorded
    row = ticket_row.reported(ORIGIN.tenant_id, first)
    for each in later:
        if each.type in ticket_row.TYPES:
            row = ticket_row.evolve(row, each.event)
    return row


def microseconds(work: Callable[[], object], *, rounds: int, calls: int = 200) -> float:
    """Of one call, in the fastest round."""
    fastest = float("inf")
    for _ in range(rounds):
        started = perf_counter()
        for _ in range(calls):
            work()
        fastest = min(fastest, perf_counter() - started)
    return fastest / calls * 1e6


def values(*, quick: bool) -> None:
    every, number = works()
    table = Table(f"a report of {number} events", "µs")
    for name, work in every.items():
        table.add_row(name, f"{microseconds(work, rounds=10 if quick else 50):.1f}")
    Console().print(table)
