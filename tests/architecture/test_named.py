"""Every text field of every command is known to name something, or to name nothing (ADR 0033)."""

from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

from msgspec import Struct

from app.domain.deciders import DECIDERS
from app.domain.named import NAMES

NAMES_NOTHING = frozenset(
    """
    action_id actions answer answer_channel attachment_id audience batch benefit better
    building cadence calendar_id call_id call_log callback_id category cause certifications
    channel child_ids clock code communities community compensation_id complaint_id component
    consent_by content_type controllable_by count_rule currency cut_off decision delay_id
    delegated_by delivery_channel description document end event exclusions facts
    follow_up_ids form_hash friend ground hypothesis item justification key_id kind label
    measure method metric mode name new_ticket_id note notice on_budget_exceeded outcome owner
    pain_points parents pausable_reasons per phone pilot_scope plan policy_id problem_id
    promise_id promise_kind purpose rated rationale reason ref reference referral_id
    referred_to residual role roles root roots rule_id scale_id scope scopes secret_sha256
    series_id service_class service_classes sha256 skill skills source stack stage start
    statement subject summary survey_id tags text tier timezone title touchpoint type unit
    visibility way why_id zone
    """.split()  # noqa: SIM905 - words, many to a line
)
"""Texts, words, settings of the company, ids of parts of the command's own stream or of what it is
about to make. `subject` is the command's own stream or a household's member, `owner` and `ref`
of a problem are looked up nowhere, `delegated_by` is a setting."""


def texts(command: type[Any]) -> Iterator[str]:
    for name, hint in get_type_hints(command).items():
        yield from (name for kind in kinds(hint) if kind is str)
        yield from (each for kind in kinds(hint) if is_struct(kind) for each in texts(kind))


def is_struct(kind: type[Any]) -> bool:
    return issubclass(kind, Struct)


def kinds(hint: Any) -> Iterator[type[Any]]:
    """Of `tuple[A, ...] | None`: A."""
    if inner := get_args(hint):
        for each in inner:
            yield from kinds(each)
    elif isinstance(hint, type):
        yield hint
    elif isinstance(hint, str):  # of a Literal
        yield type(None)


def commands() -> Iterator[type[Any]]:
    for decider in DECIDERS.values():
        union = get_type_hints(decider.decide).get("command")
        for each in get_args(union) or (union,):
            if isinstance(each, type) and is_struct(each):
                yield each


def test_every_text_of_every_command_is_classified() -> None:
    found = {name for command in commands() for name in texts(command)}
    assert found - set(NAMES) - NAMES_NOTHING == set()
    assert set(NAMES_NOTHING) <= found


def test_names_are_fields_that_commands_or_evidence_have() -> None:
    found = {each for command in commands() for each in command.__struct_fields__}
    found |= {name for command in commands() for name in texts(command)}
    assert set(NAMES) - found == {"photo_id"}  # of the evidence
