"""The catalogue's premieres, passed on as claims: when they are new, and once they have stood.

That a date was passed on is written in the transaction in which it is taken: so it is never passed
on twice, and none is lost.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.series import CataloguePremiere
from bot.services.library import Library
from bot.storage import cataloguing, meta
from bot.storage.cataloguing import DatedSeason
from bot.storage.database import Database

AT_ONCE = 50
STANDS = timedelta(hours=48)  # a date in the catalogue moves a told one only then
HISTORY = timedelta(days=400)  # a premiere before that is no claim
CHECKED = "catalogue.updates"  # the name under which stands when the updates list was read last

NotePremieres = Callable[[AsyncConnection, Sequence[CataloguePremiere], datetime], Awaitable[None]]


async def note_nothing(
    connection: AsyncConnection, premieres: Sequence[CataloguePremiere], now: datetime
) -> None:
    """Take no claims."""


class Premieres:
    """Passes premieres on. `note` takes them in the transaction of the connection it is given."""

    def __init__(
        self, database: Database, library: Library, note: NotePremieres = note_nothing
    ) -> None:
        self._database = database
        self._library = library
        self._note = note

    async def pass_on(self, now: datetime) -> int:
        """Pass on what is due, at most AT_ONCE; how many premieres."""
        async with self._database.read() as connection:
            if not await _due(connection, now):
                return 0
        async with self._database.write() as connection:
            return await self.hand_over(connection, now)

    async def hand_over(self, connection: AsyncConnection, now: datetime) -> int:
        """The same within a transaction of the caller's."""
        due = await _due(connection, now)
        first = history(now)
        claimed = [self._premiere(season) for season in due if season.when.end >= first]
        premieres = [premiere for premiere in claimed if premiere is not None]
        if premieres:
            await self._note(connection, premieres, now)
        await cataloguing.mark_noted(connection, due)
        return len(premieres)

    def _premiere(self, season: DatedSeason) -> CataloguePremiere | None:
        show = self._library.get(season.show_key)
        if show is None:
            return None
        return CataloguePremiere(
            show, season.number, season.when, season.since, season.stood, season.url
        )


def history(now: datetime) -> date:
    """The day before which a premiere is history."""
    return (now - HISTORY).date()


async def checked_at(connection: AsyncConnection) -> datetime | None:
    """When the list of updates was read last."""
    text = await meta.get(connection, CHECKED)
    return datetime.fromisoformat(text) if text else None


async def _due(connection: AsyncConnection, now: datetime) -> tuple[DatedSeason, ...]:
    # A date of which nothing was heard since has not stood: it was only not looked at.
    heard = await checked_at(connection) or now
    return await cataloguing.premieres_due(connection, min(now, heard) - STANDS, AT_ONCE)
