"""What undoes what: a renewal that is cancelled, a cancelled show that is saved."""

from datetime import date

from bot.news.model import (
    Event,
)
from tests.news.ledgers import (
    BLOG,
    DAY,
    HOUR,
    PRESS,
    REPORTED,
    TRADE,
    Desk,
    cancelled,
    dated,
    renewed,
    says,
)


def test_a_renewal_that_is_cancelled_is_withdrawn(desk: Desk) -> None:
    desk.hear(renewed(3))
    assert desk.hear(cancelled(), 100 * DAY) == "withdrawn"
    assert desk.standing(Event.RENEWED) == []
    assert desk.hear(cancelled(3), 101 * DAY) == ""
    assert desk.hear(renewed(3), 99 * DAY) == ""  # an older article comes late


def test_a_cancelled_show_that_is_saved_withdraws_the_cancellation(desk: Desk) -> None:
    desk.hear(renewed(3))
    desk.hear(cancelled(), 100 * DAY)
    assert desk.hear(says(Event.RENEWED, 3, "Other Network"), 160 * DAY) == "withdrawn"
    assert desk.standing(Event.CANCELLED) == []
    (saved,) = desk.standing(Event.RENEWED)
    assert saved.key.season == 3
    assert desk.hear(renewed(3), 161 * DAY) == ""


def test_a_cancellation_is_plain_news_where_nothing_was_told_before(desk: Desk) -> None:
    assert desk.hear(cancelled()) == "new"
    other = Desk()
    other.hear(renewed(3), silent=True)
    assert other.hear(cancelled(), DAY) == "new"


def test_a_season_that_has_aired_is_cancelled_no_more() -> None:
    desk = Desk(calendar={3: date(2027, 4, 1)})
    desk.hear(renewed(3))
    assert desk.hear(cancelled(), 100 * DAY) == "new"
    assert len(desk.standing(Event.RENEWED)) == 1


def test_another_season_is_not_undone(desk: Desk) -> None:
    desk.hear(renewed(4))
    assert desk.hear(cancelled(2), DAY) == "new"
    assert len(desk.standing(Event.RENEWED)) == 1


def test_a_less_trusted_outlet_cancels_nothing_alone(desk: Desk) -> None:
    desk.hear(renewed(3, **TRADE))
    assert desk.hear(cancelled(**BLOG), DAY) == ""
    assert len(desk.standing(Event.RENEWED)) == 1
    assert desk.hear(cancelled(**PRESS), 2 * DAY) == "withdrawn"
    assert desk.standing(Event.RENEWED) == []


def test_a_page_that_still_says_renewed_does_not_save_a_show(desk: Desk) -> None:
    desk.hear(renewed(3, **TRADE))
    desk.hear(cancelled(**TRADE), DAY)
    assert desk.hear(renewed(3, **BLOG), 2 * DAY) == ""
    assert desk.standing(Event.RENEWED) == []


def test_a_cancellation_that_is_only_reported_is_told_and_undoes_nothing(desk: Desk) -> None:
    desk.hear(renewed(3))
    assert desk.hear(cancelled(certainty=REPORTED), DAY) == "new"
    assert len(desk.standing(Event.RENEWED)) == 1
    assert desk.hear(cancelled(), 2 * DAY) == "withdrawn"


def test_a_final_season_that_is_followed_by_another_was_not_the_last(desk: Desk) -> None:
    desk.hear(says(Event.ENDING, 5))
    assert desk.hear(renewed(6), 200 * DAY) == "withdrawn"


def test_a_show_that_was_saved_once_is_renewed_like_any_other(desk: Desk) -> None:
    desk.hear(cancelled(3))
    assert desk.hear(renewed(4), 20 * DAY) == "withdrawn"
    assert desk.hear(renewed(5), 400 * DAY) == "new"
    assert desk.hear(renewed(6), 800 * DAY) == "new"


def test_an_old_date_that_is_repeated_does_not_save_a_season(desk: Desk) -> None:
    desk.hear(dated("2027-05-03", **TRADE))
    desk.hear(cancelled(3, **TRADE), DAY)
    assert desk.hear(dated("2027-05-03", **BLOG), 2 * DAY) == ""
    assert desk.standing(Event.DATED) == []


def test_a_page_that_repeats_a_cancellation_does_not_undo_the_rescue(desk: Desk) -> None:
    desk.hear(cancelled(3, **TRADE))
    desk.hear(renewed(4, **TRADE), 20 * DAY)
    assert desk.hear(cancelled(3, **BLOG), 21 * DAY) == ""
    assert desk.standing(Event.CANCELLED) == []
    assert len(desk.standing(Event.RENEWED)) == 1


def test_a_reversal_that_nobody_was_told_of_is_told_by_the_next_outlet(desk: Desk) -> None:
    desk.hear(renewed(3))
    assert desk.hear(cancelled(3), DAY, silent=True) == ""
    assert desk.hear(cancelled(3), 2 * DAY) == "withdrawn"


def test_a_rescue_is_told_once_and_then_confirmed(desk: Desk) -> None:
    desk.hear(cancelled(3, certainty=REPORTED))
    assert desk.hear(renewed(4, REPORTED), DAY) == "withdrawn"
    assert desk.hear(renewed(4), 2 * DAY) == "confirmed"


def test_outlets_that_contradict_one_another_for_a_day_are_told_once_as_uncertain(
    desk: Desk,
) -> None:
    told = [
        desk.hear(renewed(3) if hour % 2 == 0 else cancelled(3), hour * 3 * HOUR)
        for hour in range(6)
    ]
    assert told[:2] == ["new", "withdrawn"]
    assert [change for change in told[2:] if change] == ["withdrawn"]
    assert desk.told[-1].certainty is REPORTED
