"""Whether any worker is at work, by the heartbeats that they write."""

from time import monotonic

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.subscriptions.failures import as_unavailable

WORKER_SILENCE = 30  # seconds without a heartbeat of any worker
REMEMBERED = 1.0  # seconds that an answer is used again

WORKER_LIVES = text(
    "select exists (select from worker_heartbeat"
    " where seen_at > clock_timestamp() - make_interval(secs => :silence))"
)


class Liveness:
    """Asks the database at most once in `REMEMBERED` seconds."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._lives = False
        self._asked_at = -REMEMBERED

    async def worker_lives(self) -> bool:
        """Raises `DatabaseUnavailable`."""
        if monotonic() - self._asked_at >= REMEMBERED:
            with as_unavailable():
                async with self._engine.connect() as connection:
                    lives = await connection.scalar(WORKER_LIVES, {"silence": WORKER_SILENCE})
            self._lives, self._asked_at = bool(lives), monotonic()
        return self._lives
