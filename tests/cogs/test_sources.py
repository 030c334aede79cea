"""`/sources`: listing, adding by a page's or a feed's address, removing, trying out."""

from collections.abc import Iterable

import pytest
from simcord.results import InteractionResult

from bot.news.model import Trust
from bot.services.sourcing import OWN_SOURCES
from bot.storage.sources import add_for_guild, put_shared
from tests.discord_env import World, answer_of, menu_values, source_id

FEED = "https://outlet.example/feed"


def rss(*titles: str, title: str = "Outlet *Example*") -> bytes:
    """A feed with these headlines."""
    items = "".join(
        f"<item><title>{t}</title><link>https://outlet.example/{n}</link><guid>{n}</guid></item>"
        for n, t in enumerate(titles)
    )
    return f"<rss version='2.0'><channel><title>{title}</title>{items}</channel></rss>".encode()


def page(feeds: Iterable[str]) -> bytes:
    """A web page that names feeds."""
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{feed}">' for feed in feeds
    )
    return f"<!doctype html><html><head>{links}</head><body>Hi</body></html>".encode()


async def add(world: World, address: str = FEED) -> InteractionResult:
    """The admin adds a source."""
    return await world.admin.slash(world.general, "sources add", address=address)


async def test_a_feed_is_added_by_its_address(world: World) -> None:
    world.web.pages[FEED] = rss("Something happened")

    result = await add(world)

    assert result.ephemeral
    assert result.response.content.startswith(
        f"[Outlet \\*Example\\*]({FEED}) is heard from now on"
    )
    heard = await world.services.sourcing.list_for(world.guild.id)
    assert [source.url for source in heard] == [FEED]


async def test_a_feed_is_found_behind_a_page(world: World) -> None:
    world.web.pages["https://outlet.example"] = page([FEED])
    world.web.pages[FEED] = rss("Something happened")

    result = await add(world, "outlet.example")

    assert "is heard from now on" in result.response.content


async def test_of_several_feeds_one_is_chosen(world: World) -> None:
    other = "https://outlet.example/tv/feed"
    world.web.pages["https://outlet.example"] = page([FEED, other])
    world.web.pages |= {FEED: rss("One"), other: rss("Two", title="Only TV")}
    asked = await add(world, "outlet.example")
    assert "several feeds: which one?" in asked.response.content
    assert menu_values(asked) == [FEED, other]

    chosen = await world.admin.select(answer_of(asked), [other])

    assert "[Only TV](" in chosen.response.content


async def test_a_feed_twice_changes_nothing(world: World) -> None:
    world.web.pages[FEED] = rss("Something happened")
    await add(world)

    result = await add(world)

    assert "is heard here already" in result.response.content


async def test_there_is_a_limit_for_a_server(world: World) -> None:
    async with world.database.write() as connection:
        for n in range(OWN_SOURCES):
            address = f"https://outlet.example/{n}"
            await add_for_guild(connection, world.guild.id, str(n), address, 1, world.now)
    world.web.pages[FEED] = rss("Something happened")

    result = await add(world)

    assert f"A server may add {OWN_SOURCES} sources" in result.response.content


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("https://outlet.example/gone", "there is no feed at this address any more (404)"),
        ("javascript:alert(1)", "this is no web address"),
        ("ftp://outlet.example/feed", "this is no web address"),
        ("https://outlet.example/page", "feed"),
    ],
)
async def test_what_cannot_be_read_says_why(world: World, address: str, reason: str) -> None:
    world.web.pages["https://outlet.example/page"] = b"<html><body>Nothing here</body></html>"

    added = await add(world, address)
    tried = await world.admin.slash(world.general, "sources test", address=address)

    for result in (added, tried):
        assert result.response.content.startswith("That did not work: ")
        assert reason in result.response.content
    assert await world.services.sourcing.list_for(world.guild.id) == ()


async def test_the_list_shows_how_each_fares(world: World) -> None:
    async with world.database.write() as connection:
        await source_id(connection, "Shared *Wire*", world.now)
    world.web.pages[FEED] = rss("Something happened")
    await add(world)
    await world.services.polling.poll_due(world.now)

    result = await world.admin.slash(world.general, "sources list")

    [embed] = result.response.embeds
    assert embed.title == "Sources: 2, of which 1 this server's own"
    own, shared = embed.description.splitlines()
    assert own.startswith("• [Outlet \\*Example\\*](")
    assert "(added here), read <t:" in own
    assert shared.startswith("• ⚠️ [Shared \\*Wire\\*](")
    assert "no feed at this address" in shared


async def test_an_empty_list_tells_how_to_begin(world: World) -> None:
    result = await world.admin.slash(world.general, "sources list")

    assert "`/sources add`" in str(result.response.embeds[0].description)


async def test_a_long_list_is_bounded(world: World) -> None:
    specs = [(f"Outlet {n} " + "x" * 90, f"{FEED}/{n}", Trust.PRESS, "en") for n in range(60)]
    async with world.database.write() as connection:
        await put_shared(connection, specs, [world.now] * len(specs))

    result = await world.admin.slash(world.general, "sources list")

    [embed] = result.response.embeds
    text = str(embed.description)
    assert len(text) < 4096
    assert "more" in text.splitlines()[-1]


async def test_an_own_source_is_removed(world: World) -> None:
    world.web.pages[FEED] = rss("Something happened")
    await add(world)
    [offered] = await world.admin.autocomplete(world.general, "sources remove", "source", "outl")

    result = await world.admin.slash(world.general, "sources remove", source=offered["value"])

    assert "is no longer heard here" in result.response.content
    assert await world.services.sourcing.list_for(world.guild.id) == ()


async def test_a_shared_source_cannot_be_removed(world: World) -> None:
    async with world.database.write() as connection:
        await source_id(connection, "Shared Wire", world.now)

    result = await world.admin.slash(world.general, "sources remove", source="Shared Wire")

    assert "is heard by every server" in result.response.content


async def test_a_source_that_is_not_there_cannot_be_removed(world: World) -> None:
    result = await world.admin.slash(world.general, "sources remove", source="*who*")

    assert "No source here is called “\\*who\\*”" in result.response.content


async def test_a_trial_shows_what_is_made_of_the_newest(world: World) -> None:
    world.web.pages[FEED] = rss(
        "‘Harbor Lights’ Renewed for Season 3", "Ten kitchens @everyone loves"
    )

    result = await world.admin.slash(world.general, "sources test", address=FEED)

    [embed] = result.response.embeds
    assert embed.title == "Outlet \\*Example\\*"
    text = str(embed.description)
    assert "it has 2 articles" in text
    assert "→ **Harbor Lights (2021, Northern)**: renewed" in text
    assert "→ no news of a series" in text
    assert "@everyone" not in text
    assert await world.services.sourcing.list_for(world.guild.id) == ()


async def test_too_many_tries_are_slowed_down(world: World) -> None:
    world.web.pages[FEED] = rss("Something happened")
    for _ in range(5):
        await add(world)

    result = await add(world)

    assert "please try again in" in result.response.content
    assert world.env.errors


@pytest.mark.parametrize("command", ["list", "add", "remove", "test"])
async def test_sources_want_manage_server_in_code_too(world: World, command: str) -> None:
    world.let_everybody_use("sources")
    options = {"add": {"address": FEED}, "test": {"address": FEED}, "remove": {"source": "1"}}

    result = await world.member.slash(
        world.general, f"sources {command}", **options.get(command, {})
    )

    assert result.ephemeral
    assert "You need **Manage Server**" in result.response.content
    assert world.env.errors
