"""What is not right: a member's word, and what an admin decides of it.

    word -> open -> (three members) shown to the admins -> accepted: struck | dismissed

A member's word changes nothing by itself. A strike is a server's own, and is remembered: what was
struck is not told there again (`bot.storage.strikes.silent_in`).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.rendering import sentence
from bot.delivery.telling import Telling
from bot.services.composing import Composing
from bot.services.noticing import Noticing, unsettled_topic
from bot.storage import notices, reports, strikes
from bot.storage.database import Database
from bot.storage.reports import Open, ReportState, What
from bot.storage.strikes import How, Strike
from bot.words import Words

ENOUGH = 3  # members of a server whose word its admins are shown
TOPIC = "report"


@dataclass(frozen=True, slots=True)
class Doubtable:
    """An announcement under a button: what it tells, and what its server struck of it."""

    id: int
    telling: Telling
    strike: Strike | None


@dataclass(frozen=True, slots=True)
class Post:
    """What a post carries, and its server (0 for a direct message)."""

    guild_id: int
    items: tuple[Doubtable, ...]

    def item(self, announcement_id: int) -> Doubtable | None:
        """One of its announcements, None for one that it does not carry."""
        return next((item for item in self.items if item.id == announcement_id), None)


class Judging:
    """Keeps words and decisions. Who may decide is the caller's to check."""

    def __init__(
        self, database: Database, composing: Composing, noticing: Noticing, words: Words
    ) -> None:
        self._database = database
        self._composing = composing
        self._noticing = noticing
        self._words = words

    async def post(self, mark: str) -> Post | None:
        """What the post of a mark carries; None for a mark that no post of news has."""
        async with self._database.read() as connection:
            carried = await reports.carried_by(connection, mark)
            if carried is None:
                return None
            ids = carried.announcements
            struck = await strikes.strikes_in(connection, carried.guild_id, ids)
        tellings = await self._composing.tellings(ids)
        items = tuple(Doubtable(each, tellings[each], struck.get(each)) for each in ids)
        return Post(carried.guild_id, items)

    async def said(self, announcement_id: int, guild_id: int, user_id: int) -> What | None:
        """What a member said before."""
        async with self._database.read() as connection:
            return await reports.word_of(connection, announcement_id, guild_id, user_id)

    async def say(
        self, announcement_id: int, guild_id: int, user_id: int, what: What, now: datetime
    ) -> None:
        """A member's word, in place of an earlier one. The third of a server goes to its admins."""
        news = sentence(await self._composing.telling(announcement_id), self._words)
        async with self._database.write() as connection:
            await reports.put_word(connection, announcement_id, guild_id, user_id, what, now)
            for doubted in await reports.open_in(connection, guild_id, [announcement_id]):
                if guild_id and doubted.members >= ENOUGH:
                    await self._show_admins(connection, doubted, news, now)

    async def strike(
        self, announcement_id: int, guild_id: int, what: What, how: How, by: int, now: datetime
    ) -> None:
        """An admin's word: the post is struck through, or deleted, and the news told no more."""
        async with self._database.write() as connection:
            given_up = await strikes.strike(
                connection, announcement_id, guild_id, what, how, by, now
            )
            for post_id in given_up:
                await notices.mend(connection, guild_id, unsettled_topic(post_id), now)
            await self._settle(connection, guild_id, announcement_id, ReportState.ACCEPTED)

    async def lift(self, announcement_id: int, guild_id: int, now: datetime) -> bool:
        """Take a strike back; whether there was one."""
        async with self._database.write() as connection:
            return await strikes.lift(connection, announcement_id, guild_id, now)

    async def open(self, report_id: int) -> Open | None:
        """What members said beside a word, undecided; None where nothing is open any more."""
        async with self._database.read() as connection:
            return await reports.find(connection, report_id)

    async def open_in(self, guild_id: int) -> tuple[tuple[Open, Telling], ...]:
        """Everything that members of a server say, undecided, and of which news they say it."""
        async with self._database.read() as connection:
            found = await reports.open_in(connection, guild_id)
        tellings = await self._composing.tellings(each.announcement_id for each in found)
        return tuple((each, tellings[each.announcement_id]) for each in found)

    async def dismiss(self, doubted: Open) -> None:
        """An admin says that the news is right: what members said is done with."""
        guild_id, announcement_id = doubted.guild_id, doubted.announcement_id
        async with self._database.write() as connection:
            await self._settle(connection, guild_id, announcement_id, ReportState.DISMISSED)

    async def _show_admins(
        self, connection: AsyncConnection, doubted: Open, news: str, now: datetime
    ) -> None:
        at = await reports.posted_at(connection, doubted.announcement_id, doubted.guild_id)
        link = f"https://discord.com/channels/{doubted.guild_id}/{at[0]}/{at[1]}" if at else ""
        await self._noticing.trouble(
            connection,
            doubted.guild_id,
            f"{TOPIC}:{doubted.id}",
            "notice.report",
            now,
            news=news,
            words=tally(doubted, self._words),
            link=link,
        )

    async def _settle(
        self,
        connection: AsyncConnection,
        guild_id: int,
        announcement_id: int,
        state: ReportState,
    ) -> None:
        for report_id in await reports.settle(connection, guild_id, announcement_id, state):
            # Nobody waits to hear of it any more, not even who was not told yet.
            await notices.drop(connection, guild_id, f"{TOPIC}:{report_id}")


def tally(doubted: Open, words: Words) -> str:
    """What members say, with how many say it."""
    said = (words.count(f"report.says.{what}", doubted.words.get(what, 0)) for what in What)
    counted = [text for what, text in zip(What, said, strict=True) if doubted.words.get(what)]
    return ", ".join(counted)
