"""Scheduling: let Discord have the events that servers are to have, one request after another.

    due -> `creating`, attempt noted -> request -> `made` -> changed when the date moves -> dropped

Making an event has no nonce. An attempt whose fate is unknown is looked for by its mark among the
server's events, and only then repeated. It is upkeep: posts go first.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import assert_never

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.events import (
    EventChanged,
    EventGone,
    EventMade,
    EventRemoved,
    change_event,
    find_event,
    make_event,
    remove_event,
)
from bot.delivery.looking import Absent
from bot.delivery.outcomes import (
    Answer,
    Failed,
    Failure,
    Held,
    Hold,
    Refused,
    Stop,
    Told,
    Uncertain,
    Wait,
)
from bot.delivery.sending import LEASE, Sender
from bot.services.backing_off import TRY_AGAIN, later
from bot.services.calendars import BY_HAND, LIMIT, Calendars
from bot.services.noticing import Noticing
from bot.storage import events
from bot.storage.database import Database
from bot.storage.events import EventRow

log = logging.getLogger(__name__)

AT_ONCE = 20  # servers served side by side
A_ROUND = 200  # requests in one call
SOON = timedelta(seconds=10)
UNWANTED = "unwanted"
_MISSING = frozenset({Hold.MISSING_PERMISSION, Hold.MISSING_ACCESS})

_Step = EventMade | EventChanged | EventRemoved | EventGone | Absent | Answer


class Scheduling:
    """Makes, changes and removes events."""

    def __init__(
        self, database: Database, sender: Sender, noticing: Noticing, calendars: Calendars
    ) -> None:
        self._database = database
        self._sender = sender
        self._noticing = noticing
        self._calendars = calendars
        self._stopped = False

    async def resume(self, now: datetime) -> None:
        """At the start of the only process of a database: settle what the last one left behind."""
        async with self._database.write() as connection:
            await events.lapse_leases(connection, now)

    async def schedule_due(self, now: datetime) -> int:
        """Plan what is to be planned and make the requests that are due; how many there were."""
        await self._calendars.plan_due(now)
        done = 0
        self._stopped = False
        broken: set[int] = set()
        while not self._stopped and done < A_ROUND and (heads := await self._heads(now, broken)):
            steps = (self._step(head, now) for head in heads)
            results = await asyncio.gather(*steps, return_exceptions=True)
            for head, result in zip(heads, results, strict=True):
                done += 1
                if isinstance(result, BaseException):
                    broken.add(head.guild_id)  # a bug of ours: the other servers go on
                    log.error("scheduling failed", exc_info=result, extra={"event": head.id})
        return done

    async def _heads(self, now: datetime, broken: set[int]) -> list[EventRow]:
        """The soonest event of each server that waits for a request."""
        async with self._database.read() as connection:
            due = await events.due_events(connection, now, A_ROUND)
        heads: dict[int, EventRow] = {}
        for row in due:
            if row.guild_id not in broken:
                heads.setdefault(row.guild_id, row)
        return list(heads.values())[:AT_ONCE]

    async def _step(self, event: EventRow, now: datetime) -> None:
        """Make one request for an event, and write down what came of it."""
        if event.attempted is None and event.event_id is None and not event.wanted:
            answer: _Step = Absent()  # none was made
        else:
            async with self._database.write() as connection:
                making = event.event_id is None and event.attempted is None
                if not await events.begin(connection, event, now, LEASE, making=making):
                    return
            answer = await self._ask(event)
        async with self._database.write() as connection:
            await self._write(connection, event, answer, now)
        log.info("event", extra={"event": event.id, "outcome": type(answer).__name__})

    async def _ask(self, event: EventRow) -> _Step:
        guild_id = event.guild_id
        if event.event_id is not None:
            if not event.wanted:
                return await remove_event(self._sender, guild_id, event.event_id)
            changes = _changes(event)
            if not changes:
                return EventChanged()
            return await change_event(self._sender, guild_id, event.event_id, changes)
        if event.attempted is not None:
            return await find_event(self._sender, guild_id, event.mark)
        return await make_event(self._sender, guild_id, event.payload)

    async def _write(
        self, connection: AsyncConnection, event: EventRow, answer: _Step, now: datetime
    ) -> None:
        match answer:
            case EventMade(event_id):
                await events.made(connection, event, event_id, now)
                await self._well(connection, event, now)
            case EventChanged():
                await events.changed(connection, event)
                await self._well(connection, event, now)
            case Absent() if event.wanted:
                await events.put_off(connection, event, "", now)  # proven: it may be made anew
            case Absent():
                await events.drop(connection, event.id, event.reason or UNWANTED)
            case EventRemoved():
                await events.drop(connection, event.id, event.reason or UNWANTED)
            case EventGone():
                await events.drop(connection, event.id, BY_HAND)
            case _:
                await self._trouble(connection, event, answer, now)

    async def _trouble(
        self, connection: AsyncConnection, event: EventRow, answer: Answer, now: datetime
    ) -> None:
        match answer:
            case Failed(Failure.LIMIT_REACHED) if event.event_id is None:
                await self._no_room(connection, event, now)
            case Held(reason):
                await self._put_off(connection, event, reason, now + TRY_AGAIN)
                if reason in _MISSING:
                    await self._noticing.trouble(
                        connection, event.guild_id, "events:permission", "notice.events", now
                    )
            case Failed(reason) | Refused(reason):
                await self._refused(connection, event, reason, now)
            case Told():
                await self._refused(connection, event, "told", now)
            case Wait() | Stop() | Uncertain():
                self._stopped |= isinstance(answer, Stop)
                next_ = later(answer, event.attempts, now)
                await self._put_off(
                    connection, event, next_.reason, next_.due, is_sure=next_.is_sure
                )
            case _:
                assert_never(answer)

    async def _put_off(
        self,
        connection: AsyncConnection,
        event: EventRow,
        reason: str,
        due: datetime,
        *,
        is_sure: bool = True,
    ) -> None:
        # Where this was a look for an earlier attempt, that one stays in doubt.
        sure = is_sure and event.attempted is None
        await events.put_off(connection, event, reason, due, sure=sure)

    async def _refused(
        self, connection: AsyncConnection, event: EventRow, reason: str, now: datetime
    ) -> None:
        """Discord will not have it so: what stands stays, until there is something else to say."""
        if event.attempted is not None:  # a look that is refused proves nothing
            await self._put_off(connection, event, reason, now + TRY_AGAIN)
        elif event.event_id is not None and event.wanted:
            await events.leave(connection, event.id, reason)
        else:
            await events.drop(connection, event.id, reason)

    async def _no_room(self, connection: AsyncConnection, event: EventRow, now: datetime) -> None:
        """The server has as many events as Discord allows: the soonest premieres are kept."""
        last = await events.last_made(connection, event.guild_id, event.starts)
        await events.put_off(connection, event, LIMIT, now + (SOON if last else TRY_AGAIN))
        if last is None:
            await events.put_off_all(connection, event.guild_id, LIMIT, now + TRY_AGAIN)
        else:
            await events.unwant(connection, last.id, LIMIT, now)
        await self._noticing.trouble(
            connection, event.guild_id, "events:limit", "notice.events.limit", now
        )

    async def _well(self, connection: AsyncConnection, event: EventRow, now: datetime) -> None:
        """A request succeeded: what stood in the way, and stands no more, is over."""
        guild_id = event.guild_id
        await self._noticing.over(
            connection, guild_id, "events:permission", "notice.events.mended", now
        )
        if not await events.count_waiting(connection, guild_id, LIMIT):
            await self._noticing.over(
                connection, guild_id, "events:limit", "notice.events.limit.mended", now
            )


def _changes(event: EventRow) -> Mapping[str, object]:
    """What Discord is to be told; what an admin changed by hand is left alone."""
    shown = event.shown or {}
    changes = {key: value for key, value in event.payload.items() if shown.get(key) != value}
    if "scheduled_start_time" in changes:  # an end before the new start would be refused
        changes["scheduled_end_time"] = event.payload["scheduled_end_time"]
    return changes
