"""What is hashed is what is stored: one text of a value, on a profile where everybody agrees."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.event_store.codec import (
    NotCanonical,
    Origin,
    canonical,
    content_hash,
    decode,
    decode_row,
    encode,
    encode_content,
    from_microseconds,
    leaf_hash,
    microseconds,
)
from app.event_store.errors import UnknownEvent
from app.event_store.store import EventStore
from app.events.base import Actor, Fact
from app.events.canonical import canonical_json
from app.events.registry import SCHEMA_VERSION
from app.events.ticket import CompletionFormIssued, TicketAssigned, TicketUrged
from app.events.upcasters import UPCASTERS
from app.events.workload import LoadTaken
from tests.event_store.tally import (
    adding,
    append_inside,
    session,
    superuser,
)
from tests.events.examples import example

PAGE = Path(__file__).parents[2] / "docs/adr/0004-canonical-events.md"
HEADER = [
    "act",
    "app",
    "cause",
    "ch",
    "chn",
    "cl",
    "cmd",
    "corr",
    "eid",
    "log",
    "occ",
    "rol",
    "salt",
    "str",
    "sub",
    "sv",
    "ten",
    "typ",
    "v",
    "ver",
]

letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
texts = st.text(letters).map(lambda text: unicodedata.normalize("NFC", text))
keys = st.text(st.characters(max_codepoint=127, exclude_characters="\0"))
integers = st.integers(min_value=-(2**53) + 1, max_value=2**53 - 1)
values = st.recursive(
    st.none() | st.booleans() | integers | texts,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=20,
)
first, last = (datetime(year, 1, 1, tzinfo=UTC) for year in (1900, 2200))
instants = st.datetimes(
    min_value=first.replace(tzinfo=None),
    max_value=last.replace(tzinfo=None),
    timezones=st.just(UTC),
)


@settings(deadline=None)
@given(values)
def test_on_the_profile_everybody_writes_the_same_bytes(value: Any) -> None:
    text = canonical(value)
    assert text.encode() == rfc8785.dumps(value)
    assert text == canonical_json(value)
    assert canonical(orjson.loads(text)) == text


NEARLY = ["\\u0000", "\\\\u0000", "\n\u0303", "\t\u0301", '"\u0338', "\u1112\u1161\n\u11ab"]


@pytest.mark.parametrize("near", NEARLY, ids=ascii)
def test_text_that_only_looks_refused_once_it_is_json(near: str) -> None:
    near = unicodedata.normalize("NFC", near)
    assert canonical([near]).encode() == rfc8785.dumps([near])


OUTSIDE: list[Any] = [
    "\0",
    ["a", {"b": "c\0"}],
    "\ud800",
    "e\u0301",
    {"e": "\u1100\u1161"},
    2**53,
    -(2**53),
    2**64,
    1.0,
    {"a": [0.5]},
    float("nan"),
    {"é": 1},
    {"\0": 1},
    b"bytes",
]


@pytest.mark.parametrize("value", OUTSIDE, ids=ascii)
def test_outside_the_profile_nothing_is_stored(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)
    with pytest.raises(NotCanonical):
        canonical({"nested": [value]})


@pytest.mark.parametrize("field", ["\0", "\ud800", "e\u0301", 2**53, 2**64, 1.5], ids=ascii)
def test_an_event_with_such_a_field_is_refused(field: Any) -> None:
    with pytest.raises(NotCanonical):
        encode_content(LoadTaken(ticket_id=field))


@pytest.mark.parametrize("field", [2**53, -(2**53), 2**64, 1.5, 1.0, True, "5", None], ids=repr)
def test_what_is_no_integer_of_the_profile_is_refused_by_its_type(field: Any) -> None:
    with pytest.raises(NotCanonical):
        encode_content(TicketUrged(count=field))
    nested = replace(example(CompletionFormIssued).form, billed_fen=field)
    with pytest.raises(NotCanonical):
        encode_content(example(CompletionFormIssued, form=nested))


@pytest.mark.parametrize("count", [2**53 - 1, -(2**53) + 1, 0])
def test_the_integers_at_the_edge_come_back(count: int) -> None:
    event = TicketUrged(count=count)
    assert decode("ticket_urged", 1, encode_content(event)) == event


def test_a_field_of_a_newer_release_is_not_read_and_a_missing_one_has_its_default() -> None:
    assert decode("ticket_urged", 1, '{"count":3,"loudly":true}') == TicketUrged(count=3)


@pytest.mark.parametrize(
    "content", ["{}", '{"count":"3"}', '{"count":3.0}', '{"count":null}', "[]"]
)
def test_content_that_does_not_fit_its_type_is_refused(content: str) -> None:
    with pytest.raises(ValueError, match=r"Expected|required"):
        decode("ticket_urged", 1, content)


def test_an_older_version_takes_its_steps_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def named(data: dict[str, Any]) -> dict[str, Any]:
        return {"offer_expires_at": "2024-03-05T01:02:03Z", **data, "engineer_name": "李"}

    monkeypatch.setitem(SCHEMA_VERSION, "ticket_assigned", 2)
    monkeypatch.setitem(UPCASTERS, ("ticket_assigned", 1), named)
    at = datetime(2024, 3, 5, 1, 2, 3, tzinfo=UTC)
    read = TicketAssigned(engineer="u-li", engineer_name="李", offer_expires_at=at)
    assert decode("ticket_assigned", 1, '{"engineer":"u-li"}') == read
    assert decode("ticket_assigned", 2, encode_content(read)) == read
    with pytest.raises(UnknownEvent):
        decode("ticket_assigned", 3, encode_content(read))


@settings(deadline=None)
@given(instants)
def test_an_instant_is_its_microseconds(instant: datetime) -> None:
    assert from_microseconds(microseconds(instant)) == instant
    elsewhere = instant.astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert microseconds(elsewhere) == microseconds(instant)


def an_origin() -> Origin:
    return Origin(
        tenant_id=uuid4(),
        log="suyuan.example/prod",
        build="0.1.0",
        command_id=uuid4(),
        correlation_id="c-1",
        causation_id=None,
        channel="wechat",
    )


FACT = Fact(
    LoadTaken(ticket_id="漏水"),
    datetime(2024, 3, 5, 1, 2, 3, 456789, tzinfo=UTC),
    Actor(subject="u-1", role="csr"),
)


def test_the_header_binds_the_content_and_says_who_and_where() -> None:
    origin = an_origin()
    event = encode(origin, "tally-a", 7, uuid4(), FACT)
    header = orjson.loads(event.header)
    assert list(header) == HEADER
    assert event.header.encode() == rfc8785.dumps(header)
    assert event.content == '{"ticket_id":"漏水"}'
    assert header["ch"] == content_hash(event.content)
    assert header["cl"] == len(event.content.encode())
    assert header["occ"] == 1709600523456789
    assert header["log"] == f"suyuan.example/prod/{origin.tenant_id}"
    assert (header["str"], header["ver"], header["typ"]) == ("tally-a", 7, "load_taken")
    print(f"{len(header)} keys of a header, none of them personal")


def test_the_same_event_twice_has_two_leaves() -> None:
    origin, event_id = an_origin(), uuid4()
    first, second = (encode(origin, "tally-a", 7, event_id, FACT) for _ in range(2))
    salts = [orjson.loads(each.header)["salt"] for each in (first, second)]
    assert len(set(salts)) == 2
    assert all(len(bytes.fromhex(salt)) == 16 for salt in salts)
    unsalted = [
        each.header.replace(salt, "") for each, salt in zip((first, second), salts, strict=True)
    ]
    assert unsalted[0] == unsalted[1]


def test_a_header_of_format_1_is_still_read() -> None:
    event = encode(an_origin(), "tally-a", 7, uuid4(), FACT)
    header = orjson.loads(event.header)
    before = {name: each for name, each in header.items() if name != "salt"} | {"v": 1}
    row = {"position": 1, "recorded_at": FACT.occurred_at, "leaf": b"", "content": event.content}
    new, old = (decode_row(row | {"header": canonical(each)}) for each in (header, before))
    assert (new.salted, old.salted) == (True, False)
    assert old.fact == new.fact == FACT


@settings(deadline=None)
@given(texts, instants, st.none() | texts)
def test_what_is_encoded_is_decoded(text: str, at: datetime, channel: str | None) -> None:
    fact = Fact(LoadTaken(ticket_id=text), at, Actor(subject="u-1", role="csr"))
    origin = Origin(
        tenant_id=UUID(int=1),
        log="l",
        build="b",
        command_id=UUID(int=2),
        correlation_id=text,
        causation_id=channel,
        channel=channel,
    )
    event = encode(origin, "tally-a", 1, UUID(int=3), fact)
    row = {"position": 1, "recorded_at": at, "leaf": b"", "header": event.header}
    decoded = decode_row(row | {"content": event.content})
    assert decoded.fact == fact
    said = decoded.channel, decoded.causation_id, decoded.correlation_id
    assert said == (channel, channel, text)


async def test_the_database_computes_the_same_leaf(
    database_url: str, store: EventStore, tenant: UUID
) -> None:
    labels = ["x", "漏水 \U0001f6b0", "\\u0000", '"\n\t\\', "é" * 500]
    async with session(database_url) as connection:
        for version, label in enumerate(labels):
            added = adding(tenant, {"tally-a": version}, label=label)
            (row,) = await append_inside(connection, tenant, added)
            here = leaf_hash(version + 1, row["recorded_at"], added.events[0].header)
            assert bytes(row["leaf"]) == here
    events = await store.read_all(tenant, after=0, limit=10)
    assert [event.event.ticket_id for event in events] == labels
    async with superuser(database_url) as connection:
        for at in ("0001-01-01", "1969-12-31 23:59:59.999999", "2024-02-29", "9999-12-31"):
            count = await connection.fetchval(
                "select (extract(epoch from $1::text::timestamptz) * 1000000)::bigint", at + "+00"
            )
            assert count == microseconds(datetime.fromisoformat(at).replace(tzinfo=UTC))
        (query,) = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
        rows = await connection.fetch(query.replace("…", str(tenant)))
        assert [row["leaf"] for row in rows] == [event.leaf.hex() for event in events]
        assert all(row["leaf_agrees"] and row["content_agrees"] for row in rows)
    print(f"{len(labels)} leaves, the same in Python, in the database and by the page for auditors")
