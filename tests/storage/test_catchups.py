"""What waits in a held destination, what one post carries of it, and posts in doubt."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from bot.news.routing import Target
from bot.storage import catchups, doubts, guilds, outbox, places, roles, schema
from bot.storage.catchups import Waiting
from bot.storage.database import Database
from bot.storage.outbox import DuePost, State
from bot.storage.shows import ensure_show
from tests.storage.rows import NOW, SHOW, owe, to_channel

LATER = NOW + timedelta(hours=1)
GUILD = 1
NAMES = [("a" * 16, "gla"), ("b" * 16, "glb")]


async def hold(database: Database, *seasons: int, users: tuple[int, ...] = ()) -> int:
    """A channel's destination that is held, with an announcement of each season."""
    async with database.write() as connection:
        await owe(connection, to_channel(10, GUILD, users), season=seasons[0])
        [first] = await outbox.due_posts(connection, NOW, 10)
        await outbox.hold(connection, first.destination_id, "missing_access", NOW)
        for season in seasons[1:]:
            await owe(connection, to_channel(10, GUILD, users), season=season)
        return first.destination_id


async def waiting(database: Database, destination: int) -> tuple[Waiting, ...]:
    async with database.read() as connection:
        return await catchups.waiting(connection, destination)


async def due(database: Database) -> tuple[DuePost, ...]:
    async with database.read() as connection:
        return await outbox.due_posts(connection, LATER, 10)


async def gather(
    database: Database, destination: int, names: Sequence[tuple[str, str]] = NAMES[:1]
) -> int:
    """Let one post carry all that waits."""
    held = await waiting(database, destination)
    async with database.write() as connection:
        await catchups.unhold(connection, destination)
        ids = [each.id for each in held]
        made = await catchups.gather(connection, destination, ids, "post.catch_up", names, LATER)
        await catchups.remove_posts(connection, [each.post_id for each in held])
    return made


async def test_what_waits_is_in_the_order_in_which_it_was_announced(database: Database) -> None:
    held = await waiting(database, await hold(database, 2, 3, 4))

    assert [each.id for each in held] == sorted(each.id for each in held)
    assert not any(each.gathered or each.overtaken for each in held)
    assert {each.created for each in held} == {NOW}


async def test_what_may_stand_already_is_left_alone(database: Database) -> None:
    async with database.write() as connection:
        await owe(connection, to_channel(10, GUILD), season=2)
        [post] = await outbox.due_posts(connection, NOW, 10)
        await outbox.begin(connection, [(post, {"content": "x"})], "w", NOW, timedelta(minutes=2))
        await outbox.put_back(connection, post.id, "missing_access", NOW, NOW, sure=False)
        await outbox.hold(connection, post.destination_id, "missing_access", NOW)

    assert await waiting(database, post.destination_id) == ()


async def test_one_post_carries_all_and_is_due_once(database: Database) -> None:
    destination = await hold(database, 2, 3, 4, users=(7,))

    made = await gather(database, destination)

    [post] = await due(database)
    assert (post.id, post.heading, post.first_id) == (made, "post.catch_up", made)
    async with database.read() as connection:
        owed = await catchups.carried(connection, made)
    assert [each.users for each in owed] == [(7,)] * 3
    assert len({each.announcement_id for each in owed}) == 3


async def test_its_parts_come_after_it_and_share_its_fate(database: Database) -> None:
    made = await gather(database, await hold(database, 2, 3), NAMES)
    async with database.write() as connection:
        await outbox.sent(connection, made, 10, 99, "shown", LATER)

    [further] = await due(database)

    assert (further.part, further.first_id, further.heading) == (1, made, "post.catch_up")


async def test_held_again_it_counts_as_gathered(database: Database) -> None:
    destination = await hold(database, 2, 3)
    await gather(database, destination)
    async with database.write() as connection:
        await outbox.hold(connection, destination, "missing_access", LATER)

    held = await waiting(database, destination)
    assert [each.gathered for each in held] == [True, True]
    async with database.write() as connection:
        await catchups.give_up(connection, held[0], "too_old", LATER)
    assert [each.id for each in await waiting(database, destination)] == [held[1].id]


async def in_doubt(database: Database) -> int:
    """A catch-up of two with a further part, of which nobody knows whether it stands."""
    made = await gather(database, await hold(database, 2, 3), NAMES)
    async with database.write() as connection:
        await outbox.close(connection, made, State.UNKNOWN, "unreadable", LATER)
    return made


async def test_a_post_in_doubt_is_found_with_all_that_it_carries(database: Database) -> None:
    made = await in_doubt(database)
    async with database.read() as connection:
        post = await doubts.find(connection, made)
        assert await doubts.find(connection, made + 100) is None

    assert post is not None
    assert (post.guild_id, post.channel_id, len(post.deliveries)) == (GUILD, 10, 2)
    assert not post.overtaken


async def test_sent_again_it_is_another_post_and_the_old_one_fails(database: Database) -> None:
    made = await in_doubt(database)
    async with database.write() as connection:
        post = await doubts.find(connection, made)
        assert post is not None
        await doubts.again(connection, post, [("c" * 16, "glc")], LATER)
        assert await doubts.find(connection, made) is None

    [again] = await due(database)
    assert (again.mark, again.heading) == ("c" * 16, "post.catch_up")
    async with database.read() as connection:
        old = await connection.scalars(
            select(schema.posts.c.state).where(schema.posts.c.id != again.id)
        )
        assert set(old) == {State.FAILED}


async def test_where_it_stands_its_parts_are_owed_again(database: Database) -> None:
    made = await in_doubt(database)
    async with database.write() as connection:
        post = await doubts.find(connection, made)
        assert post is not None
        await doubts.settle(connection, post, State.SENT, doubts.SEEN, LATER)

    [further] = await due(database)
    assert further.part == 1
    async with database.read() as connection:
        assert set(await connection.scalars(select(schema.deliveries.c.state))) == {State.SENT}


async def test_a_held_destination_keeps_what_is_sent_again(database: Database) -> None:
    made = await in_doubt(database)
    async with database.write() as connection:
        post = await doubts.find(connection, made)
        assert post is not None
        await outbox.hold(connection, post.destination_id, "missing_access", LATER)
        post = await doubts.find(connection, made)
        assert post is not None
        await doubts.again(connection, post, [("c" * 16, "glc")], LATER)

    assert await due(database) == ()
    assert len(await waiting(database, post.destination_id)) == 2


async def test_a_place_is_found_by_its_row(database: Database) -> None:
    destination = await hold(database, 2)
    async with database.read() as connection:
        place = await places.place_of(connection, destination)
        assert await places.place_of(connection, destination + 1) is None

    assert place is not None
    assert (place.target, place.target_id, place.held) == (Target.CHANNEL, 10, "missing_access")


async def test_the_role_of_a_show_is_kept_changed_and_dropped(database: Database) -> None:
    async with database.write() as connection:
        await guilds.ensure_guild(connection, GUILD, NOW)
        show_id = await ensure_show(connection, SHOW)
        for role in (5, 6):
            await roles.put_role(connection, GUILD, show_id, role)
        assert await roles.roles_for_show(connection, show_id) == {GUILD: 6}
        assert await roles.roles_in(connection, GUILD) == ((SHOW, 6),)
        assert not await roles.drop_role(connection, GUILD, 5)
        assert await roles.drop_role(connection, GUILD, 6)
        await roles.put_role(connection, GUILD, show_id, 7)
        await roles.remove_role(connection, GUILD, show_id)
        assert await roles.roles_in(connection, GUILD) == ()
