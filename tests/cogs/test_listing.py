"""`/subscriptions`: the list of what is followed, with a menu to remove."""

from bot.news.model import Show
from tests.discord_env import COPPER, HARBOR, World, menu_values


async def test_nothing_followed_tells_how_to_begin(world: World) -> None:
    result = await world.member.slash(world.general, "subscriptions")

    assert result.ephemeral
    assert "Nothing is followed here yet: `/subscribe`" in result.response.content


async def test_the_list_names_channels_and_ones_own(world: World) -> None:
    await world.admin.slash(world.news, "subscribe", show=HARBOR.key)
    await world.member.slash(world.general, "subscribe", show=COPPER.key, kinds="t")

    result = await world.member.slash(world.general, "subscriptions")

    lines = result.response.embeds[0].description.splitlines()
    assert lines == [
        "• **Copper Sky (2024, Northern)** for you: trailers",
        f"• **Harbor Lights (2021, Northern)** for {world.news.mention}: all news",
    ]


async def test_a_member_may_remove_their_own_only(world: World) -> None:
    await world.admin.slash(world.news, "subscribe", show=HARBOR.key)
    await world.member.slash(world.general, "subscribe", show=COPPER.key)
    result = await world.member.slash(world.general, "subscriptions")

    [own] = menu_values(result)
    removed = await world.member.select(result.response, [own])

    assert "Removed one subscription." in removed.response.content
    assert [f.show for f in await world.followed_by(world.member)] == [HARBOR]


async def test_a_manager_removes_several_at_once(world: World) -> None:
    for show in (HARBOR, COPPER):
        await world.admin.slash(world.news, "subscribe", show=show.key, **{"for": "channel"})
    result = await world.admin.slash(world.general, "subscriptions")

    removed = await world.admin.select(result.response, menu_values(result))

    assert "Removed 2 subscriptions." in removed.response.content
    assert "Nothing is followed here yet" in removed.response.content


async def test_a_long_list_has_pages(world: World) -> None:
    shows = [Show(f"test:{n}", f"Show number {n:02}", (), 2000 + n) for n in range(30)]
    for show in shows:
        await world.follow(world.member, show)
    first = await world.member.slash(world.general, "subscriptions")
    assert len(menu_values(first)) == 25
    assert first.response.embeds[0].footer.text == "Page 1 of 2"

    second = await world.member.click(first.response, label="More")

    assert len(menu_values(second)) == 5
    back = await world.member.click(second.response, label="Back")
    assert len(menu_values(back)) == 25


async def test_what_is_followed_in_another_server_says_so(world: World) -> None:
    other = world.env.create_guild("Film *Club*")
    await world.follow(world.member, HARBOR, guild_id=other.id)

    result = await world.member.slash(world.general, "subscriptions")

    assert "for you, in Film \\*Club\\*" in result.response.embeds[0].description
