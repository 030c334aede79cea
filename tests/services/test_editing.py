"""A message gains what the ledger learns after it: gathered, limited, once, and without a ping."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.news.model import Certainty, Claim, Event, Standing
from bot.news.routing import Target
from bot.services.catching_up import ONE_BY_ONE
from bot.services.subscribing import Subscribing, Wish
from bot.storage import edits
from bot.storage.database import Database
from bot.storage.edits import GATHER, Stage
from bot.storage.guilds import change_settings
from tests.services.channels import COPPER, GUILD, HARBOR, NEWS, House, open_house
from tests.standin import Fault
from tests.standin.faults import Act
from tests.standin.world import ALL, ANNOUNCEMENT, EMBED, FORUM, SEND, VIEW

NEWS_LINE = "**Harbor Lights** is renewed for season 4 — First"
OUTLETS = ("Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh")


@pytest.fixture
async def house(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """One channel was told of a renewal by one outlet."""
    async with open_house(database, monkeypatch) as opened:
        await opened.follow(HARBOR)
        await says(opened, "First")
        await opened.deliver()
        yield opened


async def says(house: House, *outlets: str) -> None:
    """These outlets tell the renewal, too."""
    for outlet in outlets:
        await house.article(Claim(HARBOR, Event.RENEWED, 4, Certainty.CONFIRMED), outlet)


async def falls(house: House, standing: Standing, row_id: int = 1) -> None:
    """The ledger finds that an announcement stands no more."""
    await house.set_announcement(row_id, standing=standing)
    async with house.database.write() as connection:
        await edits.owe(connection, [row_id], house.time.now, urgent=True)


def patch(act: Act, **details: Any) -> Fault:
    return Fault(act, method="PATCH", **details)


def changes(house: House) -> list[dict[str, Any]]:
    """The bodies of every edit that Discord took."""
    return [e["payload"] for e in house.standin.world.events if e["event"] == "edit"]


async def stage(house: House) -> list[str]:
    return await house.states("edits")


async def test_a_later_outlet_adds_itself_to_the_first_message(house: House) -> None:
    await says(house, "Second")

    assert await house.edit_due(minutes=4) == 0
    assert await house.edit_due(minutes=2) == 1

    assert house.posted() == [f"{NEWS_LINE}, also Second"]
    assert "Second" in str(house.standin.world.posts(NEWS)[0].payload["embeds"])
    assert await house.edit_due(hours=1) == 0


async def test_what_comes_within_five_minutes_is_one_edit(house: House) -> None:
    await says(house, "Second")
    await house.edit_due(minutes=3)
    await says(house, "Third")

    assert await house.edit_due(minutes=3) == 1
    assert house.posted() == [f"{NEWS_LINE}, also Second, Third"]
    assert len(changes(house)) == 1


async def test_a_post_is_edited_three_times_and_then_left_alone(house: House) -> None:
    for outlet in OUTLETS:
        await says(house, outlet)
        await house.edit_due(minutes=6)

    assert len(changes(house)) == 3
    assert house.posted() == [f"{NEWS_LINE}, also Second, Third, Fourth"]


async def test_after_a_day_no_outlet_is_added(house: House) -> None:
    house.time.pass_by(hours=25)
    await says(house, "Second")

    assert await house.edit_due(minutes=6) == 0
    assert await stage(house) == []


async def test_one_that_was_owed_in_time_and_comes_too_late_is_let_be(house: House) -> None:
    await says(house, "Second")

    assert await house.edit_due(hours=25) == 0
    assert await house.states("edits", "reason") == ["too_old"]


async def test_the_same_outlet_again_costs_no_request(house: House) -> None:
    await house.article(Claim(HARBOR, Event.RENEWED, 4, Certainty.REPORTED), "First")
    requests = house.standin.rest.requests

    assert await house.edit_due(minutes=6) == 0
    assert house.standin.rest.requests == requests
    assert await stage(house) == [Stage.DONE]


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (Standing.WITHDRAWN, "Withdrawn since: **Harbor Lights** is renewed for season 4"),
        (Standing.STRUCK, "an admin struck this: not right"),
    ],
)
async def test_a_withdrawal_is_shown_at_once_at_any_age_and_count(
    house: House, standing: Standing, words: str
) -> None:
    for outlet in OUTLETS[:3]:
        await says(house, outlet)
        await house.edit_due(minutes=6)
    house.time.pass_by(days=40)
    await falls(house, standing)

    assert await house.edit_due() == 1
    assert words in house.posted()[0]
    assert await house.states("edits", "made") == [3]


async def test_a_strike_is_shown_while_an_outlet_still_gathers(house: House) -> None:
    await says(house, "Second")
    await falls(house, Standing.STRUCK)

    assert await house.edit_due() == 1
    assert await house.states("edits", "made") == [0]
    assert await house.edit_due(minutes=6) == 0


async def test_what_was_learned_between_freezing_and_the_answer_is_added(house: House) -> None:
    house.standin.fail(Fault(Act.STATUS, status=503))
    await house.article(Claim(HARBOR, Event.CANCELLED, 5, Certainty.CONFIRMED), "First")
    await house.deliver()
    await house.article(Claim(HARBOR, Event.CANCELLED, 5, Certainty.CONFIRMED), "Second")
    assert await house.edit_due(minutes=6) == 0  # there is nothing yet to edit
    await house.deliver()
    assert "Second" not in house.posted()[1]  # byte for byte as it was frozen

    assert await house.edit_due() == 1
    assert house.posted()[1].endswith("— First, also Second")


async def test_what_was_learned_before_it_was_sent_is_told_by_the_post_itself(house: House) -> None:
    for outlet in ("First", "Second"):
        await house.article(Claim(HARBOR, Event.CANCELLED, 5, Certainty.CONFIRMED), outlet)
    await house.deliver()

    assert house.posted()[1].endswith("— First, also Second")
    assert await house.edit_due(minutes=6) == 0
    assert changes(house) == []


async def mention_many(house: House) -> int:
    """News that more members follow than one message mentions; the row of its announcement."""
    async with house.database.write() as connection:
        await change_settings(connection, GUILD, news_channel=NEWS)
    for user in range(7, 80):
        wish = Wish(HARBOR, GUILD, Target.MEMBER, user)
        await Subscribing(house.database).subscribe(wish, user, house.time.now)
    await house.article(Claim(HARBOR, Event.ENDING, 6, Certainty.CONFIRMED), "First")
    await house.deliver()
    assert len(house.posted()) == 3
    return 2


async def test_no_edit_mentions_anybody_who_was_not(house: House) -> None:
    row_id = await mention_many(house)
    before = [m.payload["allowed_mentions"] for m in house.standin.world.posts(NEWS)]
    await Subscribing(house.database).subscribe(
        Wish(HARBOR, GUILD, Target.MEMBER, 99), 99, house.time.now
    )
    await house.article(Claim(HARBOR, Event.ENDING, 6, Certainty.CONFIRMED), "Second")
    await house.edit_due(minutes=6)
    await falls(house, Standing.STRUCK, row_id)
    await house.edit_due()

    after = [m.payload["allowed_mentions"] for m in house.standin.world.posts(NEWS)]
    assert after == before
    assert [len(each["users"]) for each in after] == [0, 50, 23]
    assert "<@99>" not in str(changes(house))


async def test_further_parts_are_struck_with_the_first_and_gain_no_outlet(house: House) -> None:
    row_id = await mention_many(house)
    await house.article(Claim(HARBOR, Event.ENDING, 6, Certainty.CONFIRMED), "Second")

    assert await house.edit_due(minutes=6) == 1
    await falls(house, Standing.STRUCK, row_id)
    assert await house.edit_due() == 2
    assert all("an admin struck this" in line for line in house.posted()[1:])


async def test_an_edit_that_a_crash_interrupted_is_made_again(house: House) -> None:
    await says(house, "Second")
    house.time.pass_by(minutes=6)
    house.standin.fail(patch(Act.LATE, seconds=60.0))
    struck = house.standin.faults.struck
    crashed = asyncio.create_task(house.edit_due())
    await struck.wait()
    crashed.cancel()
    await asyncio.gather(crashed, return_exceptions=True)

    after = house.restarted()
    assert await after.edit_due() == 0  # it may be under way in another process
    await after.editing.resume(house.time.now)
    assert await after.edit_due() == 1
    assert house.posted() == [f"{NEWS_LINE}, also Second"]
    assert await house.states("edits", "made") == [1]


async def test_what_is_owed_survives_a_restart(house: House) -> None:
    await says(house, "Second")

    after = house.restarted()
    await after.editing.resume(house.time.now)
    assert await after.edit_due(minutes=6) == 1


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("fault", [{"act": Act.RESET}, {"act": Act.STATUS, "status": 503}])
async def test_an_edit_in_doubt_is_made_again_and_counted_once(
    house: House, fault: dict[str, Any], stored: bool
) -> None:
    await says(house, "Second")
    house.standin.fail(patch(**fault, stored=stored))

    assert await house.edit_due(minutes=6) == 0
    assert await house.edit_due(seconds=20) == 1
    assert house.posted() == [f"{NEWS_LINE}, also Second"]
    assert await house.states("edits", "made") == [1]


async def test_a_message_that_somebody_deleted_is_left_for_good(house: House) -> None:
    world = house.standin.world
    world.delete(world.posts(NEWS)[0])
    await says(house, "Second")

    assert await house.edit_due(minutes=6) == 0
    assert await stage(house) == [Stage.DROPPED]
    assert await house.states("posts", "reason") == ["told_and_deleted"]
    await says(house, "Third")
    await falls(house, Standing.STRUCK)
    requests = house.standin.rest.requests
    assert await house.edit_due(hours=1) == 0
    await house.deliver()
    assert house.standin.rest.requests == requests
    assert len(world.posts(NEWS)) == 1  # nor is it posted again


async def test_a_limit_is_kept_as_told_and_the_try_not_counted(house: House) -> None:
    await says(house, "Second")
    house.standin.fail(patch(Act.STATUS, status=429, code=30046, retry_after=90))

    assert await house.edit_due(minutes=6) == 0
    assert await house.states("edits", "made") == [0]
    assert await house.edit_due(seconds=80) == 0
    assert await house.edit_due(seconds=11) == 1


async def test_a_bad_token_stops_every_edit(house: House) -> None:
    await house.tell(times=2)
    for number in (1, 2, 3):
        await falls(house, Standing.STRUCK, number)
    house.standin.fail(patch(Act.STATUS, status=401))
    requests = house.standin.rest.requests

    await house.edit_due()
    assert house.standin.rest.requests <= requests + 3
    assert await house.edit_due(minutes=50) == 0


async def test_where_the_bot_may_not_look_it_is_tried_again_later(house: House) -> None:
    await says(house, "Second")
    house.channel().allow = ALL & ~VIEW

    assert await house.edit_due(minutes=6) == 0
    house.channel().allow = ALL
    assert await house.edit_due(minutes=50) == 0
    assert await house.edit_due(minutes=11) == 1


async def test_a_channel_that_is_held_is_not_asked_for_edits(house: House) -> None:
    await says(house, "Second")
    house.channel().allow = ALL & ~SEND
    await house.tell()
    requests = house.standin.rest.requests

    assert await house.edit_due(minutes=6) == 0
    assert house.standin.rest.requests == requests
    house.channel().allow = ALL
    await house.delivering.recheck(GUILD, house.time.now)
    assert await house.edit_due() == 1


async def test_a_channel_that_is_gone_ends_it(house: House) -> None:
    await says(house, "Second")
    del house.standin.world.channels[NEWS]

    assert await house.edit_due(minutes=6) == 0
    assert await stage(house) == [Stage.DROPPED]
    assert await house.states("destinations", "held") == [""]


async def test_words_that_discord_refuses_are_replaced_once_by_our_own(house: House) -> None:
    await says(house, "Second")
    house.standin.fail(patch(Act.STATUS, status=400, code=200000))

    assert await house.edit_due(minutes=6) == 1
    [message] = house.standin.world.posts(NEWS)
    assert not message.payload["embeds"]
    assert message.payload["content"].endswith("also Second")
    assert await house.states("edits", "made") == [1]


async def test_a_lasting_refusal_leaves_the_message_until_there_is_more(house: House) -> None:
    await says(house, "Second")
    house.standin.fail(patch(Act.STATUS, status=400, code=50035, times=2))

    assert await house.edit_due(minutes=6) == 0
    assert await house.states("edits", "reason") == ["invalid"]
    assert house.posted() == [NEWS_LINE]
    await says(house, "Third")
    assert await house.edit_due(minutes=6) == 1


async def test_without_embed_links_the_line_says_it_and_nothing_is_tried_for_ever(
    house: House,
) -> None:
    house.channel().allow = ALL & ~EMBED
    await house.tell()
    await says(house, "Second")

    assert await house.edit_due(minutes=6) == 1
    assert await house.edit_due(minutes=6) == 0
    assert house.posted()[0] == f"{NEWS_LINE}, also Second"


async def test_what_is_learned_while_an_edit_is_under_way_is_not_lost(house: House) -> None:
    await says(house, "Second")
    house.time.pass_by(minutes=6)
    house.standin.fail(patch(Act.LATE, seconds=0.2))
    struck = house.standin.faults.struck
    editing = asyncio.create_task(house.edit_due())
    await struck.wait()
    await falls(house, Standing.WITHDRAWN)
    await editing

    assert await house.edit_due() <= 1
    assert house.posted()[0].startswith("Withdrawn since")


async def test_two_workers_make_an_edit_once(house: House) -> None:
    await says(house, "Second")
    house.time.pass_by(minutes=6)
    other = house.restarted()

    assert sum(await asyncio.gather(house.edit_due(), other.edit_due())) == 1
    assert len(changes(house)) == 1


async def test_a_list_of_several_announcements_stays_as_it_is(house: House) -> None:
    house.channel().allow = ALL & ~SEND
    await house.tell(COPPER)
    await house.follow(COPPER)
    for _ in range(ONE_BY_ONE + 2):
        await house.publish(COPPER)
    await house.deliver()
    house.channel().allow = ALL
    await house.delivering.recheck(GUILD, house.time.now)
    await house.deliver()
    listed = max(await house.states("announcements", "id"))
    await falls(house, Standing.STRUCK, listed)

    assert "things happened" in house.posted()[-1]
    assert await house.edit_due() == 0


async def test_an_archived_thread_is_opened_for_a_strike_and_not_for_an_outlet(
    house: House,
) -> None:
    house.channel().type = FORUM
    await house.article(Claim(HARBOR, Event.ENDING, 6, Certainty.CONFIRMED), "First")
    await house.deliver()
    [thread] = [each for each in house.standin.world.channels.values() if each.parent == NEWS]
    thread.archived = True
    await house.article(Claim(HARBOR, Event.ENDING, 6, Certainty.CONFIRMED), "Second")

    assert await house.edit_due(minutes=6) == 0
    assert thread.archived
    await falls(house, Standing.STRUCK, 2)
    assert await house.edit_due() == 1
    assert not thread.archived


async def test_what_was_published_may_be_edited(house: House) -> None:
    house.channel().type = ANNOUNCEMENT
    await house.tell()
    await house.publish_due()
    await falls(house, Standing.STRUCK, 2)

    assert await house.edit_due() == 1
    assert "an admin struck this" in house.published()[0]


async def test_the_gathering_begins_anew_with_what_comes_after_an_edit(house: House) -> None:
    await says(house, "Second")
    await house.edit_due(minutes=6)
    await says(house, "Third")

    assert await house.edit_due(minutes=4) == 0
    assert await house.edit_due(seconds=61) == 1
    assert GATHER.total_seconds() == 300
