"""What a server struck: its own posts, what it is still owed, and what it hears of later."""

from datetime import datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import Announcement, Certainty, Change
from bot.storage import (
    catchups,
    edits,
    guilds,
    ledger,
    outbox,
    owing,
    report_tables,
    reports,
    schema,
    strikes,
)
from bot.storage.database import Database
from bot.storage.outbox import State
from bot.storage.reports import ReportState, What
from bot.storage.strikes import How
from tests.storage.rows import NOW, MakeMark, add_announcement, marks, owe, to_channel, to_member

GUILD, OTHER = 42, 43


async def strike(
    connection: AsyncConnection, announcement: int, what: What = What.NOT_NEWS
) -> tuple[int, ...]:
    return await strikes.strike(connection, announcement, GUILD, what, How.STRIKE, 7, NOW)


async def posts_of(connection: AsyncConnection) -> list[tuple[str, str, bool]]:
    columns = (schema.posts.c.state, schema.posts.c.reason, schema.posts.c.struck)
    rows = await connection.execute(select(*columns).order_by(schema.posts.c.id))
    return [(state, reason, struck) for state, reason, struck in rows]


async def owed_edits(connection: AsyncConnection) -> list[int]:
    query = select(schema.edits.c.post_id).where(schema.edits.c.state == edits.Stage.DUE)
    return sorted(await connection.scalars(query))


async def test_only_this_servers_posts_are_struck_with_their_further_parts(
    database: Database,
) -> None:
    async with database.write() as connection:
        told = await owe(connection, to_channel(10, GUILD, range(60)), to_channel(11, OTHER))
        await connection.execute(update(schema.posts).values(state=State.SENT, message_id=1))
        assert await strike(connection, told) == ()
        struck = [flag for _, _, flag in await posts_of(connection)]
        assert struck == [True, False, True]
        assert await owed_edits(connection) == [1, 3]


@pytest.mark.parametrize("state", [State.PENDING, State.HELD, State.UNKNOWN])
async def test_what_is_still_owed_fails_with_its_reason(database: Database, state: State) -> None:
    async with database.write() as connection:
        told = await owe(connection, to_channel(10, GUILD), to_channel(11, OTHER), to_member(7))
        for table in (schema.posts, schema.deliveries):
            await connection.execute(update(table).values(state=state))
        assert await strike(connection, told) == (1,)
        others = (state, "", False)
        assert await posts_of(connection) == [("failed", "struck", False), others, others]


@pytest.mark.parametrize("state", [State.PENDING, State.SENDING])
async def test_one_that_may_be_on_its_way_shows_it_once_it_has_arrived(
    database: Database, state: State
) -> None:
    async with database.write() as connection:
        told = await owe(connection, to_channel(10, GUILD))
        doubt = update(schema.posts).values(state=state, attempted=NOW, payload={"content": "x"})
        await connection.execute(doubt)
        await strike(connection, told)
        assert await edits.due_edits(connection, NOW, 10) == ()
        await outbox.sent(connection, 1, 10, 1000, "shown", NOW)
        [due] = await edits.due_edits(connection, NOW, 10)
        assert (due.struck, due.guild_id, due.first_id) == (True, GUILD, 1)


async def test_of_a_list_that_waits_only_the_struck_news_is_taken_out(database: Database) -> None:
    new_mark = marks()
    async with database.write() as connection:
        first = await owe(connection, to_channel(10, GUILD), new_mark=new_mark)
        await owe(connection, to_channel(10, GUILD), season=3, new_mark=new_mark)
        post = await catchups.gather(connection, 1, [1, 2], "post.catch_up", [new_mark()], NOW)
        written = update(schema.posts).where(schema.posts.c.id == post)
        await connection.execute(written.values(payload={"content": "both"}))
        assert await strike(connection, first) == ()
        assert [each.announcement_id for each in await catchups.carried(connection, post)] == [2]
        payload = select(schema.posts.c.payload).where(schema.posts.c.id == post)
        assert await connection.scalar(payload) is None, "it is composed anew"


async def again(connection: AsyncConnection, told: int, certainty: Certainty) -> int:
    """The fact is announced once more, so sure, and owed to both servers; to how many it is."""
    row = (await ledger.get_told(connection, [told]))[told]
    news = Announcement(row.announcement.key, Change.CONFIRMED, "", certainty, NOW)
    later = await ledger.announce(connection, news, row.fact_id, row.article_id, 1, row.scope)
    return await owing.enqueue(
        connection, later, [to_channel(10, GUILD), to_channel(11, OTHER)], marks_of(later), NOW
    )


def marks_of(number: int) -> MakeMark:
    made = marks()
    return lambda: (f"m{number}{made()[0][2:]}"[:16], "nonce")


@pytest.mark.parametrize(
    ("what", "certainty", "heard"),
    [
        (What.WRONG_SHOW, Certainty.CONFIRMED, 1),
        (What.NOT_NEWS, Certainty.CONFIRMED, 1),
        (What.RUMOUR, Certainty.REPORTED, 1),
        (What.RUMOUR, Certainty.CONFIRMED, 2),
    ],
)
async def test_what_comes_of_the_fact_later(
    database: Database, what: What, certainty: Certainty, heard: int
) -> None:
    async with database.write() as connection:
        told = await add_announcement(connection, certainty=Certainty.REPORTED)
        await strike(connection, told, what)
        assert await again(connection, told, certainty) == heard
        await strikes.lift(connection, told, GUILD, NOW)
        assert await again(connection, told, certainty) == 2


async def test_a_strike_that_is_lifted_marks_no_post_any_more(database: Database) -> None:
    async with database.write() as connection:
        told = await owe(connection, to_channel(10, GUILD))
        await connection.execute(update(schema.posts).values(state=State.SENT))
        await strike(connection, told)
        assert await strikes.lift(connection, told, GUILD, NOW)
        assert not await strikes.lift(connection, told, GUILD, NOW)
        assert [flag for _, _, flag in await posts_of(connection)] == [False]
        assert await owed_edits(connection) == [1], "the message is to show its news again"


async def test_one_word_a_member_server_and_announcement(database: Database) -> None:
    async with database.write() as connection:
        told = await add_announcement(connection)
        for user, what in ((1, What.RUMOUR), (2, What.NOT_NEWS), (1, What.NOT_NEWS)):
            await reports.put_word(connection, told, GUILD, user, what, NOW)
        await reports.put_word(connection, told, OTHER, 1, What.WRONG_SHOW, NOW)
        [here] = await reports.open_in(connection, GUILD)
        assert (here.members, here.words, here.mostly) == (2, {What.NOT_NEWS: 2}, What.NOT_NEWS)
        assert await reports.find(connection, here.id) == here
        assert await reports.word_of(connection, told, GUILD, 1) is What.NOT_NEWS


async def test_what_was_decided_stays_so_though_the_member_says_another_word(
    database: Database,
) -> None:
    async with database.write() as connection:
        told = await add_announcement(connection)
        await reports.put_word(connection, told, GUILD, 1, What.RUMOUR, NOW)
        await reports.settle(connection, GUILD, told, ReportState.DISMISSED)
        await reports.put_word(connection, told, GUILD, 1, What.NOT_NEWS, NOW)
        assert await reports.open_in(connection, GUILD) == ()
        assert await reports.find(connection, 1) is None


async def test_a_server_is_forgotten_with_what_it_said_and_struck(database: Database) -> None:
    async with database.write() as connection:
        told = await add_announcement(connection)
        for guild in (GUILD, OTHER):
            await guilds.ensure_guild(connection, guild, NOW)
            await reports.put_word(connection, told, guild, 1, What.RUMOUR, NOW)
            await strikes.strike(connection, told, guild, What.RUMOUR, How.STRIKE, 7, NOW)
        await guilds.mark_removed(connection, GUILD, NOW)
        await guilds.forget_removed(connection, a_year_after(NOW))
        for table in (report_tables.reports, report_tables.strikes):
            assert list(await connection.scalars(select(table.c.guild_id))) == [OTHER]


def a_year_after(moment: datetime) -> datetime:
    return moment.replace(year=moment.year + 1)
