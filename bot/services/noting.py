"""Noting what articles claim: into the ledger, and out to whoever wants to hear of it.

Everything here happens in the caller's transaction.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.ledger import Weighed, agrees, weigh
from bot.news.model import Announcement, Article, Claim, Fact, Kind, Show
from bot.news.routing import route
from bot.services.editing import owe_outlets
from bot.storage import articles, guilds, ledger, owing, roles, subscriptions
from bot.storage.ledger import StoredFact
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

    def __init__(self, new_mark: NewMark) -> None:
        self._new_mark = new_mark

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
        noted = Noted(articles=len(ids))
        for article_id, reading in zip(ids, readings, strict=True):
            for told in await self._tellings(connection, article_id, reading, now):
                for scope in scopes:
                    noted += await self._weigh(connection, told, scope)
        return noted

    async def _tellings(
        self, connection: AsyncConnection, article_id: int, reading: Reading, now: datetime
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
            told = _Telling(article_id, show_id, claim.show, claim, reading, leads, now)
            await articles.add_claim(
                connection,
                article_id,
                show_id,
                claim,
                told.said,
                leads=leads,
                silent=reading.silent,
            )
            tellings.append(told)
        return tellings

    async def _weigh(self, connection: AsyncConnection, told: "_Telling", scope: int) -> Noted:
        known = await ledger.facts_of(connection, told.show_id, told.show.key, scope)
        weighed = weigh(
            told.claim,
            [stored.fact for stored in known],
            told.said,
            show=told.show.key,
            silent=told.reading.silent,
            aside=not told.leads,
        )
        stored = _row_of(weighed, known, scope)
        if stored is not None and stored.scope != scope:
            if weighed.announcement is None:
                return Noted()  # everybody knows it already
            stored = None  # the server's own source says otherwise: a fact of its own
        fact_id = await ledger.save_fact(
            connection, weighed.fact, told.show_id, scope, stored.id if stored else None
        )
        if agrees(told.claim, weighed.fact):
            await ledger.stand_behind(
                connection, fact_id, told.article_id, told.claim.certainty, told.said
            )
        if weighed.announcement is None:
            await owe_outlets(connection, fact_id, told.now)
            return Noted()
        owed = await self._announce(connection, weighed.announcement, fact_id, told, scope)
        return Noted(0, (weighed.announcement,), owed)

    async def _announce(
        self,
        connection: AsyncConnection,
        announcement: Announcement,
        fact_id: int,
        told: "_Telling",
        scope: int,
    ) -> int:
        announcement_id = await ledger.announce(
            connection, announcement, fact_id, told.article_id, told.show_id, scope
        )
        following = await subscriptions.subscriptions_of_show(
            connection, told.show_id, scope or None
        )
        routes = await guilds.routes_of(connection, (s.guild_id for s in following))
        if scope == EVERYBODY:
            heard = await ledger.facts_of_servers(connection, told.show_id, told.show.key)
            for guild, facts in heard.items():
                if told.is_known(facts):
                    routes.pop(guild, None)
        show_roles = await roles.roles_for_show(connection, told.show_id)
        destinations = route(announcement, following, routes, show_roles)
        return await owing.enqueue(
            connection, announcement_id, destinations, self._new_mark, told.now
        )


@dataclass(frozen=True, slots=True)
class _Telling:
    """A claim on its way into the ledger."""

    article_id: int
    show_id: int
    show: Show
    claim: Claim
    reading: Reading
    leads: bool
    now: datetime

    @property
    def said(self) -> datetime:
        """When the article was published, never later than now; now where it does not say."""
        return min(self.reading.article.published or self.now, self.now)

    def is_known(self, facts: Iterable[Fact]) -> bool:
        """Whether these facts of a server's own sources leave nothing to tell it."""
        return weigh(self.claim, facts, self.said, show=self.show.key).announcement is None


def _row_of(weighed: Weighed, known: tuple[StoredFact, ...], scope: int) -> StoredFact | None:
    """The row that a weighed fact continues, the server's own before everybody's."""
    before = weighed.continues or weighed.fact
    rows = [s for s in known if s.fact.key in {before.key, weighed.fact.key}]
    return max(rows, key=lambda s: (s.scope == scope, s.fact.key == before.key), default=None)
