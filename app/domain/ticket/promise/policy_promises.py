"""Promises that company policy makes to every reporter of a kind of ticket."""

from hashlib import sha256
from string import hexdigits
from uuid import UUID

from app.domain.decider import Given, On
from app.domain.records.promise_record import PROMISE
from app.domain.ticket.kinds import KINDS
from app.domain.ticket.promise.terms import resolve_terms
from app.domain.ticket.state.promise import POLICY
from app.events.promise import PromiseFiled, PromiseMade
from app.events.ticket import TicketEvent, TicketReported


def make_policy_promises(reported: TicketReported, given: Given) -> list[TicketEvent | On]:
    """Suggestions, for one, are carried out within two weeks (docs/domain.md §1c row 63)."""
    events: list[TicketEvent | On] = []
    for kind, terms in KINDS[reported.kind].promises.items():
        what, promise_id = resolve_terms(terms, given), derive_promise_id(reported.ticket_id, kind)
        made = PromiseMade(
            promise_id=promise_id,
            kind=kind,
            due_at=what.due_at,
            terms=what.terms,
            zone=what.zone,
            calendar_id=what.calendar_id,
            calendar_version=what.calendar_version,
            provisional=what.provisional,
            source=POLICY,
            household_id=reported.household_id,
            community=reported.location.community,
            cycle=1,
        )
        filed = PromiseFiled(ticket_id=reported.ticket_id)
        events += [made, On(PROMISE.stream(promise_id), filed)]
    return events


def derive_promise_id(ticket_id: str, kind: str) -> str:
    """A UUIDv7 with the ticket's own time, derived from ticket and kind: the same at every call,
    so no caller has to draw one."""
    digest = bytearray(sha256(f"{ticket_id} {kind}".encode()).digest()[:16])
    written = ticket_id.replace("-", "")[:12]
    if all(digit in hexdigits for digit in written) and len(written) == 12:
        digest[:6] = bytes.fromhex(written)
    digest[6] = digest[6] & 0x0F | 0x70
    digest[8] = digest[8] & 0x3F | 0x80
    return str(UUID(bytes=bytes(digest)))
