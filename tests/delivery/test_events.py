"""Scheduled events, at the stand-in over sockets: made, looked for, changed, removed."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.delivery.events import (
    EventChanged,
    EventGone,
    EventMade,
    EventRemoved,
    Occasion,
    change_event,
    find_event,
    make_event,
    remove_event,
    render_event,
)
from bot.delivery.looking import Absent
from bot.delivery.outcomes import Answer, Failed, Failure, Held, Hold, Uncertain
from bot.news.model import Certainty, Precision, Show, When
from bot.words import Words
from tests.delivery.conftest import GUILD, Line
from tests.standin import Fault
from tests.standin.faults import Act
from tests.standin.world import CREATE_EVENTS, ScheduledEvent

STARTS = datetime(2100, 3, 3, 10, tzinfo=UTC)
DAY = When(date(2100, 3, 3), date(2100, 3, 3), Precision.DAY)
BAY = Occasion(
    Show("test:bay", "Lantern Bay", (), 2024, "Northern"),
    3,
    DAY,
    Certainty.CONFIRMED,
    STARTS,
    outlet="Example Wire",
    link="https://example.org/1",
)


@pytest.fixture
def calendar(line: Line) -> dict[int, ScheduledEvent]:
    guild = line.world.guilds[GUILD]
    guild.allow |= CREATE_EVENTS
    return guild.events


async def make(line: Line, mark: str, words: Words, occasion: Occasion = BAY) -> EventMade | Answer:
    return await make_event(line.sender, GUILD, render_event(occasion, mark, words))


def test_an_event_says_what_where_when_and_who_says_so(mark: str, words: Words) -> None:
    assert render_event(BAY, mark, words) == {
        "name": "Lantern Bay · Season 3 premieres",
        "description": "Premieres on March 3, 2100: confirmed.\n"
        "The hour is not known; the one that Discord shows stands for the day.\n"
        "Source: [Example Wire](https://example.org/1)\n\n"
        f"Greenlit · {mark}",
        "entity_type": 3,
        "privacy_level": 2,
        "entity_metadata": {"location": "Northern"},
        "scheduled_start_time": "2100-03-03T10:00:00+00:00",
        "scheduled_end_time": "2100-03-03T11:00:00+00:00",
    }


@pytest.mark.parametrize(
    "show",
    [
        Show("x", "@everyone **" + "x" * 300, (), None, ""),
        Show("x", "", (), None, "y" * 300),
        Show("x", "視" * 300, (), None, "電" * 300),
    ],
)
async def test_whatever_a_show_is_called_discord_takes_it(
    line: Line, calendar: dict[int, ScheduledEvent], mark: str, words: Words, show: Show
) -> None:
    occasion = replace(BAY, show=show, outlet="<@1> " + "o" * 200, exact=True)

    assert isinstance(await make(line, mark, words, occasion), EventMade)
    [event] = calendar.values()
    assert event.body["description"].endswith(mark)
    assert "@everyone" not in event.body["name"]
    assert "<@1>" not in event.body["description"]


async def test_an_event_is_found_by_its_mark(
    line: Line, calendar: dict[int, ScheduledEvent], mark: str, words: Words
) -> None:
    assert await find_event(line.sender, GUILD, mark) == Absent()
    made = await make(line, mark, words)

    assert await find_event(line.sender, GUILD, mark) == made
    assert await find_event(line.sender, GUILD, "another mark") == Absent()


async def test_an_event_is_changed_and_removed(
    line: Line, calendar: dict[int, ScheduledEvent], mark: str, words: Words
) -> None:
    made = await make(line, mark, words)

    changed = await change_event(line.sender, GUILD, made.event_id, {"name": "Another"})
    removed = await remove_event(line.sender, GUILD, made.event_id)

    assert (changed, removed) == (EventChanged(), EventRemoved())
    assert calendar[made.event_id].body["name"] == "Another"
    assert calendar[made.event_id].deleted


async def test_one_that_somebody_deleted_is_gone(
    line: Line, calendar: dict[int, ScheduledEvent], mark: str, words: Words
) -> None:
    made = await make(line, mark, words)
    calendar[made.event_id].deleted = True

    assert await change_event(line.sender, GUILD, made.event_id, {"name": "x"}) == EventGone()
    assert await remove_event(line.sender, GUILD, made.event_id) == EventGone()


async def test_without_the_right_it_is_held(line: Line, mark: str, words: Words) -> None:
    assert await make(line, mark, words) == Held(Hold.MISSING_PERMISSION, 50013)


async def test_the_hundred_and_first_finds_no_room(
    line: Line, calendar: dict[int, ScheduledEvent], mark: str, words: Words
) -> None:
    line.standin.limits.global_window.limit = 1000
    for _ in range(100):
        await make(line, mark, words)

    refused = await make(line, mark, words)

    assert isinstance(refused, Failed)
    assert refused.reason is Failure.LIMIT_REACHED


@pytest.mark.parametrize("stored", [True, False])
async def test_a_reset_leaves_it_in_doubt(
    line: Line, calendar: dict[int, ScheduledEvent], mark: str, words: Words, stored: bool
) -> None:
    line.standin.fail(Fault(Act.RESET, path="/scheduled-events", stored=stored))

    assert isinstance(await make(line, mark, words), Uncertain)
    found = await find_event(line.sender, GUILD, mark)
    assert isinstance(found, EventMade if stored else Absent)


async def test_an_answer_without_an_event_is_a_doubt(
    line: Line, calendar: dict[int, ScheduledEvent], mark: str, words: Words
) -> None:
    line.standin.fail(Fault(Act.GARBLED, path="/scheduled-events"))

    assert isinstance(await make(line, mark, words), Uncertain)


async def test_a_deletion_answered_with_a_page_is_a_doubt(
    line: Line, calendar: dict[int, ScheduledEvent], mark: str, words: Words
) -> None:
    made = await make(line, mark, words)
    line.standin.fail(Fault(Act.GARBLED, method="DELETE", path="/scheduled-events"))

    assert isinstance(await remove_event(line.sender, GUILD, made.event_id), Uncertain)
