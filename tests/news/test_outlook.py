"""Which facts answer what a follower wants to know of the next season."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.news.model import Certainty, Event, Fact, FactKey
from bot.news.outlook import Outlook, Question, bears_out, network_of, outlook

START = datetime(2027, 3, 1, 12, tzinfo=UTC)
TODAY = START.date()
RUMOUR, REPORTED, CONFIRMED = Certainty


@dataclass(frozen=True)
class Held:
    fact: Fact


def fact(
    event: Event,
    season: int | None = 3,
    *,
    days: int = 0,
    value: str = "",
    subject: str = "",
    certainty: Certainty = CONFIRMED,
) -> Held:
    """A fact told so many days after START."""
    at = START + timedelta(days=days)
    return Held(Fact(FactKey("show", season, event, subject), value, certainty, at, at))


def asked(question: Question, *facts: Held) -> list[Held]:
    return list(outlook(facts, TODAY).answers[question])


def test_where_nothing_is_known_nothing_is_answered() -> None:
    empty: Outlook[Held] = outlook([], TODAY)
    assert empty.season is None
    assert set(empty.answers) == set(Question)
    assert not any(empty.answers.values())


def test_the_newest_season_spoken_of_is_next_and_older_ones_are_left_out() -> None:
    old, new = fact(Event.RENEWED, 2, days=-400), fact(Event.RENEWED, 3)
    cast = fact(Event.JOINS, 2, days=-300, subject="Ada Example")
    found = outlook([old, cast, new], TODAY)
    assert found.season == 3
    assert found.answers[Question.STATE] == (new,)
    assert found.answers[Question.CAST] == ()


def test_a_season_with_a_date_to_come_is_next_though_a_later_one_is_ordered() -> None:
    dated, later = fact(Event.DATED, 4, value="2027-06"), fact(Event.RENEWED, 5)
    found = outlook([dated, later], TODAY)
    assert found.season == 4
    assert found.answers[Question.DATE] == (dated,)
    assert found.answers[Question.STATE] == (later,)


def test_a_season_that_has_begun_gives_way_to_the_one_after_it() -> None:
    begun, next_one = fact(Event.DATED, 2, days=-90, value="2027-01-05"), fact(Event.RENEWED, 3)
    assert asked(Question.DATE, begun, next_one) == []
    assert outlook([begun], TODAY).season == 2


def test_a_rumour_moves_no_season_on_unless_there_is_nothing_else() -> None:
    known, rumour = fact(Event.RENEWED, 3), fact(Event.DATED, 4, value="2028", certainty=RUMOUR)
    assert outlook([known, rumour], TODAY).season == 3
    assert outlook([rumour], TODAY).season == 4


def test_what_names_no_season_is_of_the_next_one_if_it_is_not_much_older() -> None:
    renewed = fact(Event.RENEWED, 3)
    lately, long_ago = fact(Event.TRAILER, None, days=-20), fact(Event.TRAILER, None, days=-200)
    assert asked(Question.TRAILER, renewed, lately, long_ago) == [lately]


def test_a_trailer_from_before_the_last_season_began_is_that_seasons() -> None:
    begun = fact(Event.DATED, 2, days=-100, value="2027-02-20")
    before, after = fact(Event.TRAILER, None, days=-15), fact(Event.TRAILER, None, days=-2)
    renewed = fact(Event.RENEWED, 3)
    assert asked(Question.TRAILER, begun, before, after, renewed) == [after]


def test_there_is_one_date_and_a_rumour_is_it_only_where_nothing_is_surer() -> None:
    sure = fact(Event.DATED, days=-9, value="2027-06")
    rumour = fact(Event.DATED, value="2027-09", certainty=RUMOUR)
    assert asked(Question.DATE, sure, rumour) == [sure]
    assert asked(Question.DATE, rumour) == [rumour]


@pytest.mark.parametrize("goes_on", [Event.RENEWED, Event.ORDERED, Event.PRODUCTION])
def test_of_going_on_and_cancelled_the_later_one_stands(goes_on: Event) -> None:
    on, off = fact(goes_on), fact(Event.CANCELLED, days=5)
    assert asked(Question.STATE, on, off) == [off]
    saved = fact(goes_on, days=9)
    assert asked(Question.STATE, off, saved) == [saved]


def test_a_less_sure_end_stands_beside_what_is_confirmed() -> None:
    on, off = fact(Event.RENEWED), fact(Event.CANCELLED, days=5, certainty=REPORTED)
    assert asked(Question.STATE, on, off) == [off, on]


def test_the_end_of_one_season_takes_no_other_back() -> None:
    now, later = fact(Event.DATED, 4, value="2027-06"), fact(Event.CANCELLED, 5, days=2)
    filming = fact(Event.PRODUCTION, 4)
    assert asked(Question.STATE, now, later, filming) == [later, filming]


def test_of_filming_the_last_stage_is_told() -> None:
    began, wrapped = fact(Event.PRODUCTION), fact(Event.PRODUCTION, days=90, subject="wrapped")
    assert asked(Question.STATE, began, wrapped) == [wrapped]


def test_the_last_word_on_each_person_stands() -> None:
    joins, leaves = fact(Event.JOINS, subject="Ada B"), fact(Event.EXITS, days=2, subject="ADA B")
    other, nameless = fact(Event.JOINS, subject="Max C", days=1), fact(Event.JOINS)
    assert asked(Question.CAST, joins, leaves, other, nameless) == [leaves, other, nameless]


@pytest.mark.parametrize(
    ("event", "value", "network"),
    [
        (Event.RENEWED, "Netflix", "Netflix"),
        (Event.ORDERED, "Channel 4", "Channel 4"),
        (Event.ORDERED, "8 episodes", ""),
        (Event.DATED, "2027-06-01", ""),
        (Event.RENEWED, "", ""),
        (Event.JOINS, "the captain", ""),
    ],
)
def test_a_network_is_what_a_season_is_for_and_no_date(
    event: Event, value: str, network: str
) -> None:
    assert network_of(fact(event, value=value).fact) == network


def test_a_coarser_date_bears_a_day_out_and_another_day_does_not() -> None:
    day = fact(Event.DATED, value="2027-06-01").fact
    assert bears_out(day, "2027-06")
    assert bears_out(day, "2027-06-01")
    assert bears_out(day, "")
    assert not bears_out(day, "2027-06-02")
    assert not bears_out(day, "2028")
