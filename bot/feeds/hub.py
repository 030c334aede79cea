"""Asking a hub: one form, posted politely and past the address guard.

A hub's address comes out of a feed, so it is as hostile as the feed's own. What a hub writes into
its answer is never read: it "is not meant to be shown to the end user" (WebSub, 5.1.2).
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from bot.feeds.answers import FetchFailed, FetchReason
from bot.feeds.failures import from_error, from_status
from bot.feeds.fetch import FetchLimits
from bot.feeds.guard import AddressGuard
from bot.feeds.headers import retry_after
from bot.feeds.hosts import Clock, HostBudget, Pause, host_key

# Other redirects would turn the POST into a GET (WebSub, 5.1.2).
MOVES = frozenset({307, 308})
LIMITS = FetchLimits()
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The hub will look into it, and ask at our callback whether we meant it."""


HubAnswer = Accepted | FetchFailed


class HubClient:
    """Posts forms to hubs. Use as `async with HubClient(agent, guard) as hubs`.

    `clock` is monotonic seconds, `pause` waits seconds, `wall` is the aware time in UTC.
    """

    def __init__(
        self,
        agent: str,
        guard: AddressGuard,
        limits: FetchLimits = LIMITS,
        *,
        clock: Clock = time.monotonic,
        pause: Pause = asyncio.sleep,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._agent = agent
        self._guard = guard
        self._limits = limits
        self._wall = wall
        self._budget = HostBudget(limits.spacing, clock, pause)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(socket_factory=self._guard.socket_factory, limit=4),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self._agent, "Content-Type": FORM},
            timeout=aiohttp.ClientTimeout(
                total=self._limits.total,
                sock_connect=self._limits.connect,
                sock_read=self._limits.read,
            ),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def post(self, hub: str, form: bytes) -> HubAnswer:
        """Post a form to a hub, wherever it sends us on. Expected failures are values."""
        try:
            step: HubAnswer | URL = URL(hub).with_fragment(None)
        except ValueError:
            return FetchFailed(FetchReason.BAD_ADDRESS)
        for _ in range(self._limits.redirects + 1):
            if not isinstance(step, URL):
                return step
            step = await self._in_turn(step, form)
        return FetchFailed(FetchReason.REDIRECT_LOOP) if isinstance(step, URL) else step

    async def _in_turn(self, url: URL, form: bytes) -> HubAnswer | URL:
        if not self._guard.admits_url(url):
            return FetchFailed(FetchReason.REFUSED_ADDRESS)
        host = host_key(url)
        async with self._budget.turn(host):
            if rest := self._budget.resting(host):
                return FetchFailed(FetchReason.HOST_RESTING, retry_after=rest)
            step = await self._ask(url, form)
        if isinstance(step, FetchFailed) and step.reason is FetchReason.RATE_LIMITED:
            self._budget.rest(host, step.retry_after or self._limits.rest)
        return step

    async def _ask(self, url: URL, form: bytes) -> HubAnswer | URL:
        if self._session is None:
            raise RuntimeError("the hub client is not open")
        try:
            async with self._session.post(url, data=form, allow_redirects=False) as response:
                response.close()  # the rest of the answer stays unread, however long it is
                return self._outcome(url, response)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return from_error(error)

    def _outcome(self, url: URL, response: aiohttp.ClientResponse) -> HubAnswer | URL:
        if response.status in MOVES and "Location" in response.headers:
            return url.join(URL(response.headers["Location"])).with_fragment(None)
        # 202 by the Recommendation; hubs of before it answer 204 once they have verified.
        if 200 <= response.status < 300:
            return Accepted()
        wait = retry_after(response.headers.get("Retry-After", ""), self._wall())
        return from_status(response.status, response.headers, wait)
