"""Scheduled events: one for each premiere, kept as the ledger has it, whatever happens between."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.news.model import Certainty, Claim, Event, Kind, Show, When
from bot.news.routing import Target
from bot.services import scheduling
from bot.services.guilds import Guilds
from bot.services.subscribing import Subscribing, Wish
from bot.storage.database import Database
from bot.storage.guilds import mark_removed
from bot.storage.schema import facts
from tests.services.channels import COPPER, GUILD, HARBOR, House, open_house
from tests.standin import Fault, Guild, calendar
from tests.standin.faults import Act
from tests.standin.world import ALL, CREATE_EVENTS, ScheduledEvent

DAY, LATER_DAY = "2026-11-20", "2026-12-05"
NAME = "Harbor Lights · Season 3 premieres"


@pytest.fixture
async def house(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    async with open_house(database, monkeypatch) as opened:
        guild_of(opened).allow |= CREATE_EVENTS
        await opened.follow(HARBOR)
        await switch(opened, on=True)
        yield opened


def guild_of(house: House) -> Guild:
    return house.standin.world.guilds[GUILD]


async def switch(house: House, *, on: bool, remove: bool = False) -> None:
    await Guilds(house.database).set_events(GUILD, on, house.time.now, remove=remove)


async def dated(
    house: House, value: str = DAY, show: Show = HARBOR, season: int | None = 3
) -> None:
    house.time.pass_by(seconds=1)
    claim = Claim(show, Event.DATED, season, Certainty.CONFIRMED, "", value, When.parse(value))
    await house.article(claim)


async def later(house: House, **span: float) -> None:
    """Time passes, and what is due is done: each answer may make something else due."""
    house.time.pass_by(**(span or {"minutes": 11}))
    for _ in range(3):
        await house.schedule_due()


def standing(house: House) -> list[tuple[str, str]]:
    """The name and the day of each event that stands."""
    events = [event.body for event in guild_of(house).events.values() if not event.deleted]
    return [(str(body["name"]), str(body["scheduled_start_time"])[:10]) for body in events]


def made(house: House) -> int:
    return len(guild_of(house).events)


def event_fault(act: Act, method: str = "POST", **details: Any) -> Fault:
    return Fault(act, method=method, path="/scheduled-events", **details)


async def test_a_premiere_gets_its_event_once(house: House) -> None:
    await dated(house)
    await later(house)
    await later(house)

    assert standing(house) == [(NAME, DAY)]
    assert made(house) == 1


async def test_only_where_the_switch_is_on(house: House) -> None:
    await switch(house, on=False)
    await dated(house)
    await later(house)

    assert made(house) == 0


@pytest.mark.parametrize("value", ["2026-12", "2027 spring", "2026-11-01"])
async def test_windows_and_what_is_past_have_none(house: House, value: str) -> None:
    await dated(house, value)
    await later(house)

    assert made(house) == 0


async def test_shows_that_nobody_here_awaits_have_none(house: House) -> None:
    subscribing = Subscribing(house.database)
    for target, kinds in ((Target.MEMBER, Kind.CAST), (Target.DM, Kind.SEASON)):
        guild = GUILD if target is Target.MEMBER else 0
        wish = Wish(COPPER, guild, target, 7, frozenset({kinds}))
        await subscribing.subscribe(wish, 7, house.time.now)
    await dated(house, show=COPPER)
    await later(house)

    assert made(house) == 0


async def test_a_date_that_moves_moves_the_event(house: House) -> None:
    await dated(house)
    await later(house)
    await dated(house, LATER_DAY)
    await later(house)

    assert standing(house) == [(NAME, LATER_DAY)]
    assert made(house) == 1


async def test_what_an_admin_changed_by_hand_is_left_alone(house: House) -> None:
    await dated(house)
    await later(house)
    [event] = guild_of(house).events.values()
    event.body["name"] = "Watch party"
    await dated(house, LATER_DAY)
    await later(house)

    assert standing(house) == [("Watch party", LATER_DAY)]


async def test_a_date_that_finds_its_season_keeps_its_event(house: House) -> None:
    await dated(house, season=None)
    await later(house)
    await dated(house)
    await later(house)

    assert standing(house) == [(NAME, DAY)]
    assert made(house) == 1


async def test_a_withdrawn_date_takes_its_event_along_and_brings_it_back(house: House) -> None:
    await dated(house)
    await later(house)
    for detail, expected in (({"withdrawn": "now"}, []), ({}, [(NAME, DAY)])):
        async with house.database.write() as connection:
            await connection.execute(update(facts).values(detail=detail))
        await later(house)
        assert standing(house) == expected


async def test_a_cancelled_season_takes_its_event_along(house: House) -> None:
    await dated(house)
    await later(house)
    house.time.pass_by(days=1)
    await house.article(Claim(HARBOR, Event.CANCELLED, 3, Certainty.CONFIRMED))
    await later(house)

    assert standing(house) == []


async def test_turning_it_off_keeps_what_stands_or_removes_it(house: House) -> None:
    await dated(house)
    await later(house)
    await switch(house, on=False)
    await later(house)
    assert standing(house) == [(NAME, DAY)]

    await switch(house, on=True)
    await switch(house, on=False, remove=True)
    await later(house)
    assert standing(house) == []

    await switch(house, on=True)
    await later(house)
    assert standing(house) == [(NAME, DAY)]


async def test_an_event_deleted_by_hand_is_not_made_again(house: House) -> None:
    await dated(house)
    await later(house)
    [event] = guild_of(house).events.values()
    event.deleted = True
    for value in (LATER_DAY, DAY):
        await dated(house, value)
        await later(house)
    await switch(house, on=False, remove=True)
    await switch(house, on=True)
    await later(house)

    assert made(house) == 1
    assert await house.states("premiere_events", "reason") == ["by_hand"]


async def test_one_deleted_by_hand_before_the_switch_was_turned_stays_away(house: House) -> None:
    await dated(house)
    await later(house)
    next(iter(guild_of(house).events.values())).deleted = True
    await switch(house, on=False, remove=True)
    await later(house)
    await switch(house, on=True)
    await later(house)

    assert made(house) == 1


async def test_after_the_premiere_the_event_is_left_to_end(house: House) -> None:
    await dated(house)
    await later(house)
    await later(house, days=19)

    assert await house.states("premiere_events") == ["dropped"]
    assert not any(event.deleted for event in guild_of(house).events.values())


async def test_a_premiere_put_off_after_its_hour_gets_another_event(house: House) -> None:
    await dated(house)
    await later(house)
    await later(house, days=17, hours=17)
    await dated(house, LATER_DAY)
    await later(house)

    assert standing(house) == [(NAME, DAY), (NAME, LATER_DAY)]


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("act", [Act.RESET, Act.STATUS])
async def test_an_attempt_in_doubt_is_looked_for_before_a_second(
    house: House, act: Act, stored: bool
) -> None:
    house.standin.fail(event_fault(act, stored=stored))
    await dated(house)
    await house.schedule_due()
    await later(house, seconds=20)
    await later(house)

    assert standing(house) == [(NAME, DAY)]
    assert made(house) == 1


@pytest.mark.parametrize("stored", [True, False])
async def test_a_date_that_moves_while_it_is_in_doubt_moves_the_event(
    house: House, stored: bool
) -> None:
    house.standin.fail(event_fault(Act.RESET, stored=stored))
    await dated(house)
    await house.schedule_due()
    await dated(house, LATER_DAY)
    await later(house)

    assert standing(house) == [(NAME, LATER_DAY)]
    assert made(house) == 1


async def test_while_the_calendar_cannot_be_read_none_is_made_twice(house: House) -> None:
    house.standin.fail(
        event_fault(Act.RESET, stored=True),
        event_fault(Act.STATUS, "GET", status=503, times=2),
        event_fault(Act.STATUS, "GET", status=400, code=50035),
    )
    await dated(house)
    await house.schedule_due()
    for _ in range(4):
        await later(house, minutes=61)

    assert made(house) == 1
    assert await house.states("premiere_events") == ["made"]


async def test_one_that_is_in_doubt_and_no_longer_wanted_is_removed(house: House) -> None:
    house.standin.fail(event_fault(Act.RESET, stored=True))
    await dated(house)
    await house.schedule_due()
    await switch(house, on=False, remove=True)
    await later(house)

    assert (made(house), standing(house)) == (1, [])


@pytest.mark.parametrize("alone", [True, False])
async def test_a_crash_during_the_request_makes_one(house: House, alone: bool) -> None:
    await dated(house)
    house.standin.fail(event_fault(Act.LATE, seconds=60.0))
    crashed = asyncio.create_task(house.schedule_due())
    await house.standin.faults.struck.wait()
    crashed.cancel()
    await asyncio.gather(crashed, return_exceptions=True)

    after = house.restarted()
    if alone:
        await after.scheduling.resume(house.time.now)
    else:  # the attempt may still be under way in another process
        await after.schedule_due()
        assert await house.states("premiere_events") == ["creating"]
        house.time.pass_by(minutes=3)
    await later(after, seconds=1)
    assert made(house) == 1
    assert await house.states("premiere_events") == ["made"]


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
@pytest.mark.parametrize("act", [Act.RESET, Act.STATUS, Act.LIMIT])
async def test_changing_and_removing_are_repeated(house: House, method: str, act: Act) -> None:
    await dated(house)
    await later(house)
    house.standin.fail(event_fault(act, method))
    if method == "PATCH":
        await dated(house, LATER_DAY)
    else:
        await switch(house, on=False, remove=True)
    await later(house)
    await later(house)

    assert standing(house) == ([(NAME, LATER_DAY)] if method == "PATCH" else [])


async def test_a_missing_right_is_told_once_by_its_name_and_its_mending_too(house: House) -> None:
    guild_of(house).allow = ALL
    await dated(house)
    await later(house)
    first = await house.notices()
    await later(house, minutes=61)
    second = await house.notices()
    guild_of(house).allow |= CREATE_EVENTS
    await later(house, minutes=61)

    assert [("**Create Events**" in text, "/settings" in text) for text in first] == [(True, True)]
    assert second == []
    assert standing(house) == [(NAME, DAY)]
    assert len(await house.notices()) == 1


async def test_a_refused_event_waits_until_it_says_something_else(house: House) -> None:
    house.standin.fail(event_fault(Act.STATUS, status=400, code=50035, times=1))
    await dated(house)
    await later(house)
    await later(house)
    assert made(house) == 0

    await dated(house, LATER_DAY)
    await later(house)
    assert standing(house) == [(NAME, LATER_DAY)]


async def test_a_refused_change_leaves_what_stands(house: House) -> None:
    await dated(house)
    await later(house)
    house.standin.fail(event_fault(Act.STATUS, "PATCH", status=400, code=50035))
    await dated(house, LATER_DAY)
    await later(house)
    assert standing(house) == [(NAME, DAY)]

    await dated(house, "2026-12-09")
    await later(house)
    assert standing(house) == [(NAME, "2026-12-09")]


async def test_trouble_with_the_token_stops_it(house: House) -> None:
    house.standin.fail(event_fault(Act.STATUS, status=401))
    await house.follow(COPPER)
    await dated(house)
    await dated(house, show=COPPER)
    before = house.standin.rest.requests
    await house.schedule_due()

    assert house.standin.rest.requests == before + 1


def fill(house: House, number: int) -> list[ScheduledEvent]:
    """Others of the server have so many events."""
    body = {
        "name": "Game night",
        "scheduled_start_time": "2027-01-01T10:00:00+00:00",
        "scheduled_end_time": "2027-01-01T11:00:00+00:00",
    }
    events = [ScheduledEvent(n, body, ours=False) for n in range(1, number + 1)]
    guild_of(house).events |= {event.id: event for event in events}
    return events


async def test_a_full_calendar_is_told_once_and_filled_when_there_is_room(house: House) -> None:
    others = fill(house, 100)
    await dated(house)
    await later(house)
    told = await house.notices()
    await later(house)
    await later(house)
    assert (len(told), await house.notices()) == (1, [])

    others[0].deleted = True
    await later(house, minutes=61)
    assert (NAME, DAY) in standing(house)
    assert len(await house.notices()) == 1


async def test_the_soonest_premieres_are_kept(house: House) -> None:
    fill(house, 99)
    await house.follow(COPPER)
    await dated(house, LATER_DAY, COPPER, 2)
    await later(house)
    await dated(house)
    await later(house)
    await later(house)

    ours = [day for name, day in standing(house) if name != "Game night"]
    assert ours == [DAY]
    # The other comes back when there is room for it.
    guild_of(house).events[1].deleted = True
    await later(house, minutes=121)
    await later(house)
    assert sorted(day for name, day in standing(house) if name != "Game night") == [DAY, LATER_DAY]


async def test_two_workers_make_one(house: House) -> None:
    await dated(house)
    other = house.restarted()

    await asyncio.gather(house.schedule_due(), other.schedule_due())
    await later(house)

    assert made(house) == 1


async def test_a_server_that_the_bot_left_is_asked_nothing(house: House) -> None:
    await dated(house)
    async with house.database.write() as connection:
        await mark_removed(connection, GUILD, house.time.now)
    before = house.standin.rest.requests
    await later(house)

    assert house.standin.rest.requests == before


async def test_what_is_to_be_done_is_bounded_and_goes_on_at_the_next_call(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar, "MOST", 10)
    monkeypatch.setattr(scheduling, "A_ROUND", 5)
    for number in range(13):
        show = Show(f"test:{number}", f"Show {number:03}", (), 2020)
        await house.follow(show)
        day = house.time.now + timedelta(days=2 + number)
        await dated(house, day.date().isoformat(), show)
    house.time.pass_by(minutes=11)
    await house.schedule_due()
    assert len(standing(house)) == 5
    await later(house)
    await later(house)

    assert len(standing(house)) == 10
    assert [name for name, _ in standing(house)][:2] == [
        "Show 000 · Season 3 premieres",
        "Show 001 · Season 3 premieres",
    ]
