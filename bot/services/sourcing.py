"""A server's sources: listing, adding by a page's or a feed's address, removing, trying out."""

from dataclasses import dataclass
from datetime import datetime

from bot.feeds.answers import FetchFailed, FetchReason, FetchRequest, NotModified
from bot.feeds.discover import FoundFeed, discover
from bot.feeds.feed import ParseFailed
from bot.feeds.fetch import Fetcher
from bot.feeds.parse import FeedParser
from bot.news.model import Article, Claim
from bot.services.library import Library
from bot.services.noticing import source_topic
from bot.storage import guilds, notices, sources
from bot.storage.database import Database
from bot.storage.sources import SourceRow

OWN_SOURCES = 20  # how many sources a server may add
SAMPLE = 3


@dataclass(frozen=True, slots=True)
class Added:
    """A server hears this source from now on."""

    source: SourceRow


@dataclass(frozen=True, slots=True)
class AlreadyHeard:
    """The server hears it already."""

    source: SourceRow


@dataclass(frozen=True, slots=True)
class SeveralFeeds:
    """The page offers several feeds: which one?"""

    feeds: tuple[FoundFeed, ...]


@dataclass(frozen=True, slots=True)
class TooMany:
    """The server has as many sources of its own as it may."""

    limit: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What a feed holds now: its newest articles and what the reader makes of them."""

    title: str
    entries: int
    newest: tuple[tuple[Article, tuple[Claim, ...]], ...]


AddOutcome = Added | AlreadyHeard | SeveralFeeds | TooMany | FetchFailed | ParseFailed


class Sourcing:
    """Keeps the sources that servers add."""

    def __init__(
        self, database: Database, fetcher: Fetcher, parser: FeedParser, library: Library
    ) -> None:
        self._database = database
        self._fetcher = fetcher
        self._parser = parser
        self._library = library

    async def list_for(self, guild_id: int) -> tuple[SourceRow, ...]:
        """The sources that a server hears: the shared ones first, then its own."""
        async with self._database.read() as connection:
            return await sources.sources_of(connection, guild_id)

    async def add(self, guild_id: int, address: str, by: int, now: datetime) -> AddOutcome:
        """Let a server hear the feed at an address, or the one that the page there offers."""
        found = await discover(self._fetcher, self._parser, _web_address(address))
        if isinstance(found, FetchFailed | ParseFailed):
            return found
        if len(found) != 1:
            return SeveralFeeds(found) if found else FetchFailed(FetchReason.NO_FEED)
        feed = found[0]
        async with self._database.write() as connection:
            await guilds.ensure_guild(connection, guild_id, now)
            heard = await sources.sources_of(connection, guild_id)
            same = next((source for source in heard if source.url == feed.url), None)
            if same is not None:
                return AlreadyHeard(same)
            if sum(not source.shared for source in heard) >= OWN_SOURCES:
                return TooMany(OWN_SOURCES)
            name = feed.title or feed.url
            return Added(
                await sources.add_for_guild(connection, guild_id, name[:200], feed.url, by, now)
            )

    async def remove(self, guild_id: int, source_id: int) -> bool:
        """Let a server no longer hear a source that it added; False where it never did."""
        async with self._database.write() as connection:
            await notices.drop(connection, guild_id, source_topic(source_id))
            return await sources.remove_for_guild(connection, guild_id, source_id)

    async def trial(self, address: str) -> Trial | FetchFailed | ParseFailed:
        """Read the feed at an address once, and say what the reader makes of its newest."""
        answer = await self._fetcher.fetch(FetchRequest(_web_address(address)))
        if isinstance(answer, FetchFailed | NotModified):
            return answer if isinstance(answer, FetchFailed) else FetchFailed(FetchReason.NO_FEED)
        feed = await self._parser.parse(answer.body, answer.url, answer.content_type)
        if isinstance(feed, ParseFailed):
            return feed
        newest = [entry.article for entry in feed.entries[:SAMPLE]]
        read = tuple((article, self._library.read(article)) for article in newest)
        return Trial(feed.title, len(feed.entries), read)


def _web_address(text: str) -> str:
    """What a person types: `tvline.com/feed` means https."""
    address = text.strip()
    return address if "://" in address else f"https://{address}"
