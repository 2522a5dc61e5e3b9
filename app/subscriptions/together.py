"""Runs the live subscriptions of all tenants: those that stand abreast together, one feed for the
read models and one for the reactors; those that do not, each by itself until they do."""

from collections.abc import Sequence
from uuid import UUID

from app.subscriptions.base import Subscription
from app.subscriptions.dispatcher import Dispatcher
from app.subscriptions.feeds import Feed
from app.subscriptions.runner import Runner
from app.subscriptions.shared_turn import FeedRunner

READ_MODELS = "read models"
REACTORS = "reactors"


class Together:
    def __init__(self, runner: Runner, *, at_once: int) -> None:
        self._runner = runner
        self._feed_runner = FeedRunner(runner, self._leave)
        self._feeds: tuple[Feed, ...] = ()
        self._alone: set[tuple[str, UUID]] = set()
        self._dispatcher: Dispatcher[Feed | Subscription] = Dispatcher(self._run, at_once=at_once)

    def run_from_now(self, subscriptions: Sequence[Subscription]) -> None:
        members = {
            READ_MODELS: tuple(each for each in subscriptions if not each.reacts),
            REACTORS: tuple(each for each in subscriptions if each.reacts),
        }
        self._feeds = tuple(
            Feed(name=name, subscriptions=each) for name, each in members.items() if each
        )

    def wake(self, tenant_id: UUID) -> None:
        for feed in self._feeds:
            self._dispatcher.wake(feed, tenant_id)

    async def stop(self) -> None:
        """Returns when the running tasks have finished their batches."""
        await self._dispatcher.stop()

    def _leave(self, subscription: Subscription, tenant_id: UUID) -> None:
        self._alone.add((subscription.name, tenant_id))
        self._dispatcher.wake(subscription, tenant_id)

    async def _run(self, what: Feed | Subscription, tenant_id: UUID) -> bool:
        if not isinstance(what, Feed):
            return await self._run_alone(what, tenant_id)
        members = [each for each in what.subscriptions if (each.name, tenant_id) not in self._alone]
        feed = Feed(name=what.name, subscriptions=tuple(members))
        return not members or await self._feed_runner.run(feed, tenant_id)

    async def _run_alone(self, subscription: Subscription, tenant_id: UUID) -> bool:
        """It stays out of the feed until it has caught up: also while its error lasts."""
        caught_up = False
        try:
            caught_up = await self._runner.run(subscription, tenant_id)
        finally:
            if not caught_up:
                self._dispatcher.wake(subscription, tenant_id)  # again, after an error in a while
        if caught_up:
            self._alone.discard((subscription.name, tenant_id))
            self.wake(tenant_id)  # for what was appended meanwhile
        return caught_up
