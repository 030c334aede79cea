"""Pushing: subscribe to the hubs that feeds name, keep the leases, take in what hubs push.

    a poll finds a hub -> ask it -> it asks back -> a lease -> renewed at 70 to 80 % of it
    a signed push -> parse -> sift -> note, as a poll does -> polls become a slow backup

A source is polled slowly only once its hub has pushed something, and no more when a poll finds
what the hub left out: a hub that confirms and then stays silent costs no news.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum, auto
from random import Random

from bot.feeds.answers import FetchFailed
from bot.feeds.feed import ParseFailed
from bot.feeds.hub import Accepted, HubClient
from bot.feeds.parse import FeedParser
from bot.feeds.receiver import Inbox, Push, Welcome
from bot.feeds.websub import (
    Intent,
    Mode,
    granted_lease,
    is_signed,
    renewal,
    subscription_form,
)
from bot.services.noting import Noted
from bot.services.polling import Polling
from bot.storage import pushes
from bot.storage.database import Database
from bot.storage.pushes import PushRow, PushState, Subscribable

log = logging.getLogger(__name__)

A_ROUND = 8  # hubs asked in one round
RETRY_FIRST = timedelta(hours=1)  # time enough for a hub to ask back
RETRY_LAST = timedelta(days=7)
AFTER_DENIAL = timedelta(days=30)
ANSWERABLE = timedelta(days=1)  # how long after a request a hub may ask back


class Ignored(StrEnum):
    """Why a push came to nothing."""

    UNEXPECTED = auto()
    UNSIGNED = auto()
    UNREADABLE = auto()


@dataclass(frozen=True, slots=True)
class Renewed:
    """What a round of subscribing did: how many hubs were asked, and how many of them refused."""

    asked: int = 0
    refused: int = 0


class Pushing:
    """Keeps subscriptions. `base` is the receiver's public address, without a slash at its end.

    `wake` is called when a push waits to be taken in.
    """

    def __init__(
        self,
        database: Database,
        hubs: HubClient,
        parser: FeedParser,
        polling: Polling,
        base: str,
        random: Random,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self.wake = wake
        self._inbox = Inbox()
        self._database = database
        self._hubs = hubs
        self._parser = parser
        self._polling = polling
        self._base = base
        self._random = random

    async def renew_due(self, now: datetime) -> Renewed:
        """Subscribe to the hubs that were named since, and renew what will lapse."""
        async with self._database.read() as connection:
            chosen = await pushes.due(connection, self._base, now, A_ROUND)
        answers = await asyncio.gather(*(self._ask(source, now) for source in chosen))
        return Renewed(len(answers), sum(isinstance(answer, FetchFailed) for answer in answers))

    async def _ask(self, source: Subscribable, now: datetime) -> Accepted | FetchFailed:
        """Ask a hub. It is written down before: the hub may ask back while it is being asked."""
        source = await self._write_down(source, now)
        form = subscription_form(source.topic, f"{self._base}/{source.token}", source.secret)
        answer = await self._hubs.post(source.hub, form)
        extra = {"source": source.name, "hub": source.hub, "attempt": source.failures + 1}
        if isinstance(answer, Accepted):
            log.info("asked a hub", extra=extra)
            return answer
        log.warning("a hub refused", extra=extra | {"reason": answer.key, "detail": answer.detail})
        if answer.retry_after is not None:
            pause = max(timedelta(seconds=answer.retry_after), _pause(source.failures))
            async with self._database.write() as connection:
                await pushes.postpone(connection, source.source_id, now + pause)
        return answer

    async def _write_down(self, source: Subscribable, now: datetime) -> Subscribable:
        """Until the hub confirms, every request counts as one that failed."""
        retry_at = now + _pause(source.failures) * (1 + 0.1 * self._random.random())
        async with self._database.write() as connection:
            if source.token:
                await pushes.ask_again(connection, source, now, retry_at)
                return source
            token, secret = self._unguessable(), self._unguessable()
            await pushes.start(connection, source, self._base, token, secret, now, retry_at)
            return replace(source, token=token, secret=secret)

    async def confirm(self, token: str, intent: Intent, now: datetime) -> bool:
        """Whether a hub's intent is ours; a lease or a refusal is written down.

        We never ask a hub to end a subscription: its lease ends by itself.
        """
        async with self._database.read() as connection:
            push = await pushes.by_token(connection, token)
        if push is None or intent.topic != push.topic or not _is_open(push, now):
            return False
        async with self._database.write() as connection:
            match intent.mode:
                case Mode.SUBSCRIBE:
                    lease = granted_lease(intent)
                    renew_at = renewal(now, lease, self._random.random())
                    await pushes.confirm(connection, push, now + lease, renew_at)
                case Mode.DENIED:
                    await pushes.deny(connection, push, now, now + AFTER_DENIAL)
                case Mode.UNSUBSCRIBE:
                    return False
        log.info("a hub answered", extra={"source": push.source.name, "mode": intent.mode})
        return True

    async def expects(self, token: str, now: datetime) -> Welcome:
        """Whether a push to an address is expected."""
        async with self._database.read() as connection:
            push = await pushes.by_token(connection, token)
        if push is None or push.lease_until is None:
            return Welcome.UNKNOWN
        return Welcome.YES if push.active and now < push.lease_until else Welcome.GONE

    def keep(self, push: Push) -> bool:
        """Put a push aside to be looked at; False when there is no room for it."""
        if not self._inbox.put(push):
            return False
        self.wake()
        return True

    async def take_due(self, now: datetime) -> Noted:
        """Take in every push that waits."""
        noted = Noted()
        while (push := self._inbox.take()) is not None:
            taken = await self.take_in(push, now)
            if isinstance(taken, Noted):
                noted += taken
        return noted

    async def take_in(self, push: Push, now: datetime) -> Noted | Ignored:
        """Read a push as a poll's answer is read. It counts for the source of its address only."""
        async with self._database.read() as connection:
            row = await pushes.by_token(connection, push.token)
        if row is None or not row.active or not row.source.baseline:
            return Ignored.UNEXPECTED
        # In a thread: hashing eight megabytes would hold the loop for tens of milliseconds.
        if not await asyncio.to_thread(is_signed, push.signature, row.secret, push.body):
            log.warning("a push is not signed", extra={"source": row.source.name})
            return Ignored.UNSIGNED
        feed = await self._parser.parse(push.body, row.topic, push.content_type)
        if isinstance(feed, ParseFailed):
            return Ignored.UNREADABLE
        noted = await self._polling.note(row.source, feed, now, None)
        async with self._database.write() as connection:
            fresh = await pushes.by_token(connection, push.token)
            if fresh is not None:
                await pushes.rely(connection, fresh)
        return noted

    def _unguessable(self) -> str:
        return f"{self._random.getrandbits(256):064x}"


def _pause(failures: int) -> timedelta:
    return min(RETRY_FIRST * (1 << min(failures, 10)), RETRY_LAST)


def _is_open(push: PushRow, now: datetime) -> bool:
    """Whether a hub may still have something to say: it was asked lately, or its lease holds."""
    if push.state is PushState.DENIED or not push.active:
        return False
    leased = push.lease_until is not None and now < push.lease_until
    return leased or now < push.asked + ANSWERABLE
