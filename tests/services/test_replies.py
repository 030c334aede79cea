"""A confirmation or correction answers the message that told it, where that one still stands."""

from collections.abc import AsyncIterator

import pytest

from bot.news.model import Certainty, Claim, Event
from bot.storage.database import Database
from tests.services.channels import COPPER, HARBOR, NEWS, House, open_house
from tests.standin import Channel, Fault, Message
from tests.standin.faults import Act
from tests.standin.world import ALL, ANNOUNCEMENT, FORUM, HISTORY

REPORTED = Claim(HARBOR, Event.RENEWED, 4, Certainty.REPORTED)
CONFIRMED = Claim(HARBOR, Event.RENEWED, 4, Certainty.CONFIRMED)
CONFIRMATION = "Now confirmed: **Harbor Lights** is renewed for season 4 — Second"


@pytest.fixture
async def house(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    async with open_house(database, monkeypatch) as opened:
        await opened.follow(HARBOR)
        yield opened


async def report(house: House) -> None:
    await house.article(REPORTED, "First")
    await house.deliver()


async def confirm(house: House, answers: int = 1) -> None:
    """A second outlet is sure; it is the second announcement of the fact."""
    await house.article(CONFIRMED, "Second")
    await house.set_announcement(2, answers=answers)
    await house.deliver()


def messages(house: House, channel: int = NEWS) -> list[Message]:
    return house.standin.world.posts(channel)


def answered(house: House, channel: int = NEWS) -> list[int | None]:
    """What each message of a channel replies to: the place of that message among them."""
    stand = messages(house, channel)
    places = {str(message.id): place for place, message in enumerate(stand)}
    references = [message.payload.get("message_reference") for message in stand]
    return [places[reference["message_id"]] if reference else None for reference in references]


def is_short(message: Message) -> bool:
    [embed] = message.payload["embeds"]
    return "description" not in embed


async def test_a_confirmation_is_a_short_reply_to_what_it_confirms(house: House) -> None:
    await report(house)
    await confirm(house)

    assert answered(house) == [None, 0]
    assert house.posted()[1] == CONFIRMATION
    assert is_short(messages(house)[1])
    assert "Second" in str(messages(house)[1].payload["embeds"])


async def test_what_answers_nothing_is_no_reply(house: House) -> None:
    await house.tell(times=2)

    assert answered(house) == [None, None]


async def test_where_the_first_message_never_came_it_is_a_full_post(house: House) -> None:
    house.standin.fail(Fault(Act.STATUS, status=400, code=99999))
    await report(house)
    await confirm(house)

    assert answered(house) == [None]
    assert not is_short(messages(house)[0])


async def test_where_only_an_earlier_one_of_the_fact_came_that_one_is_answered(
    house: House,
) -> None:
    await report(house)
    house.standin.fail(Fault(Act.STATUS, status=400, code=99999))
    await confirm(house)  # it never came
    moved = Claim(HARBOR, Event.CANCELLED, 4, Certainty.CONFIRMED)
    await house.article(moved, "Third")
    await house.set_announcement(3, answers=2)
    await house.deliver()

    assert answered(house) == [None, 0]
    assert not is_short(messages(house)[1])


async def test_a_message_that_was_known_to_be_deleted_is_not_answered(house: House) -> None:
    house.standin.fail(Fault(Act.VANISH))
    await report(house)
    house.time.pass_by(seconds=10)
    await house.deliver()  # the nonce tells that it stood and was deleted
    await confirm(house)

    assert [message.deleted for message in messages(house)] == [True, False]
    assert answered(house)[-1] is None
    assert not is_short(messages(house)[-1])


async def test_one_that_was_deleted_unnoticed_leaves_a_full_post(house: House) -> None:
    await report(house)
    house.standin.world.delete(messages(house)[0])
    await confirm(house)

    assert answered(house)[-1] is None
    assert is_short(messages(house)[-1])  # as it was frozen
    assert await house.edit_due() == 1
    assert not is_short(messages(house)[-1])
    assert await house.edit_due(minutes=10) == 0


async def test_the_loss_is_seen_by_a_look_too(house: House) -> None:
    await report(house)
    house.standin.world.delete(messages(house)[0])
    house.standin.fail(Fault(Act.RESET, stored=True))
    await confirm(house)
    house.time.pass_by(seconds=10)
    await house.deliver()

    assert await house.edit_due() == 1
    assert not is_short(messages(house)[-1])


async def test_a_reply_that_is_found_again_is_no_full_post(house: House) -> None:
    await report(house)
    house.standin.fail(Fault(Act.RESET, stored=True))
    await confirm(house)
    house.time.pass_by(seconds=10)
    await house.deliver()

    assert answered(house) == [None, 0]
    assert await house.edit_due(minutes=10) == 0
    assert is_short(messages(house)[1])


async def test_each_channel_has_its_own_first_message(house: House) -> None:
    house.standin.world.add_guild(house.standin.world.guilds[100], Channel(300))
    await report(house)
    await house.follow(HARBOR, channel=300)
    await confirm(house)

    assert answered(house) == [None, 0]
    assert answered(house, 300) == [None]
    assert not is_short(messages(house, 300)[0])


async def test_in_a_forum_the_reply_stands_in_the_shows_thread(house: House) -> None:
    house.channel().type = FORUM
    await report(house)
    await confirm(house)

    [thread] = [each.id for each in house.standin.world.channels.values() if each.parent == NEWS]
    assert answered(house, thread) == [None, None, 1]  # behind the card


async def test_a_thread_that_was_replaced_has_nothing_to_answer(house: House) -> None:
    house.channel().type = FORUM
    await report(house)
    [first] = [each.id for each in house.standin.world.channels.values() if each.parent == NEWS]
    house.standin.world.channels[first].locked = True
    await confirm(house)

    [second] = [
        each.id
        for each in house.standin.world.channels.values()
        if each.parent == NEWS and each.id != first
    ]
    assert answered(house, second) == [None, None]
    assert not is_short(messages(house, second)[1])


async def test_a_correction_in_an_announcement_channel_is_published_as_a_reply(
    house: House,
) -> None:
    house.channel().type = ANNOUNCEMENT
    await report(house)
    await confirm(house)

    assert await house.publish_due() == 2
    assert answered(house) == [None, 0]


async def test_a_reply_whose_fate_is_unknown_is_sent_again_as_it_was(house: House) -> None:
    await report(house)
    house.standin.fail(Fault(Act.STATUS, status=503))
    await confirm(house)
    before = await house.states("posts", "payload")
    house.time.pass_by(seconds=10)
    await house.restarted().deliver()

    assert answered(house) == [None, 0]
    assert await house.states("posts", "payload") == before


async def test_without_read_message_history_it_is_a_full_post_and_the_admins_hear_once(
    house: House,
) -> None:
    house.channel().allow = ALL & ~HISTORY
    await report(house)
    await confirm(house)
    told = await house.notices()

    assert answered(house) == [None, None]
    assert not is_short(messages(house)[1])
    assert len(told) == 1
    assert "**Read Message History**" in told[0]
    await house.article(Claim(HARBOR, Event.CANCELLED, 4, Certainty.CONFIRMED), "Third")
    await house.set_announcement(3, answers=2)
    await house.deliver()
    assert await house.notices() == []

    house.channel().allow = ALL
    await house.article(Claim(HARBOR, Event.ENDING, 4, Certainty.CONFIRMED), "Fourth")
    await house.set_announcement(4, answers=3)
    await house.deliver()
    assert answered(house)[-1] == 2
    assert len(await house.notices()) == 1


async def test_a_refused_reply_still_has_its_plain_words(house: House) -> None:
    """160002 takes the reference away, AutoMod then the words."""
    await report(house)
    house.standin.fail(
        Fault(Act.STATUS, status=400, code=160002), Fault(Act.STATUS, status=400, code=200000)
    )
    await confirm(house)

    assert house.posted()[1] == CONFIRMATION
    assert "embeds" not in messages(house)[1].payload
    assert await house.states("posts") == ["sent", "sent"]


async def test_what_discord_refuses_again_and_again_fails(house: House) -> None:
    await report(house)
    refusals = [Fault(Act.STATUS, status=400, code=each) for each in (160002, 200000) * 3]
    house.standin.fail(*refusals)
    await confirm(house)

    assert await house.states("posts") == ["sent", "failed"]
    assert house.standin.faults.made == 2 + 1


async def test_news_that_was_struck_before_it_was_told_is_not_told(house: House) -> None:
    await house.follow(COPPER)
    await house.publish()
    await house.publish(COPPER)
    await house.set_announcement(1, standing="struck")
    await house.deliver()

    [only] = house.posted()
    assert "Copper Sky" in only
    assert await house.states("posts", "reason") == ["overtaken", ""]
