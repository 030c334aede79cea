"""Delivering: send the posts that are due, in fair order, and write down what Discord answered.

    outbox -> render -> `sending`, payload frozen -> request -> sent | again later | held | failed

Before a request the row says `sending`, with its time and its payload; `sent` only after Discord
answered. A post whose fate is unknown is settled in one way: look for its mark, then send the same
payload with the same nonce. See docs/delivery.md.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import ColumnElement

from bot.delivery.fairness import Urgency, Waiting, fair_order
from bot.delivery.looking import Absent, Found, Unreadable, find_mark
from bot.delivery.marks import new_mark, nonce_for
from bot.delivery.outcomes import (
    Doubt,
    Failed,
    Outcome,
    Refused,
    Scope,
    Stop,
    Told,
    Uncertain,
    Wait,
)
from bot.delivery.sending import DmOpened, Sender, stands
from bot.delivery.telling import Telling
from bot.news.routing import Target
from bot.services.answering import Answering
from bot.services.beginning import Beginning
from bot.services.catching_up import CatchingUp
from bot.services.composing import Composing, Placed
from bot.services.forums import Forums
from bot.storage import history, outbox, places
from bot.storage.database import Database
from bot.storage.outbox import DuePost
from bot.storage.schema import destinations

log = logging.getLogger(__name__)

AT_ONCE = 40  # destinations served side by side
HEADS = 200  # that are chosen at once: a few seconds of the budget
MOMENT = 0.2  # seconds: nine posts at the full rate
DM_PAUSE = 30.0  # seconds, when opening a direct message ended in nothing
UNTIL_RESTART = timedelta(hours=1)  # before Discord is asked again whether the token holds
# A held destination, without a sign that it was mended. Discord frowns upon writing again and again
# to members who refuse; one of theirs is a command of the member's.
TRY_AGAIN = {Target.CHANNEL: timedelta(hours=1), Target.DM: timedelta(hours=24)}
WAIT_FOR_RIGHTS = timedelta(minutes=5)  # for the gateway to tell what the bot may read

MayRead = Callable[[int], bool | None]
"""Whether the bot may read a channel's history; None while nobody knows."""


@dataclass(frozen=True, slots=True)
class DeliverReport:
    """How many posts ended in which outcome; the outcome's class name is the key."""

    outcomes: Mapping[str, int]

    @property
    def sent(self) -> int:
        """How many messages now stand in Discord."""
        return self.outcomes.get("Sent", 0)


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Nobody can say whether the post was made: it is not sent again by itself."""


class Delivering:
    """Sends what is due. Its leases bear a random name, so that no other worker takes its posts."""

    def __init__(
        self,
        database: Database,
        sender: Sender,
        composing: Composing,
        answering: Answering,
        forums: Forums,
        *,
        clock: Callable[[], datetime],
        random: Random,
        may_read: MayRead = lambda _: None,
    ) -> None:
        self._database = database
        self._sender = sender
        self._composing = composing
        self._answering = answering
        self._forums = forums
        self._catching_up = CatchingUp(database, composing, random)
        self._clock = clock
        self._random = random
        self._may_read = may_read
        self._owner = new_mark(random)
        self._beginning = Beginning(database, composing, self._owner, clock)
        self._stopped_until: datetime | None = None
        self._closing = False
        self._flying: dict[asyncio.Task[str], int] = {}
        self._broken: set[int] = set()
        self.wake: Callable[[], None] = lambda: None

    async def deliver_due(self, now: datetime) -> DeliverReport:
        """Send every post whose turn has come, each destination's in order, servers in turns."""
        outcomes: Counter[str] = Counter()
        self._broken.clear()
        waiting: deque[DuePost] = deque()
        while not self._is_stopped(now):
            if not waiting:
                await self._retry_held(now)
                waiting.extend(await self._heads(now))
            while waiting and len(self._flying) < AT_ONCE:
                post = waiting.popleft()
                task = asyncio.create_task(self._deliver_safely(post), name=f"post {post.id}")
                self._flying[task] = post.destination_id
            if not self._flying:
                break
            outcomes.update(await self._landed())
            now = self._clock()  # a burst takes minutes: what comes meanwhile has its turn in it
        while self._flying:
            outcomes.update(await self._landed())
        return DeliverReport(dict(outcomes))

    async def close(self, grace: float) -> None:
        """Begin nothing new, wait `grace` seconds for what is in flight, cancel the rest.

        What is cancelled stays `sending`, to be settled at the next start.
        """
        self._closing = True
        if self._flying:
            await asyncio.wait(self._flying, timeout=grace)
        left = list(self._flying)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def resume(self, now: datetime) -> int:
        """At the start of the only process of a database: settle what the last one left behind."""
        await self._forums.resume(now)
        async with self._database.write() as connection:
            return await outbox.lapse_leases(connection, now)

    async def send_sample(self, channel_id: int) -> Outcome:
        """Post a sample in a channel, once, outside the outbox."""
        nonce = nonce_for(self._owner, new_mark(self._random))
        return await self._sender.post(channel_id, self._composing.sample(), nonce, "")

    async def carried_by(self, message_ids: Sequence[int]) -> dict[int, Telling]:
        """What each of these messages tells; messages that carry no announcement are left out."""
        async with self._database.read() as connection:
            carried = await history.carried_by(connection, message_ids)
        return {
            message: await self._composing.telling(announcement)
            for message, announcement in carried.items()
        }

    async def recheck(self, guild_id: int, now: datetime) -> int:
        """Try the held destinations of a server again; how many there were."""
        return await self._release(destinations.c.guild_id == guild_id, now)

    async def recheck_destination(self, destination_id: int, now: datetime) -> int:
        """Try a destination again if it is held; how many there were."""
        return await self._release(destinations.c.id == destination_id, now)

    async def recheck_member(self, user_id: int, now: datetime) -> None:
        """A member who refused direct messages was told so: the next round tries them again."""
        async with self._database.write() as connection:
            await places.retry_member(connection, user_id, now - 2 * TRY_AGAIN[Target.DM])
        self.wake()

    async def _release(self, where: ColumnElement[bool], now: datetime) -> int:
        released = await self._catching_up.release(where, now)
        if released:
            self.wake()
        return released

    async def _retry_held(self, now: datetime) -> None:
        for sort, pause in TRY_AGAIN.items():
            due = (destinations.c.sort == sort) & (destinations.c.held_at < now - pause)
            await self._catching_up.release(due, now)

    def _is_stopped(self, now: datetime) -> bool:
        paused = self._stopped_until is not None and now < self._stopped_until
        return self._closing or paused

    async def _heads(self, now: datetime) -> list[DuePost]:
        """The first post of each destination that waits and is not in flight, in fair order."""
        async with self._database.read() as connection:
            due = await outbox.due_posts(connection, now, HEADS)
        busy = self._broken.union(self._flying.values())
        by_id = {post.id: post for post in due if post.destination_id not in busy}
        return [by_id[each.id] for each in fair_order(map(_waiting, by_id.values()))]

    async def _landed(self) -> list[str]:
        """Wait until at least one post in flight has landed; what became of each.

        In a burst, when many are in flight, those of a moment land together: so the next ones
        begin together, in one transaction.
        """
        done, left = await asyncio.wait(self._flying, return_when=asyncio.FIRST_COMPLETED)
        if len(left) > AT_ONCE // 2:
            also, _ = await asyncio.wait(left, timeout=MOMENT)
            done |= also
        for task in done:
            del self._flying[task]
        return [task.result() for task in done]

    async def _deliver_safely(self, post: DuePost) -> str:
        """Send one post. A bug of ours leaves it as it is, and the others go on.

        Its destination is left alone until the next call: it would break again at once.
        """
        try:
            return type(await self._deliver(post)).__name__
        except Exception:
            self._broken.add(post.destination_id)
            log.exception("delivering failed", extra={"post": post.id})
            return "Bug"

    async def _deliver(self, post: DuePost) -> Outcome | Refused | Unsettled | None:
        """Send one post and write down how it went; None where there was nothing to send."""
        channel = await self._channel_of(post)
        if not isinstance(channel, int):
            return await self._answer(post, channel, 0)
        if post.attempted is not None:
            known = await self._look(post, channel)
            if isinstance(known, Unsettled):
                await self._answering.give_up(post, self._clock())
                return known
            if known is not None:
                return await self._answer(post, known, channel)
        if await self._catching_up.drop_outdated(post, self._clock()):
            return None
        begun = await self._beginning.begin(Placed(post, channel))
        if begun is None:
            return None
        outcome = await self._sender.post(
            channel,
            begun.payload,
            post.nonce,
            post.mark,
            wanted=lambda: self._clock() < begun.until,
        )
        return await self._answer(post, outcome, channel, begun=True)

    async def _look(self, post: DuePost, channel: int) -> Outcome | Refused | Unsettled | None:
        """What became of an earlier attempt: an answer, or None when it may be sent again."""
        may_read = True if post.target is Target.DM else self._may_read(channel)
        since = post.attempted or post.created
        looked = await find_mark(
            self._sender, channel, post.mark, since, may_be_empty=may_read is True
        )
        match looked:
            case Found():
                return stands(looked.message, post.payload or {})
            case Absent():
                return None
            case Unreadable() | Failed() | Refused() | Told():
                unsure = may_read is None and self._clock() - since < WAIT_FOR_RIGHTS
                return Uncertain(Doubt.TIMEOUT, "history not read") if unsure else Unsettled()
            case _:
                return looked

    async def _answer(
        self, post: DuePost, outcome: Outcome | Refused, channel: int, *, begun: bool = False
    ) -> Outcome | Refused:
        now = self._clock()
        outcome = await self._forums.reconsider(post, outcome, channel)
        if isinstance(outcome, Stop):
            pause = UNTIL_RESTART if outcome.seconds is None else timedelta(seconds=outcome.seconds)
            self._stopped_until = now + pause
            log.error("sending stopped", extra={"cause": outcome.cause, "until": now + pause})
        await self._answering.record(post, outcome, channel, now, begun=begun)
        return outcome

    async def _channel_of(self, post: DuePost) -> int | Outcome | Refused:
        if post.target is Target.CHANNEL:
            return await self._forums.channel_of(post)
        if post.channel_id is not None:
            return post.channel_id
        opened = await self._sender.open_dm(post.target_id)
        match opened:
            case DmOpened(channel_id):
                async with self._database.write() as connection:
                    await places.set_open_channel(connection, post.destination_id, channel_id)
                return channel_id
            case Uncertain():
                return Wait(DM_PAUSE, Scope.DMS)  # nothing was posted: there is no doubt
            case Failed():
                return replace(opened, remedy=None)  # other words would not help
            case _:
                return opened


def _waiting(post: DuePost) -> Waiting:
    """A post as the fair order sees it: members count for themselves, not for a server."""
    urgency = Urgency.MENTION if post.users or post.target is Target.DM else Urgency.POST
    if post.heading:
        urgency = Urgency.DIGEST
    return Waiting(post.id, post.guild_id or post.target_id, urgency)


def mark_maker(random: Random, instance_id: str) -> Callable[[], tuple[str, str]]:
    """A source of fresh (mark, nonce) pairs for the posts of one database."""

    def make() -> tuple[str, str]:
        mark = new_mark(random)
        return mark, nonce_for(instance_id, mark)

    return make
