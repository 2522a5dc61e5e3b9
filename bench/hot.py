"""One ticket that everybody touches, beside as many tickets that one person touches each."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from app.command_handler import CommandHandler
from app.commands import Contended, Envelope
from app.domain.ticket.commands.ticket import Comment
from app.domain.ticket.decider import TICKET
from bench.bodies import CSR
from bench.rounds import interleave, rate
from bench.rows import Row, row
from bench.writers import COMMENT, new_handler, open_store, open_tenants, report

CLIENTS = 32
COMMAND = Comment(text=COMMENT, visibility="public")


@dataclass(frozen=True, slots=True)
class Comments:
    """Comments a second, by as many clients as there are places in `tickets`."""

    name: str
    handler: CommandHandler
    tenant: UUID
    tickets: Sequence[str]

    async def run(self, seconds: float) -> float:
        return await rate([self._comment(ticket) for ticket in self.tickets], seconds)

    def _comment(self, ticket_id: str) -> Callable[[], Awaitable[object]]:
        async def comment() -> None:
            envelope = Envelope(tenant_id=self.tenant, actor=CSR)
            while True:
                with suppress(Contended):  # a client that is told so tries again
                    await self.handler.handle(TICKET.stream(ticket_id), COMMAND, envelope)
                    return

        return comment


async def hot_stream(url: str, *, quick: bool) -> list[Row]:
    async with open_store(url) as store:
        (tenant,) = await open_tenants(store, 1)
        handler = new_handler(store)
        tickets = [await report(handler, tenant) for _ in range(CLIENTS)]
        hot = Comments("one ticket", handler, tenant, tickets[:1] * CLIENTS)
        spread = Comments(f"{CLIENTS} tickets", handler, tenant, tickets)
        medians = await interleave(
            [hot, spread], rounds=3 if quick else 7, seconds=1 if quick else 3
        )
    return [
        row(
            f"{CLIENTS} clients on one ticket",
            "comments/s",
            medians[hot.name],
            medians[spread.name],
            f"on {CLIENTS} tickets",
        )
    ]
