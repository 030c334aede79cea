"""`/subscribe` and `/unsubscribe`, as people in a server see them."""

from tests.discord_env import HARBOR, World


async def test_a_managers_first_subscription_sets_the_server_up(world: World) -> None:
    result = await world.admin.slash(world.news, "subscribe", show=HARBOR.key)

    assert result.ephemeral
    text = result.response.content
    assert f"{world.news.mention} follows **Harbor Lights** now: all news." in text
    assert f"{world.news.mention} is this server's news channel now" in text
    assert "Nothing is known yet" in result.response.embeds[0].description


async def test_the_news_of_a_followed_show_arrives_in_the_channel(world: World) -> None:
    await world.admin.slash(world.news, "subscribe", show=HARBOR.key)

    await world.tell(HARBOR, season=3)

    assert "**Harbor Lights** is renewed for season 3" in world.news.last_message.content
