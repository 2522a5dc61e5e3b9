"""What is derived from guessable values is keyed with the secret of the tenant."""

from uuid import UUID, uuid4, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.event_store.errors import UnknownTenant
from app.event_store.store import EventStore
from app.event_store.tenant_secret import TenantSecret

ONE, OTHER = TenantSecret(bytes(32)), TenantSecret(bytes(31) + b"\1")
place_keys = st.binary(min_size=16, max_size=16).map(bytes.hex)


@given(place_keys, place_keys)
def test_an_alias_stands_for_one_place(key: str, another: str) -> None:
    alias = ONE.alias_of(key)
    assert ONE.place_key_of(alias) == key
    assert alias != OTHER.alias_of(key)
    assert (alias == ONE.alias_of(another)) == (key == another)


@pytest.mark.parametrize("text", ["", "x", "0" * 31, "0" * 33, "G" * 32, "é" * 32])
def test_what_is_no_alias_stands_for_none(text: str) -> None:
    assert ONE.place_key_of(text) is None


@given(st.text(), st.text())
def test_derived_ids_depend_on_tenant_and_sender(sender: str, name: str) -> None:
    command_id = ONE.command_id(sender, name)
    assert (command_id.version, command_id.variant) == (8, uuid5(UUID(int=0), "").variant)
    others = {
        ONE.command_id(f"{sender}.", name),
        OTHER.command_id(sender, name),
        UUID(ONE.correlation_id(f"{sender}\n{name}")),
        UUID(OTHER.correlation_id(f"{sender}\n{name}")),
    }
    assert len(others | {command_id}) == 5


def test_a_secret_is_not_in_its_repr() -> None:
    assert repr(TenantSecret(b"abc")) == "TenantSecret()"


async def test_every_tenant_has_its_own_for_good(store: EventStore, tenant: UUID) -> None:
    another = uuid4()
    await store.open_tenant(another, timezone="UTC", sandbox=False, clock=None)
    secrets = {each: await store.secret_of(each) for each in (tenant, another)}
    assert secrets[tenant].key != secrets[another].key
    assert all(len(each.key) == 32 for each in secrets.values())
    await store.open_tenant(tenant, timezone="UTC", sandbox=False, clock=None)
    assert (await EventStore(store._connections._pool).secret_of(tenant)).key == secrets[tenant].key
    with pytest.raises(UnknownTenant):
        await store.secret_of(uuid4())
