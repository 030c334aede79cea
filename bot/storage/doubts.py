"""Posts of which nobody knows whether they stand: an admin looks, and says what is to be done."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import catchups, outbox
from bot.storage.catchups import Name, was_overtaken
from bot.storage.outbox import State
from bot.storage.rows import insert_row
from bot.storage.schema import announcements, deliveries, destinations, posts

SENT_AGAIN = "sent_again"
SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A post in doubt. `overtaken` says that all of its news was announced anew since."""

    id: int
    guild_id: int
    channel_id: int
    destination_id: int
    held: str
    heading: str
    part: int
    part_of: int | None
    deliveries: tuple[int, ...]
    users: tuple[int, ...]
    overtaken: bool


async def find(connection: AsyncConnection, post_id: int) -> Doubtful | None:
    """A post in doubt; None where there is none of that id, or the doubt is settled."""
    query = (
        select(posts, destinations.c.guild_id, destinations.c.target_id, destinations.c.held)
        .join_from(posts, destinations)
        .where(posts.c.id == post_id, posts.c.state == State.UNKNOWN)
    )
    row = (await connection.execute(query)).first()
    if row is None:
        return None
    members = (
        await connection.execute(
            select(deliveries.c.id, deliveries.c.users, was_overtaken().label("overtaken"))
            .join_from(deliveries, announcements)
            .where(deliveries.c.post_id == (row.part_of or row.id))
            .order_by(deliveries.c.id)
        )
    ).all()
    return Doubtful(
        row.id,
        row.guild_id,
        row.target_id,
        row.destination_id,
        row.held,
        row.heading,
        row.part,
        row.part_of,
        tuple(member.id for member in members),
        tuple(dict.fromkeys(user for member in members for user in member.users)),
        all(member.overtaken for member in members),
    )


async def settle(
    connection: AsyncConnection, post: Doubtful, state: State, reason: str, now: datetime
) -> None:
    """The doubt is over: the post stands (SENT), or it comes to nothing (FAILED).

    Of a post that stands the further parts are owed again: what they mention is there.
    """
    await outbox.close(connection, post.id, state, reason, now)
    owed = state is State.SENT
    further = update(posts).where(posts.c.part_of == post.id, posts.c.state == State.UNKNOWN)
    after = State.PENDING if owed else state
    await connection.execute(further.values(state=after, reason="" if owed else reason, due=now))
    await _hold_again(connection, post, now)


async def again(
    connection: AsyncConnection, post: Doubtful, names: list[Name], now: datetime
) -> None:
    """Let a new post carry what the one in doubt did; `names` as in `catchups.gather`."""
    if post.part:
        [(mark, nonce)] = names
        await insert_row(
            connection,
            posts,
            destination_id=post.destination_id,
            part=post.part,
            part_of=post.part_of,
            heading=post.heading,
            state=State.PENDING,
            mark=mark,
            nonce=nonce,
            due=now,
            created=now,
        )
    else:
        await catchups.gather(
            connection, post.destination_id, post.deliveries, post.heading, names, now
        )
    await settle(connection, post, State.FAILED, SENT_AGAIN, now)


async def _hold_again(connection: AsyncConnection, post: Doubtful, now: datetime) -> None:
    if post.held:
        await outbox.hold(connection, post.destination_id, post.held, now)
