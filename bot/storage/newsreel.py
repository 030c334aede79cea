"""What was announced, the newest first: of one show, or of all that somebody follows."""

from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import ALL_KINDS, Certainty, Change, Event, Kind
from bot.news.routing import Target
from bot.storage.schema import EVERYBODY, announcements, subscriptions

REMINDERS = (Change.TOMORROW, Change.TODAY)  # they repeat what was told: no news

Wanted = Mapping[int, frozenset[Kind]]
"""Which kinds of news are wanted of which show, by its row id."""


async def followed_in(connection: AsyncConnection, guild_id: int) -> Wanted:
    """What a server follows: its channels, and its members in its news channel."""
    return await _followed(connection, subscriptions.c.guild_id == guild_id)


async def followed_by(connection: AsyncConnection, user_id: int) -> Wanted:
    """What a member follows, wherever they are told."""
    mine = (subscriptions.c.target_id == user_id) & (subscriptions.c.target != Target.CHANNEL)
    return await _followed(connection, mine)


async def latest(
    connection: AsyncConnection,
    wanted: Wanted,
    guild_id: int,
    *,
    rumours: bool,
    first: int,
    limit: int,
) -> tuple[int, ...]:
    """A stretch of what was announced and a server may hear, by row id, the newest first."""
    query = (
        select(announcements.c.id)
        .where(*_heard(wanted, guild_id, rumours=rumours))
        .order_by(announcements.c.at.desc(), announcements.c.id.desc())
        .offset(first)
        .limit(limit)
    )
    return tuple(await connection.scalars(query))


async def count(
    connection: AsyncConnection, wanted: Wanted, guild_id: int, *, rumours: bool
) -> int:
    """How many of them there are."""
    query = select(func.count()).select_from(announcements)
    counted = await connection.scalar(query.where(*_heard(wanted, guild_id, rumours=rumours)))
    return int(counted or 0)


def of_show(show_id: int) -> Wanted:
    """All news of one show."""
    return {show_id: ALL_KINDS}


async def _followed(connection: AsyncConnection, whose: ColumnElement[bool]) -> Wanted:
    query = select(subscriptions.c.show_id, subscriptions.c.kinds).where(
        whose, subscriptions.c.muted.is_(False)
    )
    found: dict[int, frozenset[Kind]] = {}
    for show_id, kinds in await connection.execute(query):
        found[show_id] = found.get(show_id, frozenset()) | {Kind(kind) for kind in kinds}
    return found


def _heard(wanted: Wanted, guild_id: int, *, rumours: bool) -> Iterable[ColumnElement[bool]]:
    by_kinds: dict[frozenset[Kind], list[int]] = {}
    for show_id, kinds in wanted.items():
        by_kinds.setdefault(kinds, []).append(show_id)
    yield or_(
        *(
            announcements.c.show_id.in_(ids)
            & announcements.c.event.in_([e.label for e in Event if e.kind in kinds])
            for kinds, ids in by_kinds.items()
        )
    )
    yield announcements.c.scope.in_({EVERYBODY, guild_id})
    yield ~_told_by_its_own_ledger(guild_id)
    yield announcements.c.change.not_in(REMINDERS)
    if not rumours:
        yield announcements.c.certainty != Certainty.RUMOUR


def _told_by_its_own_ledger(guild_id: int) -> ColumnElement[bool]:
    """Of what was announced to everybody: whether the server's own ledger announced it besides."""
    own = announcements.alias("own")
    return (announcements.c.scope == EVERYBODY) & exists().where(
        own.c.scope == guild_id,
        own.c.scope != EVERYBODY,
        own.c.article_id == announcements.c.article_id,
        own.c.show_id == announcements.c.show_id,
        own.c.event == announcements.c.event,
        own.c.subject == announcements.c.subject,
    )
