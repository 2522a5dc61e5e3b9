"""A cluster beside the one that the other tests share: here roles come and go."""

from collections.abc import Iterator

import pytest

from app.embedded.launcher import EmbeddedPostgres
from tests.migrations.clusters import fresh_cluster


@pytest.fixture(scope="module")
def cluster() -> Iterator[EmbeddedPostgres]:
    with fresh_cluster() as server:
        yield server
