"""What is known can change: a date that moves, grows more exact, or goes back and forth."""

import pytest

from bot.news.model import (
    Event,
    Trust,
)
from tests.news.ledgers import (
    BLOG,
    CONFIRMED,
    DAY,
    HOUR,
    OFFICIAL,
    PRESS,
    REPORTED,
    RUMOUR,
    START,
    TRADE,
    TVDB,
    Desk,
    dated,
    says,
    sourced,
)


def test_a_date_that_moves_is_told_with_the_one_before(desk: Desk) -> None:
    assert desk.hear(dated("2027-05-03")) == "new"
    assert desk.hear(says(Event.MOVED, value="2027-06-10"), DAY) == "changed"
    assert (desk.told[1].before, desk.told[1].value) == ("2027-05-03", "2027-06-10")
    assert desk.told[1].key.event is Event.MOVED
    assert desk.fact.key.event is Event.DATED
    assert desk.hear(dated("2027-06-10"), 2 * DAY) == ""


def test_an_older_article_with_the_old_date_changes_nothing(desk: Desk) -> None:
    desk.hear(dated("2027-06-10"), DAY)
    assert desk.hear(dated("2027-05-03")) == ""
    assert desk.fact.value == "2027-06-10"
    assert desk.fact.since == START


def test_a_less_sure_outlet_does_not_move_a_date(desk: Desk) -> None:
    desk.hear(dated("2027-05-03"))
    assert desk.hear(dated("2027-06-10", certainty=REPORTED), DAY) == ""
    assert desk.fact.value == "2027-05-03"


def test_a_less_trusted_outlet_is_recorded_and_prevails_with_a_second_one(desk: Desk) -> None:
    desk.hear(dated("2027-05-03", **OFFICIAL))
    assert desk.hear(dated("2027-06-10", **PRESS), DAY) == ""
    assert desk.hear(dated("2027-06-10", **PRESS), 2 * DAY) == ""
    assert desk.fact.value == "2027-05-03"
    assert [d.value for d in desk.fact.disputes] == ["2027-06-10"]
    assert desk.hear(dated("2027-06-10", **TRADE), 3 * DAY) == "changed"
    assert desk.fact.disputes == ()


def test_the_network_corrects_everybody_at_once(desk: Desk) -> None:
    desk.hear(dated("2027-05-03", **TRADE))
    assert desk.hear(dated("2027-06-10", **OFFICIAL), DAY) == "changed"


@pytest.mark.parametrize(
    ("known", "said", "told"),
    [
        ("2027", "2027-05", "changed"),
        ("2027 spring", "2027-05-03", "changed"),
        ("2027-05-03", "2027-05", ""),
        ("2027-05-03", "2027 spring", ""),
        ("2027-05-03", "2027 mid", ""),
        ("2027-05-03", "2027", ""),
        ("2027-05", "2027 fall", "changed"),
        ("2027-05-03", "", ""),
        ("", "2027-05-03", "changed"),
        ("2027-05-03", "Northern+", ""),
    ],
)
def test_a_date_that_becomes_more_exact_is_news_a_vaguer_one_is_not(
    desk: Desk, known: str, said: str, told: str
) -> None:
    desk.hear(dated(known))
    assert desk.hear(dated(said), DAY) == told
    assert desk.fact.value == (said if told else known)


def test_a_vaguer_date_confirms_no_exact_one(desk: Desk) -> None:
    desk.hear(dated("2027-05-03", certainty=REPORTED))
    assert desk.hear(dated("2027"), DAY) == ""
    assert desk.hear(dated("2027-05-03"), 2 * DAY) == "confirmed"


def test_a_rumoured_date_that_was_wrong_is_no_date_that_moved(desk: Desk) -> None:
    desk.hear(dated("2027-05-03", certainty=RUMOUR))
    assert desk.hear(dated("2027-06-10"), DAY) == "new"
    assert desk.told[1].before == ""


def test_eight_episodes_that_become_ten_are_told(desk: Desk) -> None:
    desk.hear(says(Event.RENEWED, value="8 episodes"))
    assert desk.hear(says(Event.RENEWED, value="10 episodes"), DAY) == "changed"
    assert desk.told[-1].before == "8 episodes"
    assert desk.hear(says(Event.RENEWED, value="Northern"), 2 * DAY) == ""


def test_a_number_of_episodes_that_changes_is_told_whatever_was_said_first(desk: Desk) -> None:
    for value in ("", "Northern"):
        desk = Desk()
        desk.hear(says(Event.RENEWED, value=value))
        assert desk.hear(says(Event.RENEWED, value="8 episodes"), DAY) == ""
        assert desk.hear(says(Event.RENEWED, value="10 episodes"), 2 * DAY) == "changed"
        assert desk.told[-1].before == "8 episodes"


def test_the_next_years_date_is_no_move_of_one_that_has_passed(desk: Desk) -> None:
    desk.hear(dated("2027-05-03", season=None))
    assert desk.hear(dated("2027-05-03", season=None), 200 * DAY) == ""
    assert desk.hear(dated("2028-05-03", season=None), 330 * DAY) == "new"


def test_a_date_far_ahead_can_move_months_later(desk: Desk) -> None:
    desk.hear(dated("2028-05-03", season=None))
    assert desk.hear(dated("2028-08-03", season=None), 200 * DAY) == "changed"


def test_a_date_that_goes_back_and_forth_is_told_once_as_uncertain(desk: Desk) -> None:
    one, other = dated("2027-05-03", **TRADE), dated("2027-06-10", **sourced(Trust.TRADE, "b"))
    assert desk.hear(one) == "new"
    assert desk.hear(other, 6 * HOUR) == "changed"
    assert desk.hear(one, 12 * HOUR) == "changed"
    assert desk.told[-1].certainty is REPORTED
    assert desk.hear(other, 18 * HOUR) == ""
    assert desk.hear(one, 24 * HOUR) == ""
    assert desk.fact.certainty is REPORTED


def test_what_has_stood_since_is_certain_again(desk: Desk) -> None:
    one, other = dated("2027-05-03", **TRADE), dated("2027-06-10", **sourced(Trust.TRADE, "b"))
    for hour, statement in enumerate([one, other, one]):
        desk.hear(statement, hour * HOUR)
    assert desk.hear(one, 4 * DAY) == "confirmed"


def test_a_date_that_returns_after_weeks_has_moved_again(desk: Desk) -> None:
    desk.hear(dated("2027-05-03"))
    desk.hear(dated("2027-06-10"), DAY)
    assert desk.hear(dated("2027-05-03"), 9 * DAY) == "changed"
    assert desk.told[-1].certainty is CONFIRMED


# The catalogue


def test_the_catalogue_fills_an_open_date_silently(desk: Desk) -> None:
    assert desk.hear(dated("2027-05-03", **TVDB)) == ""
    assert desk.fact.value == "2027-05-03"
    assert desk.hear(dated("2027-05-03", **PRESS), DAY) == "new"


def test_the_catalogue_moves_a_date_once_it_has_stood_for_two_days(desk: Desk) -> None:
    desk.hear(dated("2027-05-03", **TRADE))
    assert desk.hear(dated("2027-06-10", **TVDB), DAY) == ""
    assert desk.hear(dated("2027-06-10", **TVDB), 2 * DAY) == ""
    assert desk.hear(dated("2027-06-10", **TVDB), 3 * DAY) == "changed"


def test_the_catalogue_moves_a_date_as_soon_as_an_outlet_agrees(desk: Desk) -> None:
    desk.hear(dated("2027-05-03", **TRADE))
    desk.hear(dated("2027-06-10", **TVDB), HOUR)
    assert desk.hear(dated("2027-06-10", **BLOG), 2 * HOUR) == "changed"


def test_the_catalogue_does_not_announce_the_day_of_what_was_told_without_one(desk: Desk) -> None:
    assert desk.hear(dated("", **TRADE)) == "new"
    assert desk.hear(dated("2027-05-03", **TVDB), HOUR) == ""
    assert desk.hear(dated("2027-05-03", **PRESS), 2 * HOUR) == "changed"


def test_the_catalogue_confirms_nothing_aloud(desk: Desk) -> None:
    desk.hear(dated("2027-05-03", certainty=REPORTED, **PRESS))
    assert desk.hear(dated("2027-05-03", **TVDB), HOUR) == ""
