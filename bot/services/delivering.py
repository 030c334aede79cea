"""Delivering: send the posts that are due, and write down what Discord answered.

    outbox -> render -> `sending`, payload frozen -> request -> sent | again later | held | failed

Before a request the row says `sending`, with its time and its payload; `sent` only after Discord
answered. A post whose fate is unknown is settled in one way: look for its mark, then send the same
payload with the same nonce.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import assert_never

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.dates import read_when
from bot.delivery.marks import new_mark, nonce_for
from bot.delivery.outcomes import (
    Collision,
    Failed,
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
from bot.delivery.rendering import render, render_further, render_plain_fallback, render_sample
from bot.delivery.sending import DmOpened, Sender
from bot.delivery.telling import Outlet, Telling, parts
from bot.services.noticing import Noticing
from bot.storage import history, ledger, outbox
from bot.storage.database import Database
from bot.storage.ledger import Behind
from bot.storage.ledger import Told as ToldRow
from bot.storage.outbox import DuePost, Payload, State
from bot.storage.schema import destinations
from bot.words import Words

log = logging.getLogger(__name__)

AT_ONCE = 40  # destinations served side by side
ROUNDS = 10  # of one call, so that a burst cannot keep it for ever
LEASE = timedelta(seconds=120)
NEWS_AGE = timedelta(hours=48)  # a held post that is older is no longer news
TRY_AGAIN = timedelta(hours=1)  # a held destination, without a sign that it was mended
BACK_OFF = (5, 15, 60, 300, 900)  # seconds after each attempt whose fate is unknown
FALLBACK = "fallback"


@dataclass(frozen=True, slots=True)
class DeliverReport:
    """How many posts ended in which outcome; the outcome's class name is the key."""

    outcomes: Mapping[str, int]

    @property
    def sent(self) -> int:
        """How many messages now stand in Discord."""
        return self.outcomes.get("Sent", 0)


class Delivering:
    """Sends what is due. `owner` names this worker in the leases that it takes."""

    def __init__(
        self,
        database: Database,
        sender: Sender,
        words: Words,
        noticing: Noticing,
        *,
        clock: Callable[[], datetime],
        random: Random,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._sender = sender
        self._words = words
        self._noticing = noticing
        self._clock = clock
        self._random = random
        self._owner = new_mark(random)
        self._stopped_until: datetime | None = None
        self.wake = wake

    async def deliver_due(self, now: datetime) -> DeliverReport:
        """Send every post whose turn has come, each destination's in order."""
        outcomes: Counter[str] = Counter()
        await self._retry_held(now)
        for _ in range(ROUNDS):
            if self._is_stopped(now):
                break
            async with self._database.read() as connection:
                due = await outbox.due_posts(connection, now, AT_ONCE)
            if not due:
                break
            ended = await asyncio.gather(*(self._deliver(post) for post in due))
            outcomes.update(type(outcome).__name__ for outcome in ended if outcome is not None)
        return DeliverReport(dict(outcomes))

    async def send_sample(self, channel_id: int) -> Outcome:
        """Post a sample in a channel, once, outside the outbox."""
        mark = new_mark(self._random)
        payload = render_sample(self._words)
        return await self._sender.post(channel_id, payload, nonce_for(self._owner, mark), "")

    async def carried_by(self, message_ids: Sequence[int]) -> dict[int, Telling]:
        """What each of these messages tells; messages that carry no announcement are left out."""
        async with self._database.read() as connection:
            carried = await history.carried_by(connection, message_ids)
            return {
                message: await read_telling(connection, announcement)
                for message, announcement in carried.items()
            }

    async def recheck(self, guild_id: int, now: datetime) -> int:
        """Try the held destinations of a server again; how many there were."""
        async with self._database.write() as connection:
            released = await outbox.release(
                connection, destinations.c.guild_id == guild_id, now, now - NEWS_AGE
            )
        if released:
            self.wake()
        return len(released)

    async def _retry_held(self, now: datetime) -> None:
        async with self._database.read() as connection:
            if not await outbox.any_held(connection, now - TRY_AGAIN):
                return
        async with self._database.write() as connection:
            condition = destinations.c.held_at < now - TRY_AGAIN
            await outbox.release(connection, condition, now, now - NEWS_AGE)

    def _is_stopped(self, now: datetime) -> bool:
        return self._stopped_until is not None and now < self._stopped_until

    async def _deliver(self, post: DuePost) -> Outcome | Refused | None:
        """Send one post and write down how it went; None when another worker has it."""
        channel = await self._channel_of(post)
        if not isinstance(channel, int):
            await self._record(post, channel, 0)
            return channel
        payload = post.payload or await self._render(post)
        async with self._database.write() as connection:
            now = self._clock()
            if not await outbox.begin(connection, post, payload, self._owner, now, LEASE):
                return None
        outcome = await self._sender.post(channel, payload, post.nonce, post.mark)
        await self._record(post, outcome, channel)
        return outcome

    async def _channel_of(self, post: DuePost) -> int | Outcome | Refused:
        if post.channel_id is not None:
            return post.channel_id
        opened = await self._sender.open_dm(post.target_id)
        if not isinstance(opened, DmOpened):
            return opened
        async with self._database.write() as connection:
            await outbox.set_open_channel(connection, post.destination_id, opened.channel_id)
        return opened.channel_id

    async def _render(self, post: DuePost) -> Payload:
        async with self._database.read() as connection:
            telling = await read_telling(connection, post.announcement_id)
        mentions = parts(post.users, post.role)[post.part]
        if post.part:
            return render_further(telling, mentions, post.mark, self._words)
        return render(telling, mentions, post.mark, self._words)

    async def _record(self, post: DuePost, outcome: Outcome | Refused, channel: int) -> None:
        """Write down what became of a post. A step that failed before it began is a Wait."""
        now = self._clock()
        if isinstance(outcome, Stop):
            self._stop(outcome, now)
        replacement = await self._replacement(post, outcome)
        async with self._database.write() as connection:
            match outcome:
                case Sent(message_id, shown):
                    await outbox.sent(connection, post.id, channel, message_id, shown, now)
                    await self._noticing.mended(connection, post, now)
                case Told():
                    await outbox.close(connection, post.id, State.SENT, "told_and_deleted", now)
                case Wait(seconds):
                    due = now + timedelta(seconds=seconds)
                    await outbox.put_back(connection, post.id, "waiting", due, now)
                case Stop(cause):
                    due = self._stopped_until or now
                    await outbox.put_back(connection, post.id, cause, due, now)
                case Held(reason) | Refused(reason):
                    await outbox.put_back(connection, post.id, reason, now, now)
                    await outbox.hold(connection, post.destination_id, reason, now)
                    await self._noticing.held(connection, post, reason, now)
                case Failed() if replacement is not None:
                    await outbox.put_back(connection, post.id, FALLBACK, now, now, replacement)
                case Failed(reason):
                    await outbox.close(connection, post.id, State.FAILED, reason, now)
                case Uncertain(reason):
                    until = now + timedelta(seconds=_back_off(post.attempts))
                    await outbox.doubt(connection, post.id, reason, until, now)
                case Collision():
                    await outbox.close(connection, post.id, State.UNKNOWN, "collision", now)
                case _:
                    assert_never(outcome)
        level = logging.INFO if isinstance(outcome, Sent | Told) else logging.WARNING
        log.log(level, "post", extra={"post": post.id, "channel": channel, "outcome": outcome})

    async def _replacement(self, post: DuePost, outcome: Outcome | Refused) -> Payload | None:
        """Other words for a payload that Discord refused, once."""
        if not isinstance(outcome, Failed) or outcome.remedy is None or post.reason == FALLBACK:
            return None
        async with self._database.read() as connection:
            telling = await read_telling(connection, post.announcement_id)
        mentions = parts(post.users, post.role)[post.part]
        match outcome.remedy:
            case Remedy.PLAIN:
                return render_plain_fallback(telling, mentions, post.mark, self._words)
            case Remedy.NO_ROLE:
                return render(telling, replace(mentions, role=None), post.mark, self._words)
            case Remedy.NO_REFERENCE:
                return render(telling, mentions, post.mark, self._words)

    def _stop(self, outcome: Stop, now: datetime) -> None:
        pause = timedelta(seconds=outcome.seconds) if outcome.seconds is not None else TRY_AGAIN
        self._stopped_until = now + pause
        log.error("sending stopped", extra={"cause": outcome.cause, "until": self._stopped_until})


async def read_telling(connection: AsyncConnection, announcement_id: int) -> Telling:
    """Everything that a post of an announcement says."""
    told = (await ledger.get_told(connection, [announcement_id]))[announcement_id]
    behind = (await ledger.behind(connection, [told.fact_id])).get(told.fact_id, ())
    return Telling(
        told.show,
        told.announcement,
        _outlets(told, behind),
        told.title,
        told.image,
        told.published,
        read_when(told.announcement.value),
    )


def _outlets(told: ToldRow, behind: tuple[Behind, ...]) -> tuple[Outlet, ...]:
    """The outlets behind an announcement, that of its own article first, each once.

    An outlet that was less sure (it told the rumour) is no source of what is now confirmed.
    """
    sure = [row for row in behind if row.certainty.rank >= told.announcement.certainty.rank]
    ordered = sorted(sure, key=lambda row: row.link != told.link)
    first_of = {row.outlet: row for row in reversed(ordered)}
    unique = sorted(first_of.values(), key=ordered.index)
    return tuple(Outlet(row.outlet, row.link) for row in unique)


def _back_off(attempts: int) -> int:
    return BACK_OFF[min(attempts, len(BACK_OFF) - 1)]


def mark_maker(random: Random, instance_id: str) -> Callable[[], tuple[str, str]]:
    """A source of fresh (mark, nonce) pairs for the posts of one database."""

    def make() -> tuple[str, str]:
        mark = new_mark(random)
        return mark, nonce_for(instance_id, mark)

    return make
