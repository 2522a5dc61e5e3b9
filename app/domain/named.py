"""What a command names besides its own stream, held to the communities of who gives it (ADR 0033).

Before the rule decides, a name out of reach is replaced by one that was never given to anything:
the rule answers as it does for what does not exist, and cannot record the name.
"""

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from typing import Any, Protocol, cast

from msgspec import Struct
from msgspec.structs import replace

from app.domain.decider import Decider, Evidence, Given, Stream
from app.domain.errors import DomainError
from app.domain.records.attachment import ATTACHMENT, Attachment
from app.domain.records.household import HOUSEHOLD
from app.domain.records.household import may_see as may_see_household
from app.domain.records.staff import STAFF
from app.domain.records.staff import may_see as may_see_staff
from app.domain.survey.campaign import CAMPAIGN
from app.domain.ticket.access.visibility import may_see as may_see_ticket
from app.domain.ticket.decider import TICKET
from app.viewer import Viewer

AnyStream = Stream[Any, Any]

NAMES: Mapping[str, Decider[Any, Any]] = {
    "ticket_id": TICKET,
    "ticket_ids": TICKET,
    "parent_id": TICKET,
    "into": TICKET,
    "quotes": TICKET,
    "household_id": HOUSEHOLD,
    "assigned_to": STAFF,
    "confirmed_by": STAFF,
    "engineer": STAFF,
    "investigator": STAFF,
    "subject_of_complaint": STAFF,
    "to": STAFF,
    "photo_id": ATTACHMENT,
    "photo_ids": ATTACHMENT,
    "campaign_id": CAMPAIGN,
}
"""Fields of commands, whatever the command. A test asks of every text field of every command
whether it is one of these."""

LEADS_TO = "into"  # of a refusal: the ticket where one is to go on


class Sent(Protocol):
    """What is known of who gives a command: of an envelope and of what is given to a rule."""

    @property
    def viewer(self) -> Viewer: ...
    @property
    def evidence(self) -> Evidence | None: ...


def names_of(command: object, sent: Sent) -> list[AnyStream]:
    """The streams that `command` and its evidence name, of whoever is limited to communities; of
    others none, because for them nothing is checked."""
    return [*_names(command), *_names(sent.evidence)] if sent.viewer.reach else []


def decide_in_reach(
    stream: AnyStream, command: object, state: object, given: Given
) -> Sequence[Any]:
    """The decision of `stream` on `command`, as if there were only what the actor reaches."""
    if not given.viewer.reach:
        return stream.decider.decide(command, state, given)
    unseen = {each.id: each for each in names_of(command, given) if each.id != stream.id}
    unseen = {key: each for key, each in unseen.items() if not _is_in_reach(each, given)}
    nothing = {
        key: each.decider.stream(f"{given.nonce}-{n}")
        for n, (key, each) in enumerate(unseen.items())
    }

    def swap(decider: Decider[Any, Any], name: str) -> str:
        found = nothing.get(decider.stream(name).id)
        return found.key if found else name

    absent = {each.id: each.decider.initial for each in nothing.values()}
    given = replace(
        given,
        evidence=_swapped(given.evidence, swap),
        # no copy: the handler watches which states are read
        states=ChainMap(absent, cast(MutableMapping[str, Any], given.states)),
    )
    try:
        return stream.decider.decide(_swapped(command, swap), state, given)
    except DomainError as refused:
        _forget_unseen(refused, given)
        raise


def _names(command: object) -> Iterator[AnyStream]:
    if not isinstance(command, Struct):
        return
    for field in command.__struct_fields__:
        value, decider = getattr(command, field), NAMES.get(field)
        if decider is None:
            yield from _names(value)
        elif isinstance(value, str):
            yield decider.stream(value)
        else:
            yield from map(decider.stream, value or ())


def _swapped(command: Any, swap: Callable[[Decider[Any, Any], str], str]) -> Any:
    if not isinstance(command, Struct):
        return command
    changed = {}
    for field in command.__struct_fields__:
        value, decider = getattr(command, field), NAMES.get(field)
        if decider is None:
            after = _swapped(value, swap)
        elif isinstance(value, str):
            after = swap(decider, value)
        else:
            after = value and tuple(swap(decider, one) for one in value)
        if after != value:
            changed[field] = after
    return replace(command, **changed) if changed else command


def _is_in_reach(stream: AnyStream, given: Given) -> bool:
    """Also of what does not exist: it keeps its name."""
    viewer, state = given.viewer, given.read(stream)
    if stream.decider is ATTACHMENT:
        return _is_photo_in_reach(state, stream.key, given)
    if state is None or stream.decider is TICKET:
        return state is None or may_see_ticket(viewer, state)
    if stream.decider is HOUSEHOLD:
        return may_see_household(viewer, state)
    if stream.decider is STAFF:
        return may_see_staff(viewer, state)
    return bool(state.is_in_reach(given.communities))


def _is_photo_in_reach(photo: Attachment | None, key: str, given: Given) -> bool:
    """As a photo is seen: with its ticket, or by who uploaded it. What does not exist is looked up
    like what is another's, so that neither takes longer."""
    if photo is not None and photo.uploaded_by == given.actor.subject:
        return True
    ticket = given.read(TICKET.stream((photo and photo.ticket_id) or key))
    return photo is None or (ticket is not None and may_see_ticket(given.viewer, ticket))


def _forget_unseen(refused: DomainError, given: Given) -> None:
    """A ticket of one's own community may have been merged into one of another."""
    leads_to = refused.details.get(LEADS_TO)
    if leads_to is None:
        return
    ticket = given.read(TICKET.stream(str(leads_to)))
    if ticket is not None and not may_see_ticket(given.viewer, ticket):
        del refused.details[LEADS_TO]
