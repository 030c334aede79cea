"""What the tests of fetching share: a server, a fetcher that may ask it, a parser."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from bot.feeds.fetch import Fetcher, FetchLimits, user_agent
from bot.feeds.guard import AddressGuard, parse_allowed
from bot.feeds.parse import FeedParser
from tests.feeds.server import Server, serving

AGENT = user_agent("https://greenlit.example/bot", "ops@greenlit.example")
QUICK = FetchLimits(total=5.0, connect=2.0, read=5.0, body=100_000, spacing=0.0)


class Time:
    """Monotonic seconds that pass only while somebody pauses."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


MakeFetcher = Callable[..., AbstractAsyncContextManager[Fetcher]]


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving() as server:
        yield server


@pytest.fixture
def make_fetcher(server: Server) -> MakeFetcher:
    """Builds a fetcher that may ask the test's server and nothing else on this machine."""

    @asynccontextmanager
    async def make(
        limits: FetchLimits = QUICK, port: int = 0, **options: Any
    ) -> AsyncIterator[Fetcher]:
        guard = AddressGuard(parse_allowed(f"127.0.0.1/32:{port or server.port}"))
        async with Fetcher(AGENT, guard, limits, **options) as fetcher:
            yield fetcher

    return make


@pytest.fixture
async def fetcher(make_fetcher: MakeFetcher) -> AsyncIterator[Fetcher]:
    async with make_fetcher() as fetcher:
        yield fetcher


@pytest.fixture
async def parser() -> AsyncIterator[FeedParser]:
    async with FeedParser() as parser:
        yield parser
