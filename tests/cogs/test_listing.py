"""`/subscriptions`: the list of what is followed, with a menu to remove."""

from bot.news.model import Show
from tests.discord_env import COPPER, HARBOR, World, answer_of, menu_values, text_of


async def test_nothing_followed_tells_how_to_begin(world: World) -> None:
    result = await world.member.slash(world.general, "subscriptions")

    assert result.ephemeral
    assert "Nothing is followed here yet: `/subscribe`" in text_of(result)


async def test_the_list_names_channels_and_ones_own(world: World) -> None:
    await world.admin.slash(world.news, "subscribe", show=HARBOR.key)
    await world.member.slash(world.general, "subscribe", show=COPPER.key, kinds="t")

    result = await world.member.slash(world.general, "subscriptions")

    assert text_of(result).splitlines()[-2:] == [
        "• **Copper Sky (2024, Northern)** for you: trailers",
        f"• **Harbor Lights (2021, Northern)** for {world.news.mention}: all news",
    ]


async def test_a_member_may_remove_their_own_only(world: World) -> None:
    await world.admin.slash(world.news, "subscribe", show=HARBOR.key)
    await world.member.slash(world.general, "subscribe", show=COPPER.key)
    result = await world.member.slash(world.general, "subscriptions")

    [own] = menu_values(result)
    removed = await world.member.select(answer_of(result), [own])

    assert "Removed one subscription." in text_of(removed)
    assert [f.show for f in await world.followed_by(world.member)] == [HARBOR]


async def test_a_manager_removes_several_at_once(world: World) -> None:
    for show in (HARBOR, COPPER):
        await world.admin.slash(world.news, "subscribe", show=show.key, **{"for": "channel"})
    result = await world.admin.slash(world.general, "subscriptions")

    removed = await world.admin.select(answer_of(result), menu_values(result))

    assert "Removed 2 subscriptions." in text_of(removed)
    assert "Nothing is followed here yet" in text_of(removed)


async def test_a_long_list_has_pages(world: World) -> None:
    shows = [Show(f"test:{n}", f"Show number {n:02}", (), 2000 + n) for n in range(20)]
    for show in shows:
        await world.follow(world.member, show)
    first = await world.member.slash(world.general, "subscriptions")
    assert len(menu_values(first)) == 15
    assert "Page 1 of 2" in text_of(first)

    second = await world.member.click(answer_of(first), label="More")

    assert len(menu_values(second)) == 5
    back = await world.member.click(answer_of(second), label="Back")
    assert len(menu_values(back)) == 15


async def test_what_is_followed_in_another_server_says_so(world: World) -> None:
    other = world.env.create_guild("Film *Club*")
    await world.follow(world.member, HARBOR, guild_id=other.id)

    result = await world.member.slash(world.general, "subscriptions")

    assert "for you, in Film \\*Club\\*" in text_of(result)


async def test_the_longest_list_fits_into_a_panel(world: World) -> None:
    other = world.env.create_guild("電" * 100)
    for n in range(15):
        show = Show(f"test:{n}", f"{n:02} " + "視" * 97)
        await world.follow(world.member, show, guild_id=other.id)
    for followed in await world.followed_by(world.member):
        await world.services.subscribing.set_muted(followed.subscription.id, True)

    result = await world.member.slash(world.general, "subscriptions")

    assert len(text_of(result)) < 4000
    assert len(text_of(result).encode()) < 10_170 - 12 * 10
    assert len(menu_values(result)) == 15
