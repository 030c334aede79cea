"""What is known of a show: the card behind `/show`, and what a new follower is shown at once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import Certainty, Fact, Show
from bot.storage import guilds, ledger, shows
from bot.storage.database import Database
from bot.storage.ledger import Behind, Told

LATEST = 5


@dataclass(frozen=True, slots=True)
class CardLine:
    """A fact and the articles behind it, in the order in which they came."""

    fact: Fact
    behind: tuple[Behind, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of a show, the newest first, and the last announcements."""

    show: Show
    lines: tuple[CardLine, ...]
    latest: tuple[Told, ...]

    @property
    def since(self) -> datetime | None:
        """When the newest fact changed (UTC)."""
        return max((line.fact.changed for line in self.lines), default=None)


class Showing:
    """Looks up cards."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def card(self, show: Show, guild_id: int) -> Card:
        """What is known of a show, with what a server's own sources add."""
        async with self._database.read() as connection:
            return await read_card(connection, show, guild_id)


async def read_card(connection: AsyncConnection, show: Show, guild_id: int) -> Card:
    """The card of a show, empty where nothing is known."""
    show_id = await shows.show_id(connection, show.key)
    if show_id is None:
        return Card(show, (), ())
    rumours = (await guilds.settings_of(connection, guild_id)).routes.rumours
    known = await ledger.facts_of(connection, show_id, show.key, guild_id)
    behind = await ledger.behind(connection, [stored.id for stored in known])
    lines = tuple(
        CardLine(stored.fact, _as_sure(behind.get(stored.id, ()), stored.fact.certainty))
        for stored in sorted(
            known, key=lambda stored: (stored.fact.changed, stored.id), reverse=True
        )
        if not stored.fact.key.event.is_quiet and _may_say(stored.fact.certainty, rumours)
    )
    latest = await ledger.latest_told(connection, show_id, guild_id, 2 * LATEST)
    told = [news for news in latest if _may_say(news.announcement.certainty, rumours)]
    # A reminder says again what stands in the list already.
    news = [each for each in told if not each.announcement.change.is_reminder]
    return Card(show, lines, tuple(news[:LATEST]))


def _may_say(certainty: Certainty, rumours: bool) -> bool:
    """Whether a server hears of something this sure: rumours only where it switched them on."""
    return rumours or certainty is not Certainty.RUMOUR


def _as_sure(behind: tuple[Behind, ...], certainty: Certainty) -> tuple[Behind, ...]:
    """The articles that are as sure as the fact is now: a rumour is no source of what is known."""
    return tuple(row for row in behind if row.certainty.rank >= certainty.rank)
