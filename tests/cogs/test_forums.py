"""Forums and announcement channels, as commands see them."""

import discord

from bot.news.model import Kind
from tests.discord_env import HARBOR, World, answer_of, text_of


async def test_a_forum_can_follow_a_show(world: World) -> None:
    forum = world.guild.create_forum_channel("shows")

    result = await world.admin.slash(
        world.general, "subscribe", show=HARBOR.key, channel=forum, **{"for": "channel"}
    )

    assert f"{forum.mention} follows **Harbor Lights** now" in text_of(result)
    assert "\N{WARNING SIGN}" not in text_of(result)


async def test_an_announcement_channel_can_follow_a_show(world: World) -> None:
    channel = world.guild.create_news_channel("announcements")

    await world.admin.slash(
        world.general, "subscribe", show=HARBOR.key, channel=channel, **{"for": "channel"}
    )
    await world.tell()

    assert len(world.posts(channel)) == 1


async def test_news_of_a_kind_can_go_to_a_forum(world: World) -> None:
    forum = world.guild.create_forum_channel("trailers")
    panel = await world.admin.slash(world.general, "settings")

    await world.admin.select(answer_of(panel), [forum], custom_id="gl:set:trailer")

    assert (await world.settings()).routes.kind_channels == {Kind.TRAILER: forum.id}


async def test_what_is_missing_in_a_forum_has_the_names_of_its_settings(world: World) -> None:
    forum = world.guild.create_forum_channel("shows")
    world.let_bot(send_messages=False, send_messages_in_threads=False, administrator=False)
    await world.services.guilds.set_news_channel(world.guild.id, forum.id, world.now)

    result = await world.admin.slash(world.general, "test")

    assert "**Create Posts**, **Send Messages in Posts**" in text_of(result)


async def test_a_test_in_a_forum_makes_no_post_for_no_show(world: World) -> None:
    forum = world.guild.create_forum_channel("shows")
    await world.services.guilds.set_news_channel(world.guild.id, forum.id, world.now)

    result = await world.admin.slash(world.general, "test")

    assert f"I may post in {forum.mention}" in text_of(result)
    channel = world.env.bot.get_channel(forum.id)
    assert isinstance(channel, discord.ForumChannel)
    assert channel.threads == []
