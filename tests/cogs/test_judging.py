"""Not right?: what members say of a post, what admins decide, and what becomes of it."""

from typing import Any

import discord
import pytest
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle
from simcord.results import InteractionResult
from sqlalchemy import select

from bot.delivery.forum_cards import render_plain_card
from bot.news.model import Certainty, Event
from bot.storage import report_tables, schema
from bot.storage.reports import What
from bot.storage.strikes import How
from tests.cogs.test_catching_up import mend, reasons, seasons, shut
from tests.cogs.test_health import status
from tests.discord_env import HARBOR, World, answer_of, text_of

STRUCK = "~~**Harbor Lights** is renewed for season 2~~"


async def posted(world: World, **how: Any) -> discord.Message:
    """#tv-news follows Harbor Lights, and news of it stands there."""
    await world.admin.slash(world.news, "subscribe", show=HARBOR.key)
    await world.tell(HARBOR, season=2, **how)
    return world.news.history()[-1]


async def words(world: World) -> list[tuple[str, str]]:
    """What members said, and what became of it."""
    async with world.database.read() as connection:
        columns = (report_tables.reports.c.what, report_tables.reports.c.state)
        rows = await connection.execute(select(*columns).order_by(report_tables.reports.c.id))
        return [(what, state) for what, state in rows]


async def says(actor: MemberActor, post: discord.Message, word: str) -> InteractionResult:
    """A member says what is not right of a post."""
    asked = await actor.click(post, label="Not right?")
    assert asked.ephemeral
    return await actor.click(answer_of(asked), label=word)


async def strikes(world: World, post: discord.Message, word: str = "Not news") -> InteractionResult:
    """An admin lets a post be struck through."""
    asked = await says(world.admin, post, word)
    decided = await world.admin.click(answer_of(asked), label="Strike it through")
    await world.edit()
    return decided


def labels(result: InteractionResult) -> list[str]:
    return [item["label"] for row in result.response.components for item in row["components"]]


class TestAMembersWord:
    async def test_it_is_noted_and_changes_nothing(self, world: World) -> None:
        post = await posted(world)
        before = (post.content, post.embeds)

        asked = await world.member.click(post, label="Not right?")
        assert labels(asked) == ["Wrong series", "Not news", "Only a rumour"]
        said = await world.member.click(answer_of(asked), label="Wrong series")
        await world.edit()

        assert "Thank you: it is the wrong series." in said.response.content
        assert said.response.components == [], "a member decides nothing"
        assert await words(world) == [("wrong_show", "open")]
        now = world.news.last_message
        assert (now.content, now.embeds) == before

    async def test_another_word_takes_its_place_after_a_restart_too(self, world: World) -> None:
        post = await posted(world)
        await says(world.member, post, "Not news")

        await world.restart()
        asked = await world.member.click(post, label="Not right?")
        assert "You said: it is no news." in asked.response.content
        await world.restart()
        await world.member.click(answer_of(asked), label="Only a rumour")

        assert await words(world) == [("rumour", "open")]

    async def test_a_post_that_is_no_longer_kept_says_so(self, world: World) -> None:
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button(label="Not right?", custom_id="gl:wrong:" + "z" * 16))
        view.stop()
        old = await world.env.bot.get_channel(world.news.id).send("An old post", view=view)

        pressed = await world.member.click(old, label="Not right?")

        assert "nothing to put right" in pressed.response.content

    async def test_under_a_direct_message_it_is_for_the_operator_alone(self, world: World) -> None:
        await world.member.slash(world.general, "subscribe", show=HARBOR.key, **{"for": "dm"})
        await world.tell(HARBOR, season=2)
        post = world.member.user.dm_channel.last_message

        asked = await world.member.user.click(post, label="Not right?")
        said = await world.member.user.click(asked.response, label="Not news")

        assert "Whoever runs me is told" in said.response.content
        assert await words(world) == [("not_news", "open")]

    async def test_buttons_leave_nothing_in_memory(self, world: World) -> None:
        post = await posted(world)
        await says(world.member, post, "Not news")
        await strikes(world, post)

        store = world.env.bot._connection._view_store
        assert store._views == {}
        assert store._synced_message_views == {}


class TestAnAdminsWord:
    async def test_strikes_the_post_through(self, world: World) -> None:
        post = await posted(world)

        decided = await strikes(world, post)

        assert "The post is struck through in this server." in decided.response.content
        [now] = world.posts(world.news)
        assert now.id == post.id
        assert now.content.startswith(STRUCK)
        assert "Example Outlet" not in now.content
        assert now.embeds[0].url is None
        assert now.embeds[0].fields == []
        assert [b.label for b in now.components[0].children] == [
            "Subscribe me",
            "Mute",
            "Not right?",
        ]
        assert await words(world) == [("not_news", "accepted")]

    async def test_deletes_the_post(self, world: World) -> None:
        post = await posted(world)

        asked = await says(world.admin, post, "Wrong series")
        decided = await world.admin.click(answer_of(asked), label="Delete it")
        await world.edit()
        await world.edit()

        assert "The post is deleted" in decided.response.content
        assert world.posts(world.news) == []

    async def test_a_message_that_somebody_deleted_before_is_no_trouble(self, world: World) -> None:
        post = await posted(world)
        asked = await says(world.admin, post, "Wrong series")
        await world.env.bot.get_channel(world.news.id).get_partial_message(post.id).delete()

        await world.admin.click(answer_of(asked), label="Strike it through")
        await world.edit()

        assert world.posts(world.news) == []

    async def test_shows_on_the_servers_card_and_list(self, world: World) -> None:
        await strikes(world, await posted(world))

        card = await world.member.slash(world.general, "show", show=HARBOR.key)
        fields = {field.name: str(field.value) for field in card.response.embeds[0].fields}
        assert fields["🎬 The season"] == "Not announced yet"
        assert STRUCK in fields["🚫 Struck by this server’s admins"]
        listed = await world.member.slash(world.general, "news", show=HARBOR.key)
        assert f"{STRUCK} (struck by this server’s admins)" in text_of(listed)
        assert "https://" not in text_of(listed)

    async def test_is_this_servers_alone(self, world: World) -> None:
        other = world.env.create_guild("Other")
        channel = other.create_text_channel("tv")
        boss = other.add_member(world.admin.user)
        await world.env.settle()
        await world.services.guilds.set_news_channel(other.id, channel.id, world.now)
        await world.follow(boss, HARBOR, other.id)
        await strikes(world, await posted(world))

        assert STRUCK not in channel.last_message.content
        card = await boss.slash(channel, "show", show=HARBOR.key)
        assert "Renewed for season 2" in text_of(card)

    async def test_is_remembered_when_more_is_told_of_the_fact(self, world: World) -> None:
        await strikes(world, await posted(world, certainty=Certainty.REPORTED))

        await world.tell(HARBOR, season=2, outlet="Sure Wire", title="It is sure")

        assert len(world.posts(world.news)) == 1
        assert STRUCK.replace("~~**", "~~Reported: **") in world.news.last_message.content

    async def test_a_mere_rumour_is_told_again_once_it_is_confirmed(self, world: World) -> None:
        post = await posted(world, certainty=Certainty.REPORTED)
        decided = await strikes(world, post, "Only a rumour")
        assert "told here again only once it is confirmed" in decided.response.content

        await world.tell(HARBOR, season=2, outlet="Sure Wire", title="It is sure")

        _, sure = world.posts(world.news)
        assert "Now confirmed" in sure.content
        card = await world.member.slash(world.general, "show", show=HARBOR.key)
        assert "Renewed for season 2" in text_of(card)

    async def test_other_news_of_the_series_comes_as_before(self, world: World) -> None:
        await strikes(world, await posted(world))

        await world.tell(HARBOR, Event.TRAILER, season=2)

        assert "the trailer is out" in world.news.last_message.content

    async def test_what_is_still_owed_to_the_server_is_not_told(self, world: World) -> None:
        await world.admin.slash(world.general, "subscribe", show=HARBOR.key)
        await world.admin.slash(
            world.news, "subscribe", show=HARBOR.key, channel=world.news, **{"for": "channel"}
        )
        world.env.inject_error(
            "POST", f"/channels/{world.news.id}/messages", status=403, code=50013
        )
        await world.tell(HARBOR, season=2)

        await strikes(world, world.general.history()[-1])
        await world.services.delivering.recheck(world.guild.id, world.now)
        await world.deliver()

        assert world.posts(world.news) == []
        assert sorted(await reasons(world)) == [("failed", "struck"), ("sent", "")]
        assert "this server’s admins struck what it tells" in await status(world)

    async def test_can_be_taken_back(self, world: World) -> None:
        post = await posted(world)
        before = (post.content, post.embeds[0].to_dict())
        decided = await strikes(world, post)

        await world.restart()
        lifted = await world.admin.click(answer_of(decided), label="Undo")
        await world.edit()

        assert "the post stands again" in lifted.response.content
        [now] = world.posts(world.news)
        assert (now.content, now.embeds[0].to_dict()) == before
        card = await world.member.slash(world.general, "show", show=HARBOR.key)
        assert "Renewed for season 2" in text_of(card)

    async def test_who_asks_again_hears_that_it_is_struck(self, world: World) -> None:
        post = await posted(world)
        await strikes(world, post)

        member = await world.member.click(post, label="Not right?")
        admin = await world.admin.click(post, label="Not right?")

        assert "have struck this already" in member.response.content
        assert labels(member) == []
        assert labels(admin) == ["Undo"]

    async def test_a_member_who_gets_hold_of_its_buttons_is_refused(self, world: World) -> None:
        post = await posted(world)
        asked = await says(world.admin, post, "Not news")
        ids = [item["custom_id"] for item in asked.response.components[0]["components"]]
        ids.append(ids[0].replace("decide:strike:not_news", "lift"))
        view = discord.ui.View(timeout=None)
        for number, custom_id in enumerate(ids):
            view.add_item(discord.ui.Button(label=f"Forged {number}", custom_id=custom_id))
        view.stop()
        forged = await world.env.bot.get_channel(world.news.id).send("Press me", view=view)

        for number in range(len(ids)):
            pressed = await world.member.click(forged, label=f"Forged {number}")
            assert "You need **Manage Server**" in pressed.response.content
        await world.edit()

        assert STRUCK not in post.content
        async with world.database.read() as connection:
            assert (await connection.execute(select(report_tables.strikes))).all() == []

    async def test_an_admin_of_another_server_decides_nothing_here(self, world: World) -> None:
        post = await posted(world)
        asked = await says(world.admin, post, "Not news")
        custom_id = asked.response.components[0]["components"][0]["custom_id"]
        other = world.env.create_guild("Other", owner=world.member.user)
        boss, channel = other.add_member(world.member.user), other.create_text_channel("tv")
        await world.env.settle()
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button(label="Copied", custom_id=custom_id))
        view.stop()
        copy = await world.env.bot.get_channel(channel.id).send("A copy", view=view)

        pressed = await boss.click(copy, label="Copied")

        assert "nothing to put right" in pressed.response.content


class TestThreeMembers:
    @pytest.fixture
    async def office(self, world: World) -> ChannelHandle:
        """#office, where the admins hear that three members say it is not right."""
        office = world.guild.create_text_channel("office")
        await world.env.settle()
        await world.services.guilds.set_admin_channel(world.guild.id, office.id, world.now)
        post = await posted(world)
        for name, word in (("eve", "Not news"), ("kim", "Wrong series"), ("lou", "Not news")):
            assert office.history() == []
            member = world.guild.add_member(world.env.create_user(name))
            await says(member, post, word)
            await world.tell_admins()
        return office

    async def test_are_shown_to_the_admins_once(self, world: World, office: ChannelHandle) -> None:
        await says(world.member, world.news.history()[-1], "Not news")
        await world.tell_admins()

        [notice] = office.history()
        assert "**Harbor Lights** is renewed for season 2" in notice.content
        assert "2 members say that it is no news" in notice.content
        assert "one member says that it is the wrong series" in notice.content
        assert f"/{world.guild.id}/{world.news.id}/{world.news.last_message.id}" in notice.content
        assert "eve" not in notice.content
        assert STRUCK not in world.news.last_message.content

    async def test_an_admin_accepts_after_a_restart(
        self, world: World, office: ChannelHandle
    ) -> None:
        await world.restart()
        pressed = await world.admin.click(office.history()[-1], label="Accept: strike it through")
        await world.edit()

        assert "struck through" in pressed.response.content
        assert world.news.last_message.content.startswith(STRUCK)
        assert {state for _, state in await words(world)} == {"accepted"}
        assert "Said not to be right" not in text_of(
            await world.admin.slash(world.general, "status")
        )

    async def test_an_admin_dismisses_and_is_asked_again_only_after_three_more(
        self, world: World, office: ChannelHandle
    ) -> None:
        post = world.news.history()[-1]
        dismissed = await world.admin.click(office.history()[-1], label="Dismiss")
        await says(world.member, post, "Not news")
        await world.tell_admins()

        assert "the post stands" in dismissed.response.content
        assert STRUCK not in world.news.last_message.content
        assert len(office.history()) == 1
        for name in ("pat", "sam"):
            await says(world.guild.add_member(world.env.create_user(name)), post, "Not news")
        await world.tell_admins()
        assert len(office.history()) == 2

    async def test_what_was_decided_before_they_hear_of_it_is_not_told(
        self, world: World, office: ChannelHandle
    ) -> None:
        await world.tell(HARBOR, Event.TRAILER, season=2)
        post = world.news.history()[-1]
        for name in ("pat", "sam", "kit"):
            await says(world.guild.add_member(world.env.create_user(name)), post, "Not news")

        await strikes(world, post)
        await world.tell_admins()

        assert len(office.history()) == 1

    async def test_what_is_decided_is_decided_once(
        self, world: World, office: ChannelHandle
    ) -> None:
        notice = office.history()[-1]
        await strikes(world, world.news.history()[-1])

        pressed = await world.admin.click(notice, label="Dismiss")

        assert "settled already" in pressed.response.content
        assert world.news.last_message.content.startswith(STRUCK)

    @pytest.mark.parametrize("label", ["Accept: strike it through", "Dismiss"])
    async def test_a_member_may_not_decide(
        self, world: World, office: ChannelHandle, label: str
    ) -> None:
        pressed = await world.member.click(office.history()[-1], label=label)

        assert "You need **Manage Server**" in pressed.followups[0].content
        assert {state for _, state in await words(world)} == {"open"}

    async def test_members_do_not_read_of_it_in_status(
        self, world: World, office: ChannelHandle
    ) -> None:
        text = await status(world)

        assert "not right" not in text
        assert "say that" not in text


class TestInStatus:
    async def test_an_admin_sees_what_is_open_and_decides(self, world: World) -> None:
        await says(world.member, await posted(world), "Not news")

        shown = await world.admin.slash(world.general, "status")
        assert "Said not to be right, for you to decide:" in text_of(shown)
        assert "season 2: one member says that it is no news" in text_of(shown)
        [menu] = [
            item
            for part in shown.response.components[0]["components"]
            for item in part.get("components", ())
        ]
        await world.restart()
        chosen = await world.admin.select(answer_of(shown), [menu["options"][0]["value"]])
        assert chosen.ephemeral
        await world.admin.click(answer_of(chosen), label="Accept: strike it through")
        await world.edit()

        assert world.news.last_message.content.startswith(STRUCK)

    async def test_nothing_open_shows_nothing(self, world: World) -> None:
        await posted(world)

        shown = await world.admin.slash(world.general, "status")

        assert "not to be right" not in text_of(shown)


class TestAList:
    @pytest.fixture
    async def post(self, world: World) -> discord.Message:
        """Five pieces of news in one message."""
        await shut(world)
        await seasons(world, 2, 3, 4, 5)
        [post] = await mend(world)
        return post

    async def decide(self, world: World, post: discord.Message, number: int, how: str) -> None:
        asked = await world.admin.click(post, label="Not right?")
        assert "Which of these" in asked.response.content
        options = asked.response.components[0]["components"][0]["options"]
        chosen = await world.admin.select(answer_of(asked), [options[number]["value"]])
        said = await world.admin.click(answer_of(chosen), label="Wrong series")
        await world.admin.click(answer_of(said), label=how)
        await world.edit()

    async def test_asks_which_and_strikes_that_line(
        self, world: World, post: discord.Message
    ) -> None:
        await self.decide(world, post, 1, "Strike it through")

        [now] = world.posts(world.news)
        lines = (now.embeds[0].description or "").splitlines()
        assert [line.count("~~") for line in lines] == [0, 2, 0, 0]
        assert "https://" not in lines[1]
        assert "https://" in lines[0]

    async def test_a_line_that_is_deleted_is_left_out(
        self, world: World, post: discord.Message
    ) -> None:
        await self.decide(world, post, 0, "Delete it")

        [now] = world.posts(world.news)
        assert "season 2" not in (now.embeds[0].description or "")
        assert now.content.endswith("3 things happened")

    async def test_a_list_of_which_nothing_is_left_is_deleted(
        self, world: World, post: discord.Message
    ) -> None:
        for number in range(4):
            await self.decide(world, post, number, "Delete it")

        assert world.posts(world.news) == []

    async def test_what_waits_in_a_list_is_left_out_before_it_goes(self, world: World) -> None:
        await world.admin.slash(world.general, "subscribe", show=HARBOR.key, **{"for": "channel"})
        await shut(world)
        await world.services.guilds.set_news_channel(world.guild.id, world.news.id, world.now)
        await seasons(world, 2, 3, 4, 5)
        async with world.database.read() as connection:
            first = await connection.scalar(select(schema.announcements.c.id))
        await world.services.judging.strike(
            int(first or 0), world.guild.id, What.NOT_NEWS, How.STRIKE, 1, world.now
        )

        [post, *_] = await mend(world)

        assert "season 2" not in (post.embeds[0].description or post.content)


async def test_a_forums_card_is_no_news_and_has_no_such_button(world: World) -> None:
    card = str(render_plain_card(HARBOR, "m" * 16, world.services.words))

    assert "gl:mute:" in card
    assert "gl:wrong:" not in card
