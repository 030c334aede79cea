"""Premieres: the rows of reminders and events, and who says a date."""

from datetime import date, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import Announcement, Article, Certainty, Change, Event, FactKey, Precision, When
from bot.news.premieres import Premiere
from bot.storage import events, guilds, outbox, premieres, reminders
from bot.storage.articles import add_articles
from bot.storage.database import Database
from bot.storage.events import Wanted
from bot.storage.premiere_tables import premiere_events
from bot.storage.premiere_tables import reminders as reminder_rows
from bot.storage.schema import deliveries, fact_articles, facts
from tests.storage.rows import NOW, SHOW, add_source, owe, to_channel

DAY = When(date(2027, 3, 10), date(2027, 3, 10), Precision.DAY)
GUILD = 1


async def remind(connection: AsyncConnection, fact_id: int = 1, scope: int = 0) -> int | None:
    premiere = Premiere(fact_id, scope, 3, DAY, Certainty.CONFIRMED)
    return await reminders.guard(connection, 1, premiere, Change.TOMORROW, None, NOW)


async def test_a_reminder_is_seen_to_once_in_each_scope(database: Database) -> None:
    async with database.write() as connection:
        await owe(connection, to_channel(10, GUILD))
        assert await remind(connection) is not None
        assert await remind(connection) is None
        assert await remind(connection, scope=GUILD) is not None
        seen = await reminders.guards(connection, date(2027, 3, 9), date(2027, 3, 11), [1])
        assert seen == {(1, scope, "2027-03-10", "tomorrow") for scope in (0, GUILD)}
        assert not await reminders.guards(connection, date(2027, 3, 9), date(2027, 3, 11), [2])


async def test_a_post_of_news_carries_no_reminder(database: Database) -> None:
    async with database.write() as connection:
        await owe(connection, to_channel(10, GUILD))
        [post] = await outbox.due_posts(connection, NOW, 10)
        assert await reminders.carried_by(connection, post.id) == {}
        premiere = Premiere(1, 0, 3, DAY, Certainty.CONFIRMED)
        key = FactKey(SHOW.key, 3, Event.DATED)
        told = Announcement(key, Change.TOMORROW, str(DAY), Certainty.CONFIRMED, NOW)
        row = await remind(connection)
        made = await reminders.announce(connection, row or 0, told, premiere, 1, 1, None)
        await connection.execute(update(deliveries).values(announcement_id=made))
        carried = await reminders.carried_by(connection, post.id)
        assert [(each.day, each.over) for each in carried.values()] == [("2027-03-10", NOW)]


async def test_the_newest_article_that_agrees_speaks_for_a_fact(database: Database) -> None:
    async with database.write() as connection:
        await owe(connection, to_channel(10, GUILD))
        source = await add_source(connection)
        entries = [(Article(name, name), [name]) for name in ("older", "newer", "disagrees")]
        older, newer, other = await add_articles(connection, source, entries, NOW)
        rows = [
            {"article_id": article, "at": NOW + timedelta(days=days), "agrees": article != other}
            for article, days in ((newer, 1), (older, 0), (other, 2))
        ]
        same = {"fact_id": 1, "certainty": Certainty.CONFIRMED}
        await connection.execute(fact_articles.insert(), [same | row for row in rows])
        voice = (await premieres.voices_of(connection, [1]))[1]
    assert (voice.article_id, voice.outlet) == (newer, "Outlet")


async def test_a_server_that_is_forgotten_takes_its_rows_along(database: Database) -> None:
    async with database.write() as connection:
        await guilds.ensure_guild(connection, GUILD, NOW)
        await owe(connection, to_channel(10, GUILD))
        await remind(connection, scope=GUILD)
        wanted = Wanted(GUILD, 1, 3, str(DAY), NOW, "a" * 16, {"name": "x"})
        await events.want(connection, wanted, NOW, NOW)
        await connection.execute(update(facts).values(scope=0))
        await guilds.mark_removed(connection, GUILD, NOW)
        assert await guilds.forget_removed(connection, NOW + timedelta(days=1)) == 1
        for table in (premiere_events, reminder_rows):
            assert await connection.scalar(select(func.count()).select_from(table)) == 0
