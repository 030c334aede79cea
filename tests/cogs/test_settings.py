"""`/settings`: one panel, changed in place."""

from simcord.components import walk_components
from simcord.results import InteractionResult

from bot.news.model import Event, Kind
from tests.discord_env import HARBOR, World, answer_of, text_of


def chosen(result: InteractionResult, custom_id: str) -> list[str]:
    for part in walk_components(result.response.components):
        if part.get("custom_id") == custom_id:
            return [str(default["id"]) for default in part.get("default_values", [])]
    raise AssertionError(f"no menu {custom_id}")


async def test_the_panel_shows_what_is_chosen_now(world: World) -> None:
    await world.choose_news_channel()

    result = await world.admin.slash(world.general, "settings")

    assert result.ephemeral
    assert "Settings of Couch Club" in text_of(result)
    assert "**Rumours** are not told here." in text_of(result)
    assert chosen(result, "gl:set:news") == [str(world.news.id)]
    assert chosen(result, "gl:set:trailer") == []


async def test_an_empty_panel_asks_for_a_news_channel(world: World) -> None:
    result = await world.admin.slash(world.general, "settings")

    assert "No news channel is chosen yet" in text_of(result)


async def test_choosing_the_news_channel_saves_in_place(world: World) -> None:
    panel = await world.admin.slash(world.general, "settings")

    saved = await world.admin.select(answer_of(panel), [world.news], custom_id="gl:set:news")

    assert saved.response.id == panel.response.id
    assert "✓ Saved." in text_of(saved)
    assert chosen(saved, "gl:set:news") == [str(world.news.id)]
    assert (await world.settings()).routes.news_channel == world.news.id


async def test_a_kind_goes_to_its_own_channel(world: World) -> None:
    trailers = world.channel("trailers")
    await world.admin.slash(world.news, "subscribe", show=HARBOR.key)
    panel = await world.admin.slash(world.general, "settings")

    await world.admin.select(answer_of(panel), [trailers], custom_id="gl:set:trailer")

    assert (await world.settings()).routes.kind_channels == {Kind.TRAILER: trailers.id}
    await world.tell(HARBOR, Event.TRAILER)
    assert (len(world.posts(trailers)), len(world.posts(world.news))) == (1, 0)


async def test_a_choice_can_be_taken_back(world: World) -> None:
    await world.choose_news_channel()
    panel = await world.admin.slash(world.general, "settings")

    await world.admin.select(answer_of(panel), [], custom_id="gl:set:news")

    assert (await world.settings()).routes.news_channel is None


async def test_the_panel_names_what_is_missing_in_a_chosen_channel(world: World) -> None:
    locked = world.channel("locked", embed_links=False)
    panel = await world.admin.slash(world.general, "settings")

    saved = await world.admin.select(answer_of(panel), [locked], custom_id="gl:set:admin")

    assert "because I lack **Embed Links** there" in text_of(saved)
    assert (await world.settings()).admin_channel == locked.id


async def test_a_role_is_pinged_with_what_the_server_follows(world: World) -> None:
    fans = world.guild.create_role("Fans", mentionable=True)
    await world.admin.slash(world.news, "subscribe", show=HARBOR.key)
    panel = await world.admin.slash(world.general, "settings")

    saved = await world.admin.select(answer_of(panel), [fans], custom_id="gl:role")

    assert chosen(saved, "gl:role") == [str(fans.id)]
    await world.tell(HARBOR)
    assert fans.mention in world.news.last_message.content


async def test_everyone_is_never_the_role(world: World) -> None:
    panel = await world.admin.slash(world.general, "settings")

    refused = await world.admin.select(
        answer_of(panel), [world.guild.default_role], custom_id="gl:role"
    )

    assert "I never ping @everyone" in text_of(refused)
    assert (await world.settings()).routes.ping_role is None


async def test_rumours_are_switched_on_and_off(world: World) -> None:
    panel = await world.admin.slash(world.general, "settings")

    on = await world.admin.click(answer_of(panel), label="Tell rumours, too")
    assert "**Rumours** are told here" in text_of(on)
    assert (await world.settings()).routes.rumours is True
    off = await world.admin.click(answer_of(on), label="No more rumours")

    assert "**Rumours** are not told here." in text_of(off)


async def test_settings_want_manage_server_in_code_too(world: World) -> None:
    world.let_everybody_use("settings")

    result = await world.member.slash(world.general, "settings")

    assert result.ephemeral
    assert "You need **Manage Server**" in result.response.content
    assert world.env.errors


async def test_a_manager_who_no_longer_is_one_cannot_press(world: World) -> None:
    panel = await world.admin.slash(world.general, "settings")
    world.env.backend.get_guild(world.guild.id).members[world.admin.id].role_ids.clear()

    refused = await world.admin.click(answer_of(panel), label="Tell rumours, too")

    assert "You need **Manage Server**" in refused.response.content
    assert (await world.settings()).routes.rumours is False


async def test_a_role_that_cannot_be_mentioned_is_said_so(world: World) -> None:
    shy = world.guild.create_role("Shy")
    await world.services.guilds.set_ping_role(world.guild.id, shy.id, world.now)
    world.let_bot(mention_everyone=False)

    panel = await world.admin.slash(world.general, "settings")

    assert f"I cannot ping {shy.mention} yet" in text_of(panel)


async def test_what_the_news_channel_follows_moves_with_it(world: World) -> None:
    await world.admin.slash(world.news, "subscribe", show=HARBOR.key, **{"for": "channel"})
    panel = await world.admin.slash(world.general, "settings")

    await world.admin.select(answer_of(panel), [world.general], custom_id="gl:set:news")

    await world.tell(HARBOR, Event.TRAILER)
    assert (len(world.posts(world.general)), len(world.posts(world.news))) == (1, 0)


async def test_what_a_deleted_news_channel_is_owed_comes_to_the_one_that_is_chosen_next(
    world: World,
) -> None:
    await world.admin.slash(world.news, "subscribe", show=HARBOR.key, **{"for": "channel"})
    world.env.backend.delete_channel(world.news.id)
    await world.tell(HARBOR, Event.TRAILER)
    panel = await world.admin.slash(world.general, "settings")

    await world.admin.select(answer_of(panel), [world.general], custom_id="gl:set:news")

    await world.deliver()
    assert len(world.posts(world.general)) == 1
