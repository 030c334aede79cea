"""What is known of a show's next season: the card behind `/show`, and what a new follower sees."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import Certainty, Fact, Show
from bot.news.outlook import Question, bears_out, outlook
from bot.news.series import CatalogueDetail
from bot.storage import catalogue, evidence, guilds, ledger, shows, strikes
from bot.storage.database import Database
from bot.storage.evidence import Evidence
from bot.storage.ledger import StoredFact, Told
from bot.storage.strikes import is_silent

LATEST = 10
STRUCK = 3  # of what a server struck, shown below its card


@dataclass(frozen=True, slots=True)
class CardLine:
    """A fact, the articles that bear it out and those that say otherwise, in the order they came.

    What was less sure, a rumour of what is known now, is no source: it is in neither.
    """

    id: int
    fact: Fact
    behind: tuple[Evidence, ...]
    against: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of a show's next season, by question, the newest first.

    `season` is None while none is spoken of, `show_id` while nothing was ever written down of the
    show. `struck` are the last announcements that the server's admins struck.
    """

    show: Show
    show_id: int | None = None
    season: int | None = None
    answers: Mapping[Question, tuple[CardLine, ...]] | None = None
    latest: tuple[Told, ...] = ()
    struck: tuple[Told, ...] = ()
    detail: CatalogueDetail | None = None

    def answer(self, question: Question) -> tuple[CardLine, ...]:
        """What answers a question; nothing where nothing is known."""
        return (self.answers or {}).get(question, ())

    @property
    def lines(self) -> tuple[CardLine, ...]:
        """Every fact of the card once, the newest first."""
        unique = {line.id: line for question in Question for line in self.answer(question)}
        newest = sorted(unique.values(), key=lambda line: (line.fact.changed, line.id))
        return tuple(reversed(newest))

    @property
    def since(self) -> datetime | None:
        """When the newest fact changed (UTC)."""
        return max((line.fact.changed for line in self.lines), default=None)


class Showing:
    """Looks up cards."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def card(self, show: Show, guild_id: int, now: datetime) -> Card:
        """What is known of a show, with what a server's own sources add."""
        async with self._database.read() as connection:
            return await read_card(connection, show, guild_id, now)

    async def card_of(self, show_id: int, guild_id: int, now: datetime) -> Card | None:
        """The same by the show's row id; None for a show that is there no more."""
        async with self._database.read() as connection:
            show = (await shows.shows_by_id(connection, [show_id])).get(show_id)
            if show is None:
                return None
            return await read_card(connection, show, guild_id, now)


async def read_card(connection: AsyncConnection, show: Show, guild_id: int, now: datetime) -> Card:
    """The card of a show, empty where nothing is known. The catalogue is read from its cache."""
    detail = await catalogue.detail_of(connection, show.key)
    show_id = await shows.show_id(connection, show.key)
    if show_id is None:
        return Card(show, detail=detail)
    rumours = (await guilds.settings_of(connection, guild_id)).routes.rumours
    known = await ledger.facts_of(connection, show_id, show.key, guild_id)
    current = await _current(connection, known, guild_id, rumours=rumours)
    seen = outlook(await _lines(connection, current), now.date())
    latest = await ledger.latest_told(connection, show_id, guild_id, LATEST)
    told = tuple(news for news in latest if _may_say(news.announcement.certainty, rumours))
    struck = await strikes.strikes_in(connection, guild_id, [news.id for news in told])
    return Card(
        show,
        show_id,
        seen.season,
        seen.answers,
        told,
        tuple(news for news in told if news.id in struck)[:STRUCK],
        detail,
    )


async def _current(
    connection: AsyncConnection, known: Iterable[StoredFact], guild_id: int, *, rumours: bool
) -> list[StoredFact]:
    """The facts that a server may hear of and that stand: neither taken back nor struck there."""
    known = [
        stored
        for stored in known
        if not stored.fact.key.event.is_quiet
        and stored.fact.withdrawn is None
        and _may_say(stored.fact.certainty, rumours)
    ]
    ids = [stored.id for stored in known]
    gone = await evidence.taken_back(connection, ids)
    struck = await strikes.of_facts(connection, guild_id, ids)
    return [
        stored
        for stored in known
        if stored.id not in gone and not is_silent(struck.get(stored.id), stored.fact.certainty)
    ]


async def _lines(connection: AsyncConnection, known: list[StoredFact]) -> list[CardLine]:
    heard = await evidence.evidence_of(connection, [stored.id for stored in known])
    return [_line(stored, heard.get(stored.id, ())) for stored in known]


def _line(stored: StoredFact, heard: tuple[Evidence, ...]) -> CardLine:
    fact = stored.fact
    agreeing = [each for each in heard if each.agrees and bears_out(fact, each.value)]
    behind = tuple(each for each in agreeing if each.certainty.rank >= fact.certainty.rank)
    # What was said before the fact became what it is now is no contradiction: it was so then.
    against = tuple(e for e in heard if e not in agreeing and e.at >= fact.changed)
    return CardLine(stored.id, fact, behind, against)


def _may_say(certainty: Certainty, rumours: bool) -> bool:
    """Whether a server hears of something this sure: rumours only where it switched them on."""
    return rumours or certainty is not Certainty.RUMOUR
