"""`/upcoming`: what premieres next, by date."""

from datetime import timedelta
from typing import Any

from bot.news.model import Certainty, Event, Show
from tests.discord_env import COPPER, HARBOR, NIGHT_2019, World, answer_of, text_of

A_WEEK = timedelta(days=7)


async def dated(
    world: World, show: Show, value: str, season: int | None = 3, **details: Any
) -> None:
    await world.tell(show, Event.DATED, season=season, value=value, **details)


def in_days(world: World, days: int) -> str:
    return (world.now + timedelta(days=days)).date().isoformat()


async def ask(world: World) -> str:
    return text_of(await world.member.slash(world.general, "upcoming"))


async def test_who_follows_nothing_is_told_how_to_begin(world: World) -> None:
    result = await world.member.slash(world.general, "upcoming")

    assert result.ephemeral
    assert "Nothing is followed here yet: `/subscribe`" in text_of(result)


async def test_without_a_date_it_says_what_will_come(world: World) -> None:
    await world.follow(world.member, HARBOR)
    await world.follow(world.member, COPPER)

    assert "No date is known yet of the 2 series" in await ask(world)


async def test_days_come_first_then_windows_each_with_its_source(world: World) -> None:
    await world.admin.slash(world.news, "subscribe", show=COPPER.key)
    await world.follow(world.member, HARBOR)
    await world.follow(world.member, NIGHT_2019)
    day, next_year = in_days(world, 9), world.now.year + 1
    await dated(world, NIGHT_2019, f"{next_year} spring", season=None, outlet="Example Wire")
    await dated(world, HARBOR, day, certainty=Certainty.REPORTED, outlet="Example Wire")
    await dated(world, COPPER, in_days(world, 8), 2)

    title, *lines = (await ask(world)).strip().splitlines()

    assert title == "## 3 premieres ahead"
    assert lines[0].startswith("• **Copper Sky (2024, Northern) season 2** — <t:")
    assert ":D> (<t:" in lines[0]
    assert "(confirmed) · [Example Outlet](https://example.org/" in lines[0]
    assert "Harbor Lights (2021, Northern) season 3** — <t:" in lines[1]
    assert "(not confirmed yet) · [Example Wire](https://example.org/" in lines[1]
    assert lines[2].startswith(f"• **Nightfall (2019, Alpha)** — spring {next_year} (confirmed)")


async def test_what_has_begun_stays_a_day_and_no_longer(world: World) -> None:
    await world.follow(world.member, HARBOR)
    await dated(world, HARBOR, in_days(world, 1))

    await world.env.advance_time(A_WEEK.total_seconds() / 7)
    assert "season 3" in await ask(world)
    await world.env.advance_time(A_WEEK.total_seconds())
    assert "No date is known yet of the one series" in await ask(world)


async def test_what_is_cancelled_is_not_awaited(world: World) -> None:
    await world.follow(world.member, HARBOR)
    await dated(world, HARBOR, in_days(world, 20))
    await world.env.advance_time(60)
    await world.tell(HARBOR, Event.CANCELLED)

    assert "No date is known yet" in await ask(world)


async def test_rumours_are_listed_where_they_are_wanted(world: World) -> None:
    await world.follow(world.member, HARBOR)
    await dated(world, HARBOR, in_days(world, 20), certainty=Certainty.RUMOUR)
    assert "No date is known yet" in await ask(world)

    await world.services.guilds.set_rumours(world.guild.id, True, world.now)

    assert "(a rumour)" in await ask(world)


async def test_in_a_direct_message_ones_own_are_listed(world: World) -> None:
    await world.admin.slash(world.news, "subscribe", show=COPPER.key)
    await world.follow(world.member, HARBOR)
    for show in (HARBOR, COPPER):
        await dated(world, show, in_days(world, 9))

    text = text_of(await world.member.user.slash("upcoming"))

    assert "Harbor Lights" in text
    assert "Copper Sky" not in text


async def test_a_long_list_has_pages_and_the_longest_fits_into_a_panel(world: World) -> None:
    for number in range(10):
        show = Show(f"test:{number}", f"{number:02} " + "視" * 97, (), None, "")
        await world.follow(world.member, show)
        await dated(world, show, in_days(world, 2 + number), 99, outlet="電" * 60)
    first = await world.member.slash(world.general, "upcoming")
    assert "Page 1 of 2" in text_of(first)
    assert len(text_of(first)) < 4000
    assert len(text_of(first).encode()) < 10_170 - 12 * 10

    second = await world.member.click(answer_of(first), label="More")

    assert "• **08 " in text_of(second)
    assert "• **00 " in text_of(await world.member.click(answer_of(second), label="Back"))
