"""Who follows what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import Kind, Show
from bot.news.routing import Subscription, Target
from bot.storage.rows import insert_row
from bot.storage.schema import shows, subscriptions
from bot.storage.shows import as_show


@dataclass(frozen=True, slots=True)
class Followed:
    """A subscription together with its show."""

    subscription: Subscription
    show: Show


async def put_subscription(
    connection: AsyncConnection, wish: Subscription, show_id: int, by: int, now: datetime
) -> tuple[Followed, bool]:
    """Add a subscription, or change the one of the same target; whether it is new.

    `wish.id` is not looked at. A subscription that is asked for again is no longer muted.
    """
    same = _same(show_id, wish.guild_id, wish.target, wish.target_id)
    kinds = tuple(sorted(wish.kinds))
    found = await connection.scalar(select(subscriptions.c.id).where(*same))
    if found is None:
        found = await insert_row(
            connection,
            subscriptions,
            show_id=show_id,
            guild_id=wish.guild_id,
            target=wish.target,
            target_id=wish.target_id,
            kinds=kinds,
            muted=False,
            created=now,
            created_by=by,
        )
        return await _followed(connection, found), True
    statement = update(subscriptions).where(subscriptions.c.id == found)
    await connection.execute(statement.values(kinds=kinds, muted=wish.muted))
    return await _followed(connection, found), False


async def find_subscription(
    connection: AsyncConnection, show_key: str, guild_id: int, target: Target, target_id: int
) -> Followed | None:
    """The subscription of a target to a show."""
    query = _joined().where(
        shows.c.key == show_key,
        subscriptions.c.guild_id == guild_id,
        subscriptions.c.target == target,
        subscriptions.c.target_id == target_id,
    )
    row = (await connection.execute(query)).first()
    return as_followed(row) if row else None


async def subscriptions_of_show(
    connection: AsyncConnection, show_id: int, guild_id: int | None = None
) -> tuple[Subscription, ...]:
    """Who follows a show: everywhere, or in one server only."""
    query = _joined().where(subscriptions.c.show_id == show_id)
    if guild_id is not None:
        query = query.where(subscriptions.c.guild_id == guild_id)
    return tuple(as_followed(row).subscription for row in await connection.execute(query))


async def subscriptions_in(
    connection: AsyncConnection, guild_id: int, user_id: int
) -> tuple[Followed, ...]:
    """What a server's channels follow and what one member follows, by title."""
    query = (
        _joined()
        .where(
            (subscriptions.c.guild_id == guild_id) & (subscriptions.c.target == Target.CHANNEL)
            | (subscriptions.c.target_id == user_id) & (subscriptions.c.target != Target.CHANNEL)
        )
        .order_by(shows.c.title, subscriptions.c.id)
    )
    return tuple(as_followed(row) for row in await connection.execute(query))


async def get_subscription(connection: AsyncConnection, subscription_id: int) -> Followed | None:
    """A subscription by its row id."""
    query = _joined().where(subscriptions.c.id == subscription_id)
    row = (await connection.execute(query)).first()
    return as_followed(row) if row else None


async def remove_subscriptions(connection: AsyncConnection, ids: Iterable[int]) -> int:
    """Delete subscriptions; how many there were."""
    statement = delete(subscriptions).where(subscriptions.c.id.in_(list(ids)))
    return (await connection.execute(statement)).rowcount


async def move_channel(connection: AsyncConnection, guild_id: int, old: int, new: int) -> None:
    """Let what a server follows in one channel be followed in another."""
    mine = (
        subscriptions.c.guild_id == guild_id,
        subscriptions.c.target == Target.CHANNEL,
        subscriptions.c.target_id == old,
    )
    there = select(subscriptions.c.show_id).where(
        subscriptions.c.guild_id == guild_id,
        subscriptions.c.target == Target.CHANNEL,
        subscriptions.c.target_id == new,
    )
    followed = list(await connection.scalars(there))
    twice = delete(subscriptions).where(*mine, subscriptions.c.show_id.in_(followed))
    await connection.execute(twice)
    await connection.execute(update(subscriptions).where(*mine).values(target_id=new))


async def set_muted(connection: AsyncConnection, subscription_id: int, muted: bool) -> None:
    """Mute a subscription, or hear it again."""
    statement = update(subscriptions).where(subscriptions.c.id == subscription_id)
    await connection.execute(statement.values(muted=muted))


async def _followed(connection: AsyncConnection, subscription_id: int) -> Followed:
    query = _joined().where(subscriptions.c.id == subscription_id)
    return as_followed((await connection.execute(query)).one())


def _joined() -> Select[Any]:
    return select(
        shows,
        subscriptions.c.id.label("subscription_id"),
        *(column for column in subscriptions.c if column.name not in {"id", "show_id"}),
    ).join_from(subscriptions, shows)


def _same(
    show_id: int, guild_id: int, target: Target, target_id: int
) -> tuple[ColumnElement[bool], ...]:
    return (
        subscriptions.c.show_id == show_id,
        subscriptions.c.guild_id == guild_id,
        subscriptions.c.target == target,
        subscriptions.c.target_id == target_id,
    )


def as_followed(row: Row[tuple[object, ...]]) -> Followed:
    """A subscription and its show from a joined row."""
    return Followed(
        Subscription(
            row.subscription_id,
            row.key,
            row.guild_id,
            Target(row.target),
            row.target_id,
            frozenset(Kind(kind) for kind in row.kinds),
            row.muted,
        ),
        as_show(row),
    )
