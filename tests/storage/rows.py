"""Small things to put into a database, so that a test says only what it is about."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import count

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import (
    Announcement,
    Article,
    Certainty,
    Change,
    Event,
    Fact,
    FactKey,
    LastTold,
    Show,
    Trust,
)
from bot.news.routing import Route, Target
from bot.storage import articles, ledger, owing, sources
from bot.storage.schema import EVERYBODY
from bot.storage.shows import ensure_show

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
SHOW = Show("test:lantern-bay", "Lantern Bay", (), 2024, "Northern")
URL = "https://outlet.example/feed"

MakeMark = Callable[[], tuple[str, str]]


def marks() -> MakeMark:
    """Fresh (mark, nonce) pairs that a test can tell apart."""
    numbers = count(1)

    def make() -> tuple[str, str]:
        number = next(numbers)
        return f"mark{number:012d}", f"nonce{number}"

    return make


def to_channel(channel: int, guild: int = 1, users: Sequence[int] = ()) -> Route:
    return Route(Target.CHANNEL, channel, guild, tuple(users))


def to_member(user: int) -> Route:
    return Route(Target.DM, user, 0)


async def add_source(connection: AsyncConnection, url: str = URL, name: str = "Outlet") -> int:
    """A shared source; the ones before it stay shared."""
    listed = [
        (row.name, row.url, row.trust, row.language)
        for row in await sources.sources_of(connection, 0)
    ]
    specs = [*listed, (name, url, Trust.TRADE, "en")]
    await sources.put_shared(connection, specs, [NOW] * len(specs))
    return next(row.id for row in await sources.sources_of(connection, 0) if row.url == url)


async def add_announcement(
    connection: AsyncConnection,
    season: int = 2,
    scope: int = EVERYBODY,
    certainty: Certainty = Certainty.CONFIRMED,
) -> int:
    """A renewal of SHOW that is announced; its row id."""
    source = await add_source(connection)
    article = Article(f"article {season} {scope}", "A headline", link="https://outlet.example/1")
    (article_id,) = await articles.add_articles(connection, source, [(article, ["key"])], NOW)
    show_id = await ensure_show(connection, SHOW)
    key = FactKey(SHOW.key, season, Event.RENEWED)
    fact = Fact(key, "", Certainty.CONFIRMED, NOW, NOW)
    last = LastTold("", Certainty.CONFIRMED, NOW)
    fact_id = await ledger.save_fact(connection, fact, show_id, scope, None, last)
    told = Announcement(key, Change.NEW, "", certainty, NOW)
    return await ledger.announce(connection, told, fact_id, article_id, show_id, scope)


async def owe(
    connection: AsyncConnection,
    *routes: Route,
    season: int = 2,
    new_mark: MakeMark | None = None,
    now: datetime = NOW,
) -> int:
    """Announce a season and owe it to these destinations; the announcement's row id."""
    announcement = await add_announcement(connection, season)
    await owing.enqueue(connection, announcement, routes, new_mark or _fresh, now)
    return announcement


_fresh = marks()
