"""Coming to a server, leaving it, and finding mended what was broken."""

import discord
import pytest

from bot.storage.database import Database
from tests.discord_env import HARBOR, World, open_world

GREETING = "Hello! I tell you"


async def test_the_bot_greets_once_with_the_two_steps(world: World) -> None:
    [greeting] = [m for m in world.news.history() if m.content.startswith(GREETING)]

    assert "**1.**" in greeting.content
    assert "**2.**" in greeting.content
    assert "/subscribe" in greeting.content


async def test_a_restart_or_an_outage_greets_nobody_again(world: World) -> None:
    await world.restart()
    await world.outage(world.guild)

    assert len(world.news.history()) == 1
    assert world.general.history() == []


async def test_it_greets_in_the_system_channel_first(world: World) -> None:
    other = world.env.create_guild("Film Club")
    other.create_text_channel("rules")
    lobby = other.create_text_channel("lobby")
    world.env.backend.edit_guild(other.id, {"system_channel_id": lobby.id})

    await world.env.settle()

    assert lobby.last_message.content.startswith(GREETING)


async def test_where_it_may_not_write_it_greets_later(world: World) -> None:
    other = world.env.create_guild("Silent Club")
    await world.env.settle()

    hall = other.create_text_channel("hall")
    await world.outage(other)

    assert hall.last_message.content.startswith(GREETING)


async def test_removed_and_invited_again_it_keeps_what_was_chosen(world: World) -> None:
    await world.admin.slash(world.news, "subscribe", show=HARBOR.key)

    await world.removed_from(world.guild)
    await world.tell(HARBOR, season=2)
    assert world.posts(world.news) == [], "nothing is sent to a server that removed the bot"
    await world.invited_to(world.guild)
    await world.tell(HARBOR, season=3)

    assert "season 3" in world.news.last_message.content
    assert (await world.settings()).routes.news_channel == world.news.id


async def test_what_was_held_is_sent_after_the_permission_came_back(world: World) -> None:
    await world.admin.slash(world.news, "subscribe", show=HARBOR.key)
    world.let_bot(send_messages=False)
    await world.env.settle()
    await world.tell(HARBOR)
    assert world.posts(world.news) == []

    world.let_bot(send_messages=True)
    await world.env.settle()
    await world.deliver()

    assert "is renewed" in world.news.last_message.content


async def test_what_was_held_is_sent_after_the_channel_was_opened(world: World) -> None:
    locked = world.channel("locked", send_messages=False)
    await world.admin.slash(locked, "subscribe", show=HARBOR.key)
    await world.tell(HARBOR)
    assert world.posts(locked) == []

    world.env.backend.delete_overwrite(locked.id, world.env.bot.user.id)
    world.env.backend.announce_channel_update(locked.id)
    await world.env.settle()
    await world.deliver()

    assert len(world.posts(locked)) == 1


async def test_what_was_held_is_sent_after_the_bot_got_a_role(world: World) -> None:
    posters = world.guild.create_role(
        "Posters", permissions=discord.Permissions(send_messages=True)
    )
    await world.admin.slash(world.news, "subscribe", show=HARBOR.key)
    world.let_bot(send_messages=False)
    await world.env.settle()
    await world.tell(HARBOR)

    await world.give_roles(posters)
    await world.deliver()

    assert "is renewed" in world.news.last_message.content


async def test_what_was_held_is_sent_after_a_denying_role_was_deleted(world: World) -> None:
    muted = world.guild.create_role("Muted")
    silent = discord.PermissionOverwrite(send_messages=False)
    channel = world.guild.create_text_channel("quiet", overwrites={muted: silent})
    await world.admin.slash(channel, "subscribe", show=HARBOR.key)
    await world.give_roles(muted)
    await world.tell(HARBOR)
    assert world.posts(channel) == []

    world.env.backend.delete_role(world.guild.id, muted.id)
    await world.env.settle()
    await world.deliver()

    assert len(world.posts(channel)) == 1


async def test_a_change_that_mends_nothing_costs_no_request(world: World) -> None:
    await world.admin.slash(world.news, "subscribe", show=HARBOR.key)
    world.let_bot(send_messages=False)
    await world.env.settle()
    await world.tell(HARBOR)
    sent = len(world.env.http_requests)

    world.env.backend.edit_channel(world.news.id, {"name": "news-of-tv"})
    world.let_bot(attach_files=False)
    await world.env.settle()
    await world.deliver()

    assert len(world.env.http_requests) == sent


async def test_a_greeting_that_is_refused_is_not_tried_at_every_start(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    other = world.env.create_guild("Film Club")
    other.create_text_channel("lobby")
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=200000)
    with caplog.at_level("INFO", "cogs.presence"):
        await world.env.settle()
    assert "greeting refused" in caplog.text

    await world.outage(other)

    assert other.channels["lobby"].history() == []


async def test_servers_of_every_shard_are_greeted_and_answered(database: Database) -> None:
    async with open_world(database, shards=2) as world:
        with world.env.time_context():
            for shard in (0, 1):
                guild = world.env.create_guild(f"Shard {shard}", shard_id=shard)
                lobby = guild.create_text_channel("lobby")
                managers = guild.create_role(
                    "Managers", permissions=discord.Permissions(manage_guild=True)
                )
                admin = guild.add_member(world.env.create_user(f"ada{shard}"), roles=[managers])
                await world.env.settle()
                assert lobby.last_message.content.startswith(GREETING)

                await admin.slash(lobby, "subscribe", show=HARBOR.key)
                await world.tell(HARBOR, season=shard + 1)

                assert f"season {shard + 1}" in lobby.last_message.content
