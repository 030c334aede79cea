"""What messages are to show of what the ledger learned since they were posted.

    owed -> due -> begun -> done | later | dropped

A row says that a message may be behind, not what it is to show: that is made of the ledger at the
time of the edit, so a row that is owed in vain costs a look and no request.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, literal, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.outbox import Payload, State
from bot.storage.rows import insert_selected
from bot.storage.schema import announcements, deliveries, destinations, edits, posts
from bot.storage.types import UtcDateTime

GATHER = timedelta(minutes=5)  # what comes within them is one edit
MOST = 3  # edits of a post that only add to it
NEWS_AGE = timedelta(hours=24)  # of a post; what is told later adds to it no more


class Stage(StrEnum):
    """Where the edit of a message stands. One that is done may be owed again."""

    DUE = auto()
    DONE = auto()
    DROPPED = auto()


@dataclass(frozen=True, slots=True)
class Edit:
    """A message that may be behind; `payload` is that with which it was posted.

    `heading` is of a list of several announcements; `struck` says that its server struck something
    that it carries.
    """

    post_id: int
    announcement_id: int
    part: int
    mark: str
    payload: Payload
    shown: str
    channel_id: int
    message_id: int
    sent: datetime
    urgent: bool
    wanted: int
    reason: str
    attempts: int
    attempted: datetime | None
    made: int
    heading: str
    part_of: int | None
    guild_id: int
    struck: bool

    @property
    def first_id(self) -> int:
        """The post that carries the news: this one, or the one that it is a further part of."""
        return self.part_of or self.post_id


async def owe(
    connection: AsyncConnection,
    announcement_ids: Iterable[int],
    now: datetime,
    *,
    urgent: bool = False,
) -> None:
    """The posts that carry exactly one of these announcements may be behind, sent or on their way.

    An edit that only adds is made after GATHER, if the post is not older than NEWS_AGE and had not
    MOST of them. An `urgent` one, of news that was withdrawn or struck, is made at once, whatever
    its age and count, and of a post's further parts, too. Lists of several announcements stay as
    they are.
    """
    of_these = deliveries.c.announcement_id.in_(set(announcement_ids))
    first = select(deliveries.c.post_id).where(of_these, deliveries.c.post_id.is_not(None))
    which: ColumnElement[bool]
    if urgent:
        which = posts.c.id.in_(first) | posts.c.part_of.in_(first)
    else:
        fresh = or_(posts.c.sent.is_(None), posts.c.sent > now - NEWS_AGE)
        which = posts.c.id.in_(first) & fresh
    single = (posts.c.heading == "") & (posts.c.state != State.FAILED)
    await _owe(connection, select(posts.c.id).where(which, single), now, urgent=urgent)


async def owe_post(connection: AsyncConnection, post_id: int, now: datetime) -> None:
    """A post shows less than it should: it is edited at once."""
    await _owe(connection, select(posts.c.id).where(posts.c.id == post_id), now, urgent=True)


async def _owe(
    connection: AsyncConnection, chosen: Select[tuple[int]], now: datetime, *, urgent: bool
) -> None:
    again = update(edits).where(edits.c.post_id.in_(chosen), edits.c.state != Stage.DROPPED)
    # What is under way keeps its lease; that more was wanted is seen when it is settled.
    keeps: ColumnElement[bool] = edits.c.attempted.is_not(None)
    if not urgent:
        keeps |= edits.c.state == Stage.DUE
        again = again.where(or_(edits.c.state == Stage.DUE, edits.c.made < MOST))
    due = _moment(now if urgent else now + GATHER)
    await connection.execute(
        again.values(
            state=Stage.DUE,
            wanted=edits.c.wanted + 1,
            urgent=true() if urgent else edits.c.urgent,
            due=case((keeps, edits.c.due), else_=due),
        )
    )
    row: dict[str, ColumnElement[Any]] = {
        "state": literal(str(Stage.DUE)),
        "reason": literal(""),
        "urgent": literal(urgent),
        "wanted": literal(1),
        "due": due,
        "attempts": literal(0),
        "made": literal(0),
    }
    missing = chosen.add_columns(*row.values()).where(posts.c.id.not_in(select(edits.c.post_id)))
    await insert_selected(connection, edits, ["post_id", *row], missing)


async def announcements_of(connection: AsyncConnection, fact_id: int) -> tuple[int, ...]:
    """What was announced of a fact, by row id."""
    query = select(announcements.c.id).where(announcements.c.fact_id == fact_id)
    return tuple(await connection.scalars(query))


async def due_edits(
    connection: AsyncConnection, now: datetime, limit: int, without: Collection[int] = ()
) -> tuple[Edit, ...]:
    """The messages that are to be looked at now, withdrawals first, then the longest due.

    One whose post is not sent yet, or whose destination is held, waits for that.
    """
    query = (
        select(edits, deliveries.c.announcement_id)
        .add_columns(posts.c.part, posts.c.mark, posts.c.payload, posts.c.shown, posts.c.sent)
        .add_columns(posts.c.channel_id, posts.c.message_id, posts.c.heading, posts.c.part_of)
        .add_columns(posts.c.struck, destinations.c.guild_id)
        .join_from(edits, posts, posts.c.id == edits.c.post_id)
        .join(deliveries, deliveries.c.post_id == _first())
        .join(destinations, destinations.c.id == posts.c.destination_id)
        .where(edits.c.state == Stage.DUE, edits.c.due <= now, destinations.c.held == "")
        .where(posts.c.state == State.SENT, posts.c.message_id.is_not(None))
        .where(posts.c.payload.is_not(None), edits.c.post_id.not_in(without))
        .order_by(edits.c.urgent.desc(), edits.c.due, edits.c.post_id, deliveries.c.id)
        .limit(limit)
    )
    rows = await connection.execute(query)
    return tuple({row.post_id: _as_edit(row) for row in rows}.values())  # a row for each it carries


async def begin(connection: AsyncConnection, edit: Edit, now: datetime, lease: timedelta) -> bool:
    """Note an attempt before its request; False when another worker was faster.

    False, too, where more was owed since this edit was read: it is read again then. Whatever
    becomes of it, it is not made again before the lease has passed. One that only adds is counted
    here, once however often it is repeated.
    """
    counted = edit.attempted is None and not edit.urgent
    statement = (
        update(edits)
        .where(edits.c.post_id == edit.post_id, edits.c.state == Stage.DUE)
        .where(edits.c.attempts == edit.attempts, edits.c.wanted == edit.wanted)
        .values(
            attempts=edit.attempts + 1,
            attempted=edit.attempted or now,
            made=edits.c.made + int(counted),
            due=now + lease,
        )
    )
    return (await connection.execute(statement)).rowcount > 0


async def lapse_leases(connection: AsyncConnection, now: datetime) -> None:
    """End every lease, as the only process that works on this database may."""
    begun = (edits.c.state == Stage.DUE) & edits.c.attempted.is_not(None)
    await connection.execute(update(edits).where(begun).values(due=now))


async def put_off(
    connection: AsyncConnection, edit: Edit, reason: str, due: datetime, *, sure: bool = True
) -> None:
    """Make it later. `sure` says that this attempt, if there was one, changed nothing."""
    values: dict[str, Any] = {"reason": reason, "due": due}
    if sure and edit.attempted is None:
        values |= {"attempted": None, "made": edit.made}
    await connection.execute(_row(edit.post_id).values(**values))


async def made(connection: AsyncConnection, edit: Edit, shown: str, now: datetime) -> None:
    """Discord answered that the message shows it."""
    statement = update(posts).where(posts.c.id == edit.post_id)
    await connection.execute(statement.values(shown=shown))
    await settle(connection, edit, now)


async def settle(connection: AsyncConnection, edit: Edit, now: datetime, reason: str = "") -> None:
    """The message shows what it can, until more is owed.

    What was owed since this edit was read is due after another GATHER; where that is urgent, now.
    """
    more = edits.c.wanted != edit.wanted
    await connection.execute(
        _row(edit.post_id).values(
            state=case((more, literal(str(Stage.DUE))), else_=literal(str(Stage.DONE))),
            reason=reason,
            attempted=None,
            attempts=0,
            urgent=more & edits.c.urgent,
            due=case((more & ~edits.c.urgent, _moment(now + GATHER)), else_=_moment(now)),
        )
    )


async def drop(connection: AsyncConnection, edit: Edit, reason: str) -> None:
    """The message is gone, or its channel: it is edited never again."""
    await connection.execute(_row(edit.post_id).values(state=Stage.DROPPED, reason=reason))


def _as_edit(row: Row[Any]) -> Edit:
    return Edit(
        row.post_id,
        row.announcement_id,
        row.part,
        row.mark,
        row.payload,
        row.shown,
        row.channel_id,
        row.message_id,
        row.sent,
        row.urgent,
        row.wanted,
        row.reason,
        row.attempts,
        row.attempted,
        row.made,
        row.heading,
        row.part_of,
        row.guild_id,
        row.struck,
    )


def _moment(at: datetime) -> ColumnElement[datetime]:
    return literal(at, UtcDateTime())


def _first() -> ColumnElement[int]:
    """The post that carries the news of a row of posts."""
    return func.coalesce(posts.c.part_of, posts.c.id)


def _row(post_id: int) -> Any:
    return update(edits).where(edits.c.post_id == post_id)
