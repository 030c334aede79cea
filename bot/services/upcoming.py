"""What premieres next among the shows that a server or a member follows."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import Certainty, Show
from bot.news.premieres import LATEST_TODAY, Line, Premiere, expected, moment_of
from bot.storage import guilds, premieres, shows, subscriptions
from bot.storage.database import Database
from bot.storage.premieres import Voice
from bot.storage.schema import EVERYBODY

Instants = Callable[
    [AsyncConnection, Collection[int]], Awaitable[Mapping[tuple[int, int | None], datetime]]
]
"""When seasons of shows (row ids) premiere to the minute, by show and season, where it is known."""


async def no_instants(
    _connection: AsyncConnection, _show_ids: Collection[int]
) -> Mapping[tuple[int, int | None], datetime]:
    """The instants where no catalogue knows any."""
    return {}


@dataclass(frozen=True, slots=True)
class Coming:
    """A season that is expected, and who says so.

    `starts` is None where only a window is known; `exact` says that the hour is known, too.
    """

    show_id: int
    show: Show
    premiere: Premiere
    starts: datetime | None
    exact: bool
    voice: Voice | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What premieres next, and of how many shows that are followed."""

    coming: tuple[Coming, ...]
    followed: int


class Upcoming:
    """Looks ahead."""

    def __init__(self, database: Database, instants: Instants = no_instants) -> None:
        self._database = database
        self._instants = instants

    async def list_for(self, guild_id: int, user_id: int, now: datetime) -> Outlook:
        """What premieres next of what a server's channels and one member follow.

        Days come first, the soonest at the top, then windows. What began less than a day ago is
        still listed. Rumours are, where the server wants them.
        """
        async with self._database.read() as connection:
            followed = await subscriptions.subscriptions_in(connection, guild_id, user_id)
            ids = await shows.ids_of(connection, {f.show.key for f in followed})
            rumours = (await guilds.settings_of(connection, guild_id)).routes.rumours
            least = Certainty.RUMOUR if rumours else Certainty.REPORTED
            coming = await read_coming(
                connection, ids, guild_id, instants=self._instants, least=least
            )
        return Outlook(tuple(c for c in coming if _is_ahead(c, now)), len(ids))


async def read_coming(
    connection: AsyncConnection,
    show_ids: Collection[int],
    scope: int,
    *,
    instants: Instants,
    least: Certainty = Certainty.REPORTED,
) -> tuple[Coming, ...]:
    """What is expected of these shows, past or to come: days first, by date, then windows."""
    lines = await premieres.lines_of(connection, show_ids)
    seen = [(i, p) for i, some in lines.items() for p in expected(view(some, scope), scope, least)]
    known = await instants(connection, show_ids)
    voices = await premieres.voices_of(connection, {p.fact_id for _, p in seen})
    named = await shows.shows_by_id(connection, {show_id for show_id, _ in seen})
    coming = [
        _coming(i, named[i], p, known.get((i, p.season)), voices.get(p.fact_id)) for i, p in seen
    ]
    return tuple(sorted(coming, key=_by_date))


def view(lines: Iterable[Line], scope: int) -> list[Line]:
    """The lines that are seen from a scope: everybody's, and its own."""
    return [line for line in lines if line.scope in {EVERYBODY, scope}]


def _coming(
    show_id: int, show: Show, premiere: Premiere, instant: datetime | None, voice: Voice | None
) -> Coming:
    starts = moment_of(premiere.day, instant) if premiere.day else None
    return Coming(show_id, show, premiere, starts, starts is not None and starts == instant, voice)


def _by_date(coming: Coming) -> tuple[object, ...]:
    when = coming.premiere.when
    if coming.starts is not None:
        return (0, coming.starts.timestamp(), 0, coming.show.title)
    return (1, when.end.toordinal(), when.start.toordinal(), coming.show.title)


def _is_ahead(coming: Coming, now: datetime) -> bool:
    if coming.starts is not None:
        return coming.starts > now - LATEST_TODAY
    return coming.premiere.when.end >= now.date()
