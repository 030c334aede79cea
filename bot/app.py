"""The composition root: settings in, running bot out. It opens everything and closes it again.

settings -> database, words, shows, fetcher, parser, sender -> services -> client, loops
"""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random, SystemRandom

import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from bot.assembly import catalogue_parts
from bot.catalogue.shipped import load_catalogue
from bot.client import GreenlitBot
from bot.connecting import patiently
from bot.delivery.marks import new_mark
from bot.delivery.wire import delivery_trace
from bot.feeds.fetch import Fetcher, FetchLimits, user_agent
from bot.feeds.guard import AddressGuard
from bot.feeds.hub import HubClient
from bot.feeds.parse import FeedParser
from bot.feeds.receiver import Receiver
from bot.feeds.registry import SourceSpec, load_sources
from bot.lexicons import load_lexicons
from bot.loops import Clock, Loop
from bot.outbound import TICK, outbound_parts
from bot.services.bookkeeping import Bookkeeping
from bot.services.container import Services
from bot.services.delivering import mark_maker
from bot.services.guilds import Guilds
from bot.services.judging import Judging
from bot.services.library import Library
from bot.services.mending import Mending
from bot.services.newsreel import Newsreel
from bot.services.noticing import Noticing
from bot.services.noting import NewsDesk
from bot.services.polling import Polling
from bot.services.premiere_claims import PremiereClaims
from bot.services.pushing import Pushing
from bot.services.reminding import Reminding
from bot.services.showing import Showing
from bot.services.sourcing import Sourcing
from bot.services.status import Reporting
from bot.services.subscribing import Subscribing
from bot.services.syncing import SyncedCommands
from bot.services.timetable import Timetable, rules_for
from bot.services.upcoming import Upcoming
from bot.settings import DATA, PAGE, Settings
from bot.storage import meta, pushes, shows, sources
from bot.storage.catalogue import calendar_of, premiere_instants
from bot.storage.database import Database, open_database
from bot.words import load_words

log = logging.getLogger(__name__)

LEASES = 60.0  # seconds between two turns
REMINDERS = 30.0
HOUSEKEEPING = 3600.0
EVERYWHERE = "0.0.0.0"  # noqa: S104  # the receiver is there to be reached
GRACE = 8.0  # seconds for what is in flight when the bot stops


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Greenlit:
    """A bot that is put together. Its loops run while `at_work()` does."""

    bot: GreenlitBot
    services: Services
    database: Database
    loops: tuple[Loop, ...]
    upkeep: tuple[Loop, ...]
    clock: Clock

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Run the loops: poll, deliver, remind, tell admins, keep house.

        At the end nothing new is begun. Posts in flight have GRACE to land; publications and edits
        are cut short, because a second one changes nothing.
        """
        tasks, upkeep = self._started(self.loops), self._started(self.upkeep)
        try:
            yield
        finally:
            await _ended(upkeep)
            await self.services.delivering.close(GRACE)
            await _ended(tasks)
            await self.services.polling.close()

    def _started(self, loops: tuple[Loop, ...]) -> list[asyncio.Task[None]]:
        return [asyncio.create_task(loop.run(self.clock), name=loop.name) for loop in loops]


async def _ended(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


# Long, because everything is named here once and in the order in which it depends on one another.
@asynccontextmanager
async def build(
    settings: Settings,
    *,
    clock: Clock = utc_now,
    random: Random | None = None,
    limits: FetchLimits | None = None,
    shard_count: int | None = None,
    data: Path = DATA,
) -> AsyncIterator[Greenlit]:
    """Put the bot together, and take it apart at the end. `clock` is the bot's only clock.

    Raises DatabaseUnusableError, SourcesFileError, CatalogueError, LexiconError and
    PortUnusableError, each with the remedy.
    """
    random = random or SystemRandom()
    words = load_words(data / "locale")
    listed = load_sources(settings.sources_file)
    async with AsyncExitStack() as stack:
        database = await open_database(settings.database_url)
        stack.push_async_callback(database.close)
        timetable = Timetable(rules_for(timedelta(seconds=settings.poll_floor)), random.random)
        instance = await _prepare(database, listed, timetable, clock(), random)
        library = await _library(database, data)
        guard = AddressGuard(settings.feed_allow_networks)
        agent = user_agent(PAGE, settings.contact)
        fetcher = await stack.enter_async_context(Fetcher(agent, guard, limits or FetchLimits()))
        parser = await stack.enter_async_context(FeedParser())
        outbound = await stack.enter_async_context(
            outbound_parts(database, words, settings.send_rate, clock, random)
        )
        if database.is_ours_alone:
            await outbound.resume(clock())
        new_mark = mark_maker(random, instance)
        bookkeeping = Bookkeeping(calendar_of)
        desk = NewsDesk(new_mark, bookkeeping)
        polling = Polling(
            database,
            fetcher,
            parser,
            library,
            desk,
            timetable,
            timedelta(seconds=settings.news_max_age),
            noticing=outbound.noticing,
        )
        hubs = HubClient(agent, guard, limits or FetchLimits())
        pushing = await stack.enter_async_context(
            _pushing(settings, database, hubs, parser, polling, clock, random)
        )
        note = PremiereClaims(desk, words).note
        shelf = await stack.enter_async_context(
            catalogue_parts(
                settings.catalogue_url, agent, database, library, clock, note, bookkeeping.rebuild
            )
        )
        services = Services(
            clock,
            words,
            library,
            Subscribing(database, shelf.cataloguing.welcome),
            Guilds(database),
            Showing(database),
            Sourcing(database, fetcher, parser, library),
            Reporting(database),
            polling,
            outbound.delivering,
            Mending(database, outbound.delivering, outbound.noticing, random),
            shelf.searching,
            shelf.cataloguing,
            Upcoming(database, premiere_instants),
            Newsreel(database, outbound.composing),
            Judging(database, outbound.composing, outbound.noticing, words),
        )
        outbound.line.client = bot = GreenlitBot(
            services,
            SyncedCommands(database),
            dev_guild=settings.dev_guild,
            shard_count=shard_count,
            http_trace=delivery_trace(outbound.pacer),
        )
        reminding = Reminding(database, new_mark, premiere_instants)
        loops = (*_loops(services, outbound.noticing, pushing, reminding), *shelf.loops)
        yield Greenlit(bot, services, database, loops, outbound.upkeep(), clock)


async def run(settings: Settings) -> None:
    """Run the bot on Discord until it is cancelled."""
    with _addresses(settings):
        async with build(settings) as greenlit, greenlit.bot:
            # Delivery goes by REST and needs no shard: the loops do not wait for the gateway.
            bot = greenlit.bot
            await patiently("login", lambda: _log_in(bot, settings.discord_token))
            spare_the_collector()
            async with greenlit.at_work():
                await patiently("connect", bot.connect)


async def _log_in(bot: GreenlitBot, token: str) -> None:
    try:
        await bot.login(token)
    except BaseException:
        # discord.py opens another session at each try, on the connector of the last.
        await bot.http.close()
        bot.http.connector = discord.utils.MISSING
        raise


def spare_the_collector() -> None:
    """Take what was loaded at the start out of the garbage collector's walks.

    Catalogue, word lists and modules live as long as the bot; each full collection would hold the
    event loop for some 65 ms to find nothing among them.
    """
    gc.collect()
    gc.freeze()


async def _prepare(
    database: Database,
    listed: tuple[SourceSpec, ...],
    timetable: Timetable,
    now: datetime,
    random: Random,
) -> str:
    """Bring the list of sources into the database; the id of this instance."""
    async with database.write() as connection:
        specs = [(spec.name, spec.url, spec.trust, spec.language) for spec in listed]
        first_polls = [timetable.first_poll(now) for _ in specs]
        await sources.put_shared(connection, specs, first_polls)
        return await meta.instance_id(connection, new_mark(random))


async def _library(database: Database, data: Path) -> Library:
    library = Library(load_catalogue(data / "catalogue.toml"), load_lexicons(data / "lexicon"))
    async with database.read() as connection:
        for show in await shows.all_shows(connection):
            library.add(show)
    return library


@asynccontextmanager
async def _pushing(
    settings: Settings,
    database: Database,
    hubs: HubClient,
    parser: FeedParser,
    polling: Polling,
    clock: Clock,
    random: Random,
) -> AsyncIterator[Pushing | None]:
    """Let hubs push, where the operator has a public address for them."""
    if not settings.websub_url:
        async with database.write() as connection:
            await pushes.rely_on_none(connection, clock())
        yield None
        return
    async with hubs:
        pushing = Pushing(database, hubs, parser, polling, settings.websub_url, random)
        try:
            async with Receiver(pushing, clock, EVERYWHERE, settings.websub_port):
                yield pushing
        finally:
            await pushing.take_due(clock())  # hubs were told that we have it


def _loops(
    services: Services, noticing: Noticing, pushing: Pushing | None, reminding: Reminding
) -> tuple[Loop, ...]:
    deliver = Loop("deliver", services.delivering.deliver_due, TICK)

    async def poll_due(now: datetime) -> None:
        report = await services.polling.poll_due(now)
        if report.noted.deliveries:
            deliver.wake()

    async def remind_due(now: datetime) -> None:
        if (await reminding.remind_due(now)).deliveries:
            deliver.wake()

    poll = Loop("poll", poll_due, TICK)
    services.polling.wake = poll.wake
    services.delivering.wake = deliver.wake
    return (
        poll,
        deliver,
        Loop("notices", noticing.tell_due, 5 * TICK),
        Loop("remind", remind_due, REMINDERS),
        Loop("housekeeping", services.guilds.forget_due, HOUSEKEEPING),
        *_push_loops(pushing, deliver),
    )


def _push_loops(pushing: Pushing | None, deliver: Loop) -> tuple[Loop, ...]:
    if pushing is None:
        return ()

    async def take_due(now: datetime) -> None:
        if (await pushing.take_due(now)).deliveries:
            deliver.wake()

    taking = Loop("pushes", take_due, 5 * TICK)
    pushing.wake = taking.wake
    return taking, Loop("leases", pushing.renew_due, LEASES)


@contextmanager
def _addresses(settings: Settings) -> Iterator[None]:
    """Use an operator's proxy for Discord; discord.py keeps both addresses in classes."""
    rest, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    try:
        if settings.discord_api_url:
            Route.BASE = settings.discord_api_url
        if settings.discord_gateway_url:
            DiscordWebSocket.DEFAULT_GATEWAY = URL(settings.discord_gateway_url)
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = rest, gateway
