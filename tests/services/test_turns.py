"""Whose turn it is when there is more to post than the budget takes at once."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.news.routing import Target
from bot.services import delivering
from tests.services.room import NEWS, PASS, Room
from tests.services.test_delivering import news_of

OTHER, THIRD = 2, 3  # servers; the news channel of each has its number


@pytest.fixture
async def room(room: Room, monkeypatch: pytest.MonkeyPatch) -> Room:
    """Ten channels of one server follow a show; two posts fly at once, chosen from four."""
    monkeypatch.setattr(delivering, "AT_ONCE", 2)
    monkeypatch.setattr(delivering, "HEADS", 4)
    for channel in range(NEWS, NEWS + 10):
        await room.follow(target_id=channel)
    return room


def channels(room: Room) -> list[int]:
    return [posted.channel for posted in room.sender.posted]


async def test_a_burst_of_one_server_does_not_delay_anothers_first_message(room: Room) -> None:
    await news_of(room)
    await room.follow(target_id=OTHER, guild=OTHER, show=PASS)
    await news_of(room, show=PASS)

    await room.deliver()

    assert channels(room).index(OTHER) <= 2
    assert len(channels(room)) == 11


async def test_what_comes_in_the_middle_of_a_burst_has_its_turn_in_it(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    await news_of(room)
    await room.follow(target_id=OTHER, guild=OTHER, show=PASS)
    real = room.sender.post

    async def post(*arguments: Any, **more: Any) -> Any:
        if not room.sender.posted:
            room.now += timedelta(seconds=1)
            await news_of(room, show=PASS)
        return await real(*arguments, **more)

    monkeypatch.setattr(room.sender, "post", post)
    await room.deliver()

    assert channels(room).index(OTHER) < 7
    assert len(channels(room)) == 11


async def test_what_mentions_a_member_goes_before_what_does_not(room: Room) -> None:
    for guild in (OTHER, THIRD):
        await room.follow(target_id=guild, guild=guild)
    await room.follow(Target.MEMBER, 7, guild=THIRD)
    await room.guilds.set_news_channel(THIRD, THIRD, room.now)
    await news_of(room)

    await room.deliver()

    turns = channels(room)
    assert "<@7>" in room.sender.to(THIRD)[0].content
    assert turns.index(THIRD) < turns.index(OTHER)


async def test_a_member_counts_for_themselves_and_not_for_a_server(room: Room) -> None:
    await room.follow(Target.DM, 8, guild=0)
    await room.follow(Target.DM, 9, guild=0)
    await news_of(room)

    await room.deliver()

    assert {1008, 1009} <= set(channels(room)[:3])


async def test_what_was_held_waits_for_no_end_of_a_burst(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call that delivers for minutes looks again at what is to be tried again."""
    await news_of(room)
    looked = 0
    real = room.delivering._retry_held

    async def look(now: datetime) -> None:
        nonlocal looked
        looked += 1
        await real(now)

    monkeypatch.setattr(room.delivering, "_retry_held", look)
    await asyncio.wait_for(room.deliver(), 20)

    assert looked > 1
