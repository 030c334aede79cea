"""Composing posts: from what the ledger holds of announcements to the payload for Discord."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

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
from bot.news.model import Change, Kind, Standing, When
from bot.storage import catchups, ledger, reminders
from bot.storage.database import Database
from bot.storage.ledger import Behind, Told
from bot.storage.outbox import DuePost
from bot.storage.replies import message_answered
from bot.words import Words


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
            told = await ledger.get_told(connection, ids)
            behind = await ledger.behind(connection, {each.fact_id for each in told.values()})
            instants = await reminders.instants(connection, told)
        return {
            each.id: _telling(each, behind.get(each.fact_id, ()), instants.get(each.id))
            for each in told.values()
        }

    async def page_lengths(self, ids: Sequence[int]) -> tuple[int, ...]:
        """How many of these announcements, in their order, each message takes."""
        tellings = await self.tellings(ids)
        cut = pages([tellings[each] for each in ids], self._words)
        return tuple(len(page) for page in cut)

    async def payload(self, post: DuePost, channel: int) -> Payload | None:
        """The payload of a post in a channel, to be frozen at its first attempt.

        None where what it would tell stands no more. Whether it goes out as a reply is decided
        here, too: to the message in that channel that told what it answers.
        """
        if post.heading:
            return await self._list(post)
        telling = await self.telling(post.announcement_id)
        if telling.standing is not Standing.STANDS:
            return None
        mentions = _mentions(post)
        if post.part:
            return render_further(telling, mentions, post.mark, self._words)
        answered = await self._answered(post, channel)
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

    async def replacement(self, post: DuePost, remedy: Remedy, channel: int) -> Payload:
        """Other words for a payload that Discord refused for good."""
        if post.heading:
            return await self._list(post, remedy)
        telling = await self.telling(post.announcement_id)
        mentions = _mentions(post)
        match remedy:
            case Remedy.PLAIN:
                return render_plain_fallback(telling, mentions, post.mark, self._words)
            case Remedy.NO_ROLE:
                answered = await self._answered(post, channel)
                nobody = replace(mentions, roles=())
                return render(telling, nobody, post.mark, self._words, answered)
            case Remedy.NO_REFERENCE:
                return render(telling, mentions, post.mark, self._words)

    async def _answered(self, post: DuePost, channel: int) -> int | None:
        async with self._database.read() as connection:
            return await message_answered(
                connection, post.announcement_id, post.destination_id, channel
            )

    async def _list(self, post: DuePost, remedy: Remedy | None = None) -> Payload:
        """A post that carries several announcements."""
        async with self._database.read() as connection:
            owed = await catchups.carried(connection, post.first_id)
        tellings = await self.tellings(each.announcement_id for each in owed)
        told = [tellings[each.announcement_id] for each in owed]
        roles = tuple(each.role for each in owed if each.role and remedy is not Remedy.NO_ROLE)
        users = tuple(user for each in owed for user in each.users)
        mentions, heading = parts(users, roles)[post.part], Heading(post.heading)
        if post.part:
            return render_list_further(told, heading, mentions, post.mark, self._words)
        shape = render_plain_list if remedy is Remedy.PLAIN else render_list
        return shape(told, heading, mentions, post.mark, self._words)


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
