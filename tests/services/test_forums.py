"""Forums: one post for each show, whatever happens while it is made; news inside, in order."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.services.subscribing import Subscribing
from bot.storage.database import Database
from tests.services.channels import COPPER, GUILD, HARBOR, House, open_house
from tests.standin import Channel, Fault
from tests.standin.faults import Act
from tests.standin.world import ALL, FORUM, HISTORY, PUBLIC_THREAD, SEND

SHOWS_FORUM = 300


@pytest.fixture
async def house(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    async with open_house(database, monkeypatch) as opened:
        world = opened.standin.world
        world.add_guild(world.guilds[GUILD], Channel(SHOWS_FORUM, type=FORUM))
        await opened.follow(HARBOR, COPPER, channel=SHOWS_FORUM)
        yield opened


def making(act: Act, **details: Any) -> Fault:
    return Fault(act, path="/threads", **details)


def threads(house: House) -> list[Channel]:
    """The forum's posts that were ever made and not deleted, in order."""
    channels = house.standin.world.channels.values()
    return sorted((c for c in channels if c.parent == SHOWS_FORUM), key=lambda each: each.id)


def news(house: House, thread: Channel) -> list[str]:
    """What stands in a thread behind its card."""
    card, *rest = house.posted(thread.id)
    assert card == f"News of **{thread.name.split(' (')[0]}** comes here."
    return rest


def renewed(show: str, *seasons: int) -> list[str]:
    return [f"**{show}** is renewed for season {n} — Example Outlet" for n in seasons]


async def settle(house: House, seconds: float = 200) -> None:
    """Time goes by, and what is due is delivered."""
    house.time.pass_by(seconds=seconds)
    await house.deliver()
    house.time.pass_by(seconds=1)
    await house.deliver()


async def test_a_show_has_one_post_and_its_news_stand_inside(house: House) -> None:
    await house.tell(HARBOR, times=2)
    await house.tell(HARBOR)

    [thread] = threads(house)
    assert thread.name == "Harbor Lights (2021, Northern)"
    assert news(house, thread) == renewed("Harbor Lights", 2, 3, 4)


async def test_each_show_has_a_post_of_its_own(house: House) -> None:
    await house.tell(HARBOR)
    await house.tell(COPPER)
    await house.tell(HARBOR)

    first, second = threads(house)
    assert news(house, first) == renewed("Harbor Lights", 2, 3)
    assert news(house, second) == renewed("Copper Sky", 2)


async def test_the_card_says_what_is_known_and_can_be_subscribed_by(house: House) -> None:
    await house.tell(HARBOR)

    [thread] = threads(house)
    card = house.standin.world.posts(thread.id)[0].payload
    assert "is renewed for season 2" in card["embeds"][0]["description"]
    mark = card["components"][0]["components"][0]["custom_id"].removeprefix("gl:follow:")
    marked = await Subscribing(house.database).marked(mark)
    assert marked is not None
    assert (marked.shows[0].key, marked.channel_id) == (HARBOR.key, thread.id)


@pytest.mark.parametrize("stored", [True, False])
async def test_a_reset_while_the_post_is_made_makes_no_second(house: House, stored: bool) -> None:
    house.standin.fail(making(Act.RESET, stored=stored))
    await house.tell(HARBOR)
    assert len(threads(house)) == stored

    await settle(house)

    [thread] = threads(house)
    assert news(house, thread) == renewed("Harbor Lights", 2)


@pytest.mark.parametrize("stored", [True, False])
async def test_a_server_error_while_the_post_is_made_makes_no_second(
    house: House, stored: bool
) -> None:
    house.standin.fail(making(Act.STATUS, status=503, stored=stored))
    await house.tell(HARBOR)

    await settle(house)

    [thread] = threads(house)
    assert news(house, thread) == renewed("Harbor Lights", 2)


async def test_a_crash_while_the_post_is_made_makes_no_second(house: House) -> None:
    house.standin.fail(making(Act.LATE, seconds=60.0))
    await house.publish(HARBOR)
    crashed = asyncio.create_task(house.deliver())
    await house.standin.world.until(1, "thread")
    await house.delivering.close(0.0)
    await asyncio.gather(crashed, return_exceptions=True)

    after = house.restarted()
    await after.delivering.resume(house.time.now)
    await after.deliver()

    [thread] = threads(house)
    assert news(house, thread) == renewed("Harbor Lights", 2)


async def test_a_crash_between_the_post_and_its_news_makes_no_second(house: House) -> None:
    house.standin.fail(Fault(Act.LIMIT, path="/messages", scope="shared", retry_after=30))
    await house.tell(HARBOR)
    [thread] = threads(house)
    assert news(house, thread) == []

    await settle(house.restarted())

    assert threads(house) == [thread]
    assert news(house, thread) == renewed("Harbor Lights", 2)


async def test_two_workers_make_one_post(house: House) -> None:
    other = house.restarted()
    await house.publish(HARBOR)

    await asyncio.gather(house.deliver(), other.deliver())
    await settle(house)

    [thread] = threads(house)
    assert news(house, thread) == renewed("Harbor Lights", 2)


async def test_news_in_doubt_is_looked_for_in_its_thread(house: House) -> None:
    house.standin.world.nonce_seconds = -1
    await house.tell(HARBOR)
    [thread] = threads(house)
    house.standin.fail(Fault(Act.RESET, path=f"/channels/{thread.id}/messages", stored=True))
    await house.tell(HARBOR)

    await settle(house)

    assert news(house, thread) == renewed("Harbor Lights", 2, 3)


async def test_a_deleted_post_is_replaced_once_and_told_once(house: House) -> None:
    await house.tell(HARBOR)
    [first] = threads(house)
    del house.standin.world.channels[first.id]

    await house.tell(HARBOR)
    await settle(house)
    await house.tell(HARBOR)

    [second] = threads(house)
    assert news(house, second) == renewed("Harbor Lights", 3, 4)
    [notice] = await house.notices()
    assert "**Harbor Lights**" in notice
    assert f"<#{second.id}>" in notice
    assert await house.notices() == []


async def test_a_locked_post_is_replaced_once_and_told_once(house: House) -> None:
    await house.tell(HARBOR)
    [first] = threads(house)
    first.locked = True

    await house.tell(HARBOR)
    await settle(house)
    await house.tell(HARBOR)

    _, second = threads(house)
    assert news(house, second) == renewed("Harbor Lights", 3, 4)
    [notice] = await house.notices()
    assert "is locked" in notice


async def test_a_reset_while_the_replacement_is_made_makes_no_third(house: House) -> None:
    await house.tell(HARBOR)
    [first] = threads(house)
    first.locked = True
    house.standin.fail(making(Act.RESET, stored=True))

    await house.tell(HARBOR)
    await settle(house)

    _, second = threads(house)
    assert news(house, second) == renewed("Harbor Lights", 3)
    assert len(await house.notices()) == 1


async def test_a_post_taken_away_twice_in_a_day_is_let_be_and_other_shows_go_on(
    house: House,
) -> None:
    await house.tell(HARBOR)
    for _ in range(2):
        threads(house)[-1].locked = True
        await house.tell(HARBOR)
        await settle(house)
    await house.tell(HARBOR)
    await house.tell(COPPER)

    *locked, copper = threads(house)
    assert len(locked) == 2
    assert news(house, copper) == renewed("Copper Sky", 2)
    assert (await house.states("posts", "reason")).count("forum_post_gone") == 2
    assert len(await house.notices()) == 2  # replaced; not replaced again

    await settle(house, seconds=90_000)
    await house.tell(HARBOR)
    await settle(house)
    assert news(house, threads(house)[-1]) == renewed("Harbor Lights", 6)


async def test_news_in_doubt_in_a_thread_that_is_locked_meanwhile_is_told_once(
    house: House,
) -> None:
    await house.tell(HARBOR)
    [first] = threads(house)
    house.standin.fail(Fault(Act.RESET, path=f"/channels/{first.id}/messages", stored=True))
    await house.tell(HARBOR)
    first.locked = True

    await settle(house)

    assert threads(house) == [first]
    assert news(house, first) == renewed("Harbor Lights", 2, 3)


async def test_an_archived_post_takes_news_again(house: House) -> None:
    await house.tell(HARBOR)
    [thread] = threads(house)
    thread.archived = True
    refusal = Fault(Act.STATUS, path=f"/channels/{thread.id}/messages", status=400, code=50083)
    house.standin.fail(refusal)

    await house.tell(HARBOR)
    await settle(house)

    assert threads(house) == [thread]
    assert not thread.archived
    assert news(house, thread) == renewed("Harbor Lights", 2, 3)


async def test_a_post_that_was_archived_before_it_was_looked_for_is_found(house: House) -> None:
    house.standin.fail(making(Act.RESET, stored=True))
    await house.tell(HARBOR)
    threads(house)[0].archived = True

    await settle(house)

    [thread] = threads(house)
    assert news(house, thread) == renewed("Harbor Lights", 2)


async def test_without_the_gateway_discord_itself_says_that_it_is_a_forum(house: House) -> None:
    house.knows_channels = False
    await house.tell(HARBOR)
    await settle(house)
    await house.tell(COPPER)

    first, second = threads(house)
    assert news(house, first) == renewed("Harbor Lights", 2)
    assert news(house, second) == renewed("Copper Sky", 2)
    refused = [e for e in house.standin.world.events if e.get("channel") == SHOWS_FORUM]
    assert refused == []
    assert await house.notices() == []


async def test_a_forum_in_which_the_bot_may_not_post_is_held_and_told(house: House) -> None:
    house.channel(SHOWS_FORUM).allow = ALL & ~SEND
    await house.tell(HARBOR)
    assert threads(house) == []
    [notice] = await house.notices()
    assert "Send Messages" in notice

    house.channel(SHOWS_FORUM).allow = ALL
    await house.delivering.recheck(GUILD, house.time.now)
    await settle(house)

    [thread] = threads(house)
    assert news(house, thread) == renewed("Harbor Lights", 2)


async def test_without_read_message_history_a_post_in_doubt_is_not_made_twice(house: House) -> None:
    house.channel(SHOWS_FORUM).allow = ALL & ~HISTORY
    house.standin.fail(making(Act.RESET, stored=True))
    await house.tell(HARBOR)
    await settle(house)
    assert len(threads(house)) == 1
    [notice] = await house.notices()
    assert "**Read Message History**" in notice

    house.channel(SHOWS_FORUM).allow = threads(house)[0].allow = ALL
    await house.delivering.recheck(GUILD, house.time.now)
    await settle(house)

    [thread] = threads(house)
    assert news(house, thread) == renewed("Harbor Lights", 2)


async def test_a_card_that_discord_refuses_gives_way_to_a_plain_one(house: House) -> None:
    house.standin.fail(making(Act.STATUS, status=400, code=50035))
    await house.tell(HARBOR)
    await settle(house)

    [thread] = threads(house)
    assert news(house, thread) == renewed("Harbor Lights", 2)
    assert "embeds" not in house.standin.world.posts(thread.id)[0].payload


async def test_a_show_whose_card_is_refused_altogether_holds_up_no_other(house: House) -> None:
    house.standin.fail(making(Act.STATUS, status=400, code=200000, times=2))
    await house.tell(HARBOR)
    await settle(house)
    await house.tell(COPPER)

    [thread] = threads(house)
    assert news(house, thread) == renewed("Copper Sky", 2)
    assert (await house.states("posts", "reason"))[0] == "automod"


@pytest.mark.parametrize(
    "trouble",
    [
        Fault(Act.STATUS, method="GET", path="/threads", status=503),
        Fault(Act.LIMIT, method="GET", path="/threads", scope="shared", retry_after=5.0),
    ],
)
async def test_trouble_while_the_post_is_looked_for_decides_nothing(
    house: House, trouble: Fault
) -> None:
    house.standin.fail(making(Act.RESET, stored=True), replace(trouble))
    await house.tell(HARBOR)
    await settle(house)
    await settle(house)

    [thread] = threads(house)
    assert news(house, thread) == renewed("Harbor Lights", 2)


async def test_what_waited_is_told_in_each_shows_own_post(house: House) -> None:
    house.channel(SHOWS_FORUM).allow = ALL & ~SEND
    await house.tell(HARBOR, times=5)
    await house.tell(COPPER)
    house.channel(SHOWS_FORUM).allow = ALL
    await house.delivering.recheck(GUILD, house.time.now)
    await settle(house)

    told = {thread.name.split(" (")[0]: news(house, thread) for thread in threads(house)}
    assert told["Harbor Lights"] == ["While I could not post here, 5 things happened"]
    assert told["Copper Sky"] == renewed("Copper Sky", 2)


THREAD = 400


@pytest.fixture
async def thread(house: House) -> Channel:
    """A thread that an admin chose as a destination."""
    world = house.standin.world
    made = Channel(THREAD, type=PUBLIC_THREAD, parent=200, allow=ALL & ~SEND)
    world.add_guild(world.guilds[GUILD], made)
    async with house.database.write() as connection:
        for name in ("subscriptions", "destinations"):
            await connection.exec_driver_sql(f"DELETE FROM {name}")
    await house.follow(HARBOR, channel=THREAD)
    return made


async def test_a_thread_is_a_destination(house: House, thread: Channel) -> None:
    await house.tell(HARBOR)

    assert house.posted(THREAD) == renewed("Harbor Lights", 2)
    assert await house.publish_due() == 0


async def test_an_archived_thread_is_reopened(house: House, thread: Channel) -> None:
    thread.archived = True
    house.standin.fail(Fault(Act.STATUS, path=f"/{THREAD}/messages", status=400, code=50083))

    await house.tell(HARBOR)
    await settle(house)

    assert not thread.archived
    assert house.posted(THREAD) == renewed("Harbor Lights", 2)
    assert await house.notices() == []


@pytest.mark.parametrize(
    "trouble",
    [
        Fault(Act.STATUS, method="PATCH", path=f"/{THREAD}", status=503),
        Fault(Act.LIMIT, method="PATCH", path=f"/{THREAD}", scope="user", retry_after=5.0),
    ],
)
async def test_trouble_while_a_thread_is_reopened_is_tried_again(
    house: House, thread: Channel, trouble: Fault
) -> None:
    thread.archived = True
    closed = Fault(Act.STATUS, path=f"/{THREAD}/messages", status=400, code=50083, times=2)
    house.standin.fail(closed, replace(trouble))

    await house.tell(HARBOR)
    await settle(house)
    await settle(house)

    assert house.posted(THREAD) == renewed("Harbor Lights", 2)


async def test_a_thread_that_closes_again_and_again_is_held_and_told(
    house: House, thread: Channel
) -> None:
    closed = Fault(Act.STATUS, path=f"/{THREAD}/messages", status=400, code=50083, times=9)
    house.standin.fail(closed)

    await house.tell(HARBOR)
    for _ in range(3):
        await settle(house)

    [notice] = await house.notices()
    assert "is archived" in notice


@pytest.mark.parametrize("archived", [True, False])
async def test_a_locked_thread_is_held_and_told_and_goes_on_after_the_repair(
    house: House, thread: Channel, archived: bool
) -> None:
    thread.locked, thread.archived = True, archived
    if archived:
        fault = Fault(Act.STATUS, path=f"/{THREAD}/messages", status=400, code=50083)
        house.standin.fail(fault)

    await house.tell(HARBOR)
    await settle(house)
    [notice] = await house.notices()
    thread.locked = False
    await house.delivering.recheck(GUILD, house.time.now)
    await settle(house)

    assert "is locked" in notice
    assert house.posted(THREAD) == renewed("Harbor Lights", 2)
