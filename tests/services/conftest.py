"""What the tests of services share: one parser for all, and a newsroom for each."""

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.feeds import parse
from bot.feeds.fetch import Fetcher, FetchLimits
from bot.feeds.guard import AddressGuard, parse_allowed
from bot.feeds.parse import FeedParser
from bot.settings import DATA
from bot.storage.database import Database
from bot.words import Words, load_words
from tests.databases import database, database_url, migrated_file
from tests.feeds.server import serving
from tests.services.pushed import world
from tests.services.room import Room

__all__ = ["database", "database_url", "migrated_file", "world"]

LIMITS = FetchLimits(total=5.0, connect=2.0, read=5.0, spacing=0.0)


@pytest.fixture(scope="session")
def words() -> Words:
    return load_words(DATA / "locale")


@pytest.fixture(scope="session")
def parser() -> Iterator[FeedParser]:
    """The real parser with its worker process; starting one takes a second."""
    made = FeedParser()
    parse._start(made._pool)
    yield made
    parse._stop(made._pool)


@pytest.fixture
async def room(database: Database, words: Words, parser: FeedParser) -> AsyncIterator[Room]:
    async with serving() as server:
        guard = AddressGuard(parse_allowed(f"127.0.0.1/32:{server.port}"))
        async with Fetcher("Greenlit-tests", guard, LIMITS) as fetcher:
            yield Room(database, words, server, fetcher, parser)
