"""The latest news: what was announced of a show, or of all that a server or a member follows."""

from dataclasses import dataclass

from bot.delivery.telling import Telling
from bot.news.model import Show
from bot.services.composing import Composing
from bot.storage import guilds, newsreel, shows, strikes
from bot.storage.database import Database
from bot.storage.newsreel import Wanted

A_PAGE = 10
PAGES = 10  # older news is no news


@dataclass(frozen=True, slots=True)
class Item:
    """An announcement: what it tells, and whether the server struck it."""

    telling: Telling
    struck: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the latest news, the newest first. `follows` says whether anything is asked of."""

    items: tuple[Item, ...]
    number: int
    pages: int
    follows: bool


class Newsreel:
    """Looks the latest news up, ten a page."""

    def __init__(self, database: Database, composing: Composing) -> None:
        self._database = database
        self._composing = composing

    async def id_of(self, show: Show) -> int | None:
        """The row id of a show, None for one that was never written down."""
        async with self._database.read() as connection:
            return await shows.show_id(connection, show.key)

    async def show(self, show_id: int) -> Show | None:
        """A show by its row id."""
        async with self._database.read() as connection:
            return (await shows.shows_by_id(connection, [show_id])).get(show_id)

    async def of_show(self, show_id: int, guild_id: int, number: int) -> Page:
        """A page of a show's news that a server may hear; the last where there are fewer."""
        return await self._page(newsreel.of_show(show_id), guild_id, number)

    async def followed(self, guild_id: int, user_id: int, number: int) -> Page:
        """A page of what a server follows or, outside one (0), the member."""
        async with self._database.read() as connection:
            if guild_id:
                wanted = await newsreel.followed_in(connection, guild_id)
            else:
                wanted = await newsreel.followed_by(connection, user_id)
        return await self._page(wanted, guild_id, number)

    async def _page(self, wanted: Wanted, guild_id: int, number: int) -> Page:
        if not wanted:
            return Page((), 0, 1, follows=False)
        async with self._database.read() as connection:
            rumours = (await guilds.settings_of(connection, guild_id)).routes.rumours
            many = await newsreel.count(connection, wanted, guild_id, rumours=rumours)
            pages = max(1, min(PAGES, -(-many // A_PAGE)))
            number = min(number, pages - 1)
            ids = await newsreel.latest(
                connection,
                wanted,
                guild_id,
                rumours=rumours,
                first=number * A_PAGE,
                limit=A_PAGE,
            )
            struck = await strikes.strikes_in(connection, guild_id, ids)
        tellings = await self._composing.tellings(ids)
        items = tuple(Item(tellings[each], each in struck) for each in ids)
        return Page(items, number, pages, follows=True)
