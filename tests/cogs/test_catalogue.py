"""Shows of the catalogue in commands: suggested while typing, asked about, followed bare."""

from dataclasses import replace

import pytest

from bot.news.model import Event
from bot.news.series import CastMember, CatalogueDetail
from bot.storage.catalogue import detail_of
from tests.discord_env import HARBOR, World, answer_of, menu_values

BAY = CatalogueDetail(
    id=7,
    title="Lantern Bay",
    year=2024,
    network="Northern",
    url="https://www.tvmaze.com/shows/7/lantern-bay",
    cast=(CastMember("Ada Quill", "Mara"),),
)
KEY = "tvmaze:7"
HOSTILE = "@everyone [x](https://evil.example) **Bay** " + "z" * 200


@pytest.fixture(autouse=True)
def _on_paper(world: World) -> None:
    world.paper.series = [BAY]


async def test_a_show_of_the_catalogue_is_suggested_told_apart_and_followed(world: World) -> None:
    await world.choose_news_channel()
    choices = await world.member.autocomplete(world.general, "subscribe", "show", "lantern")
    assert [(choice["name"], choice["value"]) for choice in choices] == [
        ("Lantern Bay (2024, Northern)", KEY)
    ]

    result = await world.member.slash(world.general, "subscribe", show=KEY)

    assert "You follow **Lantern Bay** now" in result.response.content


async def test_a_title_that_only_the_catalogue_has_is_enough(world: World) -> None:
    await world.choose_news_channel()

    result = await world.member.slash(world.general, "subscribe", show="lantern bay")

    assert "You follow **Lantern Bay** now" in result.response.content
    assert [f.show.key for f in await world.own(world.member)] == [KEY]


async def test_its_news_comes_like_any_other(world: World) -> None:
    await world.admin.slash(world.news, "subscribe", show="lantern bay")
    show = world.services.library.get(KEY)
    assert show is not None

    await world.tell(show, Event.RENEWED, season=2)

    assert "**Lantern Bay** is renewed for season 2" in world.news.last_message.content


async def test_whoever_asks_for_its_card_makes_it_known(world: World) -> None:
    await world.member.slash(world.general, "show", show="lantern bay")

    async with world.database.read() as connection:
        known = await detail_of(connection, KEY)
    assert known is not None
    assert known.cast == BAY.cast


async def test_what_fits_none_can_be_followed_by_its_bare_title(world: World) -> None:
    await world.choose_news_channel()
    asked = await world.member.slash(world.general, "subscribe", show="Harbor Fights!")
    assert "Did you mean one of these?" in asked.response.content
    assert menu_values(asked) == [HARBOR.key, "title:Harbor Fights!"]

    chosen = await world.member.select(answer_of(asked), ["title:Harbor Fights!"])

    assert "You follow **Harbor Fights!** now" in chosen.response.content
    assert [f.show.key for f in await world.own(world.member)] == ["title:harbor-fights"]


async def test_a_menu_answers_what_was_meant_too(world: World) -> None:
    await world.choose_news_channel()
    asked = await world.member.slash(world.general, "subscribe", show="Harbor Fights!")

    chosen = await world.member.select(answer_of(asked), [HARBOR.key])

    assert "You follow **Harbor Lights** now" in chosen.response.content


async def test_where_nothing_comes_near_the_title_itself_is_offered(world: World) -> None:
    asked = await world.member.slash(world.general, "subscribe", show="Qwertz Zuiop")

    assert "You can follow it by its bare title" in asked.response.content
    assert menu_values(asked) == ["title:Qwertz Zuiop"]


async def test_a_text_that_is_no_title_is_not_offered(world: World) -> None:
    asked = await world.member.slash(world.general, "subscribe", show="!!!")

    assert "Which series is meant" in asked.response.content
    assert not any(value.startswith("title:") for value in menu_values(asked))


async def test_namesakes_are_asked_about_without_a_way_round(world: World) -> None:
    asked = await world.member.slash(world.general, "subscribe", show="Nightfall")

    assert not any(value.startswith("title:") for value in menu_values(asked))


async def test_only_following_offers_the_bare_title(world: World) -> None:
    asked = await world.member.slash(world.general, "show", show="Qwertz Zuiop")

    assert menu_values(asked) == []


async def test_without_the_catalogue_everything_known_works(world: World) -> None:
    world.paper.is_away = True
    await world.choose_news_channel()

    choices = await world.member.autocomplete(world.general, "subscribe", "show", "harb")
    result = await world.member.slash(world.general, "subscribe", show=HARBOR.key)

    assert [choice["value"] for choice in choices] == [HARBOR.key]
    assert "You follow **Harbor Lights** now" in result.response.content


async def test_foreign_titles_are_harmless_and_fit(world: World) -> None:
    world.paper.series = [replace(BAY, title=HOSTILE)]
    await world.choose_news_channel()
    choices = await world.member.autocomplete(world.general, "subscribe", "show", "everyone")
    assert len(choices[0]["name"]) <= 100

    result = await world.member.slash(world.general, "subscribe", show=KEY)

    assert "@everyone" not in result.response.content
    assert "](https://evil" not in result.response.content


async def test_help_credits_the_catalogue(world: World) -> None:
    result = await world.member.slash(world.general, "help")

    [embed] = result.response.embeds
    assert "[TVmaze](https://www.tvmaze.com)" in str(embed.description)
    assert "CC BY-SA" in str(embed.description)
