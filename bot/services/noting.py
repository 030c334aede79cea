"""Noting what articles claim: into the ledger, and out to whoever wants to hear of it.

Everything here happens in the caller's transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.ledger import name_of
from bot.news.model import (
    Announcement,
    Article,
    Change,
    Claim,
    Kind,
    Show,
    Standing,
    Statement,
    Trust,
)
from bot.news.routing import route
from bot.news.values import fact_event
from bot.news.wires import wires_of
from bot.services.bookkeeping import Booked, Bookkeeping
from bot.services.editing import owe_outlets
from bot.storage import articles, edits, guilds, ledger, owing, roles, sources, subscriptions
from bot.storage.schema import EVERYBODY
from bot.storage.shows import ensure_show

NewMark = Callable[[], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """An article that is new, the keys of its entry, and what it claims, leading claim first."""

    article: Article
    keys: tuple[str, ...]
    claims: tuple[Claim, ...]
    silent: bool


@dataclass(frozen=True, slots=True)
class Noted:
    """What came of articles: how many there were, what was announced, how many deliveries."""

    articles: int = 0
    announcements: tuple[Announcement, ...] = ()
    deliveries: int = 0

    def __add__(self, other: "Noted") -> "Noted":
        return Noted(
            self.articles + other.articles,
            self.announcements + other.announcements,
            self.deliveries + other.deliveries,
        )


class NewsDesk:
    """Writes news down. `new_mark` gives a fresh (mark, nonce) for each post."""

    def __init__(self, new_mark: NewMark, bookkeeping: Bookkeeping | None = None) -> None:
        self._new_mark = new_mark
        self._bookkeeping = bookkeeping or Bookkeeping()

    async def note(
        self,
        connection: AsyncConnection,
        source_id: int,
        scopes: Sequence[int],
        readings: Sequence[Reading],
        now: datetime,
    ) -> Noted:
        """Write articles down, weigh their claims in each scope, owe what there is to tell."""
        entries = [(reading.article, reading.keys) for reading in readings]
        ids = await articles.add_articles(connection, source_id, entries, now)
        trust = await sources.trust_of(connection, source_id)
        noted = Noted(articles=len(ids))
        for article_id, reading in zip(ids, readings, strict=True):
            for told in await self._tellings(connection, article_id, trust, reading, now):
                for scope in await _ledgers(connection, told.show_id, scopes):
                    noted += await self._book(connection, told, scope)
        return noted

    async def _tellings(
        self,
        connection: AsyncConnection,
        article_id: int,
        trust: Trust,
        reading: Reading,
        now: datetime,
    ) -> list["_Telling"]:
        """The claims of an article, written down. Those that name no show come to nothing."""
        tellings: list[_Telling] = []
        led: set[tuple[str, Kind]] = set()
        for claim in reading.claims:
            if claim.show is None:
                continue
            show_id = await ensure_show(connection, claim.show)
            # The first claim of a show and kind is what the article is about; others ride along.
            leads = (claim.show.key, claim.kind) not in led
            led.add((claim.show.key, claim.kind))
            said = _statement(article_id, trust, reading.article, claim, leads=leads, now=now)
            await articles.add_claim(
                connection,
                article_id,
                show_id,
                claim,
                said.said,
                leads=leads,
                silent=reading.silent,
            )
            tellings.append(_Telling(show_id, claim.show, said, now, silent=reading.silent))
        return tellings

    async def _book(self, connection: AsyncConnection, told: "_Telling", scope: int) -> Noted:
        booked = await self._bookkeeping.book(
            connection,
            told.show_id,
            told.show,
            scope,
            told.statement,
            told.now,
            silent=told.silent,
        )
        if booked.announcement is None:
            # What was told and holds no longer says so, even where nobody is told why.
            if booked.undone:
                await _restate(connection, booked, told.now)
            if booked.repeats:
                await owe_outlets(connection, booked.fact_id, told.now)
            return Noted()
        owed = await self._announce(connection, booked.announcement, booked, told, scope)
        return Noted(0, (booked.announcement,), owed)

    async def _announce(
        self,
        connection: AsyncConnection,
        announcement: Announcement,
        booked: Booked,
        told: "_Telling",
        scope: int,
    ) -> int:
        answers = await _answered(connection, announcement, booked, told.show_id, scope)
        announcement_id = await ledger.announce(
            connection,
            announcement,
            booked.fact_id,
            told.statement.article,
            told.show_id,
            scope,
            answers,
        )
        await _restate(connection, booked, told.now)
        following = await subscriptions.subscriptions_of_show(
            connection, told.show_id, scope or None
        )
        routes = await guilds.routes_of(connection, (s.guild_id for s in following))
        if scope == EVERYBODY:
            for guild in await ledger.scopes_of(connection, told.show_id):
                routes.pop(guild, None)  # it hears this by its own ledger
        show_roles = await roles.roles_for_show(connection, told.show_id)
        destinations = route(announcement, following, routes, show_roles)
        return await owing.enqueue(
            connection, announcement_id, destinations, self._new_mark, told.now
        )


@dataclass(frozen=True, slots=True)
class _Telling:
    """A statement on its way into the ledgers of its show."""

    show_id: int
    show: Show
    statement: Statement
    now: datetime
    silent: bool


def _statement(
    article_id: int, trust: Trust, article: Article, claim: Claim, *, leads: bool, now: datetime
) -> Statement:
    return Statement(
        article_id,
        claim.event,
        # Never later than now; now where the article does not say.
        min(article.published or now, now),
        claim.season,
        name_of(claim.subject),
        claim.value,
        claim.certainty,
        trust,
        article.publisher,
        wires_of(article),
        leads,
    )


async def _ledgers(
    connection: AsyncConnection, show_id: int, scopes: Sequence[int]
) -> tuple[int, ...]:
    """The ledgers that a word enters: what everybody hears, each server's own hears, too."""
    own = await ledger.scopes_of(connection, show_id) if EVERYBODY in scopes else ()
    return tuple(dict.fromkeys((*scopes, *own)))


async def _answered(
    connection: AsyncConnection,
    announcement: Announcement,
    booked: Booked,
    show_id: int,
    scope: int,
) -> int | None:
    """What an announcement confirms or corrects: the first of its fact, or what it undoes.

    A server's own ledger answers what everybody was told before it began, too.
    """
    if announcement.change is Change.NEW:
        return None
    if announcement.change is Change.WITHDRAWN:
        undone = await ledger.told_of(connection, booked.undone)
        found = undone[0] if undone else None
    else:
        found = await ledger.first_told(connection, booked.fact_id)
    if found is not None or scope == EVERYBODY:
        return found
    events = booked.undone_events or {fact_event(announcement.key.event)}
    return await ledger.told_alike(connection, show_id, announcement.key, events)


async def _restate(connection: AsyncConnection, booked: Booked, now: datetime) -> None:
    """Say what of all that was told stands: what is undone does not, what is saved does again."""
    undone = await ledger.told_of(connection, booked.undone)
    own = await ledger.told_of(connection, [booked.fact_id])
    for told, standing in ((undone, Standing.WITHDRAWN), (own, Standing.STANDS)):
        changed = await ledger.set_standing(connection, told, standing)
        await edits.owe(connection, changed, now, urgent=True)
