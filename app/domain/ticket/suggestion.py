"""The rules of suggestions: accept, decline, complete (docs/domain.md §1c row 63)."""

from typing import assert_never

from app.domain.checks import text
from app.domain.decider import Given
from app.domain.ticket.commands.ticket import Accept, CompleteWork, Decline
from app.domain.ticket.decision import Decision
from app.domain.ticket.every_kind.photos import load_photos
from app.domain.ticket.limits import LONG_TEXT
from app.domain.ticket.state.ticket import Ticket
from app.events.ticket import SuggestionAccepted, SuggestionCompleted, SuggestionDeclined

# Commands that repairs have too and decide differently.
SuggestionCommand = Accept | Decline | CompleteWork


def decide(command: SuggestionCommand, ticket: Ticket, given: Given) -> Decision:
    match command:
        case Accept():
            return [SuggestionAccepted(note=command.note)]
        case Decline():
            reason = text(command.reason, "/reason", LONG_TEXT)
            return [SuggestionDeclined(reason=reason, note=command.note)]
        case CompleteWork():
            return _complete(command, ticket, given)
        case _:
            assert_never(command)


def _complete(command: CompleteWork, ticket: Ticket, given: Given) -> Decision:
    summary = text(command.summary, "/summary", LONG_TEXT)
    named = load_photos(command.photo_ids, ticket.id, given)
    completed = SuggestionCompleted(summary=summary, photos=named.photos, note=command.note)
    return [completed, *named.links]
