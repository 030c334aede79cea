"""Two shows become one: nothing that somebody asked for is lost, nothing is there twice."""

from dataclasses import replace

from sqlalchemy import func, select

from bot.news.model import Show
from bot.news.routing import Target
from bot.services.guilds import Guilds
from bot.services.subscribing import Subscribing, Wish
from bot.storage import merging, schema, shows
from bot.storage.database import Database
from tests.storage.rows import NOW, SHOW, add_announcement

OTHER = Show("shipped:lantern-bay", "Lantern Bay", ("LB",), 2024, "Northern")
GUILD, CHANNEL, USER = 1, 2, 3


async def follow(database: Database, show: Show, target: Target, target_id: int) -> None:
    await Subscribing(database).subscribe(Wish(show, GUILD, target, target_id), USER, NOW)


async def followed(database: Database) -> list[tuple[str, Target]]:
    listed = await Subscribing(database).list_for(GUILD, USER)
    return sorted((one.show.key, one.subscription.target) for one in listed)


async def merge(database: Database) -> None:
    async with database.write() as connection:
        await merging.merge_show(connection, SHOW.key, OTHER)


async def test_a_show_that_was_written_down_gets_the_other_key(database: Database) -> None:
    await follow(database, SHOW, Target.CHANNEL, CHANNEL)
    await merge(database)

    assert await followed(database) == [(OTHER.key, Target.CHANNEL)]
    async with database.read() as connection:
        assert await shows.all_shows(connection) == (OTHER,)


async def test_what_both_have_stays_once_and_the_rest_goes_over(database: Database) -> None:
    await follow(database, OTHER, Target.CHANNEL, CHANNEL)
    await follow(database, SHOW, Target.CHANNEL, CHANNEL)
    await follow(database, SHOW, Target.MEMBER, USER)
    for show in (SHOW, OTHER):
        await Guilds(database).set_show_role(GUILD, show, 9, NOW)

    await merge(database)

    assert await followed(database) == [(OTHER.key, Target.CHANNEL), (OTHER.key, Target.MEMBER)]
    assert [show for show, _ in await Guilds(database).show_roles(GUILD)] == [OTHER]


async def test_its_news_goes_with_it(database: Database) -> None:
    async with database.write() as connection:
        await shows.ensure_show(connection, OTHER)
        await add_announcement(connection)
    await merge(database)

    async with database.read() as connection:
        row = await shows.show_id(connection, OTHER.key)
        for table in (schema.announcements, schema.facts):
            count = select(func.count()).select_from(table).where(table.c.show_id == row)
            assert await connection.scalar(count) == 1


async def test_a_show_that_was_never_written_down_changes_nothing(database: Database) -> None:
    await follow(database, OTHER, Target.CHANNEL, CHANNEL)
    await merge(database)
    async with database.write() as connection:
        await shows.describe(connection, replace(OTHER, title="Lantern Bay!"))
        assert [show.title for show in await shows.all_shows(connection)] == ["Lantern Bay!"]
