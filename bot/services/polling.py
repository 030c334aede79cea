"""Polling: ask the sources that are due, read what is new, weigh it, owe it to its readers.

    due sources -> fetch -> parse -> read -> weigh -> route -> outbox

Article, claims, facts, announcements, deliveries and the source's validators of one poll are
written in one transaction: a crash loses all of them or none, and the next poll finds the rest.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import assert_never
from weakref import WeakValueDictionary

from sqlalchemy.ext.asyncio import AsyncConnection
from yarl import URL

from bot.feeds.answers import Fetched, FetchFailed, FetchRequest, NotModified
from bot.feeds.feed import ParsedFeed, ParseFailed, ParseReason
from bot.feeds.fetch import Fetcher
from bot.feeds.hosts import registrable_domain
from bot.feeds.parse import FeedParser
from bot.news.model import Article, Claim
from bot.news.newness import Entry, Sifted, lookup_keys, sift
from bot.news.schedule import Move, is_settled, was_missed
from bot.services.library import Library
from bot.services.noticing import Noticing
from bot.services.noting import NewsDesk, Noted, Reading
from bot.services.timetable import Timetable, Values
from bot.storage import articles, pushes, sources
from bot.storage.database import Database
from bot.storage.sources import SourceRow

log = logging.getLogger(__name__)

PATIENCE = 5.0  # seconds that a round waits for the slowest
AT_ONCE = 64  # sources of one round; the fetcher bounds what is in flight
READ_SLICE = 2  # articles read before other tasks have their turn
EPOCH = datetime.fromtimestamp(0, UTC)
NEWS_AGE = timedelta(hours=48)  # what is older only fills the ledger
# Where one domain is the home of many publishers.
SHARED_HOSTS = frozenset({"youtube.com", "youtu.be", "medium.com", "wordpress.com", "reddit.com"})


@dataclass(frozen=True, slots=True)
class PollReport:
    """What a round of polling did."""

    polled: int
    failed: int
    noted: Noted


@dataclass(frozen=True, slots=True)
class _Quiet:
    """A poll that brought nothing new: what to write beside its source."""

    source: SourceRow
    values: Values


Answer = Noted | _Quiet | FetchFailed | ParseFailed


class Polling:
    """Polls sources. `news_age` is how old an article may be and still be told.

    `noticing` hears of a server's own source that fails, and of its recovery; `patience` is how
    many seconds a round waits for the slowest.
    """

    def __init__(
        self,
        database: Database,
        fetcher: Fetcher,
        parser: FeedParser,
        library: Library,
        desk: NewsDesk,
        timetable: Timetable,
        news_age: timedelta = NEWS_AGE,
        *,
        noticing: Noticing | None = None,
        patience: float = PATIENCE,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._fetcher = fetcher
        self._parser = parser
        self._library = library
        self._desk = desk
        self._timetable = timetable
        self._news_age = news_age
        self._noticing = noticing
        self._patience = patience
        self.wake = wake
        self._asked: dict[asyncio.Task[Answer], int] = {}
        # A push and a poll of one source must not both find the same article new.
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def poll_due(self, now: datetime) -> PollReport:
        """Ask every source whose time has come (at most AT_ONCE), and write down what it has.

        What goes wrong with one of them is no reason to leave the others, and who has not answered
        in time is no reason to wait: its answer is taken in by a later call.
        """
        async with self._database.read() as connection:
            due = await sources.due(connection, now, AT_ONCE + len(self._asked))
        chosen = [source for source in due if source.id not in self._asked.values()]
        for source in chosen:
            self._asked[asyncio.create_task(self._ask_safely(source, now))] = source.id
            # One start a turn of the loop: all at once, they would hold it for milliseconds.
            await asyncio.sleep(0)
        results = await self._answers()
        await self._record([result for result in results if isinstance(result, _Quiet)], now)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        failed = sum(isinstance(result, FetchFailed | ParseFailed) for result in results)
        noted = [result for result in results if isinstance(result, Noted)]
        return PollReport(len(chosen), failed, sum(noted, Noted()))

    async def close(self) -> None:
        """Ask nobody any more; what was not answered is asked again at the next start."""
        asked = list(self._asked)
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        self._asked.clear()

    async def _answers(self) -> list[Answer | BaseException]:
        if not self._asked:
            return []
        done, _ = await asyncio.wait(self._asked, timeout=self._patience)
        for task in done:
            del self._asked[task]
        return [task.exception() or task.result() for task in done]

    async def _ask_safely(self, source: SourceRow, now: datetime) -> Answer:
        """Ask one source; one that stumbles over a bug of ours is not asked again at once."""
        try:
            return await self._ask(source, now)
        except Exception:
            log.exception("poll broke", extra={"source": source.name})
            failure = ParseFailed(ParseReason.CRASHED)
            await self._failed(source, failure, now)
            return failure

    async def poll(self, source: SourceRow, now: datetime) -> Noted | FetchFailed | ParseFailed:
        """Ask one source; a failure is written down beside it."""
        result = await self._ask(source, now)
        if not isinstance(result, _Quiet):
            return result
        await self._record([result], now)
        return Noted()

    async def _ask(self, source: SourceRow, now: datetime) -> Answer:
        request = FetchRequest(source.url, source.etag, source.last_modified, source.body_hash)
        async with self._fetcher.exchange(request) as answer:
            match answer:
                case Fetched():
                    feed = await self._parser.parse(answer.body, answer.url, answer.content_type)
                    if isinstance(feed, ParseFailed):
                        await self._failed(source, feed, now)
                        return feed
                    return await self.note(source, feed, now, answer)
                case NotModified():
                    return _Quiet(source, self._timetable.after_silence(source, answer, now))
                case FetchFailed():
                    await self._failed(source, answer, now)
                    return answer
                case _:
                    assert_never(answer)

    async def note(
        self, source: SourceRow, feed: ParsedFeed, now: datetime, answer: Fetched | None
    ) -> Noted:
        """Write down what a document has that is new, and the source's validators with it.

        `answer` is None for a document that was pushed: it may be a part of the feed only, so it
        says nothing of the source's rhythm.
        """
        async with self._turns.setdefault(source.id, asyncio.Lock()):
            return await self._note(source, feed, now, answer)

    async def _note(
        self, source: SourceRow, feed: ParsedFeed, now: datetime, answer: Fetched | None
    ) -> Noted:
        async with self._database.read() as connection:
            asked = sorted(lookup_keys(feed.entries))
            known = await articles.known_keys(connection, source.id, asked)
        sifted = sift(
            feed.entries,
            known,
            now=now,
            last_success=source.succeeded if source.baseline else None,
            stale_after=self._news_age,
        )
        readings = await self._read(source, sifted)
        async with self._database.write() as connection:
            scopes = await sources.scopes_of(connection, source)
            noted = await self._desk.note(connection, source.id, scopes, readings, now)
            await _keep_keys(connection, source.id, feed.entries, known)
            if answer is not None:
                polled = await _count_misses(connection, source, sifted, now)
                values = self._timetable.after_document(polled, answer, feed, now)
                await self._succeeded(connection, source, values, now)
        log.info("polled", extra=_outcome(source, noted, rebased=sifted.rebased))
        return noted

    async def _read(self, source: SourceRow, sifted: Sifted) -> list[Reading]:
        """Read the new articles, letting other tasks have their turn in between."""
        readings = []
        entries = [(entry, False) for entry in sifted.told]
        entries += [(entry, True) for entry in sifted.quiet]
        for count, (entry, silent) in enumerate(entries, start=1):
            publisher = publisher_of(entry.article.link, source)
            article = replace(entry.article, source=source.name, publisher=publisher)
            claims = self._claims(article)
            readings.append(Reading(article, entry.keys, claims, silent))
            if count % READ_SLICE == 0:
                await asyncio.sleep(0)
        return sorted(readings, key=lambda r: (r.article.published or EPOCH, not r.silent))

    def _claims(self, article: Article) -> tuple[Claim, ...]:
        """What an article claims; one that the reader stumbles over must not hold up the others."""
        try:
            return self._library.read(article)
        except Exception:
            extra = {"source": article.source, "article": article.id, "link": article.link}
            log.exception("reading broke", extra=extra)
            return ()

    async def _record(self, quiet: Sequence[_Quiet], now: datetime) -> None:
        """Write quiet polls down together: a transaction for each would be most of their cost."""
        if not quiet:
            return
        async with self._database.write() as connection:
            await sources.record_polls(connection, {poll.source.id: poll.values for poll in quiet})
            for poll in quiet:
                await self._mended(connection, poll.source, poll.values, now)

    async def _succeeded(
        self, connection: AsyncConnection, source: SourceRow, values: Values, now: datetime
    ) -> None:
        await sources.record_poll(connection, source.id, **values)
        await self._mended(connection, source, values, now)

    async def _mended(
        self, connection: AsyncConnection, source: SourceRow, values: Values, now: datetime
    ) -> None:
        if source.move is not None and values["moved_to"] == source.move.url:
            await _adopt_move(connection, source.id, source.move, now)
        if source.failure and self._noticing is not None:
            hearing = await sources.added_by(connection, source.id)
            await self._noticing.source_mended(connection, hearing, source.id, source.name, now)

    async def _failed(
        self, source: SourceRow, failure: FetchFailed | ParseFailed, now: datetime
    ) -> None:
        values = self._timetable.after_failure(source, failure, now)
        async with self._database.write() as connection:
            await sources.record_poll(connection, source.id, **values)
            if self._noticing is not None and self._timetable.is_worth_telling(source, failure):
                await self._noticing.source_failing(
                    connection,
                    await sources.added_by(connection, source.id),
                    source.id,
                    source.name,
                    failure,
                    now,
                )
        extra = {"source": source.name, "reason": failure.key, "detail": failure.detail}
        log.warning("poll failed", extra=extra)


def publisher_of(link: str, source: SourceRow) -> str:
    """Whose word an article is: its registrable domain, or its source where a host has many."""
    host = URL(link or source.url).host or ""
    domain = registrable_domain(host)
    is_shared = domain in SHARED_HOSTS or "." not in domain or domain[-1:].isdecimal()
    return f"{domain}/{source.id}" if is_shared else domain


async def _adopt_move(
    connection: AsyncConnection, source_id: int, move: Move, now: datetime
) -> None:
    """Ask at the new address once the source has said for a day that it moved for good."""
    if is_settled(move, now):
        await sources.move(connection, source_id, move.url)


async def _count_misses(
    connection: AsyncConnection, source: SourceRow, sifted: Sifted, now: datetime
) -> SourceRow:
    """No longer rely on pushes that left out what this poll found."""
    dates = (entry.article.published for entry in sifted.told)
    if not was_missed(source.pushed_until, dates, now):
        return source
    await pushes.distrust(connection, source.id)
    log.warning("news was not pushed", extra={"source": source.name})
    return replace(source, pushed_until=None)


async def _keep_keys(
    connection: AsyncConnection, source_id: int, entries: Iterable[Entry], known: dict[str, int]
) -> None:
    """Know entries that were known by one key by all that they have now."""
    for entry in entries:
        rows = [known[key] for key in entry.keys if key in known]
        missing = [key for key in entry.keys if key not in known]
        if rows and missing:
            await articles.add_keys(connection, source_id, rows[0], missing)


def _outcome(source: SourceRow, noted: Noted, *, rebased: bool) -> dict[str, object]:
    return {
        "source": source.name,
        "articles": noted.articles,
        "announcements": len(noted.announcements),
        "deliveries": noted.deliveries,
        "rebased": rebased,
    }
