"""Telling a server's admins of trouble: once, in words, with the remedy; and of its mending."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.marks import new_mark, nonce_for
from bot.delivery.outcomes import Sent
from bot.delivery.sending import DmOpened, Sender
from bot.storage import guilds, notices
from bot.storage.database import Database
from bot.storage.notices import Notice
from bot.storage.outbox import DuePost
from bot.words import Words

log = logging.getLogger(__name__)

A_ROUND = 20


@dataclass(frozen=True, slots=True)
class AdminPlaces:
    """Where a server's admins can be reached, beside the channel that they chose."""

    system_channel: int | None
    owner: int | None


Places = Callable[[int], AdminPlaces]


class Noticing:
    """Keeps notices and tells them. `places` knows a server's system channel and owner."""

    def __init__(
        self, database: Database, sender: Sender, words: Words, places: Places, random: Random
    ) -> None:
        self._database = database
        self._sender = sender
        self._words = words
        self._places = places
        self._random = random

    async def held(
        self, connection: AsyncConnection, post: DuePost, reason: str, now: datetime
    ) -> None:
        """A destination refuses posts: the admins of its server are to hear why."""
        if not post.guild_id:
            return  # a member's direct messages are nobody else's business
        text = self._words(f"notice.held.{reason}", channel=f"<#{post.target_id}>")
        await notices.raise_notice(connection, post.guild_id, _topic(post), text, now)

    async def unsettled(self, connection: AsyncConnection, post: DuePost, now: datetime) -> None:
        """A post may or may not stand in a channel: its admins are to look."""
        if post.guild_id:
            text = self._words("notice.unsettled", channel=f"<#{post.target_id}>")
            topic = f"unsettled:{post.destination_id}"
            await notices.raise_notice(connection, post.guild_id, topic, text, now)

    async def mended(self, connection: AsyncConnection, post: DuePost, now: datetime) -> None:
        """A post arrived: if its destination was in trouble, the admins hear that it is over."""
        if post.guild_id and await notices.mend(connection, post.guild_id, _topic(post), now):
            text = self._words("notice.mended", channel=f"<#{post.target_id}>")
            topic = f"mended:{post.id}"
            await notices.raise_notice(connection, post.guild_id, topic, text, now)
            await notices.mend(connection, post.guild_id, topic, now)

    async def tell_due(self, now: datetime) -> int:
        """Tell what no admin was told yet; how many notices found a reader."""
        async with self._database.read() as connection:
            untold = await notices.untold_notices(connection, A_ROUND)
        told = 0
        for notice in untold:
            told += await self._tell(notice, now)
        return told

    async def _tell(self, notice: Notice, now: datetime) -> bool:
        """Tell one notice. It counts as told where nobody was reached too: `/status` has it."""
        reached = await self._reach(notice)
        async with self._database.write() as connection:
            await notices.mark_told(connection, notice.id, now)
        if not reached:
            log.warning("no admin reached", extra={"guild": notice.guild_id, "notice": notice.id})
        return reached

    async def _reach(self, notice: Notice) -> bool:
        async with self._database.read() as connection:
            chosen = (await guilds.settings_of(connection, notice.guild_id)).admin_channel
        places = self._places(notice.guild_id)
        for channel in filter(None, (chosen, places.system_channel)):
            if await self._send(channel, notice.text):
                return True
        return places.owner is not None and await self._write_to(places.owner, notice.text)

    async def _write_to(self, user_id: int, text: str) -> bool:
        opened = await self._sender.open_dm(user_id)
        return isinstance(opened, DmOpened) and await self._send(opened.channel_id, text)

    async def _send(self, channel_id: int, text: str) -> bool:
        mark = new_mark(self._random)
        payload = {"content": text, "allowed_mentions": {"parse": []}}
        outcome = await self._sender.post(channel_id, payload, nonce_for("notice", mark), "")
        return isinstance(outcome, Sent)


def _topic(post: DuePost) -> str:
    return f"destination:{post.destination_id}"
