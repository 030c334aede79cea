"""A newsroom for tests: real storage, real fetching and parsing, and outlets on this machine.

What an article claims is said by the test, so that nothing here depends on how headlines are read.
"""

import hashlib
from asyncio import Event as Signal
from asyncio import StreamWriter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from random import Random
from typing import Any

from discord.http import Route as HttpRoute
from sqlalchemy import select

from bot.delivery.outcomes import Outcome, Sent
from bot.delivery.sending import DmOpened, Sender
from bot.delivery.wire import Body
from bot.feeds.fetch import Fetcher
from bot.feeds.parse import FeedParser
from bot.news.model import ALL_KINDS, Article, Certainty, Claim, Event, Kind, Show, Trust
from bot.news.routing import Target
from bot.services.answering import Answering
from bot.services.composing import Composing
from bot.services.delivering import Delivering, mark_maker
from bot.services.forums import Forums
from bot.services.guilds import Guilds
from bot.services.library import Library
from bot.services.noticing import AdminPlaces, Noticing
from bot.services.noting import NewsDesk
from bot.services.places import nobody_knows
from bot.services.polling import Polling, PollReport
from bot.services.publishing import Publishing
from bot.services.subscribing import Subscribing, Wish
from bot.services.timetable import Timetable, rules_for
from bot.storage import sources
from bot.storage.database import Database
from bot.storage.guilds import ensure_guild
from bot.words import Words
from tests.feeds.server import Server, response

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
BAY = Show("test:lantern-bay", "Lantern Bay", (), 2024, "Northern")
PASS = Show("test:winter-pass", "Winter Pass", (), 2022, "Northern")
GUILD, NEWS, MEMBER = 1, 100, 7
DM = 1008


def renewed(
    season: int | None = 3, show: Show = BAY, certainty: Certainty = Certainty.CONFIRMED
) -> Claim:
    return Claim(show, Event.RENEWED, season, certainty)


class TestLibrary(Library):
    """Reads only headlines whose meaning it was told."""

    __test__ = False

    def __init__(self) -> None:
        self.says: dict[str, tuple[Claim, ...]] = {}

    def read(self, article: Article) -> tuple[Claim, ...]:
        return self.says.get(article.title, ())


class Outlet:
    """A feed over real sockets, with an ETag that changes when the feed does."""

    def __init__(self, room: "Room", path: str) -> None:
        self._room = room
        self.url = room.server.on(path, self._reply)
        self.items: list[str] = []
        self.fault: bytes | None = None
        self.awake = Signal()
        self.awake.set()
        self.answered_304 = 0

    def publish(self, title: str, *claims: Claim, ago: timedelta = timedelta()) -> None:
        """An item published so long before now, about which the reader will say this."""
        self._room.library.says[title] = claims
        at = self._room.now - ago
        number = len(self.items)
        self.items.append(
            f"<item><title>{escape(title)}</title><guid>{self.url}/{number}</guid>"
            f"<link>{self.url}/{number}.html</link><pubDate>{format_datetime(at)}</pubDate></item>"
        )

    async def _reply(self, writer: StreamWriter) -> None:
        await self.awake.wait()
        writer.write(self.fault or self._document())
        await writer.drain()

    def _document(self) -> bytes:
        items = "".join(reversed(self.items))
        body = f"<rss version='2.0'><channel><title>Desk</title>{items}</channel></rss>".encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:8]}"'
        if self._room.server.requests[-1].headers.get("if-none-match") == etag:
            self.answered_304 += 1
            return response(b"", f"ETag: {etag}", status="304 Not Modified")
        return response(body, f"ETag: {etag}", "Content-Type: application/rss+xml")


@dataclass(frozen=True)
class Posted:
    channel: int
    payload: Mapping[str, Any]
    nonce: str
    mark: str

    @property
    def content(self) -> str:
        return str(self.payload["content"])


@dataclass
class FakeSender(Sender):
    """Discord's answers by the test's word: in the first channel `answers`, then Sent.

    Channels are served side by side, so a test reads what came to one of them (`to`).
    """

    answers: list[Outcome] = field(default_factory=list)
    refusing: dict[int, Outcome] = field(default_factory=dict)
    posted: list[Posted] = field(default_factory=list)
    opening: dict[int, Any] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)
    looks: list[Any] = field(default_factory=list)
    looked: int = 0

    async def post(
        self, channel_id: int, payload: Mapping[str, Any], nonce: str, mark: str, **_: object
    ) -> Outcome:
        self.posted.append(Posted(channel_id, payload, nonce, mark))
        if channel_id in self.refusing:
            return self.refusing[channel_id]
        if self.answers and channel_id in {NEWS, DM}:
            return self.answers.pop(0)
        return Sent(5000 + channel_id, "shown")

    def to(self, channel: int) -> list[Posted]:
        return [posted for posted in self.posted if posted.channel == channel]

    async def open_dm(self, user_id: int) -> Any:
        return self.opening.get(user_id, DmOpened(user_id + 1000))

    async def call(self, route: HttpRoute, *_: object, **__: object) -> Any:
        """Reading a channel back."""
        self.looked += 1
        return self.looks.pop(0) if self.looks else Body(list(self.history))

    def arrive(self, posted: Posted) -> None:
        """The message stands in the channel, although nobody was told."""
        button = {"custom_id": f"gl:follow:{posted.mark}"}
        row = {"components": [button]}
        self.history.append({"id": "6000", "content": posted.content, "components": [row]})

    def chat(self) -> None:
        """Somebody else writes in the channel."""
        self.history.append({"id": "6001", "content": "hello", "components": []})


class Room:
    """The services of the bot around one database. `now` is the only clock."""

    def __init__(
        self, database: Database, words: Words, server: Server, fetcher: Fetcher, parser: FeedParser
    ) -> None:
        self.now = NOW
        self.database, self.words, self.server = database, words, server
        self.library = TestLibrary()
        self.sender = FakeSender()
        self.places = {GUILD: AdminPlaces(NEWS + 1, 70)}
        self.noticing = Noticing(database, self.sender, words, self.places.get, Random(1))
        self.subscribing, self.guilds = Subscribing(database), Guilds(database)
        self.desk = NewsDesk(mark_maker(Random(2), "instance"))
        self.timetable = Timetable(rules_for(timedelta(minutes=5)), Random(3).random)
        self.polling = Polling(
            database,
            fetcher,
            parser,
            self.library,
            self.desk,
            self.timetable,
            noticing=self.noticing,
        )
        self.delivering = self.new_delivering()

    def new_delivering(self) -> Delivering:
        """The delivering of a process that has just started."""
        composing = Composing(self.database, self.words)
        publishing = Publishing(self.database, self.sender, self.noticing, nobody_knows)
        answering = Answering(self.database, composing, self.noticing, publishing)
        clock, random = (lambda: self.now), Random(4)
        return Delivering(
            self.database,
            self.sender,
            composing,
            answering,
            Forums(
                self.database,
                self.sender,
                self.words,
                self.noticing,
                nobody_knows,
                clock=clock,
                random=random,
            ),
            clock=clock,
            random=random,
        )

    async def outlets(self, *paths: str) -> list[Outlet]:
        """Shared sources, each polled once while it was still empty."""
        made = [Outlet(self, path) for path in paths]
        specs = [
            (path.strip("/"), o.url, Trust.TRADE, "en") for path, o in zip(paths, made, strict=True)
        ]
        async with self.database.write() as connection:
            await sources.put_shared(connection, specs, [self.now] * len(specs))
        await self.polling.poll_due(self.now)
        return made

    async def own_outlet(self, path: str, guild: int = GUILD) -> Outlet:
        """A source that a server added, polled once while it was still empty."""
        outlet = Outlet(self, path)
        async with self.database.write() as connection:
            await ensure_guild(connection, guild, self.now)
            await sources.add_for_guild(connection, guild, path, outlet.url, 7, self.now)
        await self.polling.poll_due(self.now)
        return outlet

    async def poll(self, after: timedelta = timedelta(hours=7)) -> PollReport:
        """Let time pass until every source is due, and poll."""
        self.now += after
        return await self.polling.poll_due(self.now)

    async def follow(
        self,
        target: Target = Target.CHANNEL,
        target_id: int = NEWS,
        *,
        guild: int = GUILD,
        show: Show = BAY,
        kinds: frozenset[Kind] = ALL_KINDS,
    ) -> None:
        if guild:
            await self.guilds.set_news_channel(guild, NEWS if guild == GUILD else guild, self.now)
        wish = Wish(show, guild, target, target_id, kinds)
        await self.subscribing.subscribe(wish, MEMBER, self.now)

    async def deliver(self, after: timedelta = timedelta()) -> Mapping[str, int]:
        self.now += after
        return (await self.delivering.deliver_due(self.now)).outcomes

    async def rows(self, *columns: Any) -> Sequence[Any]:
        """Columns of one table as they stand, oldest first."""
        query = select(*columns).order_by(columns[0].table.c.id)
        async with self.database.read() as connection:
            found = await connection.execute(query)
            return [row[0] if len(columns) == 1 else tuple(row) for row in found]
