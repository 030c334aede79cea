"""`/show`: the card of a series, and the evidence behind its lines."""

from datetime import timedelta

import discord
import pytest
from simcord.results import InteractionResult
from sqlalchemy import update

from bot.news.model import Certainty, Event, Show, Standing
from bot.news.series import CastMember, CatalogueDetail
from bot.services.showing import Card
from bot.storage import schema
from cogs.cards import card_embed
from tests.discord_env import COPPER, HARBOR, NIGHT_2019, WORDS, World, answer_of, text_of

UNKNOWN = "Not announced yet"
LINES = ["📅 Release date", "🎬 The season", "▶️ Trailer", "👥 Cast news", "📺 Where to watch"]


async def show(world: World, of: Show = HARBOR) -> discord.Embed:
    """The card as a member sees it."""
    result = await world.member.slash(world.general, "show", show=of.key)
    [embed] = result.response.embeds
    return embed


async def lines(world: World, of: Show = HARBOR) -> dict[str, str]:
    """The lines of a card by their names."""
    return {str(field.name): str(field.value) for field in (await show(world, of)).fields}


class TestTheCard:
    async def test_where_nothing_is_known_every_line_says_so(self, world: World) -> None:
        result = await world.member.slash(world.general, "show", show=HARBOR.key)

        assert result.ephemeral
        [embed] = result.response.embeds
        assert embed.title == "Harbor Lights (2021, Northern)"
        assert "Nothing is known yet" in str(embed.description)
        assert [field.name for field in embed.fields] == LINES
        assert [field.value for field in embed.fields] == [UNKNOWN] * 4 + ["Northern"]
        labels = [item["label"] for item in result.response.components[0]["components"]]
        assert labels == ["Subscribe"], "there is nothing yet to list or to explain"

    async def test_each_line_tells_how_sure_who_and_when(self, world: World) -> None:
        await world.tell(HARBOR, Event.RENEWED, outlet="Example Wire")
        await world.tell(
            HARBOR, Event.DATED, value="2027-03", certainty=Certainty.REPORTED, outlet="Other"
        )
        await world.tell(HARBOR, Event.TRAILER, subject="trailer")
        await world.tell(HARBOR, Event.JOINS, subject="Ada Example", value="the captain")

        card = await show(world)

        assert card.title == "Harbor Lights (2021, Northern) · Season 3"
        assert card.description is None
        date, state, trailer, cast, _ = [field.value for field in card.fields]
        assert date.startswith("**March 2027**\n> Reported, not confirmed yet · [Other](https://")
        assert date.endswith(":R>")
        assert state.startswith("Renewed for season 3\n> Confirmed · [Example Wire](")
        assert trailer.startswith("The trailer is out\n")
        assert cast.startswith("**Ada Example** joins: the captain\n")

    async def test_a_day_is_told_in_the_readers_own_calendar(self, world: World) -> None:
        await world.tell(HARBOR, Event.DATED, value="2027-03-03")

        assert (await lines(world))["📅 Release date"].startswith("**<t:1804068000:D> (<t:")

    async def test_outlets_that_say_the_same_stand_in_one_line(self, world: World) -> None:
        for outlet in ("One", "Two", "Three", "Four"):
            await world.tell(HARBOR, outlet=outlet)

        state = (await lines(world))["🎬 The season"]
        assert state.count("Renewed") == 1
        assert "[One](" in state
        assert "[Two](" in state
        assert "and 2 more" in state

    async def test_an_older_season_is_not_mixed_in(self, world: World) -> None:
        await world.tell(HARBOR, Event.JOINS, season=2, subject="Old Hand")
        await world.env.advance_time(timedelta(days=200).total_seconds())
        await world.tell(HARBOR, season=3)

        card = await lines(world)
        assert "season 3" in card["🎬 The season"]
        assert card["👥 Cast news"] == UNKNOWN

    async def test_of_renewed_and_then_cancelled_the_end_stands(self, world: World) -> None:
        await world.tell(HARBOR, Event.RENEWED)
        await world.env.advance_time(86_400)
        await world.tell(HARBOR, Event.CANCELLED)

        state = (await lines(world))["🎬 The season"]
        assert "Cancelled: no season 3" in state
        assert "Renewed" not in state

    async def test_what_was_withdrawn_is_not_shown(self, world: World) -> None:
        await world.tell(HARBOR)
        async with world.database.write() as connection:
            gone = update(schema.announcements).values(standing=Standing.WITHDRAWN)
            await connection.execute(gone)

        assert (await lines(world))["🎬 The season"] == UNKNOWN

    async def test_news_from_production_is_told_in_the_outlets_words(self, world: World) -> None:
        await world.tell(HARBOR, Event.PRODUCTION, evidence=("wraps filming",))

        said = (await lines(world))["🎬 The season"]
        assert "News from production of season 3: “wraps filming”" in said

    @pytest.mark.parametrize(
        ("stage", "said"),
        [("started", "Filming of season 3 has begun"), ("wrapped", "Filming of season 3 is fin")],
    )
    async def test_how_far_filming_is_is_told(self, world: World, stage: str, said: str) -> None:
        await world.tell(HARBOR, Event.PRODUCTION, subject=stage, evidence=("some words",))

        shown = (await lines(world))["🎬 The season"]
        assert shown.startswith(said)
        assert "some words" not in shown

    async def test_a_trailer_is_linked_to_its_video(self, world: World) -> None:
        await world.tell(
            HARBOR, Event.TRAILER, subject="final trailer", value="youtube:abcDEF_-123"
        )

        shown = (await lines(world))["▶️ Trailer"]
        address = "https://www.youtube.com/watch?v=abcDEF_-123"
        assert shown.startswith(f"[The final trailer is out]({address})\n> ")

    async def test_another_network_is_named_with_its_source(self, world: World) -> None:
        await world.tell(HARBOR, Event.RENEWED, value="Streamly")

        where = (await lines(world))["📺 Where to watch"]
        assert where.startswith("**Streamly** (so far Northern)\n> Confirmed · [Example Outlet](")

    async def test_the_same_network_is_simply_the_network(self, world: World) -> None:
        await world.tell(HARBOR, Event.RENEWED, value="northern")

        assert (await lines(world))["📺 Where to watch"] == "Northern"

    async def test_rumours_stand_there_only_where_they_are_wanted(self, world: World) -> None:
        await world.tell(HARBOR, certainty=Certainty.RUMOUR)
        assert (await lines(world))["🎬 The season"] == UNKNOWN

        await world.services.guilds.set_rumours(world.guild.id, True, world.now)
        assert "A rumour · " in (await lines(world))["🎬 The season"]

    async def test_a_great_cast_stays_readable(self, world: World) -> None:
        for number in range(9):
            await world.tell(HARBOR, Event.JOINS, subject=f"Person {number}", title="x" * number)

        cast = (await lines(world))["👥 Cast news"]
        assert cast.count("** joins") == 4
        assert cast.endswith("… and 5 more")

    async def test_the_longest_words_keep_discords_limits(self, world: World) -> None:
        for event in (Event.DATED, Event.RENEWED, Event.CANCELLED, Event.ENDING, Event.TRAILER):
            await world.tell(HARBOR, event, outlet="*" * 200, value="_" * 900)
        for number in range(4):
            await world.tell(HARBOR, Event.JOINS, subject=f"{number}" + "~" * 199, value="|" * 900)

        card = await show(world)
        assert all(len(str(field.value)) <= 1024 for field in card.fields)
        assert len(card) <= 6000

    async def test_foreign_text_on_the_card_is_harmless(self, world: World) -> None:
        words = ("@everyone **look** [here](javascript:alert(1)) <@1>",)
        await world.tell(
            HARBOR, Event.PRODUCTION, outlet="Evil *Wire* @here", evidence=words, title=words[0]
        )
        result = await world.member.slash(world.general, "show", show=HARBOR.key)
        why = await world.member.click(answer_of(result), label="Why?")

        for shown in (text_of(result), text_of(why)):
            assert "@everyone" not in shown
            assert "@here" not in shown
            assert "<@1>" not in shown
            assert "](javascript:" not in shown.replace("\\]", "")

    async def test_the_card_can_be_shared_and_its_buttons_serve_anybody(self, world: World) -> None:
        await world.choose_news_channel()
        await world.tell(HARBOR)
        shared = await world.admin.slash(world.general, "show", show=HARBOR.key, share=True)
        assert not shared.ephemeral

        pressed = await world.member.click(answer_of(shared), label="Subscribe")
        why = await world.member.click(answer_of(shared), label="Why?")
        last = await world.member.click(answer_of(shared), label="Last ten")

        assert "You follow **Harbor Lights** now" in pressed.response.content
        assert all(answer.ephemeral for answer in (pressed, why, last))

    async def test_a_question_is_never_shared(self, world: World) -> None:
        asked = await world.member.slash(world.general, "show", show="Nightfall", share=True)
        assert asked.ephemeral

        chosen = await world.member.select(answer_of(asked), [NIGHT_2019.key])

        assert chosen.response.embeds[0].title == "Nightfall (2019, Alpha)"

    async def test_the_card_works_in_a_direct_message(self, world: World) -> None:
        result = await world.member.user.slash("show", show=HARBOR.key)

        assert "Nothing is known yet" in result.response.embeds[0].description


DETAIL = CatalogueDetail(
    id=1,
    title="Harbor Lights",
    streamer="Streamly",
    image="https://static.tvmaze.example/1.jpg",
    url="https://www.tvmaze.com/shows/1",
    cast=(CastMember("Ada *Example*", "The captain"), CastMember("Max Other")),
)


def test_what_the_catalogue_knows_is_credited_to_it() -> None:
    embed = card_embed(Card(HARBOR, detail=DETAIL), WORDS)

    fields = {field.name: str(field.value) for field in embed.fields}
    assert fields["📺 Where to watch"] == "Streamly"
    assert embed.thumbnail.url == "https://static.tvmaze.example/1.jpg"
    about = fields["📖 About the series"]
    assert "Main cast so far: Ada \\*Example\\*, Max Other" in about
    assert "[TVmaze](https://www.tvmaze.com/shows/1) (CC BY-SA)" in about


class TestWhy:
    @pytest.fixture
    async def card(self, world: World) -> InteractionResult:
        """A card of two lines; of the date the outlets do not agree."""
        await world.tell(
            HARBOR,
            outlet="Example Wire",
            title="It returns",
            evidence=("has been renewed", "for a third season"),
        )
        await world.tell(HARBOR, Event.DATED, value="2027-05", outlet="Daily")
        await world.tell(HARBOR, Event.DATED, value="2027-05", outlet="Weekly", title="Other")
        async with world.database.write() as connection:
            of_weekly = schema.fact_articles.c.article_id == 3
            weekly = update(schema.fact_articles).where(of_weekly).values(agrees=False)
            await connection.execute(weekly)
            said = update(schema.claims).where(schema.claims.c.article_id == 3)
            await connection.execute(said.values(value="2027-09"))
        return await world.member.slash(world.general, "show", show=HARBOR.key)

    async def test_the_card_says_that_somebody_says_otherwise(
        self, world: World, card: InteractionResult
    ) -> None:
        date = str(card.response.embeds[0].fields[0].value)
        assert "one outlet says otherwise" in date
        assert "Weekly" not in date

    async def test_a_line_is_chosen_and_its_words_are_shown(
        self, world: World, card: InteractionResult
    ) -> None:
        asked = await world.member.click(answer_of(card), label="Why?")
        assert asked.ephemeral
        options = asked.response.components[0]["components"][0]["options"]
        assert [o["label"] for o in options] == ["May 2027", "Renewed for season 3"]

        chosen = await world.member.select(answer_of(asked), [options[1]["value"]])

        text = text_of(chosen)
        assert "Why?\nRenewed for season 3" in text
        assert "**[Example Wire](https://" in text
        assert "Confirmed · <t:" in text
        assert "> “has been renewed … for a third season”" in text

    async def test_who_contradicts_it_is_named(self, world: World, card: InteractionResult) -> None:
        asked = await world.member.click(answer_of(card), label="Why?")
        options = asked.response.components[0]["components"][0]["options"]

        await world.restart()
        chosen = await world.member.select(answer_of(asked), [options[0]["value"]])

        text = text_of(chosen)
        assert "Says otherwise\n**[Weekly](" in text
        assert ": September 2027" in text
        assert "> A headline" in text, "where no words were kept the headline stands"

    async def test_what_is_known_no_more_says_so(
        self, world: World, card: InteractionResult
    ) -> None:
        async with world.database.write() as connection:
            await connection.execute(schema.facts.delete())

        pressed = await world.member.click(answer_of(card), label="Why?")

        assert "Nothing is known of it any more" in pressed.response.content

    async def test_another_servers_own_news_is_not_explained_here(
        self, world: World, card: InteractionResult
    ) -> None:
        asked = await world.member.click(answer_of(card), label="Why?")
        options = asked.response.components[0]["components"][0]["options"]
        async with world.database.write() as connection:
            await connection.execute(update(schema.facts).values(scope=1))

        chosen = await world.member.select(answer_of(asked), [options[0]["value"]])

        assert "Nothing is known of it any more" in chosen.response.content


async def test_a_show_of_which_only_others_are_told_is_untouched(world: World) -> None:
    await world.tell(COPPER)

    assert (await lines(world))["🎬 The season"] == UNKNOWN
