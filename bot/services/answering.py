"""Writing down what became of a post: every outcome has its own row state and its own follow-up."""

import logging
from datetime import datetime, timedelta
from typing import assert_never

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.outcomes import (
    Collision,
    Failed,
    Failure,
    Held,
    Outcome,
    Refused,
    Remedy,
    Sent,
    Stop,
    Told,
    Uncertain,
    Wait,
)
from bot.delivery.rendering import Payload
from bot.services.backing_off import after_post
from bot.services.composing import Composing, Placed
from bot.services.noticing import Noticing
from bot.services.publishing import Publishing
from bot.storage import edits, outbox, roles
from bot.storage.database import Database
from bot.storage.outbox import DuePost, State

log = logging.getLogger(__name__)

REMEDIES: tuple[str, ...] = (Remedy.NO_ROLE, Remedy.NO_REFERENCE, Remedy.PLAIN)
"""What replaces a payload; only a later one may follow, so that a post is never tried for ever."""


class Answering:
    """Turns outcomes into states."""

    def __init__(
        self,
        database: Database,
        composing: Composing,
        noticing: Noticing,
        publishing: Publishing,
    ) -> None:
        self._database = database
        self._composing = composing
        self._noticing = noticing
        self._publishing = publishing

    async def record(
        self,
        post: DuePost,
        outcome: Outcome | Refused,
        channel: int,
        now: datetime,
        *,
        begun: bool = False,
    ) -> None:
        """Write an outcome down. `channel` is where the post went, 0 if it never left.

        `begun` says that it is the outcome of an attempt. What a worker learns that slept over its
        lease is not written down: another one has gone on with the post.
        """
        replacement = await self._replacement(post, outcome, channel)
        news = await self._composing.headline(post) if isinstance(outcome, Collision) else ""
        async with self._database.write() as connection:
            # That a message stands is true whoever learns it.
            stands = isinstance(outcome, Sent)
            if stands or await outbox.is_ours(connection, post, begun=begun):
                await self._write(connection, post, outcome, channel, replacement, news, now)
        level = logging.INFO if isinstance(outcome, Sent | Told) else logging.WARNING
        extra = {"post": post.id, "channel": channel, "outcome": type(outcome).__name__}
        log.log(level, "post", extra=extra | {"reason": getattr(outcome, "reason", "")})

    async def give_up(self, post: DuePost, now: datetime) -> None:
        """Whether the post was made cannot be found out: it is shown to the admins, not re-sent."""
        news = await self._composing.headline(post)
        async with self._database.write() as connection:
            if await outbox.is_ours(connection, post, begun=False):
                await self._doubt(connection, post, "unreadable", news, now)
        log.warning("post unknown", extra={"post": post.id})

    async def _doubt(
        self, connection: AsyncConnection, post: DuePost, reason: str, news: str, now: datetime
    ) -> None:
        await outbox.close(connection, post.id, State.UNKNOWN, reason, now)
        await self._noticing.unsettled(connection, post, news, now)

    async def _write(
        self,
        connection: AsyncConnection,
        post: DuePost,
        outcome: Outcome | Refused,
        channel: int,
        replacement: Payload | None,
        news: str,
        now: datetime,
    ) -> None:
        # What an earlier attempt left in doubt stays so, whatever kept this one from being made.
        sure = post.attempted is None
        match outcome:
            case Sent():
                await self._sent(connection, post, outcome, channel, now)
            case Told():
                await outbox.close(connection, post.id, State.SENT, outbox.DELETED, now)
            case Wait(seconds):
                due = now + timedelta(seconds=seconds)
                await outbox.put_back(connection, post.id, "waiting", due, now, sure=sure)
            case Stop(cause):
                await outbox.put_back(connection, post.id, cause, now, now, sure=sure)
            case Held(reason) | Refused(reason):
                await outbox.put_back(connection, post.id, reason, now, now, sure=sure)
                await outbox.hold(connection, post.destination_id, reason, now)
                await self._noticing.held(connection, post, reason, now)
            case Failed(remedy=Remedy() as remedy) if replacement is not None:
                await self._drop_role(connection, post, outcome.reason, now)
                if remedy is Remedy.NO_REFERENCE:
                    await self._noticing.cannot_reply(connection, post, now)
                await outbox.put_back(connection, post.id, remedy, now, now, replacement, sure=sure)
            case Failed(reason):
                await outbox.close(connection, post.id, State.FAILED, reason, now)
                await self._noticing.refused(connection, post, reason, now)
            case Uncertain(reason):
                until = now + after_post(post.attempts)
                await outbox.doubt(connection, post.id, reason, until, now)
            case Collision():
                await self._doubt(connection, post, "collision", news, now)
            case _:
                assert_never(outcome)

    async def _sent(
        self, connection: AsyncConnection, post: DuePost, sent: Sent, channel: int, now: datetime
    ) -> None:
        await outbox.sent(connection, post.id, channel, sent.message_id, sent.shown, now)
        await self._publishing.owe(connection, post, channel, now)
        await self._noticing.arrived(connection, post, sent, now)
        if sent.lost_reference:  # what it answers was deleted: it stands alone, and says all
            await outbox.stands_alone(connection, post.id)
            await edits.owe_post(connection, post.id, now)

    async def _drop_role(
        self, connection: AsyncConnection, post: DuePost, reason: str, now: datetime
    ) -> None:
        """Ping a role no more of which Discord says that it is gone."""
        if reason != Failure.ROLE_GONE or post.role is None:
            return
        if await roles.drop_role(connection, post.guild_id, post.role):
            await self._noticing.role_gone(connection, post.guild_id, post.role, now)

    async def _replacement(
        self, post: DuePost, outcome: Outcome | Refused, channel: int
    ) -> Payload | None:
        """Other words for a payload that Discord refused, each once. A further part has none."""
        if not isinstance(outcome, Failed) or outcome.remedy is None or post.part:
            return None
        tried = REMEDIES[: REMEDIES.index(post.reason) + 1] if post.reason in REMEDIES else ()
        if outcome.remedy in tried:
            return None
        replacement = await self._composing.replacement(Placed(post, channel), outcome.remedy)
        return None if replacement == post.payload else replacement
