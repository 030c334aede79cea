"""The buttons under a post, pressed by members and managers, before and after a restart."""

import discord

from tests.discord_env import HARBOR, World, answer_of


async def posted(world: World) -> discord.Message:
    """The channel follows a show, and a post of it stands there."""
    await world.admin.slash(world.news, "subscribe", show=HARBOR.key)
    await world.tell(HARBOR, season=2)
    return world.news.history()[-1]


async def test_subscribe_me_follows_and_a_second_press_ends_it(world: World) -> None:
    post = await posted(world)

    first = await world.member.click(post, label="Subscribe me")
    assert first.ephemeral
    assert "You follow **Harbor Lights** now: all news." in first.response.content
    await world.tell(HARBOR, season=3)
    assert world.member.mention in world.news.last_message.content

    second = await world.member.click(post, label="Subscribe me")
    assert "You no longer follow **Harbor Lights**" in second.response.content
    await world.tell(HARBOR, season=4)
    assert world.member.mention not in world.news.last_message.content


async def test_subscribe_me_offers_kinds_and_a_direct_message(world: World) -> None:
    post = await posted(world)
    pressed = await world.member.click(post, label="Subscribe me")

    kinds = await world.member.select(answer_of(pressed), ["cast"])
    assert "with casting" in kinds.response.content
    changed = await world.member.click(answer_of(kinds), label="Direct message instead")

    assert "by direct message: casting" in changed.response.content


async def test_the_buttons_answer_after_a_restart(world: World) -> None:
    post = await posted(world)

    await world.restart()

    pressed = await world.member.click(post, label="Subscribe me")
    assert "You follow **Harbor Lights** now" in pressed.response.content
    muted = await world.member.click(post, label="Mute")
    assert "Muted: you will not be told of **Harbor Lights**" in muted.response.content


async def test_buttons_and_answers_leave_nothing_in_memory(world: World) -> None:
    post = await posted(world)

    for _ in range(4):
        await world.member.click(post, label="Subscribe me")
        await world.admin.click(post, label="Mute")
        await world.admin.slash(world.general, "settings")

    store = world.env.bot._connection._view_store
    assert store._views == {}
    assert store._synced_message_views == {}


async def test_menus_of_answers_work_after_a_restart(world: World) -> None:
    post = await posted(world)
    pressed = await world.member.click(post, label="Subscribe me")

    await world.restart()

    changed = await world.member.select(answer_of(pressed), ["trailer"])
    assert "with trailers" in changed.response.content


async def test_a_follower_mutes_for_themselves_and_hears_again(world: World) -> None:
    post = await posted(world)
    await world.member.click(post, label="Subscribe me")

    muted = await world.member.click(post, label="Mute")
    await world.tell(HARBOR, season=3)
    assert world.member.mention not in world.news.last_message.content

    heard = await world.member.click(answer_of(muted), label="Hear it again")
    assert "will come again for you" in heard.response.content
    await world.tell(HARBOR, season=4)
    assert world.member.mention in world.news.last_message.content


async def test_a_mention_and_a_direct_message_are_muted_and_heard_together(world: World) -> None:
    post = await posted(world)
    await world.member.click(post, label="Subscribe me")
    await world.member.slash(world.general, "subscribe", show=HARBOR.key, **{"for": "dm"})

    muted = await world.member.click(post, label="Mute")
    assert all(f.subscription.muted for f in await world.own(world.member))
    heard = await world.member.click(answer_of(muted), label="Hear it again")

    assert "again for you, you, by direct message" in heard.response.content
    assert not any(f.subscription.muted for f in await world.own(world.member))


async def test_another_members_subscription_cannot_be_heard_for_them(world: World) -> None:
    post = await posted(world)
    await world.member.click(post, label="Subscribe me")
    muted = await world.member.click(post, label="Mute")
    custom_id = muted.response.components[0]["components"][0]["custom_id"]
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Forged", custom_id=custom_id))
    view.stop()
    forged = await world.env.bot.get_channel(world.news.id).send("Press me", view=view)

    pressed = await world.admin.click(forged, label="Forged")

    assert "no longer there" in pressed.response.content
    assert all(f.subscription.muted for f in await world.own(world.member))


async def test_subscribe_me_on_a_muted_show_hears_it_again(world: World) -> None:
    post = await posted(world)
    await world.member.click(post, label="Subscribe me")
    await world.member.click(post, label="Mute")

    again = await world.member.click(post, label="Subscribe me")

    assert "Changed: you follow **Harbor Lights**" in again.response.content


async def test_who_does_not_follow_has_nothing_to_mute(world: World) -> None:
    post = await posted(world)

    muted = await world.member.click(post, label="Mute")

    assert "nothing to mute for you" in muted.response.content
    assert muted.response.components == []


async def test_a_manager_is_asked_before_a_channel_is_muted(world: World) -> None:
    post = await posted(world)
    asked = await world.admin.click(post, label="Mute")
    assert "for everybody in a channel, too?" in asked.response.content
    await world.tell(HARBOR, season=3)
    assert len(world.posts(world.news)) == 2, "asking mutes nothing"

    done = await world.admin.click(answer_of(asked), label="Mute in #tv-news")

    assert f"no more news of **Harbor Lights** for {world.news.mention}" in done.response.content
    await world.tell(HARBOR, season=4)
    assert len(world.posts(world.news)) == 2
    await world.admin.click(answer_of(done), label="Hear it again")
    await world.tell(HARBOR, season=5)
    assert len(world.posts(world.news)) == 3


async def test_a_post_that_is_no_longer_kept_says_what_to_do(world: World) -> None:
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Subscribe me", custom_id="gl:follow:" + "z" * 16))
    view.stop()
    old = await world.env.bot.get_channel(world.news.id).send("An old post", view=view)

    pressed = await world.member.click(old, label="Subscribe me")

    assert "`/subscribe` with the name of the series" in pressed.response.content


async def test_in_a_server_without_the_bot_nothing_is_promised(world: World) -> None:
    post = await posted(world)
    await world.removed_from(world.guild)

    pressed = await world.member.click(post, label="Subscribe me")

    assert "I am not a member of this server" in pressed.response.content


async def test_under_a_direct_message_the_buttons_change_that_subscription(world: World) -> None:
    await world.member.slash(world.general, "subscribe", show=HARBOR.key, **{"for": "dm"})
    await world.tell(HARBOR, season=2)
    post = world.member.user.dm_channel.last_message

    muted = await world.member.user.click(post, label="Mute")
    assert "Muted: you will not be told" in muted.response.content
    await world.tell(HARBOR, season=3)
    assert world.member.user.dm_channel.last_message.content.count("season 3") == 0

    again = await world.member.user.click(post, label="Subscribe me")
    assert "Changed: you follow **Harbor Lights** by direct message" in again.response.content
