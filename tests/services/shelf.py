"""The catalogue's services around one database, asking a stand-in over real sockets."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.catalogue.port import Catalogue, NoCatalogue
from bot.catalogue.tvmaze import TvMaze, TvMazeLimits
from bot.news.model import Article, Show
from bot.news.routing import Target
from bot.news.series import CataloguePremiere
from bot.services.cataloguing import Cataloguing, Refreshed
from bot.services.library import Library
from bot.services.premieres import Premieres
from bot.services.recognising import Recognising
from bot.services.searching import Hold, Searching
from bot.services.subscribing import Subscribing, Wish
from bot.storage.database import Database
from bot.storage.shows import all_shows
from tests.catalogue.maze import Maze
from tests.discord_env import no_pause
from tests.lexicons import LEXICONS
from tests.storage.rows import NOW

GHOSTS = Show("shipped:ghosts-2021", "Ghosts", ("Ghosts US",), 2021, "CBS")
HIGHTOWN = Show("shipped:hightown", "Hightown", (), 2020, "Starz")
SHIPPED = (GHOSTS, HIGHTOWN)
CHANNEL, GUILD, USER = 5, 6, 7


class Shelf:
    """One process of the bot, as far as the catalogue goes. `now` is the only clock."""

    def __init__(self, database: Database, catalogue: Catalogue, pause: Hold = no_pause) -> None:
        self.now = NOW
        self.seconds = 0.0
        self.database = database
        self.library = Library(SHIPPED, LEXICONS)
        self.recognising = Recognising(self.library)
        self.searching = Searching(
            self.library, catalogue, self.recognising, lambda: self.now, pause
        )
        self.premieres: list[CataloguePremiere] = []
        passing_on = Premieres(database, self.library, self._note)
        self.cataloguing = Cataloguing(
            database, catalogue, self.library, self.recognising, self.searching, passing_on
        )
        self.subscribing = Subscribing(database, self.cataloguing.welcome)

    async def _note(
        self, connection: AsyncConnection, premieres: Sequence[CataloguePremiere], now: datetime
    ) -> None:
        self.premieres += premieres

    async def load(self) -> None:
        """What a process does first: it takes in the shows and the catalogue of its database."""
        async with self.database.read() as connection:
            for show in await all_shows(connection):
                self.library.add(show)
        await self.cataloguing.load(self.now)

    async def type(self, text: str, user: int = USER) -> list[str]:
        """What is suggested to somebody who types."""
        return [show.key for show in await self.searching.suggest(user, text, 25)]

    async def follow(self, show: Show) -> None:
        """A channel follows a show."""
        await self.subscribing.subscribe(Wish(show, GUILD, Target.CHANNEL, CHANNEL), 1, self.now)

    async def followed(self) -> list[str]:
        """The keys of the shows that are followed."""
        listed = await self.subscribing.list_for(GUILD, USER)
        return [followed.show.key for followed in listed]

    async def refresh(self) -> Refreshed:
        """One turn of the loop."""
        return await self.cataloguing.refresh_due(self.now)

    async def settle(self) -> None:
        """As many turns as there is work for."""
        for _ in range(20):
            done = await self.refresh()
            if done.failure or not (done.fetched or done.matched):
                return

    def read(self, title: str) -> list[tuple[str, str]]:
        """What a headline is read as: shows and events."""
        claims = self.library.read(Article("x", title, published=self.now))
        return [(claim.show.key, claim.event.label) for claim in claims if claim.show]

    def pass_time(self, **span: float) -> None:
        """Let time go by."""
        self.now += timedelta(**span)
        self.seconds += timedelta(**span).total_seconds()


@asynccontextmanager
async def shelf_with(
    database: Database, maze: Maze | None, pause: Hold = no_pause
) -> AsyncIterator[Shelf]:
    """A process that asks a stand-in, or none; it has loaded what the database has."""
    if maze is None:
        shelf = Shelf(database, NoCatalogue(), pause)
        await shelf.load()
        yield shelf
        return

    async def wait(seconds: float) -> None:
        shelf.seconds += seconds

    def clock() -> float:
        return shelf.seconds

    limits = TvMazeLimits(total=5.0, connect=5.0)
    client = TvMaze(maze.url(""), "Greenlit-tests", limits, clock=clock, pause=wait)
    shelf = Shelf(database, client, pause)
    maze.clock = clock
    async with client:
        await shelf.load()
        yield shelf
