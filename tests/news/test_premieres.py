"""What is expected of seasons, and when a reminder is due: plain functions."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.news.model import Certainty, Change, Event
from bot.news.premieres import Line, due_at, expected, moment_of, over_at, reminder

T0 = datetime(2027, 1, 1, tzinfo=UTC)
OURS = 42


def line(
    value: str = "2027-03-10",
    season: int | None = 3,
    *,
    days: int = 0,
    scope: int = 0,
    event: Event = Event.DATED,
    **details: Any,
) -> Line:
    certainty = details.pop("certainty", Certainty.CONFIRMED)
    number = details.pop("fact", days + 1)
    changed = T0 + timedelta(days=days)
    return Line(number, scope, season, event, value, certainty, changed, **details)


def cancelled(**details: Any) -> Line:
    return line("", event=Event.CANCELLED, **details)


def days(*lines: Line, scope: int = 0) -> list[str]:
    return [str(premiere.when) for premiere in expected(lines, scope)]


def test_the_date_that_changed_last_holds() -> None:
    assert days(line("2027-03-10", days=2), line("2027-02-01", days=1)) == ["2027-03-10"]


def test_seasons_stand_side_by_side_the_soonest_first() -> None:
    assert days(line("2028", 4), line("2027-03-10"), line("2027 summer", 5)) == [
        "2027-03-10",
        "2027 summer",
        "2028",
    ]


@pytest.mark.parametrize(
    "ends",
    [
        [line(withdrawn=True)],
        [line(), cancelled(days=1)],
        [line(certainty=Certainty.RUMOUR)],
        [line("someday")],
    ],
)
def test_nothing_is_expected(ends: list[Line]) -> None:
    assert days(*ends) == []


@pytest.mark.parametrize(
    "other",
    [
        cancelled(days=-1),  # cancelled, then saved and dated
        cancelled(days=1, certainty=Certainty.RUMOUR),
        cancelled(days=1, withdrawn=True),
        cancelled(days=1, season=4),  # no season after this one
        cancelled(days=1, season=None),  # the series ends with it
        line("2027-04-01", days=1, certainty=Certainty.RUMOUR),
    ],
)
def test_a_date_outlasts(other: Line) -> None:
    assert days(line(), other) == ["2027-03-10"]


def test_a_rumour_is_expected_where_rumours_are_wanted() -> None:
    rumoured = line(certainty=Certainty.RUMOUR)

    assert [p.certainty for p in expected([rumoured], 0, Certainty.RUMOUR)] == [Certainty.RUMOUR]


def test_a_date_without_its_season_is_that_of_the_season_that_has_it() -> None:
    assert days(line(season=None), line(days=1)) == ["2027-03-10"]
    assert days(line("2027-03", season=None), line(days=1)) == ["2027-03-10"]
    assert days(line("2029", season=None), line(days=1)) == ["2027-03-10", "2029"]


def test_a_servers_own_fact_goes_before_everybodys() -> None:
    lines = [line(days=5), line("2027-03-12", scope=OURS)]

    assert days(*lines, scope=OURS) == ["2027-03-12"]


def test_a_servers_own_window_says_nothing_against_everybodys_day() -> None:
    lines = [line(), line("2027 spring", days=5, scope=OURS)]

    [premiere] = expected(lines, OURS)
    assert (str(premiere.when), premiere.scope) == ("2027-03-10", 0)


def test_a_servers_own_withdrawal_and_cancellation_count_there() -> None:
    assert days(line(), line(days=1, scope=OURS, withdrawn=True), scope=OURS) == []
    assert days(line(), cancelled(days=1, scope=OURS), scope=OURS) == []


def test_what_everybody_knows_to_be_cancelled_is_so_for_a_server_too() -> None:
    assert days(line(scope=OURS), cancelled(days=1), scope=OURS) == []
    assert days(line(withdrawn=True), line(days=1, scope=OURS), scope=OURS) == ["2027-03-10"]


def test_a_day_has_its_hour_and_an_instant_its_own() -> None:
    day = date(2027, 3, 10)
    evening = datetime(2027, 3, 11, 2, tzinfo=UTC)

    assert moment_of(day) == datetime(2027, 3, 10, 10, tzinfo=UTC)
    assert moment_of(day, evening) == evening
    # An instant of another day is of another premiere.
    assert moment_of(day, evening + timedelta(days=7)) == moment_of(day)


@pytest.mark.parametrize(
    ("hours", "due"),
    [
        (-24.1, None),
        (-24, Change.TOMORROW),
        (-10.1, Change.TOMORROW),
        (-10, None),
        (-0.1, None),
        (0, Change.TODAY),
        (23.9, Change.TODAY),
        (24, None),
    ],
)
def test_a_reminder_has_its_time(hours: float, due: Change | None) -> None:
    moment = moment_of(date(2027, 3, 10))
    now = moment + timedelta(hours=hours)

    assert reminder(moment, now) is due
    if due is not None:
        assert due_at(due, moment) <= now < over_at(due, moment)


def test_tomorrow_is_never_said_on_the_day_itself() -> None:
    moment = moment_of(date(2027, 3, 10))

    assert over_at(Change.TOMORROW, moment) == datetime(2027, 3, 10, tzinfo=UTC)
