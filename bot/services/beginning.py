"""Beginning attempts: posts are put into words and frozen, and their leases taken, before requests.

    due -> words of what the ledger says now -> `sending`, payload frozen -> request

All of it is one transaction, so that what goes out was true when it was frozen. In a burst many
posts of one announcement begin at the same time: they share the transaction, and what it reads.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.sending import LEASE
from bot.services.composing import Composing, NotTold, Placed
from bot.services.together import Together
from bot.storage import outbox
from bot.storage.database import Database
from bot.storage.outbox import DuePost, Payload, State


@dataclass(frozen=True, slots=True)
class Begun:
    """An attempt that may be made: with this payload, and until its lease lapses."""

    payload: Payload
    until: datetime


class Beginning:
    """Begins attempts for one worker, whose leases bear the name `owner`."""

    def __init__(
        self,
        database: Database,
        composing: Composing,
        owner: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._composing = composing
        self._owner = owner
        self._clock = clock
        self._begin: Together[Placed, Begun | None] = Together(self._begin_all)

    async def begin(self, placed: Placed) -> Begun | None:
        """Begin an attempt; None when another worker has the post, or it comes to nothing.

        That is where its words broke, and where its news was withdrawn or struck before it was
        told: then the post is closed, and the next one may go.
        """
        return await self._begin(placed)

    async def _begin_all(self, placed: Sequence[Placed]) -> Sequence[Begun | None]:
        async with self._database.write() as connection:
            ours = await outbox.claim(connection, [each.post for each in placed])
            ready = await self._ready(connection, [p for p in placed if p.post.id in ours])
            now = self._clock()
            await outbox.begin(connection, ready, self._owner, now, LEASE)
        begun = {post.id: Begun(payload, now + LEASE) for post, payload in ready}
        return [begun.get(each.post.id) for each in placed]

    async def _ready(
        self, connection: AsyncConnection, placed: Sequence[Placed]
    ) -> list[tuple[DuePost, Payload]]:
        """The posts with their words; an earlier attempt's stay as they were frozen."""
        first = [each for each in placed if not each.post.payload]
        composed = await self._composing.payloads(connection, first)
        ready: list[tuple[DuePost, Payload]] = []
        for post in (each.post for each in placed):
            match composed.get(post.id, post.payload):
                case NotTold() as reason:
                    await outbox.close(connection, post.id, State.FAILED, reason, self._clock())
                case payload if payload:
                    ready.append((post, payload))
        return ready
