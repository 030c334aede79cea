"""`/status`, `/test` and `/help`."""

import pytest
from simcord.results import InteractionResult
from sqlalchemy import select

from bot.client import GreenlitBot
from bot.delivery.outcomes import Hold
from bot.news.model import Certainty, Show
from bot.storage import outbox
from bot.storage.outbox import State
from bot.storage.schema import posts
from bot.storage.sources import record_poll
from cogs.sources import explain_row
from tests.cogs.test_sources import FEED, rss
from tests.discord_env import COPPER, HARBOR, WORDS, World, source_id, text_of


async def status(world: World) -> str:
    """What a member reads of how things stand."""
    result = await world.member.slash(world.general, "status")
    assert result.ephemeral
    return text_of(result)


class TestStatus:
    async def test_a_fresh_server_hears_the_two_things_to_do(self, world: World) -> None:
        text = await status(world)

        assert "Nothing is followed here yet" in text
        assert "No news channel is chosen yet" in text

    async def test_last_read_and_last_post_are_told(self, world: World) -> None:
        await world.admin.slash(world.news, "subscribe", show=HARBOR.key)
        await world.tell(HARBOR)

        text = await status(world)

        assert "Sources last read: not yet" in text
        assert "Last post here: <t:" in text
        assert "Sources: 1, of which 0 fail" in text

    async def test_when_all_is_well_there_was_nothing_new(self, world: World) -> None:
        await world.admin.slash(world.news, "subscribe", show=HARBOR.key)
        world.web.pages[FEED] = rss("Something else")
        await world.admin.slash(world.general, "sources add", address=FEED)
        await world.services.polling.poll_due(world.now)

        assert "there was simply nothing new" in await status(world)

    async def test_muted_shows_are_named(self, world: World) -> None:
        await world.admin.slash(world.news, "subscribe", show=HARBOR.key)
        [followed] = await world.followed_by(world.admin)
        await world.services.subscribing.set_muted(followed.subscription.id, True)

        assert "Muted: **Harbor Lights**" in await status(world)

    async def test_rumours_that_were_kept_back_are_counted(self, world: World) -> None:
        await world.admin.slash(world.news, "subscribe", show=HARBOR.key)
        await world.tell(HARBOR, certainty=Certainty.RUMOUR)

        assert world.posts(world.news) == []
        assert "One rumour was kept back this week" in await status(world)

    async def test_a_missing_permission_and_what_waits_for_it_are_named(self, world: World) -> None:
        await world.admin.slash(world.news, "subscribe", show=HARBOR.key)
        world.let_bot(send_messages=False)
        await world.env.settle()
        await world.tell(HARBOR)

        text = await status(world)

        assert (
            f"I cannot post in {world.news.mention} yet, because I lack **Send Messages**" in text
        )
        assert "One post waits." in text
        assert text.count(world.news.mention) == 1, "it is said once"

    async def test_a_channel_that_is_gone_is_named(self, world: World) -> None:
        gone = world.channel("gone")
        await world.admin.slash(gone, "subscribe", show=HARBOR.key)
        world.env.backend.delete_channel(gone.id)
        await world.env.settle()

        assert f"I cannot see {gone.mention}" in await status(world)

    async def test_a_failing_source_is_named_with_its_reason(self, world: World) -> None:
        async with world.database.write() as connection:
            await source_id(connection, "Broken Wire", world.now)
        await world.services.polling.poll_due(world.now)

        assert "Broken Wire fails: there is no feed at this address any more" in await status(world)

    @pytest.mark.parametrize(
        ("state", "reason", "words"),
        [
            (State.PENDING, "", "One post is on its way to {channel}."),
            (State.UNKNOWN, "unreadable", "Of one post nobody knows whether it reached {channel}"),
            (State.FAILED, "too_old", "by the time the channel was mended it was no longer news"),
            (State.FAILED, "automod", "One post did not reach {channel}: this server's AutoMod"),
            (State.FAILED, "too_large", "Discord refused it (too_large)."),
            (State.HELD, "no_such", "Discord takes no posts for {channel}: use `/test`"),
        ],
    )
    async def test_whatever_became_of_a_post_has_words(
        self, world: World, state: State, reason: str, words: str
    ) -> None:
        await world.admin.slash(world.news, "subscribe", show=HARBOR.key)
        await world.tell(HARBOR)
        async with world.database.write() as connection:
            post = await connection.scalar(select(posts.c.id))
            assert post is not None
            await outbox.close(connection, post, state, reason, world.now)

        assert words.format(channel=world.news.mention) in await status(world)

    async def test_many_failing_sources_are_cut_short(self, world: World) -> None:
        async with world.database.write() as connection:
            for n in range(7):
                await source_id(connection, f"Wire {n}", world.now)
        await world.services.polling.poll_due(world.now)

        assert "2 more sources fail" in await status(world)

    async def test_a_category_is_no_place_for_plain_messages(self, world: World) -> None:
        category = world.guild.create_category("series")
        await world.services.guilds.set_news_channel(world.guild.id, category.id, world.now)

        assert f"{category.mention} takes no plain messages" in await status(world)

    async def test_many_muted_shows_are_cut_short(self, world: World) -> None:
        for n in range(9):
            await world.follow(world.member, Show(f"test:{n}", f"Show {n}"))
        for followed in await world.followed_by(world.member):
            await world.services.subscribing.set_muted(followed.subscription.id, True)

        assert "and 4 more" in await status(world)


class TestSample:
    async def sample(self, world: World) -> InteractionResult:
        return await world.admin.slash(world.general, "test")

    async def test_a_sample_arrives_in_the_news_channel(self, world: World) -> None:
        await world.choose_news_channel()

        result = await self.sample(world)

        assert result.ephemeral
        sample = world.news.last_message
        assert "A test" in sample.content
        assert str(sample.id) in result.response.content

    async def test_a_sample_that_arrives_releases_what_waited(self, world: World) -> None:
        await world.admin.slash(world.news, "subscribe", show=HARBOR.key)
        world.env.inject_error("POST", "/channels/*/messages", status=403, code=50001)
        await world.tell(HARBOR)
        assert world.posts(world.news) == []

        await self.sample(world)
        await world.deliver()

        assert "is renewed" in world.news.last_message.content

    async def test_an_archived_thread_is_tried(self, world: World) -> None:
        thread = world.thread_in(world.general, "old-news")
        world.env.bot.get_guild(world.guild.id)._threads.pop(thread.id)
        await world.services.guilds.set_news_channel(world.guild.id, thread.id, world.now)

        await self.sample(world)

        assert "A test" in thread.last_message.content

    async def test_without_a_news_channel_it_says_so(self, world: World) -> None:
        result = await self.sample(world)

        assert "No news channel is chosen yet" in result.response.content

    async def test_a_missing_permission_is_named(self, world: World) -> None:
        await world.choose_news_channel()
        world.let_bot(send_messages=False)
        await world.env.settle()

        result = await self.sample(world)

        assert "because I lack **Send Messages**" in result.response.content

    @pytest.mark.parametrize(
        ("status", "code", "words"),
        [
            (403, 50001, "tv-news-mention"),
            (400, 50035, "Discord refused the sample"),
            (500, 0, "Discord did not answer in time"),
        ],
    )
    async def test_what_discord_answers_is_told(
        self, world: World, status: int, code: int, words: str
    ) -> None:
        await world.choose_news_channel()
        world.env.inject_error("POST", "/channels/*/messages", status=status, code=code, times=None)

        result = await self.sample(world)

        expected = words.replace("tv-news-mention", world.news.mention)
        assert expected in result.response.content

    async def test_it_wants_manage_server_in_code_too(self, world: World) -> None:
        world.let_everybody_use("test")

        result = await world.member.slash(world.general, "test")

        assert "You need **Manage Server**" in result.response.content
        assert world.env.errors


async def test_help_names_every_command(world: World) -> None:
    result = await world.member.slash(world.general, "help")

    assert result.ephemeral
    text = str(result.response.embeds[0].description)
    bot = world.env.bot
    assert isinstance(bot, GreenlitBot)
    for command in bot.tree.get_commands():
        assert command.name == "help" or f"`/{command.name}" in text


async def test_help_works_in_a_direct_message(world: World) -> None:
    result = await world.member.user.slash("help")

    assert "`/subscribe`" in result.response.embeds[0].description


async def test_status_follows_the_asker_only(world: World) -> None:
    await world.follow(world.member, COPPER)
    [followed] = await world.followed_by(world.member)
    await world.services.subscribing.set_muted(followed.subscription.id, True)

    result = await world.admin.slash(world.general, "status")

    assert "Copper Sky" not in text_of(result)


@pytest.mark.parametrize("reason", Hold)
def test_every_reason_to_hold_a_channel_has_words(reason: Hold) -> None:
    assert f"notice.held.{reason}" in WORDS


async def test_a_reason_of_an_older_version_breaks_nothing(world: World) -> None:
    async with world.database.write() as connection:
        row = await source_id(connection, "Old Wire", world.now)
        await record_poll(connection, row, failure="no.such.reason", failure_detail="x")
    [source] = await world.services.sourcing.list_for(world.guild.id)

    assert explain_row(WORDS, source) == "it cannot be read"
    assert "Old Wire fails: it cannot be read." in await status(world)


async def test_a_member_who_cannot_be_written_to_hears_it_at_the_next_command(
    world: World,
) -> None:
    dm = {"for": "dm"}
    await world.member.slash(world.general, "subscribe", show=HARBOR.key, **dm)
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    await world.tell(HARBOR)

    again = await world.member.slash(world.general, "subscribe", show=HARBOR.key, **dm)
    listed = await world.member.slash(world.general, "subscriptions")

    for text in (text_of(again), text_of(listed), await status(world)):
        assert "Discord does not let me write to you" in text
    others = await world.admin.slash(world.general, "status")
    assert "write to you" not in text_of(others)


async def test_whichever_command_comes_next_says_it_once(world: World) -> None:
    await world.member.slash(world.general, "subscribe", show=HARBOR.key, **{"for": "dm"})
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    await world.tell(HARBOR)

    first = await world.member.slash(world.general, "show", show=HARBOR.key)
    await world.deliver()
    second = await world.member.slash(world.general, "show", show=HARBOR.key)

    assert "Discord does not let me write to you" in first.followups[-1].content
    assert first.followups[-1].ephemeral
    assert second.followups == []
    assert "is renewed" in world.member.user.dm_channel.last_message.content


async def test_refused_direct_messages_are_not_tried_again_by_themselves(world: World) -> None:
    await world.member.slash(world.general, "subscribe", show=HARBOR.key, **{"for": "dm"})
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    await world.tell(HARBOR)
    before = len(world.env.http_requests)

    await world.env.advance_time(7200)
    await world.deliver()

    assert len(world.env.http_requests) == before
