"""The posts of forums: one for each forum and show, made before the show's news goes into it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto
from typing import Any

from sqlalchemy import Row, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import Show
from bot.storage.history import Marked
from bot.storage.rows import insert_new
from bot.storage.schema import announcements, destinations, forum_posts, shows
from bot.storage.shows import as_show


class Stage(StrEnum):
    """Where a forum's post stands."""

    CREATING = auto()  # to be made; in doubt where it was attempted
    READY = auto()  # takes news
    GONE = auto()  # taken away a second time


@dataclass(frozen=True, slots=True)
class ForumPost:
    """A forum's post for a show. `lost` says why the one before it was given up, `replaced` when.

    `attempted` is since when nobody knows whether it stands.
    """

    id: int
    forum_id: int
    guild_id: int
    show: Show
    stage: Stage
    mark: str
    payload: Mapping[str, object] | None
    thread_id: int | None
    attempts: int
    attempted: datetime | None
    lease_until: datetime | None
    lost: str
    replaced: datetime | None


async def is_forum(connection: AsyncConnection, channel_id: int) -> bool:
    """Whether a channel is known to be a forum from an earlier post."""
    query = select(forum_posts.c.id).where(forum_posts.c.forum_id == channel_id)
    return await connection.scalar(query.limit(1)) is not None


async def find(
    connection: AsyncConnection, forum_id: int, announcement_id: int
) -> ForumPost | None:
    """The post of an announcement's show in a forum."""
    query = (
        select(forum_posts, *_show_columns())
        .join_from(forum_posts, shows, shows.c.id == forum_posts.c.show_id)
        .join(announcements, announcements.c.show_id == shows.c.id)
        .where(forum_posts.c.forum_id == forum_id, announcements.c.id == announcement_id)
    )
    row = (await connection.execute(query)).first()
    return _as_post(row) if row else None


async def plan(
    connection: AsyncConnection, forum_id: int, guild_id: int, announcement_id: int, mark: str
) -> ForumPost:
    """The post of an announcement's show in a forum, to be made where there was none."""
    of_show = select(announcements.c.show_id).where(announcements.c.id == announcement_id)
    row = {"forum_id": forum_id, "guild_id": guild_id, "show_id": await connection.scalar(of_show)}
    row |= {"state": Stage.CREATING, "mark": mark}
    await insert_new(connection, forum_posts, [row])
    found = await find(connection, forum_id, announcement_id)
    if found is None:
        raise LookupError(f"announcement {announcement_id} is not there")
    return found


async def begin(
    connection: AsyncConnection,
    post: ForumPost,
    payload: Mapping[str, object],
    now: datetime,
    lease: timedelta,
) -> bool:
    """Note an attempt before its request, its payload frozen; False when another was faster."""
    free = or_(forum_posts.c.lease_until.is_(None), forum_posts.c.lease_until <= now)
    statement = (
        update(forum_posts)
        .where(forum_posts.c.id == post.id, forum_posts.c.state == Stage.CREATING)
        .where(forum_posts.c.attempts == post.attempts, free)
        .values(
            payload=dict(payload),
            attempts=post.attempts + 1,
            attempted=post.attempted or now,
            lease_until=now + lease,
        )
    )
    return (await connection.execute(statement)).rowcount > 0


async def ready(connection: AsyncConnection, post: ForumPost, thread_id: int) -> None:
    """Discord answered that the post stands."""
    values = {"thread_id": thread_id, "attempted": None, "lease_until": None, "lost": ""}
    await _set(connection, post.id, state=Stage.READY, **values)


async def put_back(
    connection: AsyncConnection, post: ForumPost, payload: Mapping[str, object] | None = None
) -> None:
    """This attempt made no post; the next may have other words.

    Where an earlier one is in doubt, its time is kept to look back from.
    """
    values: dict[str, Any] = {} if payload is None else {"payload": dict(payload)}
    await _set(connection, post.id, attempted=post.attempted, lease_until=None, **values)


async def doubt(connection: AsyncConnection, post: ForumPost, until: datetime) -> None:
    """Nobody knows whether the post was made: it is looked for, not before `until`."""
    await _set(connection, post.id, lease_until=until)


async def renew(
    connection: AsyncConnection, post: ForumPost, mark: str, reason: str, now: datetime
) -> None:
    """The post was taken away: another is to be made in its place."""
    values = {"mark": mark, "payload": None, "thread_id": None, "lost": reason, "replaced": now}
    await _set(connection, post.id, state=Stage.CREATING, **values)


async def give_up(connection: AsyncConnection, post: ForumPost, reason: str) -> None:
    """The post that was made in place of another was taken away, too."""
    await _set(connection, post.id, state=Stage.GONE, lost=reason)


async def lapse_leases(connection: AsyncConnection, now: datetime) -> None:
    """End every lease, as the only process that works on this database may."""
    held = forum_posts.c.lease_until > now
    await connection.execute(update(forum_posts).where(held).values(lease_until=now))


async def find_mark(connection: AsyncConnection, mark: str) -> Marked | None:
    """The forum's post whose first message carries a mark."""
    query = select(shows, forum_posts.c.guild_id, forum_posts.c.thread_id).join_from(
        forum_posts, shows, shows.c.id == forum_posts.c.show_id
    )
    row = (await connection.execute(query.where(forum_posts.c.mark == mark))).first()
    return Marked((as_show(row),), row.guild_id, row.thread_id) if row else None


async def shows_apart(
    connection: AsyncConnection, destination_id: int, announcement_ids: Sequence[int]
) -> dict[int, int]:
    """For each announcement the key of those with which one message of a destination may tell it.

    In a forum that is its show; anywhere else all may stand together.
    """
    channel = select(destinations.c.target_id).where(destinations.c.id == destination_id)
    if not await is_forum(connection, await connection.scalar(channel) or 0):
        return dict.fromkeys(announcement_ids, 0)
    query = select(announcements.c.id, announcements.c.show_id).where(
        announcements.c.id.in_(announcement_ids)
    )
    return {row.id: row.show_id for row in await connection.execute(query)}


async def _set(connection: AsyncConnection, row_id: int, **values: Any) -> None:
    await connection.execute(update(forum_posts).where(forum_posts.c.id == row_id).values(**values))


def _show_columns() -> list[Any]:
    return [column for column in shows.c if column.name != "id"]


def _as_post(row: Row[tuple[object, ...]]) -> ForumPost:
    return ForumPost(
        row.id,
        row.forum_id,
        row.guild_id,
        as_show(row),
        Stage(row.state),
        row.mark,
        row.payload,
        row.thread_id,
        row.attempts,
        row.attempted,
        row.lease_until,
        row.lost,
        row.replaced,
    )
