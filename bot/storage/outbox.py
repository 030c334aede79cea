"""The outbox: which announcement is owed to which destination, and the posts that carry it.

The posts of a destination go out by row id, one in flight. A post is `sending` from before its
request until Discord answered; a crash leaves it so, and it is settled after its lease has lapsed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.routing import Route, Target
from bot.storage.rows import insert_new
from bot.storage.schema import deliveries, destinations, posts

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
    attempted: datetime | None
    created: datetime
    part: int
    users: tuple[int, ...]
    role: int | None


async def enqueue(
    connection: AsyncConnection,
    announcement_id: int,
    routes: Sequence[Route],
    new_mark: Callable[[], tuple[str, str]],
    now: datetime,
    a_post: int = 50,
) -> int:
    """Owe an announcement to its destinations; how many there are.

    `new_mark` gives a fresh (mark, nonce). Where more members are to be mentioned than go into
    `a_post`, further parts follow the first. A destination that has the announcement already keeps
    the delivery that it has.
    """
    if not routes:
        return 0
    places = await _destination_ids(connection, routes)
    had = set(
        await connection.scalars(
            select(deliveries.c.destination_id).where(
                deliveries.c.announcement_id == announcement_id
            )
        )
    )
    owed = [(places[r.target, r.target_id], r) for r in routes]
    owed = [(place, r) for place, r in owed if place not in had]
    first = [_post_row(place, *new_mark(), now) for place, _ in owed]
    if not first:
        return 0
    made = await connection.execute(posts.insert().returning(posts.c.id, posts.c.mark), first)
    ids = {mark: post_id for post_id, mark in made}
    post_ids = [ids[str(row["mark"])] for row in first]
    rows = [
        {
            "announcement_id": announcement_id,
            "destination_id": place,
            "post_id": post_id,
            "state": State.PENDING,
            "at": now,
            "users": list(r.users),
            "role": r.role,
        }
        for (place, r), post_id in zip(owed, post_ids, strict=True)
    ]
    await connection.execute(deliveries.insert(), rows)
    further = [
        _post_row(place, *new_mark(), now, part=part, part_of=post_id)
        for (place, r), post_id in zip(owed, post_ids, strict=True)
        for part in range(1, -(-len(r.users) // a_post))
    ]
    if further:
        await connection.execute(posts.insert(), further)
    return len(rows)


async def due_posts(connection: AsyncConnection, now: datetime, limit: int) -> tuple[DuePost, ...]:
    """The first open post of each destination whose time has come, the oldest first."""
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
    query = (
        select(posts, deliveries.c.announcement_id, deliveries.c.users, deliveries.c.role)
        .add_columns(destinations.c.sort, destinations.c.target_id, destinations.c.guild_id)
        .add_columns(destinations.c.channel_id.label("open_channel"))
        .join(heads, heads.c.id == posts.c.id)
        .join(destinations, destinations.c.id == posts.c.destination_id)
        .join(deliveries, deliveries.c.post_id == func.coalesce(posts.c.part_of, posts.c.id))
        .where(ready, destinations.c.held == "")
        .order_by(posts.c.id)
        .limit(limit)
    )
    return tuple(_as_due(row) for row in await connection.execute(query))


async def begin(
    connection: AsyncConnection,
    post: DuePost,
    payload: Payload,
    owner: str,
    now: datetime,
    lease: timedelta,
) -> bool:
    """Mark a post as being sent, its payload frozen; False when another worker was faster."""
    statement = (
        update(posts)
        .where(posts.c.id == post.id, posts.c.state == post.state)
        .where(posts.c.attempts == post.attempts)
        .values(
            state=State.SENDING,
            payload=dict(payload),
            attempts=post.attempts + 1,
            attempted=post.attempted or now,
            lease_owner=owner,
            lease_until=now + lease,
        )
    )
    if not (await connection.execute(statement)).rowcount:
        return False
    await _delivery_state(connection, post.id, State.SENDING, "", now)
    return True


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


async def put_back(
    connection: AsyncConnection,
    post_id: int,
    reason: str,
    due: datetime,
    now: datetime,
    payload: Payload | None = None,
) -> None:
    """The post was certainly not made: it waits for its next attempt, perhaps with other words."""
    values = {} if payload is None else {"payload": dict(payload)}
    await _set(connection, post_id, State.PENDING, reason, now, due=due, **values)


async def doubt(
    connection: AsyncConnection, post_id: int, reason: str, until: datetime, now: datetime
) -> None:
    """Nobody knows whether the post was made: it stays `sending`, to be settled later."""
    await _set(connection, post_id, State.SENDING, reason, now, lease_until=until)


async def close(
    connection: AsyncConnection, post_id: int, state: State, reason: str, now: datetime
) -> None:
    """The post comes to nothing (FAILED), or was told and deleted (SENT)."""
    await _set(connection, post_id, state, reason, now)


async def hold(
    connection: AsyncConnection, destination_id: int, reason: str, now: datetime
) -> None:
    """Hold a destination and every open post of it, until its trouble is mended."""
    statement = update(destinations).where(destinations.c.id == destination_id)
    await connection.execute(statement.values(held=reason, held_at=now))
    await _move(connection, destination_id, OPEN, State.HELD, reason, now)


async def release(
    connection: AsyncConnection, where: ColumnElement[bool], now: datetime, oldest: datetime
) -> tuple[int, ...]:
    """Try destinations again that were held; their row ids.

    Posts owed since before `oldest` are no longer news: they fail with the reason `too_old`.
    """
    query = select(destinations.c.id).where(destinations.c.held != "", where)
    ids = tuple(await connection.scalars(query))
    for destination_id in ids:
        statement = update(destinations).where(destinations.c.id == destination_id)
        await connection.execute(statement.values(held="", held_at=None))
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
    return ids


async def set_open_channel(
    connection: AsyncConnection, destination_id: int, channel_id: int
) -> None:
    """Note the channel of a direct message."""
    statement = update(destinations).where(destinations.c.id == destination_id)
    await connection.execute(statement.values(channel_id=channel_id))


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
    ids = list(await connection.scalars(chosen))
    values = {"state": state, "reason": reason}
    await connection.execute(update(posts).where(posts.c.id.in_(ids)).values(**values, due=now))
    owed = update(deliveries).where(deliveries.c.post_id.in_(ids))
    await connection.execute(owed.values(**values, at=now))


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


async def _destination_ids(
    connection: AsyncConnection, routes: Sequence[Route]
) -> dict[tuple[Target, int], int]:
    rows = [
        {"sort": r.target, "target_id": r.target_id, "guild_id": r.guild_id, "held": ""}
        for r in routes
    ]
    await insert_new(connection, destinations, rows)
    found: dict[tuple[Target, int], int] = {}
    keys = [(row["sort"], row["target_id"]) for row in rows]
    for start in range(0, len(keys), 500):
        query = select(destinations.c.id, destinations.c.sort, destinations.c.target_id).where(
            tuple_(destinations.c.sort, destinations.c.target_id).in_(keys[start : start + 500])
        )
        for row_id, sort, target_id in await connection.execute(query):
            found[Target(sort), target_id] = row_id
    return found


def _post_row(
    destination_id: int,
    mark: str,
    nonce: str,
    now: datetime,
    part: int = 0,
    part_of: int | None = None,
) -> dict[str, object]:
    return {
        "part": part,
        "part_of": part_of,
        "destination_id": destination_id,
        "state": State.PENDING,
        "mark": mark,
        "nonce": nonce,
        "due": now,
        "created": now,
    }


def _as_due(row: Row[tuple[object, ...]]) -> DuePost:
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
        tuple(row.users),
        row.role,
    )


async def lapse_leases(connection: AsyncConnection, now: datetime) -> int:
    """End every lease, as the only process that works on this database may; how many there were."""
    statement = update(posts).where(posts.c.state == State.SENDING).values(lease_until=now)
    return (await connection.execute(statement)).rowcount


async def any_held(connection: AsyncConnection, before: datetime) -> bool:
    """Whether a destination has been held since before a time."""
    query = select(destinations.c.id).where(destinations.c.held != "")
    found = await connection.scalar(query.where(destinations.c.held_at < before).limit(1))
    return found is not None
