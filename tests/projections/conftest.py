"""A tenant to tell events of, in a database with empty read models."""

from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.event_store.store import EventStore
from tests.projections.telling import Teller, make_read_models


@pytest.fixture
async def teller(database_url: str, engine: AsyncEngine, store: EventStore, tenant: UUID) -> Teller:
    await make_read_models(database_url)
    return Teller(store, engine, tenant)
