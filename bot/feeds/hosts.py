"""One host, one request at a time: a queue for each registrable domain.

Spacing counts for the domain that somebody runs, not for each name in it: `feeds.example.co.uk`
and `www.example.co.uk` share a turn, as do all channels of a video site.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import lru_cache
from ipaddress import ip_address

from publicsuffixlist import PublicSuffixList
from yarl import URL

Clock = Callable[[], float]
Pause = Callable[[float], Awaitable[None]]

_SUFFIXES = PublicSuffixList()


@lru_cache(maxsize=4096)
def registrable_domain(host: str) -> str:
    """The domain under a public suffix: `a.b.example.co.uk` -> `example.co.uk`.

    An IP address, and a name that is itself a suffix, stand for themselves.
    """
    name = host.lower().rstrip(".")
    try:
        ip_address(name)
    except ValueError:
        return _SUFFIXES.privatesuffix(name) or name
    return name


def host_key(url: URL) -> str:
    """The key under which a request to `url` waits its turn."""
    return registrable_domain(url.host or "")


class HostBudget:
    """Turns for hosts: one request in flight, `spacing` seconds from its end to the next start.

    `clock` is a monotonic time in seconds, `pause` waits for a number of seconds.
    """

    def __init__(
        self, spacing: float, clock: Clock = time.monotonic, pause: Pause = asyncio.sleep
    ) -> None:
        self._spacing = spacing
        self._clock = clock
        self._pause = pause
        self._locks: dict[str, asyncio.Lock] = {}
        self._waiting: dict[str, int] = {}
        self._next_start: dict[str, float] = {}
        self._resting_until: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Hold the host's turn; waits until it is free and its spacing has passed."""
        lock = self._locks.setdefault(host, asyncio.Lock())
        self._waiting[host] = self._waiting.get(host, 0) + 1
        try:
            async with lock:
                delay = self._next_start.get(host, 0.0) - self._clock()
                if delay > 0:
                    await self._pause(delay)
                try:
                    yield
                finally:
                    self._next_start[host] = self._clock() + self._spacing
        finally:
            self._leave(host)

    def rest(self, host: str, seconds: float) -> None:
        """The host asked for a pause (429): nobody asks it again for so long."""
        until = self._clock() + seconds
        self._resting_until[host] = max(until, self._resting_until.get(host, 0.0))

    def resting(self, host: str) -> float:
        """Seconds for which the host still rests; 0 when it may be asked."""
        left = self._resting_until.get(host, 0.0) - self._clock()
        if left <= 0:
            self._resting_until.pop(host, None)
        return max(left, 0.0)

    def _leave(self, host: str) -> None:
        self._waiting[host] -= 1
        if not self._waiting[host]:
            del self._waiting[host], self._locks[host]
        if len(self._next_start) > 10_000:
            now = self._clock()
            self._next_start = {k: v for k, v in self._next_start.items() if v > now}
