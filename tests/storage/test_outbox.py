"""The outbox: what is owed goes out in order, one post of a destination at a time, and once."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from bot.storage import catchups, outbox, owing, places, schema
from bot.storage.database import Database
from bot.storage.outbox import DuePost, State
from bot.storage.schema import deliveries, destinations, posts
from tests.storage.rows import NOW, MakeMark, add_announcement, marks, owe, to_channel, to_member

LEASE = timedelta(minutes=2)
LATER = NOW + timedelta(hours=1)
WORDS = {"content": "Lantern Bay is renewed"}


async def due(database: Database, now: datetime = NOW, limit: int = 100) -> tuple[DuePost, ...]:
    async with database.read() as connection:
        return await outbox.due_posts(connection, now, limit)


async def states(database: Database) -> list[tuple[str, str]]:
    """The state and reason of each post, in the order in which they were made."""
    async with database.read() as connection:
        rows = await connection.execute(select(posts.c.state, posts.c.reason).order_by(posts.c.id))
        return [(state, reason) for state, reason in rows]


async def begin(database: Database, post: DuePost, now: datetime = NOW) -> bool:
    async with database.write() as connection:
        if not await outbox.claim(connection, [post]):
            return False
        await outbox.begin(connection, [(post, WORDS)], "worker", now, LEASE)
        return True


async def test_of_several_posts_those_are_claimed_that_no_other_worker_began(
    database: Database,
) -> None:
    async with database.write() as connection:
        await owe(connection, to_channel(10), to_channel(11), to_channel(12))
    read = await due(database)
    await begin(database, read[1])

    async with database.write() as connection:
        ours = await outbox.claim(connection, read)
        attempts = [(post, {"content": str(post.id)}) for post in read if post.id in ours]
        await outbox.begin(connection, attempts, "other", NOW, LEASE)

    assert ours == {read[0].id, read[2].id}
    rows = select(posts.c.id, posts.c.lease_owner, posts.c.payload, posts.c.attempts)
    async with database.read() as connection:
        found = [tuple(row) for row in await connection.execute(rows.order_by(posts.c.id))]
    first, second, third = sorted(post.id for post in read)
    assert found == [
        (first, "other", {"content": str(first)}, 1),
        (second, "worker", WORDS, 1),
        (third, "other", {"content": str(third)}, 1),
    ]
    assert {state for state, _ in await states(database)} == {State.SENDING}


async def test_each_destination_is_owed_one_post(database: Database) -> None:
    async with database.write() as connection:
        await owe(connection, to_channel(10), to_channel(11, 2), to_member(7))
    third, first, second = await due(database)  # a direct message goes first
    assert (first.target_id, second.target_id, third.target_id) == (10, 11, 7)
    assert (first.channel_id, third.channel_id) == (10, None)
    assert (first.guild_id, second.guild_id, third.guild_id) == (1, 2, 0)
    assert (first.state, first.attempts, first.payload) == (State.PENDING, 0, None)


async def test_a_destination_is_owed_an_announcement_once(database: Database) -> None:
    async with database.write() as connection:
        announcement = await owe(connection, to_channel(10))
        again = [to_channel(10), to_channel(11)]
        assert await owing.enqueue(connection, announcement, again, marks_from(100), NOW) == 1
        assert await owing.enqueue(connection, announcement, again, marks_from(200), NOW) == 0
        assert await owing.enqueue(connection, announcement, [], marks_from(300), NOW) == 0
    assert [post.target_id for post in await due(database)] == [10, 11]


def marks_from(start: int) -> MakeMark:
    make = marks()
    for _ in range(start):
        make()
    return make


async def test_ten_thousand_destinations_are_owed_at_once(database: Database) -> None:
    """Far more than one statement takes variables; every post with its own mark and owner."""
    routes = [to_channel(channel, channel % 977 + 1, (channel,)) for channel in range(10_000)]
    async with database.write() as connection:
        announcement = await add_announcement(connection)
        made = marks_from(1000)
        assert await owing.enqueue(connection, announcement, routes, made, NOW) == 10_000
    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(deliveries)) == 10_000
        owners = await connection.execute(
            select(destinations.c.target_id, deliveries.c.users)
            .join_from(deliveries, posts, deliveries.c.post_id == posts.c.id)
            .join(destinations, destinations.c.id == posts.c.destination_id)
        )
        assert all(users == [channel] for channel, users in owners)
        assert await connection.scalar(select(func.count(posts.c.mark.distinct()))) == 10_000
    assert len(await due(database, limit=20_000)) == 10_000


async def test_members_beyond_fifty_are_mentioned_in_further_parts(database: Database) -> None:
    users = tuple(range(1, 121))
    async with database.write() as connection:
        await owe(connection, to_channel(10, users=users))
    for part in range(3):
        (post,) = await due(database)
        assert (post.part, post.users) == (part, users)
        assert await begin(database, post)
        async with database.write() as connection:
            await outbox.sent(connection, post.id, 10, 1000 + part, "shown", NOW)
    assert await due(database) == ()


async def test_parts_come_before_the_next_news(database: Database) -> None:
    async with database.write() as connection:
        await owe(connection, to_channel(10, users=range(60)), season=2)
        await owe(connection, to_channel(10), season=3)
    order = []
    while posted := await due(database):
        order.append((posted[0].announcement_id, posted[0].part))
        async with database.write() as connection:
            await outbox.sent(connection, posted[0].id, 10, 1, "", NOW)
    assert order == [(1, 0), (1, 1), (2, 0)]


@pytest.mark.parametrize("state", [State.FAILED, State.UNKNOWN, State.SENT])
async def test_nobody_is_pinged_to_news_that_is_not_there(database: Database, state: State) -> None:
    async with database.write() as connection:
        await owe(connection, to_channel(10, users=range(60)))
    (post,) = await due(database)
    async with database.write() as connection:
        await outbox.close(connection, post.id, state, "why", NOW)
    assert await states(database) == [(state, "why"), (state, "why")]


async def test_posts_of_a_destination_go_one_after_another(database: Database) -> None:
    async with database.write() as connection:
        await owe(connection, to_channel(10), to_channel(11), season=2)
        await owe(connection, to_channel(10), to_channel(11), season=3)
    first, other = await due(database)
    assert await begin(database, first)
    assert await begin(database, other)
    assert await due(database) == ()
    async with database.write() as connection:
        await outbox.sent(connection, first.id, 10, 1000, "shown", NOW)
    (following,) = await due(database)
    assert (following.target_id, following.announcement_id) == (10, 2)


async def test_a_post_that_waits_keeps_the_later_ones_of_its_destination(
    database: Database,
) -> None:
    async with database.write() as connection:
        await owe(connection, to_channel(10), season=2)
        await owe(connection, to_channel(10), season=3)
    (post,) = await due(database)
    async with database.write() as connection:
        await outbox.put_back(connection, post.id, "waiting", LATER, NOW)
    assert await due(database) == ()
    assert [each.id for each in await due(database, LATER)] == [post.id]


async def test_only_one_worker_begins_a_post(database: Database) -> None:
    async with database.write() as connection:
        await owe(connection, to_channel(10))
    (post,) = await due(database)
    assert await begin(database, post)
    assert not await begin(database, post)


async def test_a_post_of_a_worker_that_died_is_due_when_its_lease_has_lapsed(
    database: Database,
) -> None:
    async with database.write() as connection:
        await owe(connection, to_channel(10))
    (post,) = await due(database)
    await begin(database, post)
    assert await due(database, NOW + LEASE - timedelta(seconds=1)) == ()
    (again,) = await due(database, NOW + LEASE)
    assert (again.state, again.payload, again.nonce) == (State.SENDING, WORDS, post.nonce)
    assert (again.attempts, again.attempted) == (1, NOW)


async def test_leases_end_at_once_where_no_other_process_can_have_them(database: Database) -> None:
    async with database.write() as connection:
        await owe(connection, to_channel(10))
    (post,) = await due(database)
    await begin(database, post)
    async with database.write() as connection:
        assert await outbox.lapse_leases(connection, NOW) == 1
    assert [each.id for each in await due(database)] == [post.id]


async def test_an_attempt_that_made_nothing_leaves_no_doubt(database: Database) -> None:
    async with database.write() as connection:
        await owe(connection, to_channel(10))
    (post,) = await due(database)
    await begin(database, post)
    async with database.write() as connection:
        await outbox.put_back(connection, post.id, "waiting", NOW, NOW)
    (again,) = await due(database)
    assert (again.state, again.attempted, again.attempts) == (State.PENDING, None, 1)


async def test_a_doubt_outlasts_an_attempt_that_made_nothing(database: Database) -> None:
    async with database.write() as connection:
        await owe(connection, to_channel(10))
    (post,) = await due(database)
    await begin(database, post)
    async with database.write() as connection:
        await outbox.doubt(connection, post.id, "timeout", NOW, NOW)
        await outbox.put_back(connection, post.id, "waiting", NOW, NOW, sure=False)
    (again,) = await due(database)
    assert (again.state, again.attempted) == (State.PENDING, NOW)


async def test_a_held_destination_keeps_its_posts_and_takes_new_ones(database: Database) -> None:
    async with database.write() as connection:
        await owe(connection, to_channel(10), to_channel(11), season=2)
        await owe(connection, to_channel(10), season=3)
    first, other = await due(database)
    async with database.write() as connection:
        await outbox.hold(connection, first.destination_id, "missing_access", NOW)
        await owe(connection, to_channel(10), season=4)
    assert [post.id for post in await due(database)] == [other.id]
    held = ("held", "missing_access")
    assert await states(database) == [held, ("pending", ""), held, held]
    async with database.read() as connection:
        reasons = await connection.scalars(
            select(deliveries.c.reason).where(deliveries.c.state == State.HELD)
        )
        assert list(reasons) == ["missing_access"] * 3


async def test_what_was_held_goes_out_in_order_after_the_repair(database: Database) -> None:
    async with database.write() as connection:
        await owe(connection, to_channel(10), season=2)
    (post,) = await due(database)
    async with database.write() as connection:
        await outbox.hold(connection, post.destination_id, "missing_access", NOW)
        await owe(connection, to_channel(10), season=3)
        where = destinations.c.guild_id == 1
        assert await catchups.held_destinations(connection, where) == (post.destination_id,)
        assert await catchups.unhold(connection, post.destination_id)
        assert not await catchups.unhold(connection, post.destination_id)
        await outbox.resume(connection, post.destination_id, LATER, NOW)
    (again,) = await due(database, LATER)
    assert again.id == post.id
    assert await states(database) == [("pending", "")] * 2


async def test_what_was_held_too_long_is_no_longer_news(database: Database) -> None:
    async with database.write() as connection:
        await owe(connection, to_channel(10), season=2)
    (post,) = await due(database)
    async with database.write() as connection:
        await outbox.hold(connection, post.destination_id, "missing_access", NOW)
        await owe(connection, to_channel(10), season=3, now=LATER)
        await outbox.resume(connection, post.destination_id, LATER, LATER)
    assert await states(database) == [("failed", "too_old"), ("pending", "")]


async def test_a_direct_message_keeps_the_channel_that_was_opened(database: Database) -> None:
    async with database.write() as connection:
        await owe(connection, to_member(7))
        (post,) = await outbox.due_posts(connection, NOW, 1)
        await places.set_open_channel(connection, post.destination_id, 4711)
    (post,) = await due(database)
    assert post.channel_id == 4711


async def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    async with database.write() as connection:
        await owe(connection, to_channel(10))
    (post,) = await due(database)
    assert post.created == NOW
    assert post.created.tzinfo is UTC


async def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="without a zone"):
        async with database.write() as connection:
            await connection.execute(update(schema.posts).values(due=NOW.replace(tzinfo=None)))
