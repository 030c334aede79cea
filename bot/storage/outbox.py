"""The outbox: the posts that carry what is owed, from their first attempt to their end.

The posts of a destination go out by row id, one in flight. A post is `sending` from before its
request until Discord answered; a crash leaves it so, and it is settled after its lease has lapsed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import REMINDERS
from bot.news.routing import Target
from bot.storage.schema import announcements, deliveries, destinations, posts

Payload = Mapping[str, object]


class State(StrEnum):
    """Where a delivery or a post stands."""

    PENDING = auto()
    SENDING = auto()
    SENT = auto()
    HELD = auto()
    UNKNOWN = auto()
    FAILED = auto()


OPEN = (State.PENDING, State.SENDING)
UNDONE = (*OPEN, State.HELD)
DELETED = "told_and_deleted"


@dataclass(frozen=True, slots=True)
class DuePost:
    """A post whose turn has come, with its destination and the announcement that it carries."""

    id: int
    announcement_id: int
    destination_id: int
    target: Target
    target_id: int
    guild_id: int
    channel_id: int | None
    state: State
    reason: str
    mark: str
    nonce: str
    payload: Payload | None
    attempts: int
    attempted: datetime | None  # since when nobody knows whether it stands
    created: datetime
    part: int
    part_of: int | None
    users: tuple[int, ...]
    role: int | None
    heading: str = ""  # why it carries several announcements, "" where it carries one
    reminds: bool = False  # of a premiere; of several announcements, whether one of them does

    @property
    def first_id(self) -> int:
        """The post that carries the news: this one, or the one that it is a further part of."""
        return self.part_of or self.id


async def due_posts(connection: AsyncConnection, now: datetime, limit: int) -> tuple[DuePost, ...]:
    """The first open post of each destination whose time has come.

    Servers take turns, and members of their own; within a turn what mentions members comes first,
    then the oldest, and lists of several announcements last.
    """
    heads = (
        select(func.min(posts.c.id).label("id"))
        .where(posts.c.state.in_(OPEN))
        .group_by(posts.c.destination_id)
        .subquery()
    )
    ready = or_(
        (posts.c.state == State.PENDING) & (posts.c.due <= now),
        (posts.c.state == State.SENDING) & (posts.c.lease_until <= now),
    )
    turn = func.row_number().over(
        partition_by=(destinations.c.guild_id, case((_is_members(), destinations.c.target_id))),
        order_by=(_urgency(), posts.c.id),
    )
    chosen = (
        select(posts.c.id, turn.label("turn"), _urgency().label("urgency"))
        .join(heads, heads.c.id == posts.c.id)
        .join(destinations, destinations.c.id == posts.c.destination_id)
        .where(ready, destinations.c.held == "")
        .order_by("turn", "urgency", posts.c.id)
        .limit(limit)
        .subquery()
    )
    query = (
        select(posts, deliveries.c.announcement_id, deliveries.c.users, deliveries.c.role)
        .add_columns(destinations.c.sort, destinations.c.target_id, destinations.c.guild_id)
        .add_columns(destinations.c.channel_id.label("open_channel"), announcements.c.change)
        .join(chosen, chosen.c.id == posts.c.id)
        .join(destinations, destinations.c.id == posts.c.destination_id)
        .join(deliveries, deliveries.c.post_id == _first())
        .join(announcements, announcements.c.id == deliveries.c.announcement_id)
        .order_by(chosen.c.turn, chosen.c.urgency, posts.c.id)
    )
    rows = (await connection.execute(query)).all()  # of a post, a row for each that it carries
    reminding = {row.id for row in rows if row.change in REMINDERS}
    return tuple({row.id: _as_due(row, row.id in reminding) for row in rows}.values())


def _first() -> ColumnElement[int]:
    """The post that carries the news of a row of posts."""
    return func.coalesce(posts.c.part_of, posts.c.id)


def _is_members() -> ColumnElement[bool]:
    return destinations.c.sort == Target.DM


def _urgency() -> ColumnElement[int]:
    mentions = exists().where(
        deliveries.c.post_id == _first(), func.json_array_length(deliveries.c.users) > 0
    )
    return case((posts.c.heading != "", 2), (_is_members() | mentions, 0), else_=1)


async def claim(connection: AsyncConnection, read: Sequence[DuePost]) -> set[int]:
    """Those of these posts that are still as they were read, by row id.

    Until the transaction ends no other worker has them; what one has is left out.
    """
    as_read = tuple_(posts.c.id, posts.c.state, posts.c.attempts)
    wanted = [(post.id, post.state, post.attempts) for post in read]
    query = select(posts.c.id).where(as_read.in_(wanted)).order_by(posts.c.id)
    return set(await connection.scalars(query.with_for_update(skip_locked=True)))


async def begin(
    connection: AsyncConnection,
    attempts: Sequence[tuple[DuePost, Payload]],
    owner: str,
    now: datetime,
    lease: timedelta,
) -> None:
    """Mark claimed posts as being sent, their payloads frozen, until their lease lapses."""
    if not attempts:
        return
    statement = update(posts).where(posts.c.id == bindparam("post"))
    statement = statement.values(state=State.SENDING, lease_owner=owner, lease_until=now + lease)
    begun = [
        {
            "post": post.id,
            "payload": dict(payload),
            "attempts": post.attempts + 1,
            "attempted": post.attempted or now,
        }
        for post, payload in attempts
    ]
    await connection.execute(statement, begun)
    owed = update(deliveries).where(deliveries.c.post_id.in_({post.id for post, _ in attempts}))
    await connection.execute(owed.values(state=State.SENDING, reason="", at=now))


async def is_ours(connection: AsyncConnection, post: DuePost, *, begun: bool) -> bool:
    """Whether a post is still where a worker left it: as read, or in the attempt then `begun`.

    False for a worker that slept over its lease while another one went on with the post.
    """
    state = State.SENDING if begun else post.state
    query = select(posts.c.id).where(
        posts.c.id == post.id, posts.c.state == state, posts.c.attempts == post.attempts + begun
    )
    return await connection.scalar(query) is not None


async def sent(
    connection: AsyncConnection,
    post_id: int,
    channel_id: int,
    message_id: int,
    shown: str,
    now: datetime,
) -> None:
    """Discord answered that the message stands."""
    values = {
        "state": State.SENT,
        "reason": "",
        "channel_id": channel_id,
        "message_id": message_id,
        "shown": shown,
        "sent": now,
    }
    await connection.execute(update(posts).where(posts.c.id == post_id).values(**values))
    await _delivery_state(connection, post_id, State.SENT, "", now)


async def gone(connection: AsyncConnection, post_id: int) -> None:
    """The message was told and somebody deleted it since: nothing is said in answer to it."""
    statement = update(posts).where(posts.c.id == post_id)
    await connection.execute(statement.values(reason=DELETED))


async def stands_alone(connection: AsyncConnection, post_id: int) -> None:
    """A reply was made after what it answers was deleted: Discord shows it as an ordinary post."""
    of_this = posts.c.id == post_id
    payload = dict(await connection.scalar(select(posts.c.payload).where(of_this)) or {})
    payload.pop("message_reference", None)
    await connection.execute(update(posts).where(of_this).values(payload=payload))


async def thaw(connection: AsyncConnection, post_id: int) -> None:
    """Let a post that was certainly not made be put into words anew: its channel is another."""
    await connection.execute(update(posts).where(posts.c.id == post_id).values(payload=None))


async def put_back(
    connection: AsyncConnection,
    post_id: int,
    reason: str,
    due: datetime,
    now: datetime,
    payload: Payload | None = None,
    *,
    sure: bool = True,
) -> None:
    """This attempt made no post: it waits for its next one, perhaps with other words.

    Where an earlier attempt is in doubt, `sure` is False: its time is kept to look back from.
    """
    values: dict[str, Any] = {} if payload is None else {"payload": dict(payload)}
    if sure:
        values["attempted"] = None
    await _set(connection, post_id, State.PENDING, reason, now, due=due, **values)


async def doubt(
    connection: AsyncConnection, post_id: int, reason: str, until: datetime, now: datetime
) -> None:
    """Nobody knows whether the post was made: it stays `sending`, to be settled later."""
    await _set(connection, post_id, State.SENDING, reason, now, lease_until=until)


async def close(
    connection: AsyncConnection, post_id: int, state: State, reason: str, now: datetime
) -> None:
    """The post comes to nothing (FAILED, UNKNOWN), or was told and deleted (SENT).

    Its further parts, which only mention, come to the same: nobody is pinged to what is not there.
    """
    await _set(connection, post_id, state, reason, now)
    further = update(posts).where(posts.c.part_of == post_id, posts.c.state.in_(UNDONE))
    await connection.execute(further.values(state=state, reason=reason))


async def lapse_leases(connection: AsyncConnection, now: datetime) -> int:
    """End every lease, as the only process that works on this database may; how many there were."""
    statement = update(posts).where(posts.c.state == State.SENDING).values(lease_until=now)
    return (await connection.execute(statement)).rowcount


async def hold(
    connection: AsyncConnection, destination_id: int, reason: str, now: datetime
) -> None:
    """Hold a destination and every open post of it, until its trouble is mended."""
    statement = update(destinations).where(destinations.c.id == destination_id)
    await connection.execute(statement.values(held=reason, held_at=now))
    await _move(connection, destination_id, OPEN, State.HELD, reason, now)


async def resume(
    connection: AsyncConnection, destination_id: int, now: datetime, oldest: datetime
) -> None:
    """Let the posts go that were held in a destination.

    Those owed since before `oldest` are no longer news: they fail with the reason `too_old`.
    """
    await _move(
        connection,
        destination_id,
        (State.HELD,),
        State.FAILED,
        "too_old",
        now,
        posts.c.created < oldest,
    )
    await _move(connection, destination_id, (State.HELD,), State.PENDING, "", now)


async def next_attempt(connection: AsyncConnection) -> datetime | None:
    """When the next post may be tried."""
    found: datetime | None = await connection.scalar(
        select(func.min(posts.c.due)).where(posts.c.state == State.PENDING)
    )
    return found


async def _move(
    connection: AsyncConnection,
    destination_id: int,
    before: Sequence[State],
    state: State,
    reason: str,
    now: datetime,
    *conditions: ColumnElement[bool],
) -> None:
    chosen = select(posts.c.id).where(
        posts.c.destination_id == destination_id, posts.c.state.in_(before), *conditions
    )
    values = {"state": state, "reason": reason}
    owed = update(deliveries).where(deliveries.c.post_id.in_(chosen))
    await connection.execute(owed.values(**values, at=now))
    moved = update(posts).where(posts.c.id.in_(chosen))
    await connection.execute(moved.values(**values, due=now))


async def _set(
    connection: AsyncConnection,
    post_id: int,
    state: State,
    reason: str,
    now: datetime,
    **values: Any,
) -> None:
    statement = update(posts).where(posts.c.id == post_id)
    await connection.execute(statement.values(state=state, reason=reason, **values))
    await _delivery_state(connection, post_id, state, reason, now)


async def _delivery_state(
    connection: AsyncConnection, post_id: int, state: State, reason: str, now: datetime
) -> None:
    statement = update(deliveries).where(deliveries.c.post_id == post_id)
    await connection.execute(statement.values(state=state, reason=reason, at=now))


def _as_due(row: Row[tuple[object, ...]], reminds: bool) -> DuePost:
    return DuePost(
        row.id,
        row.announcement_id,
        row.destination_id,
        Target(row.sort),
        row.target_id,
        row.guild_id,
        row.open_channel if row.sort == Target.DM else row.target_id,
        State(row.state),
        row.reason,
        row.mark,
        row.nonce,
        row.payload,
        row.attempts,
        row.attempted,
        row.created,
        row.part,
        row.part_of,
        tuple(row.users),
        row.role,
        row.heading,
        reminds,
    )
