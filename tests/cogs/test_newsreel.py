"""`/news` and the last ten: what was announced, of a show or of everything that is followed."""

import re

import pytest
from simcord.results import InteractionResult
from sqlalchemy import update

from bot.news.model import Certainty, Change, Event, Show, Standing
from bot.services import newsreel
from bot.storage import schema
from tests.discord_env import COPPER, HARBOR, NIGHT_2019, NIGHT_2023, World, answer_of, text_of


async def news(world: World, **options: str) -> InteractionResult:
    """What a member is told."""
    result = await world.member.slash(world.general, "news", **options)
    assert result.ephemeral
    return result


def listed(result: InteractionResult) -> list[str]:
    """The lines of an answer."""
    return (result.response.embeds[0].description or "").splitlines()


async def many(world: World, number: int, show: Show = HARBOR) -> None:
    """As many pieces of news as that."""
    for season in range(number):
        await world.tell(show, season=season + 1)


class TestOfAShow:
    async def test_the_newest_stands_first_with_its_date_and_source(self, world: World) -> None:
        await world.tell(HARBOR, season=2, outlet="Example Wire")
        await world.env.advance_time(86_400)
        await world.tell(HARBOR, Event.TRAILER, season=2, certainty=Certainty.REPORTED)
        await world.tell(COPPER)

        result = await news(world, show="harbor lights")

        assert result.response.embeds[0].title == "Latest news of Harbor Lights"
        trailer, renewal = listed(result)
        assert re.match(r"<t:\d+:d> Reported: \*\*Harbor Lights\*\* season 2: the", trailer)
        assert renewal.endswith("— [Example Wire](https://example.org/10-renewed-2)")

    async def test_each_is_told_once_however_many_outlets_and_channels_there_are(
        self, world: World
    ) -> None:
        for channel in (world.news, world.general):
            await world.admin.slash(channel, "subscribe", show=HARBOR.key, **{"for": "channel"})
        for outlet in ("One", "Two"):
            await world.tell(HARBOR, outlet=outlet)

        assert len(listed(await news(world, show=HARBOR.key))) == 1
        assert len(listed(await news(world))) == 1

    async def test_a_name_that_fits_several_is_asked_about(self, world: World) -> None:
        await world.tell(NIGHT_2019)
        await world.tell(NIGHT_2023)
        asked = await news(world, show="Nightfall")
        assert "Which series is meant" in asked.response.content

        chosen = await world.member.select(answer_of(asked), [NIGHT_2019.key])

        assert len(listed(chosen)) == 1

    @pytest.mark.parametrize("followed", [True, False])
    async def test_nothing_told_is_said_so(self, world: World, followed: bool) -> None:
        if followed:
            await world.follow(world.member, HARBOR)

        result = await news(world, show=HARBOR.key)

        assert "Nothing has been told of **Harbor Lights** yet" in result.response.content

    async def test_what_was_withdrawn_is_not_listed_as_current(self, world: World) -> None:
        await world.tell(HARBOR)
        async with world.database.write() as connection:
            gone = update(schema.announcements).values(standing=Standing.WITHDRAWN)
            await connection.execute(gone)

        [line] = listed(await news(world, show=HARBOR.key))

        assert "~~**Harbor Lights** is renewed for season 3~~ (withdrawn since)" in line
        assert "https://" not in line

    async def test_a_reminder_is_no_news(self, world: World) -> None:
        await world.tell(HARBOR)
        async with world.database.write() as connection:
            await connection.execute(update(schema.announcements).values(change=Change.TODAY))

        result = await news(world, show=HARBOR.key)
        assert "Nothing has been told" in result.response.content

    async def test_rumours_are_listed_only_where_they_are_wanted(self, world: World) -> None:
        await world.tell(HARBOR, certainty=Certainty.RUMOUR)
        assert "Nothing has been told" in text_of(await news(world, show=HARBOR.key))

        await world.services.guilds.set_rumours(world.guild.id, True, world.now)
        assert "Rumour: " in text_of(await news(world, show=HARBOR.key))

    async def test_foreign_text_is_harmless(self, world: World) -> None:
        await world.tell(HARBOR, Event.JOINS, subject="@everyone <@1>", outlet="[x](http://y)")

        text = text_of(await news(world, show=HARBOR.key))

        assert "@everyone" not in text
        assert "<@1>" not in text
        assert "](http://y)" not in text


class TestOfEverything:
    async def test_it_is_what_this_server_follows(self, world: World) -> None:
        await world.follow(world.admin, HARBOR)
        await world.tell(HARBOR)
        await world.tell(COPPER)

        [line] = listed(await news(world))
        assert "Harbor Lights" in line

    async def test_only_the_kinds_that_are_wanted(self, world: World) -> None:
        await world.choose_news_channel()
        await world.member.slash(world.general, "subscribe", show=HARBOR.key, kinds="t")
        await world.tell(HARBOR)
        await world.tell(HARBOR, Event.TRAILER)

        [line] = listed(await news(world))
        assert "the trailer is out" in line

    async def test_in_a_direct_message_it_is_what_the_member_follows(self, world: World) -> None:
        await world.member.slash(world.general, "subscribe", show=HARBOR.key, **{"for": "dm"})
        await world.follow(world.admin, COPPER)
        await world.tell(HARBOR)
        await world.tell(COPPER)

        [line] = listed(await world.member.user.slash("news"))
        assert "Harbor Lights" in line

    async def test_where_nothing_is_followed_it_says_how_to_begin(self, world: World) -> None:
        assert "Nothing is followed here yet" in (await news(world)).response.content

    async def test_where_nothing_was_told_it_says_so(self, world: World) -> None:
        await world.follow(world.member, HARBOR)
        assert "series that are followed here yet" in (await news(world)).response.content

        await world.member.slash(world.general, "subscribe", show=HARBOR.key, **{"for": "dm"})
        own = await world.member.user.slash("news")
        assert "series that you follow yet" in own.response.content

    async def test_a_muted_series_is_left_out(self, world: World) -> None:
        await world.follow(world.member, HARBOR)
        await world.tell(HARBOR)
        [followed] = await world.own(world.member)
        await world.services.subscribing.set_muted(followed.subscription.id, True)

        assert "Nothing is followed here yet" in (await news(world)).response.content


class TestPages:
    async def test_ten_stand_on_a_page_and_buttons_turn_it_after_a_restart(
        self, world: World
    ) -> None:
        await many(world, 12)
        first = await news(world, show=HARBOR.key)
        assert len(listed(first)) == 10
        assert first.response.embeds[0].footer.text == "Page 1 of 2"

        await world.restart()
        second = await world.member.click(answer_of(first), label="Older")
        assert len(listed(second)) == 2
        back = await world.member.click(answer_of(second), label="Newer")

        assert listed(back) == listed(first)

    async def test_there_are_never_more_pages_than_so_many(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(newsreel, "PAGES", 2)
        await many(world, 25)

        result = await news(world, show=HARBOR.key)
        assert result.response.embeds[0].footer.text == "Page 1 of 2"

    async def test_a_single_page_has_no_buttons(self, world: World) -> None:
        await many(world, 2)

        assert (await news(world, show=HARBOR.key)).response.components == []


async def test_the_last_ten_are_a_button_of_the_card(world: World) -> None:
    await many(world, 3)
    card = await world.member.slash(world.general, "show", show=HARBOR.key)

    await world.restart()
    last = await world.member.click(answer_of(card), label="Last ten")

    assert last.ephemeral
    assert len(listed(last)) == 3
