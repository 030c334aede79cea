"""A simulated Discord with the real bot in it, for tests of commands, buttons and gateway events.

The bot, its services and its SQLite file are real. Feeds come from a dictionary instead of the
web, are parsed in this process, and the clock is the simulation's.
"""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import discord
import pytest
from simcord.actors import MemberActor
from simcord.backend.serializers import guild_create_payload, member_payload
from simcord.builders import ChannelHandle, GuildHandle, RoleHandle
from simcord.components import walk_components
from simcord.env import Env
from simcord.results import InteractionResult, ResponseMessage
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.catalogue.port import CatalogueFailed, CatalogueReason, Span
from bot.client import GreenlitBot
from bot.delivery.pacing import Pacer
from bot.delivery.sending import Sender
from bot.feeds import worker
from bot.feeds.answers import Fetched, FetchFailed, FetchReason, FetchRequest, FetchResult
from bot.feeds.discover import full_address
from bot.feeds.feed import ParsedFeed, ParseFailed
from bot.feeds.fetch import Fetcher
from bot.feeds.parse import FeedParser
from bot.line import Line
from bot.news.model import Article, Certainty, Claim, Event, Show, Trust
from bot.news.routing import Target
from bot.news.series import CatalogueDetail, Series
from bot.news.text import fold
from bot.services.answering import Answering
from bot.services.cataloguing import Cataloguing
from bot.services.composing import Composing
from bot.services.container import Services
from bot.services.delivering import Delivering, mark_maker
from bot.services.editing import Editing
from bot.services.forums import Forums
from bot.services.guilds import Guilds
from bot.services.judging import Judging
from bot.services.library import Library
from bot.services.mending import Mending
from bot.services.newsreel import Newsreel
from bot.services.noticing import Noticing
from bot.services.noting import NewsDesk, Reading
from bot.services.polling import Polling
from bot.services.premieres import Premieres
from bot.services.publishing import Publishing
from bot.services.recognising import Recognising
from bot.services.searching import Searching
from bot.services.showing import Showing
from bot.services.sourcing import Sourcing
from bot.services.status import Reporting
from bot.services.subscribing import Subscribing, Wish
from bot.services.syncing import SyncedCommands
from bot.services.timetable import Timetable, rules_for
from bot.services.upcoming import Upcoming
from bot.storage import schema, sources
from bot.storage.database import Database, open_database
from bot.storage.guilds import GuildSettings
from bot.storage.schema import EVERYBODY
from bot.storage.subscriptions import Followed
from bot.words import load_words
from tests.lexicons import LEXICONS

DATA = Path(__file__).parents[1] / "data"
WORDS = load_words(DATA / "locale")

HARBOR = Show("test:harbor-lights", "Harbor Lights", ("Harbour Lights",), 2021, "Northern")
NIGHT_2019 = Show("test:nightfall-2019", "Nightfall", (), 2019, "Alpha")
NIGHT_2023 = Show("test:nightfall-2023", "Nightfall", (), 2023, "Beta")
COPPER = Show("test:copper-sky", "Copper Sky", (), 2024, "Northern")
SHOWS = (HARBOR, NIGHT_2019, NIGHT_2023, COPPER)


class Web(Fetcher):
    """The web as a dictionary: what is not in it cannot be found."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """The page of an address, as the real fetcher would bring it."""
        if full_address(request.url) is None:
            return FetchFailed(FetchReason.BAD_ADDRESS)
        body = self.pages.get(request.url)
        if body is None:
            return FetchFailed(FetchReason.NOT_FOUND, 404, detail="404")
        return Fetched(url=request.url, body=body)

    @asynccontextmanager
    async def exchange(self, request: FetchRequest) -> AsyncIterator[FetchResult]:
        """The same, held open as polling wants it."""
        yield await self.fetch(request)


class Paper:
    """A catalogue that answers from a list, until it is taken away."""

    def __init__(self) -> None:
        self.series: list[Series] = []
        self.is_away = False
        self.asked: list[str] = []

    def is_ready(self) -> bool:
        """Whether it answers."""
        return not self.is_away

    async def search(
        self, text: str, within: float | None = None
    ) -> tuple[Series, ...] | CatalogueFailed:
        """The series whose title holds the text."""
        self.asked.append(text)
        if self.is_away:
            return CatalogueFailed(CatalogueReason.UNREACHABLE)
        return tuple(one for one in self.series if fold(text) in fold(one.title))

    async def detail(
        self, series_id: int, within: float | None = None
    ) -> CatalogueDetail | CatalogueFailed:
        """All that is said of one."""
        for one in self.series:
            if one.id == series_id and isinstance(one, CatalogueDetail) and not self.is_away:
                return one
        return CatalogueFailed(CatalogueReason.NOT_FOUND, 404)

    async def updates(self, span: Span) -> dict[int, datetime] | CatalogueFailed:
        """Nothing changes."""
        return {}


class ParserHere(FeedParser):
    """The parser without its worker process."""

    def __init__(self) -> None:
        """There is no process to prepare."""

    async def parse(
        self, body: bytes, url: str, content_type: str = ""
    ) -> ParsedFeed | ParseFailed:
        """Parse as the worker would."""
        return worker.parse(body, url, content_type)

    async def feed_links(self, body: bytes, url: str, content_type: str = "") -> tuple[str, ...]:
        """Find the feeds that a page names as the worker would."""
        return worker.feed_links(body, url, content_type)


@dataclass
class World:
    """A server "Couch Club" with an admin and a member, #tv-news and #general, and the bot."""

    env: Env
    services: Services
    noticing: Noticing
    editing: Editing
    database: Database
    web: Web
    desk: NewsDesk
    paper: Paper
    guild: GuildHandle
    news: ChannelHandle
    general: ChannelHandle
    admin: MemberActor
    member: MemberActor
    remake: Callable[[], GreenlitBot] = field(repr=False)

    @property
    def now(self) -> datetime:
        """The simulation's time."""
        return self.env.now()

    async def restart(self) -> None:
        """Stop the bot and start a new one on the same database."""
        await self.env.restart_bot(self.remake())

    def channel(self, name: str, **lacking: bool) -> ChannelHandle:
        """A further channel; `lacking` are permissions denied to the bot there (`x=False`)."""
        me = self.env.bot.user
        assert me is not None
        return self.guild.create_text_channel(
            name, overwrites={me: discord.PermissionOverwrite(**lacking)} if lacking else {}
        )

    async def tell(
        self,
        show: Show = HARBOR,
        event: Event = Event.RENEWED,
        *,
        season: int | None = 3,
        certainty: Certainty = Certainty.CONFIRMED,
        value: str = "",
        subject: str = "",
        title: str = "A headline",
        outlet: str = "Example Outlet",
        evidence: tuple[str, ...] = (),
    ) -> None:
        """Let an outlet have an article that claims this of a show, and send what is owed."""
        claim = Claim(show, event, season, certainty, subject, value, evidence=evidence)
        link = f"https://example.org/{len(title)}-{event.label}-{season}"
        article = Article(
            f"{outlet} {title} {event.label} {season}", title, link=link, published=self.now
        )
        async with self.database.write() as connection:
            source = await source_id(connection, outlet, self.now)
            reading = Reading(article, (article.id[:80],), (claim,), silent=False)
            await self.desk.note(connection, source, (EVERYBODY,), [reading], self.now)
        await self.deliver()

    async def choose_news_channel(self) -> None:
        """The server chose #tv-news."""
        await self.services.guilds.set_news_channel(self.guild.id, self.news.id, self.now)

    async def settings(self) -> GuildSettings:
        """What the server chose."""
        return await self.services.guilds.settings(self.guild.id)

    def let_everybody_use(self, command: str) -> None:
        """An admin opens a command to all in Server Settings: only the code's check is left."""
        registered = self.env.backend.find_command(command, self.guild.id)
        assert registered is not None
        self.guild.set_command_permissions(int(registered["id"]), {self.guild.default_role: True})

    def let_bot(self, **permissions: bool) -> None:
        """Grant the bot permissions in the whole server, or take them away (`x=False`)."""
        backend, me = self.env.backend, self.env.bot.user.id
        for role_id in (*backend.get_guild(self.guild.id).members[me].role_ids, self.guild.id):
            role = backend.get_role(self.guild.id, role_id)
            changed = discord.Permissions(role.permissions)
            changed.update(**permissions)
            backend.edit_role(self.guild.id, role_id, {"permissions": changed.value})

    def thread_in(self, channel: ChannelHandle, name: str) -> ChannelHandle:
        """A public thread of a channel."""
        backend = self.env.backend
        made = backend.create_thread(channel.id, name, owner_id=self.admin.id)
        return ChannelHandle(self.env, self.guild, made)

    async def follow(self, actor: MemberActor, show: Show, guild_id: int = 0) -> None:
        """A member follows a show, by way of the service."""
        wish = Wish(show, guild_id or self.guild.id, Target.MEMBER, actor.id)
        await self.services.subscribing.subscribe(wish, actor.id, self.now)

    async def followed_by(self, actor: MemberActor) -> tuple[Followed, ...]:
        """What the server's channels and one member follow."""
        return await self.services.subscribing.list_for(self.guild.id, actor.id)

    async def own(self, actor: MemberActor) -> list[Followed]:
        """What a member follows for themselves."""
        followed = await self.followed_by(actor)
        return [f for f in followed if f.subscription.target is not Target.CHANNEL]

    def posts(self, channel: ChannelHandle) -> list[discord.Message]:
        """The news that stands in a channel (a greeting has no card)."""
        return [m for m in channel.history() if m.embeds]

    async def deliver(self) -> None:
        """Send what is due."""
        await self.services.delivering.deliver_due(self.now)

    async def edit(self) -> None:
        """Let the posts that are behind show what is known now."""
        await self.editing.edit_due(self.now)

    async def tell_admins(self) -> None:
        """Tell the servers' admins of what is wrong, and of its mending."""
        await self.noticing.tell_due(self.now)

    async def removed_from(self, guild: GuildHandle) -> None:
        """The bot is removed from a server (not an outage)."""
        self.env.backend.emit("GUILD_DELETE", {"id": str(guild.id)})
        await self.env.settle()

    async def invited_to(self, guild: GuildHandle) -> None:
        """The bot is invited to a server, for the first time or again."""
        payload = guild_create_payload(self.env.backend, self.env.backend.get_guild(guild.id))
        self.env.backend.emit("GUILD_CREATE", payload)
        await self.env.settle()

    async def give_roles(self, *roles: RoleHandle) -> None:
        """The bot is given exactly these roles.

        Discord tells a bot of its own roles without the members intent; simcord drops that.
        """
        guild = self.env.backend.get_guild(self.guild.id)
        me = guild.members[self.env.bot.user.id]
        me.role_ids[:] = [role.id for role in roles]
        payload = dict(member_payload(self.env.backend, guild, me))
        payload["guild_id"] = str(self.guild.id)
        self.env.bot._connection.parsers["GUILD_MEMBER_UPDATE"](payload)
        await self.env.settle()

    async def outage(self, guild: GuildHandle) -> None:
        """Discord loses a server for a while, and has it again."""
        self.env.backend.emit("GUILD_DELETE", {"id": str(guild.id), "unavailable": True})
        await self.env.settle()
        await self.invited_to(guild)


def text_of(result: InteractionResult) -> str:
    """All that an answer says: its content, its cards, its panels."""
    response = result.response
    cards = [f"{embed.title}\n{embed.description}" for embed in response.embeds]
    cards += [f"{field.name}\n{field.value}" for e in response.embeds for field in e.fields]
    panels = [part["content"] for part in walk_components(response.components) if "content" in part]
    return "\n".join((response.content, *cards, *panels))


def answer_of(result: InteractionResult) -> ResponseMessage:
    """The message that answers an interaction, to press what is on it."""
    assert result.response is not None
    return result.response


def menu_values(result: InteractionResult) -> list[str]:
    """The values that the menus of an answer offer."""
    parts = walk_components(result.response.components)
    return [option["value"] for part in parts for option in part.get("options", ())]


@contextmanager
def interactions_with(world: World, **changes: object) -> Iterator[None]:
    """Interactions carry other values at their top level: a locale, a context, an install."""
    emit = world.env.backend.emit

    def changed(event: str, payload: Mapping[str, Any]) -> None:
        emit(event, {**payload, **changes} if event == "INTERACTION_CREATE" else payload)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.env.backend, "emit", changed)
        yield


async def source_id(connection: AsyncConnection, outlet: str, now: datetime) -> int:
    """The row of a shared source of that name."""
    url = f"https://example.org/{outlet.casefold().replace(' ', '-')}/feed"
    found = await connection.scalar(select(schema.sources.c.id).where(schema.sources.c.url == url))
    if found is not None:
        return int(found)
    listed = await connection.execute(
        select(schema.sources.c.name, schema.sources.c.url).where(schema.sources.c.shared)
    )
    specs = [(name, at, Trust.TRADE, "en") for name, at in listed]
    specs.append((outlet, url, Trust.TRADE, "en"))
    await sources.put_shared(connection, specs, [now] * len(specs))
    return await source_id(connection, outlet, now)


class _Line(Line):
    """The line to a simulated Discord, whose client carries no trace."""

    http_trace = None


async def no_pause(_event: object, _seconds: float) -> bool:
    """Nobody types on."""
    return False


def make_services(
    database: Database,
    web: Web,
    clock: Callable[[], datetime],
    line: _Line,
    desk: NewsDesk,
    paper: Paper,
) -> tuple[Services, Noticing, Editing]:
    """The real services, with the web and the parser replaced; who tells admins, and who edits."""
    library = Library(SHOWS, LEXICONS)
    recognising = Recognising(library)
    searching = Searching(library, paper, recognising, clock, pause=no_pause)
    premieres = Premieres(database, library)
    cataloguing = Cataloguing(database, paper, library, recognising, searching, premieres)
    sender = Sender(line, Pacer(1000, time.monotonic))
    noticing = Noticing(database, sender, WORDS, line.places, Random(1), line.obstacle(WORDS))
    publishing = Publishing(database, sender, noticing, line.kind_of)
    composing = Composing(database, WORDS)
    timetable = Timetable(rules_for(timedelta(minutes=5)), Random(1).random)
    delivering = Delivering(
        database,
        sender,
        composing,
        Answering(database, composing, noticing, publishing),
        Forums(database, sender, WORDS, noticing, line.kind_of, clock=clock, random=Random(5)),
        clock=clock,
        random=Random(2),
    )
    services = Services(
        clock,
        WORDS,
        library,
        Subscribing(database, cataloguing.welcome),
        Guilds(database),
        Showing(database),
        Sourcing(database, web, ParserHere(), library),
        Reporting(database),
        Polling(database, web, ParserHere(), library, desk, timetable),
        delivering,
        Mending(database, delivering, noticing, Random(4)),
        searching,
        cataloguing,
        Upcoming(database),
        Newsreel(database, composing),
        Judging(database, composing, noticing, WORDS),
    )
    return services, noticing, Editing(database, sender, composing, WORDS, clock)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file, made once and copied for each test."""
    path = tmp_path_factory.mktemp("database") / "empty.sqlite3"

    async def make() -> None:
        database = await open_database(f"sqlite+aiosqlite:///{path}")
        await database.close()

    asyncio.run(make())
    return path


@pytest.fixture
async def database(empty_database: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """A fresh database."""
    path = shutil.copy(empty_database, tmp_path / "test.sqlite3")
    opened = await open_database(f"sqlite+aiosqlite:///{path}")
    yield opened
    await opened.close()


@pytest.fixture
async def opened_world(database: Database) -> AsyncIterator[World]:
    """A simulated Discord with the bot in it."""
    async with open_world(database) as made:
        yield made


@pytest.fixture
def env(opened_world: World) -> Env:
    """The world's simulation: simcord's plugin sets a test's clock by this fixture."""
    return opened_world.env


@pytest.fixture
def world(opened_world: World, env: Env) -> World:
    """The world that a test plays in, on the simulation's clock."""
    assert opened_world.env is env
    return opened_world


@asynccontextmanager
async def open_world(database: Database, shards: int = 1) -> AsyncIterator[World]:
    """The world of a test."""
    env: Env
    line, web, paper = _Line(), Web(), Paper()
    desk = NewsDesk(mark_maker(Random(3), "test"))
    parts = make_services(database, web, lambda: env.now(), line, desk, paper)
    services, noticing, editing = parts

    def remake() -> GreenlitBot:
        line.client = bot = GreenlitBot(services, SyncedCommands(database), shard_count=shards)
        return bot

    env = Env(remake())
    await env.start()
    try:
        yield await _furnish(env, services, noticing, editing, database, web, desk, paper, remake)
    finally:
        await env.shutdown()
    if env.check_errors:
        env._raise_errors_since(env._errors_acknowledged)


async def _furnish(
    env: Env,
    services: Services,
    noticing: Noticing,
    editing: Editing,
    database: Database,
    web: Web,
    desk: NewsDesk,
    paper: Paper,
    remake: Callable[[], GreenlitBot],
) -> World:
    guild = env.create_guild("Couch Club")
    news, general = guild.create_text_channel("tv-news"), guild.create_text_channel("general")
    managers = guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
    admin = guild.add_member(env.create_user("ada"), roles=[managers])
    member = guild.add_member(env.create_user("max"))
    await env.settle()
    return World(
        env,
        services,
        noticing,
        editing,
        database,
        web,
        desk,
        paper,
        guild,
        news,
        general,
        admin,
        member,
        remake,
    )
