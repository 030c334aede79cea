"""What becomes of trouble without anybody pressing anything: tried again, told once, mended."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.delivery.outcomes import Failed, Failure, Held, Hold, Sent
from bot.storage.schema import deliveries, notices, posts
from tests.services.room import GUILD, NEWS, Room
from tests.services.test_delivering import news_of

HOUR = timedelta(hours=1)
STATE = (deliveries.c.state, deliveries.c.reason)
CLOSED = Held(Hold.MISSING_ACCESS, 50001)


@pytest.fixture
async def room(room: Room) -> Room:
    """One channel follows a show."""
    await room.follow()
    return room


async def hold(room: Room, *seasons: int) -> None:
    """The channel refuses the news of these seasons."""
    room.sender.refusing = {NEWS: CLOSED}
    for season in seasons:
        await news_of(room, season)
        await room.deliver()


async def texts(room: Room) -> Sequence[str]:
    """What the server's admins are told."""
    return await room.rows(notices.c.text)


async def test_a_channel_that_nobody_tells_of_is_tried_every_hour(room: Room) -> None:
    await hold(room, 2, 3, 4, 5)
    room.sender.refusing = {}
    room.sender.posted.clear()

    assert await room.deliver(timedelta(minutes=50)) == {}
    assert await room.deliver(timedelta(minutes=20)) == {"Sent": 1}

    [post] = room.sender.posted
    assert post.content == "While I could not post here, 4 things happened"
    assert (await texts(room))[-1] == f"News reaches <#{NEWS}> again."


async def test_a_try_in_vain_costs_one_request_and_nobody_hears_of_it(room: Room) -> None:
    await hold(room, 2, 3, 4, 5)
    room.sender.posted.clear()

    for _ in range(3):
        assert await room.deliver(HOUR + timedelta(minutes=1)) == {"Held": 1}

    assert len(room.sender.posted) == 3
    assert len(await texts(room)) == 1
    assert set(await room.rows(*STATE)) == {("held", "missing_access")}


async def test_each_try_has_a_nonce_of_its_own_and_frozen_words(room: Room) -> None:
    await hold(room, 2, 3, 4, 5)
    room.sender.posted.clear()
    await room.deliver(2 * HOUR)
    await room.deliver(2 * HOUR)

    first, second = room.sender.posted
    assert first.nonce != second.nonce, "nothing of the first stands: the second is another post"
    assert first.content == second.content


async def test_two_repairs_at_once_tell_it_once(room: Room) -> None:
    await hold(room, 2, 3, 4, 5)
    room.sender.refusing = {}
    room.sender.posted.clear()

    assert await room.delivering.recheck(GUILD, room.now) == 1
    assert await room.delivering.recheck(GUILD, room.now) == 0
    await room.deliver()
    await room.deliver()

    assert len(room.sender.posted) == 1
    assert await room.rows(posts.c.state) == ["sent"]


async def test_a_catch_up_refused_in_plain_words_too_lets_the_next_go(room: Room) -> None:
    await hold(room, 2, 3, 4, 5)
    refused = Failed(Failure.AUTOMOD, 200000, remedy=None)
    room.sender.refusing, room.sender.answers = {}, [refused]
    await room.deliver(2 * HOUR)
    await news_of(room, 6)

    assert await room.deliver() == {"Sent": 1}
    assert await room.rows(*STATE) == [("failed", "automod")] * 4 + [("sent", "")]


async def test_a_lost_card_is_told_once_and_its_return(room: Room) -> None:
    room.sender.answers = [Sent(1, "shown", lost_embed=True)] * 2
    for season in (2, 3, 4, 5):
        await news_of(room, season)
        await room.deliver()

    lost, back = await texts(room)
    assert "I lack **Embed Links**" in lost
    assert back == f"Posts in <#{NEWS}> have their card again."


async def test_refused_posts_are_told_once_until_one_arrives(room: Room) -> None:
    blocked = Failed(Failure.HARMFUL_LINK, 240000)
    room.sender.answers = [blocked, blocked, Sent(1, "shown"), blocked]
    for season in (2, 3, 4, 5):
        await news_of(room, season)
        await room.deliver()

    first, again = await texts(room)
    assert first == again
    assert f"did not reach <#{NEWS}>" in first
