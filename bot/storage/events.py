"""The scheduled events that servers are to have, from the first attempt to their end.

A row is `due` until Discord has its event, `creating` while nobody knows, `made` while it stands,
`dropped` when it is over or not to be. `due` (the time) is when its next request may be made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.premiere_tables import premiere_events
from bot.storage.rows import insert_first
from bot.storage.schema import NO_SEASON, guilds

Payload = Mapping[str, object]


class Stage(StrEnum):
    """Where an event stands."""

    DUE = auto()
    CREATING = auto()
    MADE = auto()
    DROPPED = auto()


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as it stands. `shown` is what Discord was told last, `payload` what it is to say.

    `attempted` is since when nobody knows whether it was made.
    """

    id: int
    guild_id: int
    show_id: int
    season: int | None
    starts: datetime
    stage: Stage
    reason: str
    wanted: bool
    mark: str
    payload: Payload
    shown: Payload | None
    event_id: int | None
    attempts: int
    attempted: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """An event as it is to be."""

    guild_id: int
    show_id: int
    season: int | None
    day: str
    starts: datetime
    mark: str
    payload: Payload


async def guilds_to_plan(
    connection: AsyncConnection, now: datetime, limit: int
) -> tuple[tuple[int, bool], ...]:
    """The servers whose events are to be looked at, and whether they want any."""
    query = (
        select(guilds.c.id, guilds.c.events)
        .where(guilds.c.events_due <= now, guilds.c.removed.is_(None))
        .order_by(guilds.c.events_due)
        .limit(limit)
    )
    return tuple((row.id, row.events) for row in await connection.execute(query))


async def planned(connection: AsyncConnection, guild_id: int, again: datetime | None) -> None:
    """A server's events were looked at; when to do so again, None where it wants none."""
    statement = update(guilds).where(guilds.c.id == guild_id)
    await connection.execute(statement.values(events_due=again))


async def events_of(connection: AsyncConnection, guild_id: int) -> tuple[EventRow, ...]:
    """Every event that a server has, is to have or had."""
    query = select(premiere_events).where(premiere_events.c.guild_id == guild_id)
    rows = await connection.execute(query.order_by(premiere_events.c.id))
    return tuple(_as_event(row) for row in rows)


async def due_events(
    connection: AsyncConnection, now: datetime, limit: int
) -> tuple[EventRow, ...]:
    """The events whose next request may be made, the soonest premiere first."""
    query = (
        select(premiere_events)
        .join(guilds, guilds.c.id == premiere_events.c.guild_id)
        .where(premiere_events.c.due <= now, guilds.c.removed.is_(None))
        .order_by(premiere_events.c.starts, premiere_events.c.id)
        .limit(limit)
    )
    return tuple(_as_event(row) for row in await connection.execute(query))


async def want(connection: AsyncConnection, wanted: Wanted, now: datetime, due: datetime) -> None:
    """An event is to be made; once for each server, show and season."""
    await insert_first(
        connection,
        premiere_events,
        guild_id=wanted.guild_id,
        show_id=wanted.show_id,
        created=now,
        reason="",
        attempts=0,
        **_wish(wanted, due),
    )


async def want_again(
    connection: AsyncConnection, row_id: int, wanted: Wanted, due: datetime
) -> None:
    """An event that was dropped, or is over, is to be made after all: a new one, by its mark."""
    values = {"shown": None, "event_id": None, "attempts": 0, "attempted": None, "reason": ""}
    await _set(connection, row_id, **values, **_wish(wanted, due))


async def reword(connection: AsyncConnection, row_id: int, wanted: Wanted, due: datetime) -> None:
    """An event is to say something else, whether it was made already or not."""
    wish = _wish(wanted, due) | {"reason": ""}
    del wish["state"], wish["mark"]
    await _set(connection, row_id, **wish)


async def unwant(connection: AsyncConnection, row_id: int, reason: str, due: datetime) -> None:
    """An event that stands, or may, is to be removed."""
    await _set(connection, row_id, wanted=False, reason=reason, due=due)


async def begin(
    connection: AsyncConnection, event: EventRow, now: datetime, lease: timedelta, *, making: bool
) -> bool:
    """Note an attempt before its request; False when another worker was faster.

    Whatever becomes of it, it is not tried again before the lease has passed.
    """
    values: dict[str, Any] = {"attempts": event.attempts + 1, "due": now + lease}
    if event.wanted:
        values["reason"] = ""
    if making:
        values |= {"state": Stage.CREATING, "attempted": now, "shown": dict(event.payload)}
    statement = update(premiere_events).where(
        premiere_events.c.id == event.id,
        premiere_events.c.attempts == event.attempts,
        premiere_events.c.state == event.stage,
    )
    return (await connection.execute(statement.values(**values))).rowcount > 0


async def made(connection: AsyncConnection, event: EventRow, event_id: int, now: datetime) -> None:
    """Discord has the event as it was attempted. If it is to be otherwise by now, that is due."""
    sent = event.payload if event.attempted is None else event.shown
    due = None if event.wanted and sent == event.payload else now
    await _set(connection, event.id, state=Stage.MADE, due=due, event_id=event_id, attempted=None)


async def changed(connection: AsyncConnection, event: EventRow) -> None:
    """Discord was told what the event is to say."""
    await _set(connection, event.id, shown=dict(event.payload), due=None, reason="")


async def put_off(
    connection: AsyncConnection, event: EventRow, reason: str, due: datetime, *, sure: bool = True
) -> None:
    """Try it later. `sure` says that no attempt to make it is in doubt."""
    values: dict[str, Any] = {"due": due}
    if event.wanted:
        values["reason"] = reason  # else it says why it is to go
    if sure and event.stage is not Stage.MADE:
        values |= {"state": Stage.DUE, "attempted": None}
    await _set(connection, event.id, **values)


async def put_off_all(
    connection: AsyncConnection, guild_id: int, reason: str, due: datetime
) -> None:
    """Try later to make what a server is still to have."""
    statement = update(premiere_events).where(
        premiere_events.c.guild_id == guild_id, premiere_events.c.state == Stage.DUE
    )
    await connection.execute(statement.values(reason=reason, due=due))


async def leave(connection: AsyncConnection, row_id: int, reason: str) -> None:
    """Let an event stand as it is."""
    await _set(connection, row_id, reason=reason, due=None)


async def drop(connection: AsyncConnection, row_id: int, reason: str) -> None:
    """The event does not stand, and is not to."""
    values = {"reason": reason, "due": None, "attempted": None, "wanted": False}
    await _set(connection, row_id, state=Stage.DROPPED, **values)


async def last_made(connection: AsyncConnection, guild_id: int, after: datetime) -> EventRow | None:
    """The event that stands for a server's latest premiere, of those after a time."""
    query = (
        select(premiere_events)
        .where(
            premiere_events.c.guild_id == guild_id,
            premiere_events.c.state == Stage.MADE,
            premiere_events.c.wanted,
            premiere_events.c.starts > after,
        )
        .order_by(premiere_events.c.starts.desc())
        .limit(1)
    )
    row = (await connection.execute(query)).first()
    return _as_event(row) if row else None


async def count_waiting(connection: AsyncConnection, guild_id: int, reason: str) -> int:
    """How many events a server lacks for a reason."""
    query = select(func.count()).where(
        premiere_events.c.guild_id == guild_id, premiere_events.c.reason == reason
    )
    return int(await connection.scalar(query) or 0)


async def lapse_leases(connection: AsyncConnection, now: datetime) -> None:
    """End every lease, as the only process that works on this database may."""
    begun = (premiere_events.c.due > now) & (premiere_events.c.reason == "")
    await connection.execute(update(premiere_events).where(begun).values(due=now))


def _wish(wanted: Wanted, due: datetime) -> dict[str, Any]:
    return {
        "season": NO_SEASON if wanted.season is None else wanted.season,
        "day": wanted.day,
        "starts": wanted.starts,
        "state": Stage.DUE,
        "wanted": True,
        "mark": wanted.mark,
        "payload": dict(wanted.payload),
        "due": due,
    }


async def _set(connection: AsyncConnection, row_id: int, **values: Any) -> None:
    statement = update(premiere_events).where(premiere_events.c.id == row_id)
    await connection.execute(statement.values(**values))


def _as_event(row: Row[tuple[object, ...]]) -> EventRow:
    return EventRow(
        row.id,
        row.guild_id,
        row.show_id,
        None if row.season == NO_SEASON else row.season,
        row.starts,
        Stage(row.state),
        row.reason,
        row.wanted,
        row.mark,
        row.payload,
        row.shown,
        row.event_id,
        row.attempts,
        row.attempted,
    )
