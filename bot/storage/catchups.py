"""What waits in a held destination, and the posts that carry several deliveries at once.

Everything here happens in the caller's transaction: which deliveries a post carries is fixed before
its first attempt.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import REMINDERS, Standing
from bot.storage import outbox
from bot.storage.outbox import State
from bot.storage.rows import insert_row
from bot.storage.schema import announcements, deliveries, destinations, posts

Name = tuple[str, str]
"""A post's mark and nonce."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery that waits in a held destination. Of its post nothing can stand in Discord.

    `gathered` says that its post carries others, too; `overtaken` that it was withdrawn or struck
    since, or the same fact was announced again.
    """

    id: int
    announcement_id: int
    post_id: int
    gathered: bool
    created: datetime
    users: tuple[int, ...]
    overtaken: bool


@dataclass(frozen=True, slots=True)
class Owed:
    """One of the announcements that a post carries, and whom to mention for it."""

    announcement_id: int
    users: tuple[int, ...]
    role: int | None


async def held_destinations(
    connection: AsyncConnection, where: ColumnElement[bool]
) -> tuple[int, ...]:
    """The row ids of the destinations that are held, of those that the condition names."""
    query = select(destinations.c.id).where(destinations.c.held != "", where)
    return tuple(await connection.scalars(query.order_by(destinations.c.id)))


async def unhold(connection: AsyncConnection, destination_id: int) -> bool:
    """Hold a destination no longer; False where another worker was faster."""
    statement = update(destinations).where(
        destinations.c.id == destination_id, destinations.c.held != ""
    )
    return (await connection.execute(statement.values(held="", held_at=None))).rowcount > 0


def was_overtaken() -> ColumnElement[bool]:
    """Of a row of announcements: whether it stands no more, or its fact was announced again.

    A reminder takes the place of no news, and no news that of a reminder, which ends by itself.
    """
    later = announcements.alias()
    again = exists().where(
        later.c.fact_id == announcements.c.fact_id,
        later.c.id > announcements.c.id,
        later.c.change.not_in(REMINDERS),
        announcements.c.change.not_in(REMINDERS),
    )
    return or_(again, announcements.c.standing != Standing.STANDS)


async def waiting(connection: AsyncConnection, destination_id: int) -> tuple[Waiting, ...]:
    """The deliveries that wait in a destination, in order, save those that may stand already."""
    query = (
        select(deliveries, posts.c.heading, was_overtaken().label("overtaken"))
        .join_from(deliveries, posts, posts.c.id == deliveries.c.post_id)
        .join(announcements, announcements.c.id == deliveries.c.announcement_id)
        .where(
            deliveries.c.destination_id == destination_id,
            deliveries.c.state == State.HELD,
            posts.c.attempted.is_(None),
        )
        .order_by(deliveries.c.id)
    )
    return tuple(
        Waiting(
            row.id,
            row.announcement_id,
            row.post_id,
            bool(row.heading),
            row.created,
            tuple(row.users),
            row.overtaken,
        )
        for row in await connection.execute(query)
    )


async def is_overtaken(connection: AsyncConnection, post_id: int) -> bool:
    """Whether everything that a post carries was announced anew since."""
    query = select(deliveries.c.id, was_overtaken().label("overtaken")).join_from(
        deliveries, announcements
    )
    rows = await connection.execute(query.where(deliveries.c.post_id == post_id))
    return all(row.overtaken for row in rows)


async def give_up(
    connection: AsyncConnection, delivery: Waiting, reason: str, now: datetime
) -> None:
    """A delivery comes to nothing, and so does its post where it carries no other."""
    if not delivery.gathered:
        await outbox.close(connection, delivery.post_id, State.FAILED, reason, now)
        return
    statement = update(deliveries).where(deliveries.c.id == delivery.id)
    await connection.execute(statement.values(state=State.FAILED, reason=reason, at=now))


async def gather(
    connection: AsyncConnection,
    destination_id: int,
    members: Sequence[int],
    heading: str,
    names: Sequence[Name],
    now: datetime,
) -> int:
    """Let one new post carry these deliveries, by row id; the post's row id.

    `names` are those of the post and of its further parts, which only mention.
    """
    first: int | None = None
    for part, (mark, nonce) in enumerate(names):
        row = await insert_row(
            connection,
            posts,
            destination_id=destination_id,
            part=part,
            part_of=first,
            heading=heading,
            state=State.PENDING,
            mark=mark,
            nonce=nonce,
            due=now,
            created=now,
        )
        first = first or row
    statement = update(deliveries).where(deliveries.c.id.in_(members))
    await connection.execute(
        statement.values(post_id=first, state=State.PENDING, reason="", at=now)
    )
    return first or 0


async def remove_posts(connection: AsyncConnection, ids: Iterable[int]) -> None:
    """Forget posts, with their further parts, whose deliveries others carry now."""
    await connection.execute(delete(posts).where(posts.c.id.in_(set(ids))))


async def carried(connection: AsyncConnection, post_id: int) -> tuple[Owed, ...]:
    """What a post carries, in the order in which it was announced."""
    query = select(deliveries.c.announcement_id, deliveries.c.users, deliveries.c.role)
    rows = await connection.execute(
        query.where(deliveries.c.post_id == post_id).order_by(deliveries.c.id)
    )
    return tuple(Owed(announcement, tuple(users), role) for announcement, users, role in rows)
