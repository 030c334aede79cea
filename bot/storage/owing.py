"""Owing an announcement to its destinations: a delivery for each, and the posts that carry it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.routing import Route, Target
from bot.storage.outbox import State
from bot.storage.rows import insert_new
from bot.storage.schema import deliveries, destinations, posts
from bot.storage.strikes import silent_in

AT_ONCE = 500  # destinations: the event loop must not be held while rows are made ready
MOVED = "moved"  # why posts wait that another channel was chosen for


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
    the delivery that it has; for one that is held, the post is held with the others. A server
    that struck what was told of the same fact is owed nothing.
    """
    silent = await silent_in(connection, announcement_id)
    routes = [r for r in routes if r.guild_id not in silent]
    query = select(deliveries.c.destination_id)
    had = set(
        await connection.scalars(query.where(deliveries.c.announcement_id == announcement_id))
    )
    owed = 0
    for start in range(0, len(routes), AT_ONCE):
        some = routes[start : start + AT_ONCE]
        places = await _places(connection, some)
        new = [(places[r.target, r.target_id], r) for r in some]
        new = [(place, r) for place, r in new if place.id not in had]
        if new:
            await _enqueue(connection, announcement_id, new, new_mark, now, a_post)
        owed += len(new)
    return owed


async def _enqueue(
    connection: AsyncConnection,
    announcement_id: int,
    owed: Sequence[tuple["_Place", Route]],
    new_mark: Callable[[], tuple[str, str]],
    now: datetime,
    a_post: int,
) -> None:
    first = [_post_row(place, *new_mark(), now) for place, _ in owed]
    made = await connection.execute(posts.insert().returning(posts.c.id, posts.c.mark), first)
    ids = {mark: post_id for post_id, mark in made}
    post_ids = [ids[str(row["mark"])] for row in first]
    rows = [
        {
            "announcement_id": announcement_id,
            "destination_id": place.id,
            "post_id": post_id,
            "state": place.state,
            "reason": place.held,
            "at": now,
            "users": list(r.users),
            "role": r.role,
            "created": now,
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


@dataclass(frozen=True, slots=True)
class _Place:
    """A destination's row; `held` is the reason why it is held, "" when well."""

    id: int
    held: str

    @property
    def state(self) -> State:
        return State.HELD if self.held else State.PENDING


async def _places(
    connection: AsyncConnection, routes: Sequence[Route]
) -> dict[tuple[Target, int], _Place]:
    found = await _known(connection, routes)
    missing = [r for r in routes if (r.target, r.target_id) not in found]
    if missing:
        rows = [
            {"sort": r.target, "target_id": r.target_id, "guild_id": r.guild_id, "held": ""}
            for r in missing
        ]
        await insert_new(connection, destinations, rows)
        found |= await _known(connection, missing)
    return found


async def _known(
    connection: AsyncConnection, routes: Sequence[Route]
) -> dict[tuple[Target, int], _Place]:
    found: dict[tuple[Target, int], _Place] = {}
    columns = (destinations.c.id, destinations.c.held, destinations.c.target_id)
    for sort in Target:
        ids = [r.target_id for r in routes if r.target is sort]
        if ids:
            query = select(*columns).where(destinations.c.sort == sort)
            query = query.where(destinations.c.target_id.in_(ids))
            for row_id, held, target_id in await connection.execute(query):
                found[sort, target_id] = _Place(row_id, held)
    return found


def _post_row(
    place: _Place,
    mark: str,
    nonce: str,
    now: datetime,
    part: int = 0,
    part_of: int | None = None,
) -> dict[str, object]:
    return {
        "part": part,
        "part_of": part_of,
        "destination_id": place.id,
        "state": place.state,
        "reason": place.held,
        "mark": mark,
        "nonce": nonce,
        "due": now,
        "created": now,
    }


async def hand_over(
    connection: AsyncConnection, guild_id: int, old: int, new: int, now: datetime
) -> None:
    """Owe to one channel what another of the same server is still owed, to be released there.

    What the new channel has already is not owed to it twice.
    """
    (before,) = (await _places(connection, [Route(Target.CHANNEL, old, guild_id)])).values()
    (after,) = (await _places(connection, [Route(Target.CHANNEL, new, guild_id)])).values()
    had = select(deliveries.c.announcement_id).where(deliveries.c.destination_id == after.id)
    owed = (
        select(deliveries.c.post_id)
        .join_from(deliveries, posts, posts.c.id == deliveries.c.post_id)
        .where(
            deliveries.c.destination_id == before.id,
            deliveries.c.state.in_((State.HELD, State.PENDING)),
            deliveries.c.announcement_id.not_in(had),
            posts.c.attempted.is_(None),  # one in doubt may stand in the old channel
        )
    )
    moving = list(await connection.scalars(owed))
    if not moving:
        return
    values = {"destination_id": after.id, "state": State.HELD, "reason": MOVED}
    whole = posts.c.id.in_(moving) | posts.c.part_of.in_(moving)
    # The payload may have been made for the other channel: it is made anew.
    await connection.execute(update(posts).where(whole).values(**values, payload=None))
    await connection.execute(
        update(deliveries).where(deliveries.c.post_id.in_(moving)).values(**values)
    )
    place = update(destinations).where(destinations.c.id == after.id, destinations.c.held == "")
    await connection.execute(place.values(held=MOVED, held_at=now))
