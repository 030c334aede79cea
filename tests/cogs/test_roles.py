"""A role that is pinged with the news of one series, in place of each member."""

import discord
import pytest
from simcord.builders import RoleHandle

from bot.news.routing import Target
from bot.services.subscribing import Wish
from tests.discord_env import COPPER, HARBOR, WORDS, World, answer_of, menu_values


@pytest.fixture
async def sailors(world: World) -> RoleHandle:
    """A role that stands for those who follow Harbor Lights, whose news comes to #tv-news."""
    role = world.guild.create_role("Sailors", mentionable=True)
    await world.env.settle()
    await world.choose_news_channel()
    await world.admin.slash(world.general, "role", show=HARBOR.key, role=role)
    return role


def pinged(message: discord.Message) -> str:
    """Who is mentioned at the end of a post."""
    return message.content.rpartition(" · ")[2]


async def test_the_role_is_pinged_and_members_are_not_mentioned_singly(
    world: World, sailors: RoleHandle
) -> None:
    for user in range(70):
        wish = Wish(HARBOR, world.guild.id, Target.MEMBER, 1_000_000 + user)
        await world.services.subscribing.subscribe(wish, user, world.now)

    await world.tell(HARBOR)

    [post] = world.posts(world.news)
    assert pinged(post) == f"<@&{sailors.id}>"
    assert [role.id for role in post.role_mentions] == [sailors.id]
    assert len(world.news.history()) == 2, "the greeting and one post, without further parts"


async def test_other_series_mention_their_followers(world: World, sailors: RoleHandle) -> None:
    await world.follow(world.member, COPPER)

    await world.tell(COPPER)

    assert pinged(world.news.history()[-1]) == f"<@{world.member.id}>"


async def test_who_subscribes_hears_that_the_role_is_pinged(
    world: World, sailors: RoleHandle
) -> None:
    answer = await world.member.slash(world.general, "subscribe", show=HARBOR.key)

    assert f"ping <@&{sailors.id}>" in answer.response.content
    assert "mention you there" not in answer.response.content


async def test_the_shows_role_goes_before_the_servers(world: World, sailors: RoleHandle) -> None:
    everybody = world.guild.create_role("TV news", mentionable=True)
    await world.env.settle()
    await world.services.guilds.set_ping_role(world.guild.id, everybody.id, world.now)
    for show in (HARBOR, COPPER):
        await world.admin.slash(world.news, "subscribe", show=show.key, **{"for": "channel"})
        await world.tell(show)

    harbor, copper = world.posts(world.news)
    assert pinged(harbor) == f"<@&{sailors.id}>"
    assert pinged(copper) == f"<@&{everybody.id}>"


async def test_without_a_role_members_are_mentioned_again(
    world: World, sailors: RoleHandle
) -> None:
    await world.follow(world.member, HARBOR)

    answer = await world.admin.slash(world.general, "role", show=HARBOR.key)
    await world.tell(HARBOR)

    assert "mentions each member who follows it" in answer.response.content
    assert pinged(world.news.history()[-1]) == f"<@{world.member.id}>"


async def test_a_catch_up_pings_the_role_of_each_of_its_series_once(
    world: World, sailors: RoleHandle
) -> None:
    miners = world.guild.create_role("Miners", mentionable=True)
    await world.env.settle()
    await world.admin.slash(world.general, "role", show=COPPER.key, role=miners)
    for show in (HARBOR, COPPER):
        await world.admin.slash(world.news, "subscribe", show=show.key, **{"for": "channel"})
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    for season in (2, 3):
        for show in (HARBOR, COPPER):
            await world.tell(show, season=season)

    await world.services.delivering.recheck(world.guild.id, world.now)
    await world.deliver()

    [post] = world.posts(world.news)
    assert pinged(post) == f"<@&{sailors.id}> <@&{miners.id}>"


async def test_a_title_that_fits_several_series_is_asked_about(world: World) -> None:
    role = world.guild.create_role("Night owls", mentionable=True)
    await world.env.settle()

    asked = await world.admin.slash(world.general, "role", show="Nightfall", role=role)
    key = menu_values(asked)[0]
    done = await world.admin.select(answer_of(asked), values=[key])

    assert f"pings <@&{role.id}> now" in done.response.content
    [(show, chosen)] = await world.services.guilds.show_roles(world.guild.id)
    assert (show.key, chosen) == (key, role.id)


async def test_a_role_that_may_not_be_pinged_is_said_at_once(world: World) -> None:
    role = world.guild.create_role("Quiet")
    world.let_bot(mention_everyone=False)
    await world.env.settle()

    answer = await world.admin.slash(world.general, "role", show=HARBOR.key, role=role)

    assert WORDS("settings.role_not_mentionable", role=f"<@&{role.id}>") in answer.response.content


async def test_everyone_is_no_role_for_a_series(world: World) -> None:
    everyone = world.guild.default_role

    await world.admin.slash(world.general, "role", show=HARBOR.key, role=everyone)

    assert await world.services.guilds.show_roles(world.guild.id) == ()


async def test_it_wants_manage_server_in_code_too(world: World) -> None:
    world.let_everybody_use("role")

    result = await world.member.slash(world.general, "role", show=HARBOR.key)

    assert "You need **Manage Server**" in result.response.content
    assert world.env.errors


async def test_a_deleted_role_is_dropped_and_the_admins_hear_of_it_once(
    world: World, sailors: RoleHandle
) -> None:
    office = world.guild.create_text_channel("office")
    await world.env.settle()
    await world.services.guilds.set_admin_channel(world.guild.id, office.id, world.now)
    await world.follow(world.member, HARBOR)

    world.env.backend.delete_role(world.guild.id, sailors.id)
    await world.env.settle()
    await world.tell(HARBOR)
    await world.tell_admins()

    assert pinged(world.news.history()[-1]) == f"<@{world.member.id}>"
    [notice] = office.history()
    assert "A role that I pinged with news was deleted" in notice.content


async def test_a_role_of_which_discord_says_that_it_is_gone_is_dropped(
    world: World, sailors: RoleHandle
) -> None:
    world.env.inject_error("POST", "/channels/*/messages", status=404, code=10011)
    await world.follow(world.member, HARBOR)

    await world.tell(HARBOR)
    await world.deliver()

    [post] = world.posts(world.news)
    assert "<@&" not in post.content
    assert await world.services.guilds.show_roles(world.guild.id) == ()


async def test_a_server_that_is_forgotten_leaves_no_role_behind(
    world: World, sailors: RoleHandle
) -> None:
    await world.services.guilds.leave(world.guild.id, world.now)
    await world.env.advance_time(31 * 86_400)

    await world.services.guilds.forget_due(world.now)

    assert await world.services.guilds.show_roles(world.guild.id) == ()
