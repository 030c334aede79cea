"""Looking for a post whose fate is unknown, at the stand-in over sockets."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.looking import (
    Absent,
    Found,
    FoundThread,
    Unread,
    Unreadable,
    find_mark,
    find_thread,
    snowflake_at,
)
from bot.delivery.outcomes import Held, Hold, Sent, Told, Uncertain
from bot.delivery.showing import showing
from bot.delivery.steps import ThreadMade, make_thread
from tests.delivery.conftest import GUILD, NEWS, Line
from tests.delivery.test_sending import payload, send
from tests.standin import Channel, Fault
from tests.standin.faults import Act
from tests.standin.world import ALL, FORUM, HISTORY, VIEW

OTHER = "z" * 16


@pytest.fixture
def since() -> datetime:
    return datetime.now(UTC)


def chatter(line: Line, count: int) -> None:
    """Messages of other people."""
    for _ in range(count):
        line.world.store(line.channel, {"content": "hello"})


async def test_a_post_that_arrived_is_found_however_much_was_written_since(
    line: Line, mark: str, since: datetime
) -> None:
    line.standin.fail(Fault(Act.RESET, stored=True))
    await send(line, mark)
    chatter(line, 150)

    found = await find_mark(line.sender, NEWS, mark, since)

    assert found == Found(line.world.posts(NEWS)[0].id, showing(payload(mark)))


async def test_a_post_at_the_end_of_many_pages_is_found(
    line: Line, mark: str, since: datetime
) -> None:
    chatter(line, 320)
    await send(line, mark)

    assert isinstance(await find_mark(line.sender, NEWS, mark, since), Found)


async def test_a_post_that_did_not_arrive_is_absent_where_others_are_seen(
    line: Line, mark: str, since: datetime
) -> None:
    chatter(line, 1)

    assert await find_mark(line.sender, NEWS, mark, since) == Absent()


async def test_an_older_message_proves_that_the_channel_can_be_read(
    line: Line, mark: str, since: datetime
) -> None:
    chatter(line, 1)

    assert await find_mark(line.sender, NEWS, mark, since + timedelta(hours=1)) == Absent()


async def test_an_empty_channel_proves_nothing(line: Line, mark: str, since: datetime) -> None:
    assert await find_mark(line.sender, NEWS, mark, since) == Unreadable(Unread.EMPTY)


async def test_an_empty_channel_is_empty_where_the_right_to_read_is_known(
    line: Line, mark: str, since: datetime
) -> None:
    assert await find_mark(line.sender, NEWS, mark, since, may_be_empty=True) == Absent()


async def test_without_read_message_history_a_full_channel_proves_nothing_either(
    line: Line, mark: str, since: datetime
) -> None:
    await send(line, mark)
    line.channel.allow = ALL & ~HISTORY

    assert await find_mark(line.sender, NEWS, mark, since) == Unreadable(Unread.EMPTY)


async def test_a_channel_that_cannot_be_seen_says_so(
    line: Line, mark: str, since: datetime
) -> None:
    line.channel.allow = ALL & ~VIEW

    found = await find_mark(line.sender, NEWS, mark, since)

    assert found == Held(Hold.MISSING_ACCESS, 50001)


async def test_trouble_while_looking_decides_nothing(
    line: Line, mark: str, since: datetime
) -> None:
    line.standin.fail(Fault(Act.STATUS, method="GET", status=503))

    assert isinstance(await find_mark(line.sender, NEWS, mark, since), Uncertain)


async def test_a_clock_that_differs_by_minutes_hides_nothing(
    line: Line, mark: str, since: datetime
) -> None:
    await send(line, mark)

    ahead = since + timedelta(minutes=4)
    assert isinstance(await find_mark(line.sender, NEWS, mark, ahead), Found)


async def test_looking_first_makes_a_second_send_safe_even_without_nonces(
    line: Line, mark: str, since: datetime
) -> None:
    """Rule 1 of delivery: look first, then the same nonce and payload."""
    line.world.nonce_seconds = -1
    for stored in (True, False):
        line.standin.fail(Fault(Act.RESET, stored=stored))
        text = f"stored={stored}"
        own = mark if stored else OTHER
        assert isinstance(await send(line, own, nonce=own, content=text), Uncertain)
        if await find_mark(line.sender, NEWS, own, since) == Absent():
            assert isinstance(await send(line, own, nonce=own, content=text), Sent)

    assert line.posted() == ["stored=True", "stored=False"]


async def test_a_deleted_post_is_absent_but_its_nonce_still_says_told(
    line: Line, mark: str, since: datetime
) -> None:
    """Why the nonce is sent with every attempt: it alone knows what a moderator removed."""
    chatter(line, 1)
    line.standin.fail(Fault(Act.VANISH))
    await send(line, mark)

    assert await find_mark(line.sender, NEWS, mark, since) == Absent()
    assert await send(line, mark) == Told()


@pytest.fixture
def forum(line: Line) -> int:
    line.world.add_guild(line.world.guilds[GUILD], Channel(300, type=FORUM, name="shows"))
    return 300


async def test_a_forums_post_is_found_open_or_archived(
    line: Line, forum: int, mark: str, since: datetime
) -> None:
    made = await make_thread(line.sender, forum, "Quiet Harbour", payload(mark))
    assert isinstance(made, ThreadMade)
    await make_thread(line.sender, forum, "Another show", payload(OTHER))

    found = await find_thread(line.sender, GUILD, forum, mark, since)
    line.world.channels[made.thread_id].archived = True
    archived = await find_thread(line.sender, GUILD, forum, mark, since)

    assert found == archived == FoundThread(made.thread_id)


async def test_a_forums_post_made_before_a_reset_is_found_and_not_made_twice(
    line: Line, forum: int, mark: str, since: datetime
) -> None:
    line.standin.fail(Fault(Act.RESET, path="/threads", stored=True))

    assert isinstance(await make_thread(line.sender, forum, "Show", payload(mark)), Uncertain)
    assert isinstance(await find_thread(line.sender, GUILD, forum, mark, since), FoundThread)


async def test_a_forum_without_the_post_is_absent(
    line: Line, forum: int, mark: str, since: datetime
) -> None:
    assert await find_thread(line.sender, GUILD, forum, mark, since) == Absent()


async def test_a_forums_post_that_may_not_be_read_might_be_ours(
    line: Line, forum: int, mark: str, since: datetime
) -> None:
    made = await make_thread(line.sender, forum, "Quiet Harbour", payload(mark))
    line.world.channels[made.thread_id].allow = ALL & ~HISTORY

    found = await find_thread(line.sender, GUILD, forum, mark, since)

    assert found == Unreadable(Unread.FORBIDDEN)


async def test_a_forums_post_whose_first_message_is_gone_is_not_ours(
    line: Line, forum: int, mark: str, since: datetime
) -> None:
    made = await make_thread(line.sender, forum, "Quiet Harbour", payload(OTHER))
    line.world.delete(line.world.messages[made.thread_id])

    assert await find_thread(line.sender, GUILD, forum, mark, since) == Absent()


async def test_trouble_while_looking_through_a_forum_decides_nothing(
    line: Line, forum: int, mark: str, since: datetime
) -> None:
    await make_thread(line.sender, forum, "Show", payload(OTHER))
    line.standin.fail(Fault(Act.STATUS, method="GET", status=500))

    assert isinstance(await find_thread(line.sender, GUILD, forum, mark, since), Uncertain)


def test_an_id_of_a_moment_is_below_every_id_of_later(line: Line) -> None:
    assert snowflake_at(datetime.now(UTC) - timedelta(seconds=1)) < line.world.new_id()
    assert snowflake_at(datetime(2015, 1, 1, tzinfo=UTC)) == 0
