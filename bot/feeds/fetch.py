"""Asking for a feed, politely and safely.

    turn of the host -> slot -> request -> redirect? (the next hop waits its own turn)
                                        -> body, measured while it streams

Every hop passes the address guard by its form, and every socket once more by its address. A
request never waits for a host's turn while it holds a slot, so slots and turns cannot lock each
other out.
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from bot import __version__
from bot.feeds.answers import (
    Fetched,
    FetchFailed,
    FetchReason,
    FetchRequest,
    FetchResult,
    NotModified,
)
from bot.feeds.failures import from_error, from_status
from bot.feeds.guard import SCHEME_PORTS, AddressGuard
from bot.feeds.headers import cache_hints, retry_after
from bot.feeds.hosts import Clock, HostBudget, Pause, host_key

ACCEPT = (
    "application/atom+xml, application/rss+xml;q=0.9, application/rdf+xml;q=0.8, "
    "application/xml;q=0.8, text/xml;q=0.7, text/html;q=0.2, */*;q=0.1"
)
OK_STATUSES = frozenset({200, 203, 226})
PERMANENT_MOVES = frozenset({301, 308})
MOVES = PERMANENT_MOVES | {302, 303, 307}
CHUNK = 64 * 1024
HASH_PIECE = 2_047
LINKS_LIMIT = 8_000

# Part of every body hash: raised when parsing changes so much that bodies should be read again.
PARSER_GENERATION = "1"


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What one fetch may cost: seconds and bytes. `body` counts bytes after decompression."""

    total: float = 30.0
    connect: float = 10.0
    read: float = 15.0
    redirects: int = 5
    body: int = 8 * 1024 * 1024
    spacing: float = 2.0
    in_flight: int = 16
    rest: float = 900.0  # of a host that answers 429 and does not say for how long


@dataclass(frozen=True, slots=True)
class _Hop:
    """Where a request stands: the address to ask now, and how it came there."""

    url: URL
    seen: frozenset[URL] = frozenset()
    permanent: bool = True
    spent: float = 0.0


def user_agent(page: str, contact: str) -> str:
    """The bot's name at every door: `Greenlit/0.1.0 (+https://…; ops@example.org)`."""
    about = "; ".join(filter(None, (page and f"+{page}", contact)))
    clean = "".join(c for c in about if c.isascii() and c.isprintable() and c not in "()")
    return f"Greenlit/{__version__} ({clean})" if clean else f"Greenlit/{__version__}"


class Fetcher:
    """Asks for feeds. Use as `async with Fetcher(agent, guard) as fetcher`.

    `clock` is monotonic seconds, `pause` waits seconds, `wall` is the aware time in UTC.
    """

    def __init__(
        self,
        agent: str,
        guard: AddressGuard,
        limits: FetchLimits = FetchLimits(),
        *,
        clock: Clock = time.monotonic,
        pause: Pause = asyncio.sleep,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._agent = agent
        self._guard = guard
        self._limits = limits
        self._clock = clock
        self._wall = wall
        self._budget = HostBudget(limits.spacing, clock, pause)
        self._slots = asyncio.Semaphore(limits.in_flight)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        # trust_env stays off: behind a proxy the guard would see the proxy's address only.
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                socket_factory=self._guard.socket_factory,
                limit=self._limits.in_flight,
                ttl_dns_cache=60,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={
                "User-Agent": self._agent,
                "Accept": ACCEPT,
                "Accept-Encoding": "gzip, deflate",
            },
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

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Ask once. Expected failures are values; only bugs raise."""
        async with self.exchange(request) as result:
            return result

    @asynccontextmanager
    async def exchange(self, request: FetchRequest) -> AsyncIterator[FetchResult]:
        """Ask once and keep the slot until the caller is done with the body.

        So no more bodies are in memory than `limits.in_flight`, however many sources are due.
        """
        request = _of_this_generation(request)
        step: FetchResult | _Hop = _first_hop(request.url)
        while True:
            async with AsyncExitStack() as slot:
                if isinstance(step, _Hop):
                    step = await self._take_hop(step, request, slot)
                if not isinstance(step, _Hop):
                    yield step
                    return

    async def _take_hop(
        self, hop: _Hop, request: FetchRequest, slot: AsyncExitStack
    ) -> FetchResult | _Hop:
        if not self._guard.admits_url(hop.url):
            return FetchFailed(FetchReason.REFUSED_ADDRESS)
        host = host_key(hop.url)
        async with self._budget.turn(host):
            if rest := self._budget.resting(host):
                return FetchFailed(FetchReason.HOST_RESTING, retry_after=rest)
            await slot.enter_async_context(self._slots)
            started = self._clock()
            step = await self._ask(hop, request)
        if isinstance(step, FetchFailed) and step.reason is FetchReason.RATE_LIMITED:
            self._budget.rest(host, step.retry_after or self._limits.rest)
        if isinstance(step, _Hop):
            return replace(step, spent=hop.spent + self._clock() - started)
        return step

    async def _ask(self, hop: _Hop, request: FetchRequest) -> FetchResult | _Hop:
        if self._session is None:
            raise RuntimeError("the fetcher is not open")
        left = self._limits.total - hop.spent
        if left <= 0:
            return FetchFailed(FetchReason.TIMEOUT)
        timeout = aiohttp.ClientTimeout(
            total=left, sock_connect=self._limits.connect, sock_read=self._limits.read
        )
        try:
            async with self._session.get(
                hop.url, headers=_validators(request), allow_redirects=False, timeout=timeout
            ) as response:
                return await self._read(response, hop, request)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return from_error(error)

    async def _read(
        self, response: aiohttp.ClientResponse, hop: _Hop, request: FetchRequest
    ) -> FetchResult | _Hop:
        now = self._wall()
        if response.status in MOVES and "Location" in response.headers:
            return self._moved(response, hop)
        if response.status == 304 and (request.etag or request.last_modified):
            return _not_modified(response, hop, request, now)
        if response.status not in OK_STATUSES:
            wait = retry_after(response.headers.get("Retry-After", ""), now)
            return from_status(response.status, response.headers, wait)
        content = await self._content(response)
        if isinstance(content, FetchFailed):
            return content
        body, body_hash = content
        if body_hash == request.body_hash:
            return _not_modified(response, hop, request, now)
        return Fetched(
            url=str(hop.url),
            permanent_url=_permanent_url(hop),
            etag=response.headers.get("ETag", ""),
            last_modified=response.headers.get("Last-Modified", ""),
            body_hash=body_hash,
            cache=cache_hints(response.headers, now),
            body=body,
            content_type=response.headers.get("Content-Type", ""),
            links=", ".join(response.headers.getall("Link", ()))[:LINKS_LIMIT],
        )

    async def _content(self, response: aiohttp.ClientResponse) -> tuple[bytes, str] | FetchFailed:
        limit = self._limits.body
        body = bytearray()
        digest = hashlib.blake2b(digest_size=16)
        if (response.content_length or 0) <= limit:
            async for chunk in response.content.iter_chunked(CHUNK):
                body += chunk
                _update(digest, chunk)
                if len(body) > limit:
                    break
            else:
                return bytes(body), f"{PARSER_GENERATION}:{digest.hexdigest()}"
        response.close()
        size = f"{limit / 2**20:.0f} MiB"
        return FetchFailed(FetchReason.TOO_LARGE, response.status, detail=size)

    def _moved(self, response: aiohttp.ClientResponse, hop: _Hop) -> FetchResult | _Hop:
        target = hop.url.join(URL(response.headers["Location"])).with_fragment(None)
        seen = hop.seen | {hop.url}
        if target in seen or len(seen) > self._limits.redirects:
            return FetchFailed(FetchReason.REDIRECT_LOOP, response.status)
        return _Hop(target, seen, hop.permanent and response.status in PERMANENT_MOVES)


def _update(digest: hashlib.blake2b, chunk: bytes) -> None:
    """Hash a chunk in pieces for which hashlib keeps the interpreter's lock.

    It lets go of the lock for 2,048 bytes or more, and the loop then waits milliseconds behind
    other threads to have it back.
    """
    for start in range(0, len(chunk), HASH_PIECE):
        digest.update(chunk[start : start + HASH_PIECE])


def _first_hop(address: str) -> FetchResult | _Hop:
    try:
        url = URL(address).with_fragment(None)
    except ValueError:
        return FetchFailed(FetchReason.BAD_ADDRESS)
    is_web = url.scheme in SCHEME_PORTS and url.host
    return _Hop(url) if is_web else FetchFailed(FetchReason.BAD_ADDRESS)


def _of_this_generation(request: FetchRequest) -> FetchRequest:
    if request.body_hash and not request.body_hash.startswith(f"{PARSER_GENERATION}:"):
        return FetchRequest(request.url)
    return request


def _validators(request: FetchRequest) -> dict[str, str]:
    # Verbatim, and never empty: `If-None-Match: ""` may turn a 304 into a 200.
    headers = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
    return {name: value for name, value in headers.items() if value}


def _permanent_url(hop: _Hop) -> str:
    return str(hop.url) if hop.seen and hop.permanent else ""


def _not_modified(
    response: aiohttp.ClientResponse, hop: _Hop, request: FetchRequest, now: datetime
) -> NotModified:
    # A 304 may bring new validators (RFC 9111, 4.3.4); what it leaves out stays as it was.
    return NotModified(
        url=str(hop.url),
        permanent_url=_permanent_url(hop),
        etag=response.headers.get("ETag") or request.etag,
        last_modified=response.headers.get("Last-Modified") or request.last_modified,
        body_hash=request.body_hash,
        cache=cache_hints(response.headers, now),
    )
