"""Telling a server's admins of trouble: once, in words, with the remedy; and of its mending."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from random import Random

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.escaping import escape
from bot.delivery.marks import new_mark, nonce_for
from bot.delivery.outcomes import Failure, Hold, Sent, Stop, Told, Uncertain, Wait
from bot.delivery.rendering import Payload, action_row
from bot.delivery.sending import DmOpened, Sender
from bot.feeds.answers import FetchFailed
from bot.feeds.feed import ParseFailed
from bot.storage import guilds, notices
from bot.storage.database import Database
from bot.storage.notices import Notice
from bot.storage.outbox import DuePost
from bot.words import Words

log = logging.getLogger(__name__)

A_ROUND = 20
TRY_AGAIN = timedelta(minutes=5)  # where Discord could not be asked, or the server is not there yet
NAME_LIMIT = 100
TOLD_ELSEWHERE = frozenset({Failure.FORUM_POST_GONE})
NAMED_EXACTLY = frozenset({Hold.MISSING_ACCESS, Hold.MISSING_PERMISSION})


@dataclass(frozen=True, slots=True)
class AdminPlaces:
    """Where a server's admins can be reached, beside the channel that they chose."""

    system_channel: int | None
    owner: int | None


Places = Callable[[int], AdminPlaces | None]

Obstacle = Callable[[int, int], str]
"""What stands in the way of posting in a server's channel, in words, as far as the gateway told."""

BUTTONS = {
    "destination": ("test",),
    "unsettled": ("again", "there"),
    "report": ("accept", "dismiss"),
}  # by the topic's first word


class _Reached(Enum):
    """What came of telling a notice."""

    YES = auto()
    NOBODY = auto()
    LATER = auto()


class Noticing:
    """Keeps notices and tells them.

    `places` knows a server's system channel and owner; None while the gateway has not told of it.
    `obstacle` names what exactly is missing in a channel.
    """

    def __init__(
        self,
        database: Database,
        sender: Sender,
        words: Words,
        places: Places,
        random: Random,
        obstacle: Obstacle = lambda _guild, _channel: "",
    ) -> None:
        self._database = database
        self._sender = sender
        self._words = words
        self._places = places
        self._root = new_mark(random)
        self._obstacle = obstacle
        self._later: dict[int, datetime] = {}

    async def held(
        self, connection: AsyncConnection, post: DuePost, reason: str, now: datetime
    ) -> None:
        """A destination refuses posts: the admins of its server are to hear why."""
        if not post.guild_id:
            return  # a member's direct messages are nobody else's business
        exactly = reason in NAMED_EXACTLY and self._obstacle(post.guild_id, post.target_id)
        text = exactly or self._words(f"notice.held.{reason}", channel=f"<#{post.target_id}>")
        await notices.raise_notice(connection, post.guild_id, _topic(post), text, now)

    async def unsettled(
        self, connection: AsyncConnection, post: DuePost, news: str, now: datetime
    ) -> None:
        """A post may or may not stand in a channel: its admins are to look. `news` is what it says.

        A member's direct message is nobody else's: it is not sent again.
        """
        if post.guild_id:
            where = f"<#{post.target_id}>"
            text = self._words("notice.unsettled", channel=where, news=news)
            await notices.raise_notice(
                connection, post.guild_id, unsettled_topic(post.id), text, now
            )

    async def arrived(
        self, connection: AsyncConnection, post: DuePost, sent: Sent, now: datetime
    ) -> None:
        """A post arrived: the admins hear what is over by that, or that it lacks something."""
        if not post.guild_id:
            return
        troubles = await notices.open_topics(connection, post.guild_id)
        if _topic(post) in troubles:
            text = self._words("notice.mended", channel=f"<#{post.target_id}>")
            await self._over(connection, post.guild_id, _topic(post), text, now)
        if _refused_topic(post) in troubles:
            await notices.mend(connection, post.guild_id, _refused_topic(post), now)
        if not post.part and (sent.lost_embed or _lack_topic("cards", post) in troubles):
            await self._lacking(connection, post, "cards", now, lost=sent.lost_embed)
        if sent.replied and _lack_topic("replies", post) in troubles:
            await self._lacking(connection, post, "replies", now, lost=False)

    async def refused(
        self, connection: AsyncConnection, post: DuePost, reason: str, now: datetime
    ) -> None:
        """Discord will not have a post. Told once, until another arrives in its channel."""
        if not post.guild_id or reason in TOLD_ELSEWHERE:
            return
        key = f"status.failed.{reason}"
        known = self._words(key) if key in self._words else ""
        why = known or self._words("status.failed.other", reason=reason)
        text = self._words.count("status.failed", 1, channel=f"<#{post.target_id}>", why=why)
        await notices.raise_notice(connection, post.guild_id, _refused_topic(post), text, now)

    async def cannot_reply(self, connection: AsyncConnection, post: DuePost, now: datetime) -> None:
        """A post could not be a reply for want of Read Message History."""
        if post.guild_id:
            await self._lacking(connection, post, "replies", now, lost=True)

    async def _lacking(
        self, connection: AsyncConnection, post: DuePost, what: str, now: datetime, *, lost: bool
    ) -> None:
        """What a destination's posts lack for want of a permission, or have again."""
        topic, where = _lack_topic(what, post), f"<#{post.target_id}>"
        key = f"notice.{what}" if lost else f"notice.{what}.mended"
        tell = self.trouble if lost else self.over
        await tell(connection, post.guild_id, topic, key, now, channel=where)

    async def trouble(
        self,
        connection: AsyncConnection,
        guild_id: int,
        topic: str,
        key: str,
        now: datetime,
        **fields: str,
    ) -> None:
        """Something of a server is in trouble: its admins are to hear the words of `key`."""
        await notices.raise_notice(connection, guild_id, topic, self._words(key, **fields), now)

    async def over(
        self,
        connection: AsyncConnection,
        guild_id: int,
        topic: str,
        key: str,
        now: datetime,
        **fields: str,
    ) -> None:
        """The trouble of a topic has ended, which the words of `key` say."""
        await self._over(connection, guild_id, topic, self._words(key, **fields), now)

    async def role_gone(
        self, connection: AsyncConnection, guild_id: int, role_id: int, now: datetime
    ) -> None:
        """A role is pinged no more because it is gone: told once, there is nothing to mend."""
        topic, text = f"role:{role_id}", self._words("notice.role_gone")
        await notices.raise_notice(connection, guild_id, topic, text, now)
        await notices.mend(connection, guild_id, topic, now)

    async def source_failing(
        self,
        connection: AsyncConnection,
        guild_ids: Iterable[int],
        source_id: int,
        name: str,
        failure: FetchFailed | ParseFailed,
        now: datetime,
    ) -> None:
        """A source cannot be read: the servers that added it are to hear why."""
        shown = escape(name, NAME_LIMIT)
        reason = self._words(failure.key, detail=escape(failure.detail, NAME_LIMIT))
        text = self._words("notice.source.failing", name=shown, reason=reason)
        for guild_id in guild_ids:
            await notices.raise_notice(connection, guild_id, source_topic(source_id), text, now)

    async def source_mended(
        self,
        connection: AsyncConnection,
        guild_ids: Iterable[int],
        source_id: int,
        name: str,
        now: datetime,
    ) -> None:
        """A source was read: who heard of its trouble hears that it is over."""
        text = self._words("notice.source.mended", name=escape(name, NAME_LIMIT))
        for guild_id in guild_ids:
            await self._over(connection, guild_id, source_topic(source_id), text, now)

    async def tell_due(self, now: datetime) -> int:
        """Tell what no admin was told yet; how many notices found a reader."""
        async with self._database.read() as connection:
            untold = await notices.untold_notices(connection)
        self._later = {n.id: at for n in untold if (at := self._later.get(n.id, now)) > now}
        ready = [notice for notice in untold if notice.id not in self._later]
        told = 0
        for notice in ready[:A_ROUND]:
            told += await self._tell(notice, now)
        return told

    async def _over(
        self, connection: AsyncConnection, guild_id: int, topic: str, text: str, now: datetime
    ) -> None:
        """The trouble of a topic has ended; who was told of it, or is about to be, hears it."""
        if await notices.mend(connection, guild_id, topic, now):
            over = f"{topic}:mended"
            await notices.raise_notice(connection, guild_id, over, text, now)
            await notices.mend(connection, guild_id, over, now)

    async def _tell(self, notice: Notice, now: datetime) -> bool:
        """Tell one notice. It counts as told where nobody can be reached too: `/status` has it."""
        reached = await self._reach(notice)
        if reached is _Reached.LATER:
            self._later[notice.id] = now + TRY_AGAIN
            return False
        async with self._database.write() as connection:
            await notices.mark_told(connection, notice.id, now)
        if reached is _Reached.NOBODY:
            log.warning("no admin reached", extra={"guild": notice.guild_id, "notice": notice.id})
        return reached is _Reached.YES

    async def _reach(self, notice: Notice) -> _Reached:
        """Try the chosen channel, the system channel, the owner. A passing trouble ends the try.

        Trying the next place while the fate of the last is unknown would tell it twice.
        """
        async with self._database.read() as connection:
            chosen = (await guilds.settings_of(connection, notice.guild_id)).admin_channel
        places = self._places(notice.guild_id)
        system = places.system_channel if places else None
        for channel in dict.fromkeys(filter(None, (chosen, system))):
            reached = await self._send(channel, notice)
            if reached is not _Reached.NOBODY:
                return reached
        if places is None:
            return _Reached.LATER
        return _Reached.NOBODY if places.owner is None else await self._write_to(places, notice)

    async def _write_to(self, places: AdminPlaces, notice: Notice) -> _Reached:
        opened = await self._sender.open_dm(places.owner or 0)
        match opened:
            case DmOpened(channel_id):
                return await self._send(channel_id, notice)
            case Wait() | Uncertain() | Stop():
                return _Reached.LATER
            case _:
                return _Reached.NOBODY

    async def _send(self, channel_id: int, notice: Notice) -> _Reached:
        payload = {
            "content": notice.text,
            "allowed_mentions": {"parse": []},
            "components": self._buttons(notice.topic),
        }
        nonce = nonce_for(self._root, f"notice:{notice.id}:{channel_id}")
        match await self._sender.post(channel_id, payload, nonce, ""):
            case Sent() | Told():
                return _Reached.YES
            case Wait() | Uncertain() | Stop():
                return _Reached.LATER
            case _:
                return _Reached.NOBODY

    def _buttons(self, topic: str) -> list[Payload]:
        """What can be done about a trouble; nothing about its mending."""
        what, _, number = topic.partition(":")
        names = BUTTONS.get(what, ()) if number.isdecimal() else ()
        return action_row(
            (self._words(f"notice.button.{name}"), f"gl:{name}:{number}") for name in names
        )


def _topic(post: DuePost) -> str:
    return destination_topic(post.destination_id)


def _refused_topic(post: DuePost) -> str:
    return f"refused:{post.destination_id}"


def _lack_topic(what: str, post: DuePost) -> str:
    return f"{what}:{post.destination_id}"


def destination_topic(destination_id: int) -> str:
    """The topic of the notices about a destination that is held."""
    return f"destination:{destination_id}"


def unsettled_topic(post_id: int) -> str:
    """The topic of the notice about a post in doubt."""
    return f"unsettled:{post_id}"


def source_topic(source_id: int) -> str:
    """The topic of the notices about a source."""
    return f"source:{source_id}"
