"""Publishing: what was posted in an announcement channel reaches the servers that follow it.

    post `sent` -> publication due -> crosspost -> done | later | dropped

It is a step of its own: the post stands already, and a publication that a crash interrupted is
tried again, because Discord refuses a second one and the refusal says that it was done. Discord
publishes ten messages an hour and channel; the rest waits for its time, in order.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.outcomes import (
    Answer,
    Failed,
    Held,
    Hold,
    Refused,
    Stop,
    Told,
    Uncertain,
    Wait,
)
from bot.delivery.sending import LEASE, Sender
from bot.delivery.steps import Published, publish
from bot.news.routing import Target
from bot.services.backing_off import TRY_AGAIN, later
from bot.services.noticing import Noticing
from bot.services.places import ChannelKind, KindOf
from bot.services.reminding import is_past
from bot.storage import publications
from bot.storage.database import Database
from bot.storage.outbox import DuePost
from bot.storage.publications import Publication, Stage

log = logging.getLogger(__name__)

AN_HOUR = timedelta(hours=1)
MOST_AN_HOUR = 10
AT_ONCE = 20  # channels served side by side
NEWS_AGE = timedelta(hours=48)  # older posts are no news to anybody's followers
WAIT_FOR_KIND = timedelta(minutes=5)  # for the gateway to tell what sort of channel it is
LOOK_AGAIN = timedelta(minutes=1)


class Publishing:
    """Owes publications, and makes them."""

    def __init__(
        self, database: Database, sender: Sender, noticing: Noticing, kind_of: KindOf
    ) -> None:
        self._database = database
        self._sender = sender
        self._noticing = noticing
        self._kind_of = kind_of
        self._plain: set[int] = set()  # channels of which Discord said that they have no followers
        self._stopped = False

    async def owe(
        self, connection: AsyncConnection, post: DuePost, channel: int, now: datetime
    ) -> None:
        """A post was made: its publication is due where its channel has followers.

        Where nobody knows what sort of channel it is, that is decided when it is published. A
        further part only mentions members of this server, so nobody else has use for it.
        """
        if post.target is not Target.CHANNEL or channel != post.target_id or post.part:
            return
        kind = self._kind_of(post.guild_id, channel)
        unsure = kind is ChannelKind.UNKNOWN and channel not in self._plain
        if unsure or kind is ChannelKind.ANNOUNCEMENT:
            await publications.owe(connection, post.id, channel, now)

    async def resume(self, now: datetime) -> None:
        """At the start of the only process of a database: settle what the last one left behind."""
        async with self._database.write() as connection:
            await publications.lapse_leases(connection, now)

    async def publish_due(self, now: datetime) -> int:
        """Publish what is due, each channel's in order; how many messages were published."""
        done = 0
        self._stopped = False
        broken: set[int] = set()
        while not self._stopped and (heads := await self._heads(now, broken)):
            results = await asyncio.gather(
                *(self._publish(head, now) for head in heads), return_exceptions=True
            )
            for head, result in zip(heads, results, strict=True):
                if isinstance(result, BaseException):
                    broken.add(head.channel_id)  # a bug of ours: the other channels go on
                    log.error("publishing failed", exc_info=result, extra={"post": head.post_id})
                else:
                    done += result
        return done

    async def _heads(self, now: datetime, broken: set[int]) -> Sequence[Publication]:
        async with self._database.read() as connection:
            due = await publications.due_heads(connection, now, AT_ONCE + len(broken))
        return [head for head in due if head.channel_id not in broken][:AT_ONCE]

    async def _publish(self, publication: Publication, now: datetime) -> bool:
        """Publish one message, or put it off; whether its followers have it now."""
        async with self._database.write() as connection:
            if not await self._may_begin(connection, publication, now):
                return False
            if not await publications.begin(connection, publication, now, LEASE):
                return False
        answer = await publish(self._sender, publication.channel_id, publication.message_id)
        async with self._database.write() as connection:
            await self._write(connection, publication, answer, now)
        extra = {"post": publication.post_id, "outcome": type(answer).__name__}
        log.info("publication", extra=extra | {"channel": publication.channel_id})
        return isinstance(answer, Published)

    async def _may_begin(
        self, connection: AsyncConnection, publication: Publication, now: datetime
    ) -> bool:
        """Whether the channel has followers and room; what stands in the way is written down."""
        age, post_id = now - publication.created, publication.post_id
        kind = self._kind_of(publication.guild_id, publication.channel_id)
        if kind not in {ChannelKind.ANNOUNCEMENT, ChannelKind.UNKNOWN}:
            await publications.settle(connection, post_id, Stage.DROPPED, Hold.WRONG_CHANNEL)
            return False
        if age > NEWS_AGE:
            await publications.settle(connection, post_id, Stage.DROPPED, "too_old")
            return False
        if await is_past(connection, post_id, now):
            await publications.settle(connection, post_id, Stage.DROPPED, "past")
            return False
        if kind is ChannelKind.UNKNOWN and age < WAIT_FOR_KIND:
            await publications.put_off(connection, post_id, "kind", now + LOOK_AGAIN)
            return False
        made = await publications.attempts_since(connection, publication.channel_id, now - AN_HOUR)
        if len(made) >= MOST_AN_HOUR:
            due = made[MOST_AN_HOUR - 1] + AN_HOUR
            await publications.put_off(connection, post_id, "limit", due, sure=False)
            return False
        return True

    async def _write(
        self,
        connection: AsyncConnection,
        publication: Publication,
        answer: Published | Answer,
        now: datetime,
    ) -> None:
        post_id, channel = publication.post_id, publication.channel_id
        guild, topic = publication.guild_id, f"publishing:{channel}"
        where = f"<#{channel}>"
        match answer:
            case Published():
                await publications.settle(connection, post_id, Stage.DONE)
                await self._noticing.over(
                    connection, guild, topic, "notice.publishing.mended", now, channel=where
                )
            case Told():
                await publications.settle(connection, post_id, Stage.DROPPED, "message_gone")
            case Held(Hold.WRONG_CHANNEL):
                self._plain.add(channel)
                await publications.settle(connection, post_id, Stage.DROPPED, Hold.WRONG_CHANNEL)
            case Held(Hold.CHANNEL_GONE | Hold.SERVER_GONE as reason):
                await publications.settle(connection, post_id, Stage.DROPPED, reason)
            case Held(reason):
                await publications.put_off(connection, post_id, reason, now + TRY_AGAIN)
                await self._noticing.trouble(
                    connection, guild, topic, "notice.publishing", now, channel=where
                )
            case Failed(reason) | Refused(reason):
                await publications.settle(connection, post_id, Stage.DROPPED, reason)
            case Wait() | Stop() | Uncertain():
                self._stopped |= isinstance(answer, Stop)
                next_ = later(answer, publication.attempts, now)
                await publications.put_off(
                    connection, post_id, next_.reason, next_.due, sure=next_.is_sure
                )
            case _:
                assert_never(answer)
