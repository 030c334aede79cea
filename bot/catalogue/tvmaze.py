"""TVmaze behind the port: free, without a key, 20 calls in 10 seconds (https://www.tvmaze.com/api).

Its data stand under CC BY-SA: whoever shows them links to it.

    circuit closed? -> a call left? -> request -> body, measured while it streams -> JSON -> types
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self, TypeVar

import aiohttp
from yarl import URL

from bot.catalogue.budget import CallBudget, Circuit, Clock
from bot.catalogue.port import HARMLESS, CatalogueFailed, CatalogueReason, Span
from bot.catalogue.shapes import read_detail, read_found, read_updates
from bot.news.series import CatalogueDetail, Series

CREDIT_URL = "https://www.tvmaze.com"
EMBEDDED = ("seasons", "cast", "akas", "nextepisode")
CHUNK = 64 * 1024
TEXT_LIMIT = 100
# A series that was merged or taken out answers so.
GONE = frozenset({301, 302, 307, 308, 404, 410})

T = TypeVar("T")
Pause = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class TvMazeLimits:
    """What the catalogue may cost. Times are seconds, `body` is bytes after decompression.

    `calls` within `window` seconds stay below what it allows; `spare` of them are left to people
    who type. `rest` is the pause after a 429 that names none.
    """

    total: float = 15.0
    connect: float = 5.0
    body: int = 2**20
    calls: int = 18
    window: float = 10.0
    spare: int = 8
    rest: float = 10.0
    in_flight: int = 4


class TvMaze:
    """Asks TVmaze. Use as `async with TvMaze(base, agent) as catalogue`.

    `clock` is monotonic seconds, `pause` waits seconds. `base` is the address that paths are put
    behind.
    """

    def __init__(
        self,
        base: str,
        agent: str,
        limits: TvMazeLimits = TvMazeLimits(),
        *,
        clock: Clock = time.monotonic,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._base = base.rstrip("/")
        self._agent = agent
        self._limits = limits
        self._pause = pause
        self._budget = CallBudget(limits.calls, limits.window, clock)
        self._circuit = Circuit(clock)
        # What is too slow for somebody who types may do for the loop that refreshes.
        self._hurried = Circuit(clock)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._limits.in_flight, ttl_dns_cache=300),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self._agent, "Accept": "application/json"},
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

    def is_ready(self) -> bool:
        """Whether it answers, as far as is known, and a call is left; see the port."""
        return not (self._budget.wait() or self._circuit.is_open or self._hurried.is_open)

    async def search(
        self, text: str, within: float | None = None
    ) -> tuple[Series, ...] | CatalogueFailed:
        """The series that a text may mean; see the port."""
        # Half a character pair cannot be sent.
        asked = text.encode("utf-8", "ignore").decode("utf-8").strip()[:TEXT_LIMIT]
        if not asked:
            return ()
        return await self._ask("/search/shows", [("q", asked)], read_found, within)

    async def detail(
        self, series_id: int, within: float | None = None
    ) -> CatalogueDetail | CatalogueFailed:
        """All of one series; see the port."""
        query = [("embed[]", name) for name in EMBEDDED]
        return await self._ask(f"/shows/{series_id}", query, read_detail, within, GONE)

    async def updates(self, span: Span) -> Mapping[int, datetime] | CatalogueFailed:
        """The series that changed within a span; see the port."""
        return await self._ask("/updates/shows", [("since", str(span))], read_updates, None)

    async def _ask(
        self,
        path: str,
        query: Sequence[tuple[str, str]],
        read: Callable[[object], T | None],
        within: float | None,
        gone: frozenset[int] = frozenset(),
    ) -> T | CatalogueFailed:
        refusal = await self._turn(within)
        if refusal is not None:
            return CatalogueFailed(refusal)
        self._budget.take()
        body = await self._request(path, query, within)
        answer = body if isinstance(body, CatalogueFailed) else typed(body, read)
        if isinstance(answer, CatalogueFailed) and answer.status in gone:
            answer = CatalogueFailed(CatalogueReason.NOT_FOUND, answer.status)
        self._learn(answer, within)
        return answer

    async def _turn(self, within: float | None) -> CatalogueReason | None:
        """Wait for a call, where the caller can wait; why there is none."""
        if within is not None and self._budget.wait():
            return CatalogueReason.BUSY
        if not self._circuit.admits() or (within is not None and not self._hurried.admits()):
            return CatalogueReason.RESTING
        while within is None and (wait := self._budget.wait(self._limits.spare)):
            await self._pause(wait)
        return None

    def _learn(self, answer: object, within: float | None) -> None:
        """What an answer says of the catalogue's health."""
        is_failure = isinstance(answer, CatalogueFailed) and answer.reason not in HARMLESS
        if not isinstance(answer, CatalogueFailed) or not is_failure:
            self._circuit.succeeded()
            self._hurried.succeeded()
        elif within is not None and answer.reason is CatalogueReason.TIMEOUT:
            self._hurried.failed()
        else:
            self._circuit.failed(answer.retry_after)

    async def _request(
        self, path: str, query: Sequence[tuple[str, str]], within: float | None
    ) -> bytes | CatalogueFailed:
        if self._session is None:
            raise RuntimeError("the catalogue is not open")
        limits = self._limits
        total = limits.total if within is None else min(within, limits.total)
        timeout = aiohttp.ClientTimeout(total=total, sock_connect=limits.connect)
        try:
            url = URL(self._base + path).with_query(query)
            async with self._session.get(url, allow_redirects=False, timeout=timeout) as response:
                return await self._body(response)
        except TimeoutError:
            return CatalogueFailed(CatalogueReason.TIMEOUT)
        except aiohttp.ClientPayloadError:
            return CatalogueFailed(CatalogueReason.UNREADABLE)
        except (aiohttp.ClientError, OSError, ValueError):
            return CatalogueFailed(CatalogueReason.UNREACHABLE)

    async def _body(self, response: aiohttp.ClientResponse) -> bytes | CatalogueFailed:
        status = response.status
        if status == 429:
            wait = _seconds(response.headers.get("Retry-After", ""), self._limits.rest)
            return CatalogueFailed(CatalogueReason.RATE_LIMITED, status, wait)
        if status != 200:
            return CatalogueFailed(CatalogueReason.STATUS, status)
        body = bytearray()
        async for chunk in response.content.iter_chunked(CHUNK):
            body += chunk
            if len(body) > self._limits.body:
                response.close()
                return CatalogueFailed(CatalogueReason.TOO_LARGE, status)
        return bytes(body)


def typed(body: bytes, read: Callable[[object], T | None]) -> T | CatalogueFailed:
    """A body as what `read` makes of its JSON; a failure where it is none, or of another shape."""
    try:
        found = read(json.loads(body))
    except (ValueError, RecursionError):
        found = None
    return CatalogueFailed(CatalogueReason.UNREADABLE) if found is None else found


def _seconds(text: str, usual: float) -> float:
    """The pause that a Retry-After header asks for in seconds; `usual` for what is no number."""
    text = text.strip()
    is_number = text.isascii() and text.isdecimal()
    return max(float(text[:6]), 1.0) if is_number else usual
