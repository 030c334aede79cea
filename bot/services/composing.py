"""Composing posts: from what the ledger holds of an announcement to the payload for Discord."""

from dataclasses import replace

from bot.delivery.dates import read_when
from bot.delivery.outcomes import Remedy
from bot.delivery.rendering import (
    Payload,
    render,
    render_further,
    render_plain_fallback,
    render_sample,
)
from bot.delivery.telling import Outlet, Telling, parts
from bot.news.ledger import SEASON_JOIN, TRAILER_WINDOW
from bot.news.model import Change, Kind
from bot.storage import ledger
from bot.storage.database import Database
from bot.storage.ledger import Behind, Told
from bot.storage.outbox import DuePost
from bot.words import Words


class Composing:
    """Puts announcements into words."""

    def __init__(self, database: Database, words: Words) -> None:
        self._database = database
        self._words = words

    async def telling(self, announcement_id: int) -> Telling:
        """Everything that a post of an announcement says."""
        async with self._database.read() as connection:
            told = (await ledger.get_told(connection, [announcement_id]))[announcement_id]
            behind = (await ledger.behind(connection, [told.fact_id])).get(told.fact_id, ())
        return Telling(
            told.show,
            told.announcement,
            _outlets(told, behind),
            told.title,
            told.image,
            told.published,
            read_when(told.announcement.value),
        )

    async def payload(self, post: DuePost) -> Payload:
        """The payload of a post, to be frozen at its first attempt."""
        telling = await self.telling(post.announcement_id)
        mentions = parts(post.users, post.role)[post.part]
        if post.part:
            return render_further(telling, mentions, post.mark, self._words)
        return render(telling, mentions, post.mark, self._words)

    def sample(self) -> Payload:
        """A post that shows what posts look like."""
        return render_sample(self._words)

    async def replacement(self, post: DuePost, remedy: Remedy) -> Payload:
        """Other words for a payload that Discord refused for good."""
        telling = await self.telling(post.announcement_id)
        mentions = parts(post.users, post.role)[post.part]
        match remedy:
            case Remedy.PLAIN:
                return render_plain_fallback(telling, mentions, post.mark, self._words)
            case Remedy.NO_ROLE:
                return render(telling, replace(mentions, role=None), post.mark, self._words)
            case Remedy.NO_REFERENCE:
                return render(telling, mentions, post.mark, self._words)


def _outlets(told: Told, behind: tuple[Behind, ...]) -> tuple[Outlet, ...]:
    """The outlets behind an announcement, that of its own article first, each once.

    An outlet that was less sure (it told the rumour) is no source of what is now confirmed, nor is
    one that told the date before it moved, or last year's trailer.
    """
    sure = [row for row in behind if _bears_out(row, told)]
    ordered = sorted(sure, key=lambda row: row.link != told.link)
    first_of = {row.outlet: row for row in reversed(ordered)}
    unique = sorted(first_of.values(), key=ordered.index)
    return tuple(Outlet(row.outlet, row.link) for row in unique)


def _bears_out(row: Behind, told: Told) -> bool:
    announced = told.announcement
    if row.certainty.rank < announced.certainty.rank:
        return False
    if announced.change is Change.CHANGED and row.article_id < told.article_id:
        return False
    apart = TRAILER_WINDOW if announced.kind is Kind.TRAILER else SEASON_JOIN
    return row.at >= announced.at - apart
