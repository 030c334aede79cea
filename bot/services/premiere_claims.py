"""A premiere in the catalogue is a claim, too: it enters the ledger as an article of its own.

It fills an open date without a word. A date that was told it moves only when an outlet agrees, or
once it has stood for 48 hours: therefore a date that stood is claimed a second time, then.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.ledger import STOOD
from bot.news.model import Article, Claim, Event, Trust
from bot.news.series import CataloguePremiere
from bot.services.noting import NewsDesk, Reading
from bot.storage import sources
from bot.storage.schema import EVERYBODY
from bot.words import Words

NAME, PUBLISHER = "TVmaze", "tvmaze.com"
ADDRESS = "https://www.tvmaze.com/"


class PremiereClaims:
    """Notes premieres at the news desk."""

    def __init__(self, desk: NewsDesk, words: Words) -> None:
        self._desk = desk
        self._words = words

    async def note(
        self, connection: AsyncConnection, premieres: Sequence[CataloguePremiere], now: datetime
    ) -> None:
        """Claim premieres, in the caller's transaction."""
        source = await sources.ensure_unpolled(connection, NAME, ADDRESS, Trust.CATALOGUE, now)
        readings = [self._reading(premiere) for premiere in premieres]
        await self._desk.note(connection, source, (EVERYBODY,), readings, now)

    def _reading(self, premiere: CataloguePremiere) -> Reading:
        show, when = premiere.show, premiere.when
        said = premiere.said + STOOD if premiere.stood else premiere.said
        identity = f"{show.key}/{premiere.season}/{when}/{said.isoformat()}"
        title = self._words("catalogue.premiere", show=show.title, season=premiere.season)
        claim = Claim(
            show, Event.DATED, premiere.season, value=str(when), when=when, evidence=(str(when),)
        )
        article = Article(identity, title, "", premiere.url, NAME, said, publisher=PUBLISHER)
        return Reading(article, (identity,), (claim,), silent=False)
