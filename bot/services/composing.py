"""Composing posts: from what the ledger holds of announcements to the payload for Discord."""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum, auto

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.listing import (
    Heading,
    pages,
    render_list,
    render_list_further,
    render_plain_list,
)
from bot.delivery.outcomes import Remedy
from bot.delivery.rendering import (
    Payload,
    render,
    render_further,
    render_plain_fallback,
    render_sample,
    sentence,
)
from bot.delivery.telling import Mentions, Outlet, Telling, parts
from bot.news.matching import SEASON_JOIN, TRAILER_WINDOW
from bot.news.model import REMINDERS, Change, Kind, Standing, When
from bot.storage import catchups, ledger, reminders
from bot.storage.database import Database
from bot.storage.ledger import Behind, Told
from bot.storage.outbox import DuePost
from bot.storage.replies import message_answered
from bot.words import Words

log = logging.getLogger(__name__)


class NotTold(StrEnum):
    """Why a post has no payload: its news stands no more, or putting it into words broke."""

    OVERTAKEN = auto()
    BROKEN = auto()


@dataclass(frozen=True, slots=True)
class Placed:
    """A post, and the channel or thread in which it is made."""

    post: DuePost
    channel: int


class Composing:
    """Puts announcements into words."""

    def __init__(self, database: Database, words: Words) -> None:
        self._database = database
        self._words = words

    async def telling(self, announcement_id: int) -> Telling:
        """Everything that a post of an announcement says."""
        return (await self.tellings([announcement_id]))[announcement_id]

    async def tellings(self, ids: Iterable[int]) -> dict[int, Telling]:
        """Everything that is to be said of these announcements, by their row ids."""
        async with self._database.read() as connection:
            return await _tellings(connection, ids)

    async def page_lengths(self, ids: Sequence[int]) -> tuple[int, ...]:
        """How many of these announcements, in their order, each message takes."""
        tellings = await self.tellings(ids)
        cut = pages([tellings[each] for each in ids], self._words)
        return tuple(len(page) for page in cut)

    async def payloads(
        self, connection: AsyncConnection, placed: Sequence[Placed]
    ) -> dict[int, Payload | NotTold]:
        """The payloads of posts in their channels, by the posts' row ids, to be frozen.

        Whether one goes out as a reply is decided here, too: to the message in its channel that
        told what it answers. Raises SQLAlchemyError; whatever else breaks a post's words breaks
        no other's.
        """
        single = {each.post.announcement_id for each in placed if not each.post.heading}
        tellings = await _tellings(connection, single)
        payloads: dict[int, Payload | NotTold] = {}
        for each in placed:
            await asyncio.sleep(0)  # a burst's posts are many, and the loop is not theirs alone
            try:
                payloads[each.post.id] = await self._payload(connection, each, tellings)
            except SQLAlchemyError:
                raise
            except Exception:
                log.exception("composing failed", extra={"post": each.post.id})
                payloads[each.post.id] = NotTold.BROKEN
        return payloads

    async def _payload(
        self, connection: AsyncConnection, placed: Placed, tellings: Mapping[int, Telling]
    ) -> Payload | NotTold:
        post = placed.post
        if post.heading:
            return await self._list(connection, post)
        telling = tellings[post.announcement_id]
        if telling.standing is not Standing.STANDS:
            return NotTold.OVERTAKEN
        mentions = _mentions(post)
        if post.part:
            return render_further(telling, mentions, post.mark, self._words)
        answered = await _answered(connection, placed) if telling.is_answer else None
        return render(telling, mentions, post.mark, self._words, answered)

    async def headline(self, post: DuePost) -> str:
        """What a post tells, in one sentence of markdown."""
        if not post.heading:
            return sentence(await self.telling(post.announcement_id), self._words)
        async with self._database.read() as connection:
            owed = await catchups.carried(connection, post.first_id)
        return self._words.count(post.heading, len(owed))

    def sample(self) -> Payload:
        """A post that shows what posts look like."""
        return render_sample(self._words)

    async def replacement(self, placed: Placed, remedy: Remedy) -> Payload:
        """Other words for a payload that Discord refused for good."""
        post = placed.post
        async with self._database.read() as connection:
            if post.heading:
                return await self._list(connection, post, remedy)
            telling = (await _tellings(connection, [post.announcement_id]))[post.announcement_id]
            answered = await _answered(connection, placed) if telling.is_answer else None
        mentions = _mentions(post)
        match remedy:
            case Remedy.PLAIN:
                return render_plain_fallback(telling, mentions, post.mark, self._words)
            case Remedy.NO_ROLE:
                nobody = replace(mentions, roles=())
                return render(telling, nobody, post.mark, self._words, answered)
            case Remedy.NO_REFERENCE:
                return render(telling, mentions, post.mark, self._words)

    async def _list(
        self, connection: AsyncConnection, post: DuePost, remedy: Remedy | None = None
    ) -> Payload:
        """A post that carries several announcements."""
        owed = await catchups.carried(connection, post.first_id)
        tellings = await _tellings(connection, [each.announcement_id for each in owed])
        told = [tellings[each.announcement_id] for each in owed]
        roles = tuple(each.role for each in owed if each.role and remedy is not Remedy.NO_ROLE)
        users = tuple(user for each in owed for user in each.users)
        mentions, heading = parts(users, roles)[post.part], Heading(post.heading)
        if post.part:
            return render_list_further(told, heading, mentions, post.mark, self._words)
        shape = render_plain_list if remedy is Remedy.PLAIN else render_list
        return shape(told, heading, mentions, post.mark, self._words)


async def _tellings(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, Telling]:
    told = await ledger.get_told(connection, ids)
    behind = await ledger.behind(connection, {each.fact_id for each in told.values()})
    remind = [each.id for each in told.values() if each.announcement.change in REMINDERS]
    instants = await reminders.instants(connection, remind) if remind else {}
    return {
        each.id: _telling(each, behind.get(each.fact_id, ()), instants.get(each.id))
        for each in told.values()
    }


async def _answered(connection: AsyncConnection, placed: Placed) -> int | None:
    post = placed.post
    return await message_answered(
        connection, post.announcement_id, post.destination_id, placed.channel
    )


def _mentions(post: DuePost) -> Mentions:
    roles = () if post.role is None else (post.role,)
    return parts(post.users, roles)[post.part]


def _telling(told: Told, behind: tuple[Behind, ...], instant: datetime | None) -> Telling:
    return Telling(
        told.show,
        told.announcement,
        _outlets(told, behind),
        told.title,
        told.image,
        told.published,
        When.parse(told.announcement.value),
        told.standing,
        instant,
        told.answers is not None,
    )


def _outlets(told: Told, behind: tuple[Behind, ...]) -> tuple[Outlet, ...]:
    """The outlets behind an announcement, that of its own article first, each once.

    An outlet that was less sure (it told the rumour) is no source of what is now confirmed, nor is
    one that told the date before it moved, or last year's trailer.
    """
    sure = [row for row in behind if _bears_out(row, told)]
    ordered = sorted(sure, key=lambda row: row.link != told.link)
    first_of = {row.outlet: row for row in reversed(ordered)}
    unique = sorted(first_of.values(), key=ordered.index)
    return tuple(Outlet(row.outlet, row.link) for row in unique)


def _bears_out(row: Behind, told: Told) -> bool:
    announced = told.announcement
    if announced.change.is_reminder:
        return row.article_id == told.article_id  # as old as it may be, it has the date
    if row.certainty.rank < announced.certainty.rank:
        return False
    if told.until is None and not row.agrees:
        return False
    if announced.change is Change.CHANGED and row.article_id < told.article_id:
        return False
    if told.until is not None and row.article_id >= told.until:
        return False
    apart = TRAILER_WINDOW if announced.kind is Kind.TRAILER else SEASON_JOIN
    return row.at >= announced.at - apart
