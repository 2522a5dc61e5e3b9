from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.rates.house import House, open_house


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(database_url, tmp_path, upload_quota_mb=1, engine_pool_size=20) as house:
        yield house
