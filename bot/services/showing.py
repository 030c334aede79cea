"""What is known of a show: the card behind `/show`, and what a new follower is shown at once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import Fact, Show
from bot.storage import ledger, shows
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
    known = await ledger.facts_of(connection, show_id, show.key, guild_id)
    behind = await ledger.behind(connection, [stored.id for stored in known])
    lines = tuple(
        CardLine(stored.fact, behind.get(stored.id, ()))
        for stored in sorted(known, key=lambda stored: stored.fact.changed, reverse=True)
        if not stored.fact.key.event.is_quiet
    )
    latest = await ledger.latest_told(connection, show_id, guild_id, LATEST)
    return Card(show, lines, latest)
