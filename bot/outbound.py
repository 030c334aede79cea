"""The half of the bot that speaks to Discord, put together: from a row of the outbox to a post."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from random import Random

from bot.delivery.pacing import Pacer
from bot.delivery.sending import Sender
from bot.line import Line
from bot.loops import Clock, Loop
from bot.services.answering import Answering
from bot.services.calendars import Calendars
from bot.services.composing import Composing
from bot.services.delivering import Delivering
from bot.services.editing import Editing
from bot.services.forums import Forums
from bot.services.noticing import Noticing
from bot.services.publishing import Publishing
from bot.services.scheduling import Scheduling
from bot.storage.catalogue import premiere_instants
from bot.storage.database import Database
from bot.words import Words

TICK = 1.0  # seconds between two looks at what is due
CALENDAR = 5.0


@dataclass(frozen=True, slots=True)
class Outbound:
    """What posts, edits, publishes and tells admins; it needs a client on its `line` to do so."""

    line: Line
    pacer: Pacer
    noticing: Noticing
    composing: Composing
    delivering: Delivering
    publishing: Publishing
    editing: Editing
    scheduling: Scheduling

    async def resume(self, now: datetime) -> None:
        """Take over what a process before this one left in flight."""
        await self.delivering.resume(now)
        await self.publishing.resume(now)
        await self.editing.resume(now)
        await self.scheduling.resume(now)

    def upkeep(self) -> tuple[Loop, ...]:
        """The loops over what may be done again, and so cut short when the bot stops."""
        return (
            Loop("publish", self.publishing.publish_due, TICK),
            Loop("edit", self.editing.edit_due, TICK),
            Loop("schedule", self.scheduling.schedule_due, CALENDAR),
        )


@asynccontextmanager
async def outbound_parts(
    database: Database, words: Words, send_rate: float, clock: Clock, random: Random
) -> AsyncIterator[Outbound]:
    """Put it together, at most `send_rate` requests a second; at the end its sender is closed."""
    pacer = Pacer(send_rate, time.monotonic)
    line = Line()
    sender = Sender(line, pacer)
    noticing = Noticing(database, sender, words, line.places, random, line.obstacle(words))
    publishing = Publishing(database, sender, noticing, line.kind_of)
    composing = Composing(database, words)
    delivering = Delivering(
        database,
        sender,
        composing,
        Answering(database, composing, noticing, publishing),
        Forums(database, sender, words, noticing, line.kind_of, clock=clock, random=random),
        clock=clock,
        random=random,
        may_read=line.may_read,
    )
    editing = Editing(database, sender, composing, words, clock)
    calendars = Calendars(database, words, random, premiere_instants)
    scheduling = Scheduling(database, sender, noticing, calendars)
    try:
        yield Outbound(
            line, pacer, noticing, composing, delivering, publishing, editing, scheduling
        )
    finally:
        await sender.close()
