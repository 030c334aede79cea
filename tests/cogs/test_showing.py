"""`/show`: the card of a series."""

from bot.news.model import Certainty, Event
from tests.discord_env import HARBOR, NIGHT_2019, World


async def test_nothing_known_is_said_so(world: World) -> None:
    result = await world.member.slash(world.general, "show", show=HARBOR.key)

    assert result.ephemeral
    [embed] = result.response.embeds
    assert embed.title == "Harbor Lights (2021, Northern)"
    assert "Nothing is known yet" in embed.description


async def test_the_card_tells_how_sure_who_and_when(world: World) -> None:
    await world.tell(HARBOR, Event.RENEWED, season=3, outlet="Example Wire", title="It returns")
    await world.tell(
        HARBOR, Event.DATED, season=3, value="2027-03", certainty=Certainty.REPORTED, outlet="Other"
    )

    result = await world.member.slash(world.general, "show", show="harbor lights")

    [embed] = result.response.embeds
    dated, renewed = embed.description.splitlines()
    assert "Reported: **Harbor Lights** season 3 arrives in March 2027 (not confirmed yet)" in dated
    assert "[Other](https://example.org/" in dated
    assert "is renewed for season 3 (confirmed) — [Example Wire](" in renewed
    assert ":R>" in renewed
    assert "[It returns](" in embed.fields[0].value


async def test_foreign_text_on_the_card_is_harmless(world: World) -> None:
    title = "@everyone **look** [here](javascript:alert(1)) <@1>"
    await world.tell(HARBOR, title=title, outlet="Evil *Wire* @here")

    result = await world.member.slash(world.general, "show", show=HARBOR.key)

    [embed] = result.response.embeds
    shown = embed.description + embed.fields[0].value
    assert "@everyone" not in shown
    assert "@here" not in shown
    assert "<@1>" not in shown
    assert "](javascript:" not in shown.replace("\\]", "")


async def test_the_card_can_be_shared_and_its_button_serves_anybody(world: World) -> None:
    await world.choose_news_channel()
    shared = await world.admin.slash(world.general, "show", show=HARBOR.key, share=True)
    assert not shared.ephemeral

    pressed = await world.member.click(shared.response, label="Subscribe")

    assert pressed.ephemeral
    assert "You follow **Harbor Lights** now" in pressed.response.content


async def test_a_question_is_never_shared(world: World) -> None:
    asked = await world.member.slash(world.general, "show", show="Nightfall", share=True)
    assert asked.ephemeral

    chosen = await world.member.select(asked.response, [NIGHT_2019.key])

    assert chosen.response.embeds[0].title == "Nightfall (2019, Alpha)"


async def test_the_card_works_in_a_direct_message(world: World) -> None:
    result = await world.member.user.slash("show", show=HARBOR.key)

    assert "Nothing is known yet" in result.response.embeds[0].description
