"""A bot's delivery on the line: SQLite, the real services, the stand-in over sockets.

The clock is the test's, for the services and for the stand-in alike.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

import discord
import pytest
from sqlalchemy import select, update

from bot.delivery.pacing import Pacer
from bot.delivery.sending import ClientRest, Sender
from bot.delivery.wire import delivery_trace
from bot.news.model import Article, Certainty, Claim, Event, Show
from bot.news.routing import Target
from bot.services.answering import Answering
from bot.services.calendars import Calendars
from bot.services.composing import Composing
from bot.services.delivering import Delivering, mark_maker
from bot.services.editing import Editing
from bot.services.forums import Forums
from bot.services.noticing import AdminPlaces, Noticing
from bot.services.noting import NewsDesk, Reading
from bot.services.places import ChannelKind
from bot.services.publishing import Publishing
from bot.services.scheduling import Scheduling
from bot.services.subscribing import Subscribing, Wish
from bot.services.upcoming import no_instants
from bot.storage import schema
from bot.storage.database import Database
from bot.storage.guilds import change_settings, ensure_guild
from bot.storage.schema import EVERYBODY
from bot.words import load_words
from tests.discord_env import source_id
from tests.standin import Channel, Guild, StandIn
from tests.standin.limits import Window
from tests.standin.world import ANNOUNCEMENT, FORUM, PUBLIC_THREAD, TEXT

GUILD, NEWS, ADMINS = 100, 200, 201
START = datetime(2026, 11, 2, 18, 0, tzinfo=UTC)
HARBOR = Show("test:harbor", "Harbor Lights", (), 2021, "Northern")
COPPER = Show("test:copper", "Copper Sky", (), 2024, "Northern")
WORDS = load_words(Path(__file__).parents[2] / "data" / "locale")
KINDS = {
    TEXT: ChannelKind.TEXT,
    ANNOUNCEMENT: ChannelKind.ANNOUNCEMENT,
    FORUM: ChannelKind.FORUM,
    PUBLIC_THREAD: ChannelKind.THREAD,
}


@dataclass
class Time:
    """The time of a test; it goes on when the test says so."""

    now: datetime = START

    def pass_by(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class House:
    """Everything that delivers, on one database. `restarted` makes another on the same."""

    database: Database
    standin: StandIn
    client: discord.Client
    time: Time
    seed: int = 1
    knows_channels: bool = True
    seasons: dict[Show, int] = field(default_factory=dict)
    articles: list[Claim] = field(default_factory=list)

    def __post_init__(self) -> None:
        pacer = Pacer(1000, monotonic)
        self.sender = Sender(ClientRest(self.client), pacer, deadline=5.0)
        places = AdminPlaces(None, None)
        self.noticing = Noticing(
            self.database, self.sender, WORDS, lambda _: places, Random(self.seed)
        )
        composing = Composing(self.database, WORDS)
        self.publishing = Publishing(self.database, self.sender, self.noticing, self.kind_of)
        self.delivering = Delivering(
            self.database,
            self.sender,
            composing,
            Answering(self.database, composing, self.noticing, self.publishing),
            Forums(
                self.database,
                self.sender,
                WORDS,
                self.noticing,
                self.kind_of,
                clock=lambda: self.time.now,
                random=Random(self.seed + 100),
            ),
            clock=lambda: self.time.now,
            random=Random(self.seed),
            may_read=lambda _: True,
        )
        self.editing = Editing(self.database, self.sender, composing, WORDS, lambda: self.time.now)
        calendars = Calendars(self.database, WORDS, Random(self.seed + 150), no_instants)
        self.scheduling = Scheduling(self.database, self.sender, self.noticing, calendars)
        self.desk = NewsDesk(mark_maker(Random(self.seed + 50), "test"))

    def restarted(self) -> "House":
        """The bot as it is after a crash: nothing of it is left but its database."""
        return House(
            self.database,
            self.standin,
            self.client,
            self.time,
            self.seed + 1,
            self.knows_channels,
            self.seasons,
            self.articles,
        )

    def kind_of(self, _guild: int, channel: int) -> ChannelKind:
        """What the gateway told of a channel."""
        known = self.standin.world.channels.get(channel) if self.knows_channels else None
        return KINDS[known.type] if known else ChannelKind.UNKNOWN

    def channel(self, channel_id: int = NEWS) -> Channel:
        return self.standin.world.channels[channel_id]

    async def follow(self, *shows: Show, channel: int = NEWS) -> None:
        """A channel follows shows, and the admins have chosen where they hear of trouble."""
        subscribing = Subscribing(self.database)
        for show in shows:
            wish = Wish(show, GUILD, Target.CHANNEL, channel)
            await subscribing.subscribe(wish, 1, self.time.now)
        async with self.database.write() as connection:
            await ensure_guild(connection, GUILD, self.time.now)
            await change_settings(connection, GUILD, admin_channel=ADMINS)

    async def publish(self, show: Show = HARBOR) -> None:
        """An outlet says that a show was renewed, each time for a season more."""
        season = self.seasons[show] = self.seasons.get(show, 1) + 1
        await self.article(Claim(show, Event.RENEWED, season, Certainty.CONFIRMED))

    async def article(self, claim: Claim, outlet: str = "Example Outlet") -> None:
        """An outlet claims something of a show."""
        self.articles.append(claim)
        name = f"article-{len(self.articles)}-{outlet}"
        link = f"https://example.org/{name.replace(' ', '-')}"
        article = Article(name, name, link=link, published=self.time.now)
        async with self.database.write() as connection:
            source = await source_id(connection, outlet, self.time.now)
            reading = Reading(article, (name,), (claim,), silent=False)
            await self.desk.note(connection, source, (EVERYBODY,), [reading], self.time.now)

    async def deliver(self) -> None:
        await self.delivering.deliver_due(self.time.now)

    async def tell(self, show: Show = HARBOR, times: int = 1) -> None:
        """News of a show comes and is delivered."""
        for _ in range(times):
            await self.publish(show)
        await self.deliver()

    async def publish_due(self) -> int:
        return await self.publishing.publish_due(self.time.now)

    async def edit_due(self, **later: float) -> int:
        """Let time pass, and edit what is due."""
        self.time.pass_by(**later)
        return await self.editing.edit_due(self.time.now)

    async def set_announcement(self, row_id: int, **values: object) -> None:
        """What the ledger decides of an announcement."""
        table = schema.announcements
        async with self.database.write() as connection:
            await connection.execute(update(table).where(table.c.id == row_id).values(**values))

    async def schedule_due(self) -> int:
        return await self.scheduling.schedule_due(self.time.now)

    def posted(self, channel: int = NEWS) -> list[str]:
        """The contents of every message that ever stood in a channel."""
        return [str(each.payload["content"]) for each in self.standin.world.posts(channel)]

    def published(self, channel: int = NEWS) -> list[str]:
        """The contents of the messages that a channel's followers have, in their order."""
        world = self.standin.world
        ids = [each["id"] for each in world.events if each["event"] == "crosspost"]
        messages = [world.messages[each] for each in ids]
        return [str(each.payload["content"]) for each in messages if each.channel == channel]

    async def notices(self) -> list[str]:
        """What the admins are told now."""
        before = len(self.posted(ADMINS))
        await self.noticing.tell_due(self.time.now)
        return self.posted(ADMINS)[before:]

    async def states(self, table: str, column: str = "state") -> list[Any]:
        """A column of a table, in the order of its rows."""
        of = schema.metadata.tables[table]
        async with self.database.read() as connection:
            return list(await connection.scalars(select(of.c[column]).order_by(*of.primary_key)))


@asynccontextmanager
async def open_house(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """A server with #news, which everybody may hear, and #admins."""
    time = Time()
    async with StandIn(
        clock=lambda: time.now.timestamp(), now=lambda: time.now.timestamp()
    ) as standin:
        standin.limits.bucket_limit = 10_000
        standin.limits.global_window = Window(10_000, 1.0)
        standin.world.add_guild(Guild(GUILD), Channel(NEWS), Channel(ADMINS))
        monkeypatch.setattr(discord.http.Route, "BASE", standin.api)
        client = discord.Client(
            intents=discord.Intents(guilds=True), http_trace=delivery_trace(Pacer(1000, monotonic))
        )
        await client.login("token")
        house = House(database, standin, client, time)
        yield house
        await house.sender.close()
        await client.close()
