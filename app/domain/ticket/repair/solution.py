"""Proposing a solution, and the consents it needs before work (docs/domain.md §6.1, §4.4)."""

from typing import Literal

from app.domain.authority.decider import authority_for
from app.domain.authority.matrix import MATERIAL
from app.domain.checks import optional_text, text, within
from app.domain.decider import Given
from app.domain.errors import IllegalTransition, NotPermitted
from app.domain.ticket.commands.ticket import AcceptSolution, DeclineSolution, ProposeSolution
from app.domain.ticket.decision import Decision
from app.domain.ticket.limits import AMOUNT_FEN, LONG_TEXT
from app.domain.ticket.state.ticket import Solution, Ticket
from app.events.ticket import (
    SolutionAccepted,
    SolutionConsentGiven,
    SolutionDeclined,
    SolutionProposed,
)

ConsentParty = Literal["owner", "approval"]


def material_limit_fen(ticket: Ticket, given: Given) -> int:
    """The most material that may be used: the engineer's authority, or what was accepted if
    more."""
    solution = ticket.solution
    accepted = solution.material_fen if solution and solution.accepted_at else 0
    return max(authority_for(given, MATERIAL).limit_fen, accepted)


def propose_solution(command: ProposeSolution, ticket: Ticket, given: Given) -> Decision:
    within(command.material_fen, 0, AMOUNT_FEN, "/material_fen")
    plan = text(command.plan, "/plan", LONG_TEXT)
    terms = (plan, command.material_fen, command.chargeable)
    if _is_accepted_as(ticket.solution, terms):
        return []
    authority_fen = authority_for(given, MATERIAL).limit_fen
    needs = _needs(command, authority_fen)
    proposed = SolutionProposed(
        plan=plan,
        material_fen=command.material_fen,
        chargeable=command.chargeable,
        needs=needs,
        authority_fen=authority_fen,
        note=command.note,
    )
    return [proposed] if needs else [proposed, SolutionAccepted()]


def _is_accepted_as(solution: Solution | None, terms: tuple[str, int, bool]) -> bool:
    return (
        solution is not None
        and solution.accepted_at is not None
        and (solution.plan, solution.material_fen, solution.chargeable) == terms
    )


def _needs(command: ProposeSolution, authority_fen: int) -> tuple[ConsentParty, ...]:
    owner: tuple[ConsentParty, ...] = ("owner",) if command.chargeable else ()
    approval: tuple[ConsentParty, ...] = (
        ("approval",) if command.material_fen > authority_fen else ()
    )
    return (*owner, *approval)


def accept_solution(command: AcceptSolution, ticket: Ticket, given: Given) -> Decision:
    solution, party = _party(ticket, given)
    if party in solution.consents:
        return []
    consented = SolutionConsentGiven(party=party, note=command.note)
    if set(solution.needs) - {party, *solution.consents}:
        return [consented]
    return [consented, SolutionAccepted()]


def decline_solution(command: DeclineSolution, ticket: Ticket, given: Given) -> Decision:
    _, party = _party(ticket, given)
    reason = optional_text(command.reason, "/reason", LONG_TEXT)
    return [SolutionDeclined(party=party, reason=reason, note=command.note)]


def _party(ticket: Ticket, given: Given) -> tuple[Solution, ConsentParty]:
    """The party that the actor answers for: owners consent to pay, superiors approve the
    material."""
    solution = ticket.solution
    party: ConsentParty = "owner" if given.actor.role == "owner" else "approval"
    if solution is None or party not in solution.needs:
        raise IllegalTransition("consent_not_needed", party=party)
    if given.actor.subject == solution.proposed_by:
        raise NotPermitted("own_proposal")
    return solution, party
