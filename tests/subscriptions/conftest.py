import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.event_store.store import EventStore
from app.subscriptions.runner import Runner
from tests.subscriptions.counting import QUICK, make_table


@pytest.fixture
async def runner(database_url: str, engine: AsyncEngine, store: EventStore) -> Runner:
    await make_table(database_url)
    return Runner(engine, store, holder="test", pace=QUICK)
