"""Scheduled events: the switch in `/settings`, and what it makes in a simulated Discord."""

import time
from datetime import timedelta
from random import Random

from simcord.results import InteractionResult

from bot.delivery.pacing import Pacer
from bot.delivery.sending import ClientRest, Sender
from bot.news.model import Event
from bot.services.calendars import Calendars
from bot.services.scheduling import Scheduling
from bot.services.upcoming import no_instants
from tests.discord_env import HARBOR, WORDS, World, answer_of, text_of


def scheduling(world: World) -> Scheduling:
    sender = Sender(ClientRest(world.env.bot), Pacer(1000, time.monotonic))
    calendars = Calendars(world.database, WORDS, Random(9), no_instants)
    return Scheduling(world.database, sender, world.noticing, calendars)


def calendar(world: World) -> list[str]:
    """The names of the events that the server has."""
    events = world.env.backend.get_guild(world.guild.id).scheduled_events
    return [event.name for event in events.values()]


async def premiere(world: World) -> None:
    """A series that the server follows has a date."""
    await world.admin.slash(world.news, "subscribe", show=HARBOR.key)
    day = (world.now + timedelta(days=9)).date().isoformat()
    await world.tell(HARBOR, Event.DATED, value=day)


async def press(
    world: World, label: str, panel: InteractionResult | None = None
) -> InteractionResult:
    panel = panel or await world.admin.slash(world.general, "settings")
    return await world.admin.click(answer_of(panel), label=label)


async def test_they_are_off_until_somebody_turns_them_on(world: World) -> None:
    await premiere(world)
    await scheduling(world).schedule_due(world.now)

    assert calendar(world) == []
    panel = await world.admin.slash(world.general, "settings")
    assert "**Events** — no premiere stands among the server's events." in text_of(panel)


async def test_turned_on_each_premiere_gets_one(world: World) -> None:
    world.let_bot(create_events=True)
    await premiere(world)

    panel = await press(world, "Make events for premieres")
    await scheduling(world).schedule_due(world.now)

    assert "✓ Saved." in text_of(panel)
    assert "Create Events" not in text_of(panel)
    assert calendar(world) == ["Harbor Lights · Season 3 premieres"]


async def test_what_is_missing_is_named_with_a_way_to_grant_it(world: World) -> None:
    world.let_bot(create_events=False)

    text = text_of(await press(world, "Make events for premieres"))

    assert "I lack **Create Events**" in text
    assert f"client_id={world.env.bot.application_id}" in text
    assert "permissions=17867064036352" in text


async def test_turning_them_off_asks_what_becomes_of_those_that_stand(world: World) -> None:
    world.let_bot(create_events=True)
    await premiere(world)
    await press(world, "Make events for premieres")
    await scheduling(world).schedule_due(world.now)

    asked = await press(world, "No more events")
    assert "What is to become of those that I made?" in text_of(asked)
    assert (await world.settings()).events, "nothing is decided yet"
    await press(world, "Keep them", asked)
    await scheduling(world).schedule_due(world.now)
    assert not (await world.settings()).events
    assert len(calendar(world)) == 1


async def test_they_are_removed_where_that_is_the_answer(world: World) -> None:
    world.let_bot(create_events=True)
    await premiere(world)
    await press(world, "Make events for premieres")
    await scheduling(world).schedule_due(world.now)

    await press(world, "Remove them", await press(world, "No more events"))
    await scheduling(world).schedule_due(world.now)

    assert calendar(world) == []


async def test_who_is_no_manager_any_more_turns_nothing(world: World) -> None:
    panel = await world.admin.slash(world.general, "settings")
    [managers] = world.env.backend.get_guild(world.guild.id).members[world.admin.id].role_ids
    world.env.backend.edit_role(world.guild.id, managers, {"permissions": 0})

    refused = await press(world, "Make events for premieres", panel)

    assert "Manage Server" in text_of(refused)
    assert not (await world.settings()).events
