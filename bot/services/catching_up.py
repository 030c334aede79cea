"""Catching up: what waited while a destination could not be posted to goes out after the repair.

    held -> too old? overtaken? -> one by one, or in one message where there are more than three

Each delivery is looked at again first. What is told together is settled in one transaction, before
its first attempt, and a message that is refused again is taken apart at the next repair.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.listing import Heading
from bot.delivery.marks import new_mark, nonce_for
from bot.delivery.telling import MENTIONS_A_POST
from bot.services.composing import Composing, NotTold
from bot.services.reminding import is_past, is_stale
from bot.storage import catchups, forums, meta, outbox, reminders
from bot.storage.catchups import Name, Waiting
from bot.storage.database import Database
from bot.storage.outbox import DuePost, State

ONE_BY_ONE = 3  # deliveries that go out as posts of their own; more are told in one message
NEWS_AGE = timedelta(hours=48)  # what waited longer is no longer news
A_WHILE = timedelta(minutes=10)
TOO_OLD = "too_old"
PAST = "past"  # a reminder of what has begun, or comes on another day


class CatchingUp:
    """Tries held destinations again."""

    def __init__(self, database: Database, composing: Composing, random: Random) -> None:
        self._database = database
        self._composing = composing
        self._random = random

    async def release(self, where: ColumnElement[bool], now: datetime) -> int:
        """Hold these destinations no longer, and owe what is still news; how many there were.

        Each is a transaction of its own: the others need not wait for a thousand of them.
        """
        async with self._database.read() as connection:
            held = await catchups.held_destinations(connection, where)
        for destination_id in held:
            async with self._database.write() as connection:
                await self._release(connection, destination_id, now)
        return len(held)

    async def drop_outdated(self, post: DuePost, now: datetime) -> bool:
        """Give up a post that does not stand, if what it tells is no longer worth telling."""
        return await self._drop_past(post, now) or await self._drop_overtaken(post, now)

    async def _drop_past(self, post: DuePost, now: datetime) -> bool:
        """Give up a reminder that comes too late, or of a premiere that was put off."""
        if not post.reminds:
            return False
        async with self._database.read() as connection:
            past = await is_past(connection, post.first_id, now)
        if not past:
            return False
        async with self._database.write() as connection:
            await outbox.close(connection, post.id, State.FAILED, PAST, now)
        return True

    async def _drop_overtaken(self, post: DuePost, now: datetime) -> bool:
        """Give up a post that is proven not to stand, if newer news of it was announced meanwhile.

        Only after a while: an attempt of a moment ago is the sooner told the better.
        """
        if post.part or post.attempted is None or now - post.attempted < A_WHILE:
            return False
        async with self._database.write() as connection:
            overtaken = await catchups.is_overtaken(connection, post.id)
            if overtaken:
                await outbox.close(connection, post.id, State.FAILED, NotTold.OVERTAKEN, now)
        return overtaken

    async def _release(
        self, connection: AsyncConnection, destination_id: int, now: datetime
    ) -> None:
        if not await catchups.unhold(connection, destination_id):
            return
        waiting = await catchups.waiting(connection, destination_id)
        told = await reminders.reminded(connection, [d.announcement_id for d in waiting])
        past = {each for each, r in told.items() if await is_stale(connection, r, now)}
        left: list[Waiting] = []
        for delivery in waiting:
            if reason := PAST if delivery.announcement_id in past else _given_up(delivery, now):
                await catchups.give_up(connection, delivery, reason, now)
            else:
                left.append(delivery)
        old = {delivery.post_id for delivery in waiting if delivery.gathered}
        for together in await self._groups(connection, destination_id, left):
            if len(together) > ONE_BY_ONE or any(delivery.gathered for delivery in together):
                await self._gather(connection, destination_id, together, now)
                old.update(delivery.post_id for delivery in together)
        if old:
            await catchups.remove_posts(connection, old)
        await outbox.resume(connection, destination_id, now, now - NEWS_AGE)

    async def _groups(
        self, connection: AsyncConnection, destination_id: int, left: Sequence[Waiting]
    ) -> list[list[Waiting]]:
        """What may stand in one message: everything, or in a forum what is of one show."""
        ids = [delivery.announcement_id for delivery in left]
        apart = await forums.shows_apart(connection, destination_id, ids)
        keys = dict.fromkeys(apart.values())
        return [[d for d in left if apart[d.announcement_id] == key] for key in keys]

    async def _gather(
        self,
        connection: AsyncConnection,
        destination_id: int,
        left: Sequence[Waiting],
        now: datetime,
    ) -> None:
        """Tell these together, in as many messages as they need."""
        instance = await meta.instance_id(connection, new_mark(self._random))
        begun = 0
        for length in await self._composing.page_lengths([d.announcement_id for d in left]):
            page = left[begun : begun + length]
            begun += length
            ids = [delivery.id for delivery in page]
            names = [self._name(instance) for _ in range(_parts(page))]
            await catchups.gather(connection, destination_id, ids, Heading.CATCH_UP, names, now)

    def _name(self, instance: str) -> Name:
        mark = new_mark(self._random)
        return mark, nonce_for(instance, mark)


def _given_up(delivery: Waiting, now: datetime) -> str:
    """Why a delivery is told no more, "" where it is still news."""
    if delivery.overtaken:
        return NotTold.OVERTAKEN
    return TOO_OLD if delivery.created < now - NEWS_AGE else ""


def _parts(page: Sequence[Waiting]) -> int:
    """How many messages it takes to mention everybody."""
    users = {user for delivery in page for user in delivery.users}
    return max(1, -(-len(users) // MENTIONS_A_POST))
