"""Parts of the bot that are put together apart from the rest: the catalogue and what keeps it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from bot.catalogue.port import Catalogue, NoCatalogue
from bot.catalogue.tvmaze import TvMaze
from bot.loops import Loop
from bot.services.cataloguing import BecameOne, Cataloguing
from bot.services.library import Library
from bot.services.premieres import NotePremieres, Premieres
from bot.services.recognising import Recognising
from bot.services.searching import Searching
from bot.storage.database import Database

REFRESH = 10.0  # seconds between two turns of a few calls each
TIDYING = 3600.0


@dataclass(frozen=True, slots=True)
class CatalogueParts:
    """What searches the catalogue, what keeps it, and the loops of that."""

    searching: Searching
    cataloguing: Cataloguing
    loops: tuple[Loop, ...]


@asynccontextmanager
async def catalogue_parts(
    url: str,
    agent: str,
    database: Database,
    library: Library,
    clock: Callable[[], datetime],
    note_premieres: NotePremieres,
    became_one: BecameOne,
) -> AsyncIterator[CatalogueParts]:
    """Put the catalogue together. Without a `url` nobody is asked; `clock` is the time in UTC.

    `note_premieres` takes what it says of premieres as claims, `became_one` two shows that were
    one.
    """
    async with _opened(url, agent) as catalogue:
        recognising = Recognising(library)
        searching = Searching(library, catalogue, recognising, clock)
        premieres = Premieres(database, library, note_premieres)
        cataloguing = Cataloguing(
            database,
            catalogue,
            library,
            recognising,
            searching,
            premieres,
            became_one=became_one,
        )
        await cataloguing.load(clock())
        refresh = Loop("catalogue", cataloguing.refresh_due, REFRESH)
        cataloguing.wake = refresh.wake
        tidying = Loop("catalogue tidying", cataloguing.tidy_due, TIDYING)
        yield CatalogueParts(searching, cataloguing, (refresh, tidying))


@asynccontextmanager
async def _opened(url: str, agent: str) -> AsyncIterator[Catalogue]:
    if not url:
        yield NoCatalogue()
        return
    async with TvMaze(url, agent) as catalogue:
        yield catalogue
