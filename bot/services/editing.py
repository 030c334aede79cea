"""Editing: a message shows what the ledger learned since it was posted, without a ping.

    more outlets, a withdrawal, a strike -> edit owed -> is it behind? -> PATCH -> done | later

It is a step of its own: the post stands already, and an edit that a crash interrupted is simply
made again, because the second one shows the same. What only adds is gathered and limited, because
Discord limits edits and readers do not read a message twice; a withdrawal always goes out.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import assert_never

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.editing import is_shown, render_edit
from bot.delivery.outcomes import (
    Answer,
    Failed,
    Held,
    Hold,
    Refused,
    Remedy,
    Stop,
    Told,
    Uncertain,
    Wait,
)
from bot.delivery.rendering import Payload
from bot.delivery.sending import LEASE, Sender
from bot.delivery.steps import Edited, Reopened, delete, edit, reopen
from bot.delivery.telling import Telling
from bot.services.backing_off import TRY_AGAIN, later
from bot.services.composing import Composing
from bot.services.striking import struck_payload
from bot.storage import edits, outbox
from bot.storage.database import Database
from bot.storage.edits import Edit
from bot.words import Words

log = logging.getLogger(__name__)

AT_ONCE = 20  # messages edited side by side
TRIES = 48  # of them, after which the message is left as it is
FALLBACK = "fallback"

_GONE = frozenset({Hold.CHANNEL_GONE, Hold.SERVER_GONE, Hold.WRONG_CHANNEL})


async def owe_outlets(connection: AsyncConnection, fact_id: int, now: datetime) -> None:
    """One more article stands behind a fact: what told of it gains its outlet, by an edit."""
    await edits.owe(connection, await edits.announcements_of(connection, fact_id), now)


class Editing:
    """Makes the edits that are owed (`bot.storage.edits.owe`)."""

    def __init__(
        self,
        database: Database,
        sender: Sender,
        composing: Composing,
        words: Words,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._sender = sender
        self._composing = composing
        self._words = words
        self._clock = clock
        self._stopped = False

    async def resume(self, now: datetime) -> None:
        """At the start of the only process of a database: settle what the last one left behind."""
        async with self._database.write() as connection:
            await edits.lapse_leases(connection, now)

    async def edit_due(self, now: datetime) -> int:
        """Edit what is due; how many messages show more than before."""
        done = 0
        self._stopped = False
        broken: set[int] = set()
        while not self._stopped and (due := await self._due(now, broken)):
            tellings = await self._composing.tellings({each.announcement_id for each in due})
            results = await asyncio.gather(
                *(self._edit(each, tellings[each.announcement_id], now) for each in due),
                return_exceptions=True,
            )
            for each, result in zip(due, results, strict=True):
                if isinstance(result, BaseException):
                    broken.add(each.post_id)  # a bug of ours: the other messages go on
                    log.error("editing failed", exc_info=result, extra={"post": each.post_id})
                else:
                    done += result
        return done

    async def _due(self, now: datetime, broken: set[int]) -> Sequence[Edit]:
        async with self._database.read() as connection:
            return await edits.due_edits(connection, now, AT_ONCE, broken)

    async def _edit(self, due: Edit, telling: Telling, now: datetime) -> bool:
        """Let one message show what is known now, or put it off; whether it shows more."""
        payload = await self._wanted(due, telling)
        async with self._database.write() as connection:
            if payload and is_shown(payload, due.shown) and due.attempted is None:
                await edits.settle(connection, due, now)
                return False
            if reason := _let_be(due, now):
                await edits.settle(connection, due, now, reason)
                return False
            if not await edits.begin(connection, due, now, LEASE):
                return False
        answer = await self._made(due, payload, self._clock() + LEASE)
        async with self._database.write() as connection:
            await self._write(connection, due, answer, now)
        extra = {"post": due.post_id, "channel": due.channel_id, "outcome": type(answer).__name__}
        log.info("edit", extra=extra)
        return isinstance(answer, Edited)

    async def _wanted(self, due: Edit, telling: Telling) -> Payload | None:
        """What a message is to show; None where it is to be deleted."""
        plain = due.reason == FALLBACK
        if due.struck or due.heading:
            return await struck_payload(
                self._database, self._composing, self._words, due, plain=plain
            )
        return render_edit(telling, due.payload, due.mark, self._words, part=due.part, plain=plain)

    async def _made(self, due: Edit, payload: Payload | None, until: datetime) -> Edited | Answer:
        """Make an edit, unless its lease has passed in the line before the request."""
        message = (self._sender, due.channel_id, due.message_id)

        def in_time() -> bool:
            return self._clock() < until

        async def change() -> Edited | Answer:
            if payload is None:
                return await delete(*message, wanted=in_time)
            return await edit(*message, payload, wanted=in_time)

        answer = await change()
        archived = isinstance(answer, Held) and answer.reason is Hold.THREAD_ARCHIVED
        if not (archived and due.urgent):
            return answer  # nobody's thread is opened again for one more outlet
        opened = await reopen(self._sender, due.channel_id)
        return await change() if isinstance(opened, Reopened) else opened

    async def _write(
        self, connection: AsyncConnection, due: Edit, answer: Edited | Answer, now: datetime
    ) -> None:
        match answer:
            case Edited(shown):
                await edits.made(connection, due, shown, now)
            case Told():
                await edits.drop(connection, due, outbox.DELETED)
                await outbox.gone(connection, due.post_id)
            case Held(reason) if reason in _GONE:
                await edits.drop(connection, due, reason)
            case Held(reason):
                await edits.put_off(connection, due, reason, now + TRY_AGAIN)
            case Failed(remedy=Remedy.PLAIN) if due.reason != FALLBACK and not due.part:
                await edits.put_off(connection, due, FALLBACK, now)
            case Failed(reason) | Refused(reason):
                await edits.settle(connection, due, now, reason)
            case Wait() | Stop() | Uncertain():
                self._stopped |= isinstance(answer, Stop)
                next_ = later(answer, due.attempts, now)
                why = _kept(due, next_.reason)
                await edits.put_off(connection, due, why, next_.due, sure=next_.is_sure)
            case _:
                assert_never(answer)


def _let_be(due: Edit, now: datetime) -> str:
    """Why a message is left as it is, "" where it may be edited."""
    if due.attempts >= TRIES and due.reason in set(Hold):
        return due.reason
    if due.urgent or due.attempted is not None:
        return ""
    if now - due.sent > edits.NEWS_AGE:
        return "too_old"
    return "limit" if due.made >= edits.MOST else ""


def _kept(due: Edit, reason: str) -> str:
    """The reason of a delay; that only our own words will do is remembered over it."""
    return FALLBACK if due.reason == FALLBACK else reason
