"""A desk whose news is pushed, and the services that hear it. Time passes by hand."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from bot.feeds.fetch import Fetcher, FetchLimits
from bot.feeds.guard import AddressGuard, parse_allowed
from bot.feeds.hub import HubClient
from bot.feeds.parse import FeedParser
from bot.feeds.receiver import Push, Receiver, Welcome
from bot.feeds.websub import Intent
from bot.news.model import Show, Trust
from bot.news.schedule import Rules
from bot.services.delivering import mark_maker
from bot.services.library import Library
from bot.services.noting import NewsDesk, Noted
from bot.services.polling import Polling
from bot.services.pushing import Pushing, Renewed
from bot.services.timetable import Timetable
from bot.storage import sources
from bot.storage.database import Database
from bot.storage.push_tables import pushes as pushes_table
from bot.storage.schema import articles
from bot.storage.sources import SourceRow
from tests.lexicons import LEXICONS
from tests.services.hub import Hub, rss

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LIMITS = FetchLimits(total=5.0, connect=2.0, read=5.0, spacing=0.0)
SHOWS = (Show("copper-valley", "Copper Valley"),)
RENEWED = "Copper Valley renewed for season 3"
TRAILER = "Copper Valley season 3 trailer released"


class Door:
    """The receiver's subscriber, there before it: its address goes into what it subscribes to."""

    pushing: Pushing

    async def confirm(self, token: str, intent: Intent, now: datetime) -> bool:
        return await self.pushing.confirm(token, intent, now)

    async def expects(self, token: str, now: datetime) -> Welcome:
        return await self.pushing.expects(token, now)

    def keep(self, push: Push) -> bool:
        return self.pushing.keep(push)


@dataclass
class World:
    """The desk, the hub and the bot's side of both."""

    hub: Hub
    database: Database
    polling: Polling
    hubs: HubClient
    parser: FeedParser
    door: Door
    base: str
    random: Random = field(default_factory=lambda: Random(2))
    now: datetime = START

    @property
    def pushing(self) -> Pushing:
        return self.door.pushing

    def set_up(self, **changed: Any) -> None:
        """Put the service together as the composition root does, with these parts changed."""
        parts: dict[str, Any] = {"hubs": self.hubs, "base": self.base} | changed
        self.door.pushing = Pushing(
            self.database, parts["hubs"], self.parser, self.polling, parts["base"], self.random
        )

    def entry(self, title: str, ago: timedelta = timedelta(minutes=1)) -> tuple[str, str]:
        return title, format_datetime(self.now - ago)

    def document(self, *titles: str, **links: str) -> bytes:
        """The feed with these entries; it names the hub unless it is told otherwise."""
        links = {"hub": self.hub.url(), "topic": self.hub.url("/topic")} | links
        return rss(*(self.entry(title) for title in titles), **links)

    async def publish(self, *titles: str, **links: str) -> None:
        """Change the feed, without telling anybody."""
        self.hub.feed = self.document(*titles, **links)

    async def poll(self) -> Noted:
        noted = await self.polling.poll(await self.source(), self.now)
        assert isinstance(noted, Noted)
        return noted

    async def subscribed(self) -> dict[str, str]:
        """Poll, subscribe, and let the hub ask back."""
        await self.poll()
        await self.renew()
        return self.hub.forms[-1]

    async def renew(self) -> Renewed:
        renewed = await self.pushing.renew_due(self.now)
        await self.hub.asked_back()
        return renewed

    async def pushed(self, *titles: str, **how: Any) -> Noted:
        """Let the hub push a part of the feed, and take it in."""
        assert await self.hub.push(self.document(*titles), **how) == 202
        return await self.pushing.take_due(self.now)

    async def source(self, source_id: int = 1) -> SourceRow:
        async with self.database.read() as connection:
            found = await sources.get_source(connection, source_id)
        assert found is not None
        return found

    async def push(self) -> Any:
        async with self.database.read() as connection:
            return (await connection.execute(select(pushes_table))).one()

    async def titles(self, source_id: int = 1) -> list[str]:
        query = select(articles.c.title).where(articles.c.source_id == source_id)
        async with self.database.read() as connection:
            return sorted(await connection.scalars(query))

    async def list_sources(self, *urls: str) -> None:
        specs = [(f"Desk {n}", url, Trust.TRADE, "en") for n, url in enumerate(urls)]
        async with self.database.write() as connection:
            await sources.put_shared(connection, specs, [START] * len(specs))


@pytest.fixture
async def world(database: Database, parser: FeedParser) -> AsyncIterator[World]:
    world: World
    async with AsyncExitStack() as stack:
        hub = await stack.enter_async_context(Hub().open())
        guard = AddressGuard(parse_allowed(f"127.0.0.1/32:{hub.port}"))
        fetcher = await stack.enter_async_context(Fetcher("Greenlit", guard, LIMITS))
        hubs = HubClient("Greenlit", guard, LIMITS, clock=lambda: world.now.timestamp())
        await stack.enter_async_context(hubs)
        polling = Polling(
            database,
            fetcher,
            parser,
            Library(SHOWS, LEXICONS),
            NewsDesk(mark_maker(Random(1), "instance")),
            Timetable(Rules(), lambda: 0.5),
        )
        door = Door()
        receiver = Receiver(door, lambda: world.now)
        await stack.enter_async_context(receiver)
        base = f"http://127.0.0.1:{receiver.port}/websub"
        world = World(hub, database, polling, hubs, parser, door, base)
        world.set_up()
        await world.list_sources(hub.url("/feed"))
        await world.publish()
        yield world
