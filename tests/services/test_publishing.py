"""Announcement channels: every post reaches the followers once, ten an hour, whatever happens."""

import asyncio
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import pytest

from bot.news.model import Certainty, Claim, Event, When
from bot.services.delivering import mark_maker
from bot.services.reminding import Reminding
from bot.storage.database import Database
from bot.storage.publications import Stage
from tests.services.channels import HARBOR, NEWS, House, open_house
from tests.standin import Channel, Fault
from tests.standin.faults import Act
from tests.standin.world import ALL, ANNOUNCEMENT, SEND, TEXT

DAY = "2026-11-04"


@pytest.fixture
async def house(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    async with open_house(database, monkeypatch) as opened:
        opened.channel().type = ANNOUNCEMENT
        await opened.follow(HARBOR)
        yield opened


def crosspost(act: Act, **details: Any) -> Fault:
    return Fault(act, path="/crosspost", **details)


async def test_a_post_of_an_announcement_channel_is_published(house: House) -> None:
    await house.tell()

    assert await house.publish_due() == 1
    assert house.published() == house.posted()
    assert await house.publish_due() == 0


async def test_a_post_of_a_text_channel_is_not(house: House) -> None:
    house.channel().type = TEXT
    await house.tell()

    assert await house.publish_due() == 0
    assert await house.states("publications") == []


async def test_ten_are_published_an_hour_and_the_rest_in_time(house: House) -> None:
    await house.tell(times=12)

    assert await house.publish_due() == 10
    house.time.pass_by(minutes=59)
    assert await house.publish_due() == 0
    house.time.pass_by(minutes=2)
    assert await house.publish_due() == 2

    assert house.published() == house.posted()
    # Discord refused none of them: the count was kept here.
    assert house.standin.rest.refused == {}


async def test_the_hour_is_counted_over_a_restart_too(house: House) -> None:
    await house.tell(times=11)
    await house.publish_due()

    assert await house.restarted().publish_due() == 0
    assert house.standin.rest.refused == {}


async def test_one_channels_limit_delays_no_other(house: House) -> None:
    house.standin.world.add_guild(house.standin.world.guilds[100], Channel(300, type=ANNOUNCEMENT))
    await house.follow(HARBOR, channel=300)
    house.standin.limits.crossposts[str(NEWS)].limit = 0
    house.standin.limits.crossposts[str(NEWS)].taken.append(house.time.now.timestamp())
    await house.tell()

    assert await house.publish_due() == 1
    assert house.published(300) == house.posted(300)


async def test_when_discord_counts_otherwise_its_time_is_kept(house: House) -> None:
    house.standin.fail(crosspost(Act.LIMIT, scope="shared", retry_after=1800))
    await house.tell()

    assert await house.publish_due() == 0
    house.time.pass_by(minutes=29)
    assert await house.publish_due() == 0
    house.time.pass_by(minutes=2)
    assert await house.publish_due() == 1


async def test_a_crash_before_the_request_leaves_it_due(house: House) -> None:
    await house.tell()

    assert await house.restarted().publish_due() == 1


@pytest.mark.parametrize("alone", [True, False])
async def test_a_crash_during_the_request_publishes_once(house: House, alone: bool) -> None:
    await house.tell()
    house.standin.fail(crosspost(Act.LATE, seconds=60.0))
    struck = house.standin.faults.struck
    crashed = asyncio.create_task(house.publish_due())
    await struck.wait()
    crashed.cancel()
    await asyncio.gather(crashed, return_exceptions=True)

    after = house.restarted()
    if alone:
        await after.publishing.resume(house.time.now)
    else:  # the attempt may still be under way in another process
        assert await after.publish_due() == 0
        house.time.pass_by(minutes=3)
    assert await after.publish_due() == 1
    assert house.published() == house.posted()


@pytest.mark.parametrize("stored", [True, False])
async def test_a_reset_is_tried_again_and_published_once(house: House, stored: bool) -> None:
    house.standin.fail(crosspost(Act.RESET, stored=stored))
    await house.tell()

    assert await house.publish_due() == 0
    house.time.pass_by(seconds=20)
    assert await house.publish_due() == 1
    assert len(house.published()) == 1


async def test_posts_are_published_in_their_order(house: House) -> None:
    await house.tell(times=3)
    house.standin.fail(crosspost(Act.STATUS, status=503))

    await house.publish_due()
    house.time.pass_by(minutes=1)
    await house.publish_due()

    assert house.published() == house.posted()


async def test_a_post_that_was_deleted_is_dropped(house: House) -> None:
    await house.tell(times=2)
    world = house.standin.world
    world.delete(world.posts(NEWS)[0])

    assert await house.publish_due() == 1
    assert await house.states("publications") == [Stage.DROPPED, Stage.DONE]


async def test_a_missing_permission_is_told_once_and_its_mending_too(house: House) -> None:
    await house.tell()
    house.channel().allow = ALL & ~SEND

    await house.publish_due()
    first = await house.notices()
    house.time.pass_by(hours=1)
    await house.publish_due()
    second = await house.notices()
    house.channel().allow = ALL
    house.time.pass_by(hours=1)
    assert await house.publish_due() == 1

    assert len(first) == 1
    assert "**Send Messages**" in first[0]
    assert second == []
    assert len(await house.notices()) == 1


async def test_after_two_days_nobodys_followers_are_told(house: House) -> None:
    await house.tell()
    house.time.pass_by(hours=49)

    assert await house.publish_due() == 0
    assert await house.states("publications", "reason") == ["too_old"]


async def test_without_the_gateway_discord_itself_says_what_has_followers(house: House) -> None:
    house.knows_channels = False
    house.standin.world.add_guild(house.standin.world.guilds[100], Channel(300, type=TEXT))
    await house.follow(HARBOR, channel=300)
    await house.tell()

    assert await house.publish_due() == 0  # the gateway may yet tell
    house.time.pass_by(minutes=6)
    assert await house.publish_due() == 1
    assert house.published() == house.posted()
    await house.tell()
    assert len(await house.states("publications")) == 3  # the text channel is known now


async def test_trouble_with_the_token_stops_publishing(house: House) -> None:
    await house.tell(times=3)
    house.standin.fail(crosspost(Act.STATUS, status=401))
    before = house.standin.rest.requests

    await house.publish_due()

    assert house.standin.rest.requests == before + 1


async def test_a_channel_that_is_no_announcement_channel_any_more_owes_nothing(
    house: House,
) -> None:
    await house.tell()
    house.channel().type = TEXT

    assert await house.publish_due() == 0
    assert await house.states("publications", "reason") == ["wrong_channel"]


@pytest.mark.parametrize(("code", "reason"), [(10003, "channel_gone"), (50035, "invalid")])
async def test_a_lasting_refusal_ends_a_publication_and_the_next_may_go(
    house: House, code: int, reason: str
) -> None:
    await house.tell(times=2)
    house.standin.fail(crosspost(Act.STATUS, status=400, code=code))

    assert await house.publish_due() == 1
    assert await house.states("publications", "reason") == [reason, ""]


async def test_two_workers_publish_a_post_once(house: House) -> None:
    other = house.restarted()
    await house.tell(times=3)

    published = await asyncio.gather(house.publish_due(), other.publish_due())

    assert sum(published) == 3
    assert house.published() == house.posted()


async def test_a_reminder_reaches_followers_in_time_or_not_at_all(house: House) -> None:
    claim = Claim(HARBOR, Event.DATED, 3, Certainty.CONFIRMED, "", DAY, When.parse(DAY))
    await house.article(claim)
    await house.tell()
    await house.publish_due()
    reminding = Reminding(house.database, mark_maker(Random(9), "test"))
    for hours in (24 - 8, 24):  # ten in the morning of the day before, and of the day
        house.time.pass_by(hours=hours)
        await reminding.remind_due(house.time.now)
        await house.deliver()
        if hours < 24:
            house.channel().allow = ALL & ~SEND
            await house.publish_due()
            house.channel().allow = ALL

    assert await house.publish_due() == 1
    assert house.published()[-1].startswith("Premiere day")
    assert await house.states("publications", "reason") == ["", "", "past", ""]
