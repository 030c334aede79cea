"""Notices of trouble in the admins' channel, and their buttons."""

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.builders import ChannelHandle
from simcord.enums import OverwriteType

from bot.news.model import Certainty
from tests.cogs.test_health import status
from tests.discord_env import HARBOR, World, answer_of

MESSAGES = "/channels/*/messages"


@pytest.fixture
async def office(world: World) -> ChannelHandle:
    """#office, where the admins are told of trouble; #tv-news follows Harbor Lights."""
    office = world.guild.create_text_channel("office")
    await world.env.settle()
    await world.services.guilds.set_admin_channel(world.guild.id, office.id, world.now)
    await world.admin.slash(world.news, "subscribe", show=HARBOR.key)
    return office


async def deny(world: World, *names: str) -> None:
    """Deny the bot permissions in #tv-news, or give all back."""
    backend, me = world.env.backend, world.env.bot.user.id
    denied = discord.Permissions(**dict.fromkeys(names, True))
    channel = backend.get_channel(world.news.id)
    channel.overwrites[:] = [Overwrite(me, OverwriteType.MEMBER, 0, denied.value)] if names else []
    backend.announce_channel_update(world.news.id)
    await world.env.settle()


async def held(world: World) -> None:
    """News for #tv-news that is refused there."""
    await deny(world, "send_messages")
    await world.tell(HARBOR)
    await world.tell_admins()


class TestNotices:
    async def test_admins_are_told_once_which_permission_is_missing(
        self, world: World, office: ChannelHandle
    ) -> None:
        await held(world)
        await world.tell(HARBOR, season=4)
        await world.tell_admins()

        [notice] = office.history()
        assert f"I cannot post in {world.news.mention} yet" in notice.content
        assert "because I lack **Send Messages** there" in notice.content

    async def test_its_mending_is_told_too(self, world: World, office: ChannelHandle) -> None:
        await held(world)
        await deny(world)
        await world.deliver()
        await world.tell_admins()

        assert office.last_message.content == f"News reaches {world.news.mention} again."
        assert office.last_message.components == []

    async def test_a_post_that_automod_blocks_is_told_once(
        self, world: World, office: ChannelHandle
    ) -> None:
        world.env.inject_error("POST", MESSAGES, status=400, code=200000, times=4)
        await world.tell(HARBOR)
        await world.tell(HARBOR, season=4)
        await world.tell_admins()

        [notice] = office.history()
        assert f"did not reach {world.news.mention}: this server's AutoMod" in notice.content

    async def test_what_was_put_right_is_on_no_list_any_more(
        self, world: World, office: ChannelHandle
    ) -> None:
        await held(world)
        assert "because I lack" in await status(world)
        await deny(world)
        await world.deliver()

        assert "because I lack" not in await status(world)


class TestTestAgain:
    async def test_while_it_is_broken_it_says_what_is_missing(
        self, world: World, office: ChannelHandle
    ) -> None:
        await held(world)

        pressed = await world.admin.click(office.history()[-1], label="Test again")

        assert "because I lack **Send Messages**" in pressed.response.content
        assert world.news.history()[1:] == []

    async def test_where_the_sample_arrives_the_news_follows(
        self, world: World, office: ChannelHandle
    ) -> None:
        world.env.inject_error("POST", MESSAGES, status=403, code=50013)
        await world.tell(HARBOR)
        await world.tell_admins()

        pressed = await world.admin.click(office.history()[-1], label="Test again")
        await world.deliver()
        await world.tell_admins()

        assert "What waited and is still news comes now" in pressed.response.content
        sample, news = world.posts(world.news)
        assert "A test" in sample.content
        assert "is renewed" in news.content
        assert len(office.history()) == 1, "the admin who pressed knows that it is mended"

    async def test_a_refusal_that_nobody_can_see_beforehand_is_told(
        self, world: World, office: ChannelHandle
    ) -> None:
        world.env.inject_error("POST", MESSAGES, status=403, code=50013)
        await world.tell(HARBOR)
        await world.tell_admins()
        world.env.inject_error("POST", MESSAGES, status=403, code=50013)

        pressed = await world.admin.click(office.history()[-1], label="Test again")

        assert "I may not post in" in pressed.response.content
        again = await world.admin.click(answer_of(pressed), label="Test again")
        assert "What waited" in again.response.content

    async def test_it_wants_manage_server(self, world: World, office: ChannelHandle) -> None:
        await held(world)

        pressed = await world.member.click(office.history()[-1], label="Test again")

        [refusal] = pressed.followups
        assert "You need **Manage Server**" in refusal.content
        assert refusal.ephemeral
        assert "because I lack" in office.last_message.content

    async def test_the_owner_is_told_by_direct_message_and_may_press_there(
        self, world: World
    ) -> None:
        await world.admin.slash(world.news, "subscribe", show=HARBOR.key)
        world.env.inject_error("POST", MESSAGES, status=403, code=50013)
        await world.tell(HARBOR)
        await world.tell_admins()
        owner = world.guild.owner

        pressed = await owner.click(owner.dm_channel.last_message, label="Test again")

        assert "What waited and is still news comes now" in pressed.response.content


class TestDoubt:
    async def doubt(self, world: World, season: int = 3) -> None:
        """A post of which nobody can find out whether it arrived."""
        world.env.inject_error("POST", MESSAGES, status=500)
        await world.tell(HARBOR, season=season)
        world.env.inject_error("GET", MESSAGES, status=400, code=1)
        await world.env.advance_time(600)
        await world.deliver()
        await world.tell_admins()

    async def test_it_is_shown_and_not_sent_again_by_itself(
        self, world: World, office: ChannelHandle
    ) -> None:
        await self.doubt(world)
        await world.env.advance_time(7200)
        await world.deliver()

        [notice] = office.history()
        assert f"I can’t tell whether a post reached {world.news.mention}" in notice.content
        assert "**Harbor Lights** is renewed for season 3" in notice.content
        assert world.posts(world.news) == []
        assert "**Harbor Lights** is renewed for season 3" in await status(world)

    async def test_others_after_it_go_on(self, world: World, office: ChannelHandle) -> None:
        await self.doubt(world)
        await world.tell(HARBOR, season=4)

        [post] = world.posts(world.news)
        assert "season 4" in post.content

    async def test_an_admin_sends_it_again(self, world: World, office: ChannelHandle) -> None:
        await self.doubt(world)

        pressed = await world.admin.click(office.history()[-1], label="It is not there: send again")
        await world.deliver()
        await world.deliver()

        assert pressed.response.content == f"It is sent to {world.news.mention} once more."
        [post] = world.posts(world.news)
        assert "season 3" in post.content
        assert "I can’t tell whether" not in await status(world)

    async def test_an_admin_has_seen_it(self, world: World, office: ChannelHandle) -> None:
        await self.doubt(world)

        pressed = await world.admin.click(office.history()[-1], label="It is there")
        await world.deliver()

        assert "counts as told" in pressed.response.content
        assert world.posts(world.news) == []
        assert "I can’t tell whether" not in await status(world)

    async def test_what_was_overtaken_is_not_sent_again(
        self, world: World, office: ChannelHandle
    ) -> None:
        world.env.inject_error("POST", MESSAGES, status=500)
        await world.tell(HARBOR, certainty=Certainty.REPORTED, title="They say")
        world.env.inject_error("GET", MESSAGES, status=400, code=1)
        await world.env.advance_time(600)
        await world.deliver()
        await world.tell_admins()
        await world.tell(HARBOR, title="They confirm")

        pressed = await world.admin.click(office.history()[-1], label="It is not there: send again")
        await world.deliver()

        assert "Newer news of it has come since" in pressed.response.content
        [post] = world.posts(world.news)
        assert "Now confirmed" in post.content

    async def test_pressed_twice_it_is_settled_once(
        self, world: World, office: ChannelHandle
    ) -> None:
        await self.doubt(world)
        notice = office.history()[-1]
        await world.admin.click(notice, label="It is not there: send again")

        again = await world.env.bot.get_channel(office.id).fetch_message(notice.id)

        assert again.components == []
        await world.deliver()
        assert len(world.posts(world.news)) == 1

    async def test_it_wants_manage_server(self, world: World, office: ChannelHandle) -> None:
        await self.doubt(world)
        for label in ("It is there", "It is not there: send again"):
            pressed = await world.member.click(office.history()[-1], label=label)
            assert "You need **Manage Server**" in pressed.followups[0].content

        await world.deliver()
        assert world.posts(world.news) == []
