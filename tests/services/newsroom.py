"""A newsroom for tests: outlets of every trust, whose articles are noted as they arrive."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import Select

from bot.delivery.marks import new_mark
from bot.news.ledger import replay
from bot.news.model import Article, Change, Claim, Fact, Trust
from bot.services.noting import NewsDesk, Reading
from bot.storage import ledger, sources, statements
from bot.storage.database import Database
from bot.storage.guilds import ensure_guild
from bot.storage.schema import EVERYBODY
from bot.storage.shows import show_id
from tests.services.room import BAY, GUILD, NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NAMES = ("network", "trade", "press", "blog")
TRUSTS = (Trust.OFFICIAL, Trust.TRADE, Trust.PRESS, Trust.BLOG)


class Newsroom:
    """Outlets whose articles are noted as they arrive, at the hour at which they were published."""

    def __init__(self, database: Database, desk: NewsDesk | None = None) -> None:
        self.database = database
        random = Random(1)
        self.desk = desk or NewsDesk(lambda: (new_mark(random), new_mark(random)))
        self.count = 0
        self.rows: dict[str, int] = {}

    async def open(self) -> "Newsroom":
        async with self.database.write() as connection:
            specs = [
                (name, f"https://{name}.example/feed", trust, "en")
                for name, trust in zip(NAMES, TRUSTS, strict=True)
            ]
            await sources.put_shared(connection, specs, [NOW] * len(specs))
            await ensure_guild(connection, GUILD, NOW)
            own = await sources.add_for_guild(
                connection, GUILD, "own", "https://own.example/feed", 7, NOW
            )
            listed = await sources.sources_of(connection, 0)
            self.rows = {row.name: row.id for row in listed} | {"own": own.id}
        return self

    async def hear(
        self, outlet: str, *claims: Claim, ago: timedelta = timedelta(), silent: bool = False
    ) -> list[Change]:
        """Note an article of an outlet; what was announced."""
        self.count += 1
        article = Article(
            f"{outlet}/{self.count}",
            f"Headline {self.count}",
            link=f"https://{outlet}.example/{self.count}",
            published=NOW - ago,
            publisher=f"{outlet}.example",
        )
        reading = Reading(article, (article.id,), claims, silent)
        scopes = (GUILD,) if outlet == "own" else (EVERYBODY,)
        async with self.database.write() as connection:
            noted = await self.desk.note(connection, self.rows[outlet], scopes, [reading], NOW)
        return [announcement.change for announcement in noted.announcements]

    async def facts(self, scope: int = EVERYBODY) -> list[Fact]:
        async with self.database.read() as connection:
            row = await show_id(connection, BAY.key)
            stored = await ledger.facts_of(connection, row or 0, BAY.key, scope)
        return in_order(each.fact for each in stored)

    async def replayed(self, scope: int = EVERYBODY) -> list[Fact]:
        async with self.database.read() as connection:
            row = await show_id(connection, BAY.key)
            said = await statements.of_show(connection, row or 0, scope, 0)
        return in_order(replay(said, BAY.key))

    async def scalars(self, query: Select[Any]) -> Sequence[Any]:
        async with self.database.read() as connection:
            return list(await connection.scalars(query))


def in_order(facts: Iterable[Fact]) -> list[Fact]:
    return sorted(facts, key=lambda f: (f.key.event.label, f.since, f.key.subject, f.value))
