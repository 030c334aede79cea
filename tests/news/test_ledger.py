"""The ledger knows each thing once, and the order in which its articles came does not matter."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.news.ledger import agrees, replay
from bot.news.model import (
    Certainty,
    Event,
    Fact,
    FactKey,
    Statement,
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
    SHOW,
    START,
    TRADE,
    Desk,
    dated,
    joins,
    renewed,
    says,
    sourced,
    trailer,
)


def test_what_is_new_is_told_and_what_an_outlet_repeats_is_not(desk: Desk) -> None:
    assert desk.hear(renewed()) == "new"
    assert desk.hear(renewed(), HOUR) == ""
    assert desk.hear(renewed(), 300 * DAY) == ""
    assert desk.told[0].key == FactKey(SHOW, 3, Event.RENEWED)
    assert desk.told[0].at == START
    assert desk.fact.since == desk.fact.changed == START


def test_another_season_is_other_news(desk: Desk) -> None:
    assert desk.hear(renewed(2)) == "new"
    assert desk.hear(renewed(3), HOUR) == "new"


# Seasons


@pytest.mark.parametrize("first", [None, 3])
def test_an_article_without_the_season_speaks_of_the_one_in_the_news(
    desk: Desk, first: int | None
) -> None:
    other = None if first else 3
    assert desk.hear(renewed(first)) == "new"
    assert desk.hear(renewed(other), 40 * DAY) == ""
    assert desk.fact.key.season == 3


def test_the_season_that_a_later_outlet_adds_is_kept(desk: Desk) -> None:
    """Otherwise the fact without one swallows every other season's news."""
    desk.hear(renewed(None))
    desk.hear(renewed(3), DAY)
    assert desk.hear(renewed(4), 2 * DAY) == "new"


def test_a_renewal_without_a_season_a_year_later_is_the_next_one(desk: Desk) -> None:
    assert desk.hear(renewed(None)) == "new"
    assert desk.hear(renewed(None), 140 * DAY) == ""
    assert desk.hear(renewed(None), 330 * DAY) == "new"


def test_news_without_a_number_is_of_the_season_that_the_ledger_awaits(desk: Desk) -> None:
    desk.hear(renewed(4))
    assert desk.hear(dated("2028-02-01", None), 200 * DAY) == "new"
    assert desk.told[-1].key == FactKey(SHOW, 4, Event.DATED)
    assert desk.hear(trailer(None), 210 * DAY) == "new"
    assert desk.told[-1].key.season == 4


def test_a_renewal_without_a_number_is_of_the_season_after_the_last_that_aired() -> None:
    desk = Desk(calendar={1: date(2025, 9, 1), 2: date(2026, 9, 1)})
    desk.hear(renewed(None))
    assert desk.fact.key.season == 3
    assert desk.fact.guessed


@pytest.mark.parametrize(
    "calendar", [{}, {1: START.date() - timedelta(days=9)}, {2: date(2026, 9, 1)}]
)
def test_no_season_is_guessed_where_none_is_known_to_come(calendar: dict[int, date]) -> None:
    desk = Desk(calendar=calendar)
    desk.hear(trailer(None))
    assert desk.fact.key.season is None


def test_a_season_that_was_guessed_wrongly_gives_way_to_one_that_is_named() -> None:
    desk = Desk(calendar={1: date(2025, 9, 1), 2: date(2026, 9, 1)})
    desk.hear(renewed(None))
    assert desk.hear(renewed(4), DAY) == ""
    assert desk.fact.key.season == 4
    assert not desk.fact.guessed


# Certainty


def test_a_rumour_that_is_confirmed_is_new_to_who_heard_no_rumour(desk: Desk) -> None:
    assert desk.hear(renewed(3, RUMOUR)) == "new"
    assert desk.hear(renewed(3, RUMOUR), HOUR) == ""
    assert desk.hear(renewed(3, REPORTED), 2 * HOUR) == "new"
    assert desk.hear(renewed(3, CONFIRMED), 3 * HOUR) == "confirmed"
    assert desk.hear(renewed(3, RUMOUR), 4 * HOUR) == ""
    assert desk.fact.certainty is CONFIRMED


def test_a_confirmation_counts_although_it_is_read_after_a_later_rumour(desk: Desk) -> None:
    """The network's own words of ten o'clock are polled after a blog's of five past ten."""
    assert desk.hear(renewed(3, RUMOUR), timedelta(minutes=5)) == "new"
    assert desk.hear(renewed(3, CONFIRMED)) == "new"


def test_a_blogs_flat_word_is_a_report_and_another_outlet_confirms_it(desk: Desk) -> None:
    assert desk.hear(renewed(**BLOG)) == "new"
    assert desk.told[0].certainty is REPORTED
    assert desk.hear(renewed(**BLOG), HOUR) == ""
    assert desk.hear(renewed(**sourced(Trust.BLOG, "other")), 2 * HOUR) == "confirmed"


def test_outlets_that_print_the_same_text_are_one(desk: Desk) -> None:
    desk.hear(renewed(**BLOG, wires=("abc",)))
    assert desk.hear(renewed(**sourced(Trust.BLOG, "copy"), wires=("abc", "d")), HOUR) == ""
    assert desk.fact.certainty is REPORTED


def test_two_reports_stay_a_report(desk: Desk) -> None:
    """That both heard of talks does not make it a contract."""
    desk.hear(joins("Ada Example", certainty=REPORTED, **TRADE))
    assert desk.hear(joins("Ada Example", certainty=REPORTED, **PRESS), HOUR) == ""
    assert desk.fact.certainty is REPORTED


# Trailers and casting


@pytest.mark.parametrize(("days", "told"), [(0, ""), (9, ""), (10, ""), (11, "new"), (60, "new")])
def test_the_same_trailer_comes_from_many_outlets_a_later_one_is_another(
    desk: Desk, days: int, told: str
) -> None:
    assert desk.hear(trailer()) == "new"
    assert desk.hear(trailer(), days * DAY) == told


def test_ten_days_count_from_the_first_word_of_a_trailer(desk: Desk) -> None:
    desk.hear(trailer())
    desk.hear(trailer(), 9 * DAY)
    assert desk.hear(trailer(), 18 * DAY) == "new"


def test_teaser_trailer_and_final_trailer_are_three(desk: Desk) -> None:
    assert desk.hear(says(Event.TEASER, subject="teaser")) == "new"
    assert desk.hear(trailer(), HOUR) == "new"
    assert desk.hear(says(Event.TRAILER, subject="final trailer"), 2 * HOUR) == "new"


def test_one_video_is_one_trailer_whatever_it_is_called_and_however_late(desk: Desk) -> None:
    desk.hear(trailer(None, "youtube:abc"))
    assert desk.hear(says(Event.TEASER, 3, "youtube:abc", subject="teaser"), 30 * DAY) == ""


def test_a_channel_that_puts_up_two_videos_has_two_trailers(desk: Desk) -> None:
    desk.hear(trailer(3, "youtube:abc", **OFFICIAL))
    assert desk.hear(trailer(3, "youtube:def", **OFFICIAL), DAY) == "new"
    assert desk.hear(trailer(3, "youtube:ghi", **PRESS), 2 * DAY) == ""  # its own copy of one


def test_each_stage_of_filming_is_news(desk: Desk) -> None:
    for day, stage in enumerate(["started", "paused", "resumed", "wrapped"]):
        assert desk.hear(says(Event.PRODUCTION, subject=stage), 20 * day * DAY) == "new"
        assert desk.hear(says(Event.PRODUCTION, subject=stage), (20 * day + 9) * DAY) == ""
    assert desk.hear(says(Event.PRODUCTION), 61 * DAY) == ""


@pytest.mark.parametrize("event", [Event.CLIP, Event.IMAGES])
def test_clips_and_stills_are_never_told(desk: Desk, event: Event) -> None:
    assert desk.hear(says(event)) == ""
    assert desk.hear(says(event), 30 * DAY) == ""


def test_each_person_is_other_news(desk: Desk) -> None:
    assert desk.hear(joins("Ada Example")) == "new"
    assert desk.hear(joins("ada  EXÀMPLE"), DAY) == ""
    assert desk.hear(joins("Ben Example"), DAY) == "new"
    assert desk.hear(says(Event.EXITS, None, subject="Ada Example"), 2 * DAY) == "new"


def test_a_casting_without_the_name_is_the_one_in_the_news(desk: Desk) -> None:
    assert desk.hear(joins("Ada Example")) == "new"
    assert desk.hear(joins(), 2 * DAY) == ""
    assert desk.hear(joins(), 20 * DAY) == "new"


def test_castings_without_a_name_are_one_for_some_days_only(desk: Desk) -> None:
    assert desk.hear(joins(season=2)) == "new"
    assert desk.hear(joins(season=2), DAY) == ""
    assert desk.hear(joins(season=2), 10 * DAY) == "new"


def test_one_leaves_after_the_last_season_or_before_the_next(desk: Desk) -> None:
    desk.hear(says(Event.EXITS, 2, subject="Ada Example"))
    assert desk.hear(says(Event.EXITS, 3, subject="Ada Example"), DAY) == ""


def test_a_network_is_no_date(desk: Desk) -> None:
    desk.hear(dated("Northern"))
    assert desk.fact.value == ""
    assert desk.hear(dated("2027-05-03"), DAY) == "changed"
    assert desk.told[-1].before == ""


def test_the_name_that_a_later_outlet_adds_is_kept(desk: Desk) -> None:
    assert desk.hear(joins()) == "new"
    assert desk.hear(joins("Ada Example"), HOUR) == ""
    assert desk.fact.key.subject == "Ada Example"
    assert desk.hear(joins("Ben Example"), DAY) == "new"


# What is not told


def test_a_first_poll_and_old_news_only_fill_the_ledger(desk: Desk) -> None:
    assert desk.hear(renewed(), silent=True) == ""
    assert desk.hear(renewed(), HOUR) == ""
    assert desk.hear(renewed(None), HOUR) == ""


def test_what_a_silent_article_leaves_open_is_told_when_it_happens(desk: Desk) -> None:
    desk.hear(renewed(3, RUMOUR), silent=True)
    desk.hear(dated("2027-05"), silent=True)
    assert desk.hear(renewed(3), HOUR) == "new"
    assert desk.hear(dated("2027-08-01"), HOUR) == "changed"


def test_what_an_article_mentions_aside_is_news_when_another_leads_with_it(desk: Desk) -> None:
    assert desk.hear(dated("2027-05-03", leads=False)) == ""
    assert desk.hear(dated("2027-05-03", certainty=REPORTED), HOUR) == "new"
    assert desk.told[0].certainty is CONFIRMED
    assert desk.hear(dated("2027-05-03"), 2 * HOUR) == ""


def test_an_aside_moves_nothing_that_is_known(desk: Desk) -> None:
    desk.hear(dated("2027-05-03", certainty=REPORTED))
    assert desk.hear(dated("2027-06-10", leads=False), HOUR) == ""
    assert desk.fact.value == "2027-05-03"
    assert desk.hear(dated("2027-06-10"), 2 * HOUR) == "changed"


def test_old_news_with_an_aside_stays_old(desk: Desk) -> None:
    desk.hear(dated("2027-05-03", leads=False), silent=True)
    assert desk.hear(dated("2027-05-03"), HOUR) == ""


@pytest.mark.parametrize(
    ("statement", "holds"),
    [
        (dated("2027-05-03"), True),
        (dated("2027"), True),
        (dated(""), True),
        (dated("2027-06-10"), False),
        (says(Event.MOVED, value="2027-04"), False),
        (renewed(), True),
    ],
)
def test_who_stands_behind_a_date(statement: Statement, holds: bool) -> None:
    key = FactKey(SHOW, 3, Event.DATED)
    assert agrees(statement, Fact(key, "2027-05-03", CONFIRMED, START, START)) is holds


# Whatever is heard

SEASONS = st.sampled_from([None, 3])
MINUTES = st.integers(0, 9 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
TELLINGS = st.lists(st.tuples(SEASONS, MINUTES), min_size=1, max_size=8)


@given(TELLINGS, st.sampled_from([Event.RENEWED, Event.CANCELLED, Event.TRAILER, Event.DATED]))
def test_in_any_order_with_or_without_the_season_one_thing_is_told_once(
    tellings: list[tuple[int | None, timedelta]], event: Event
) -> None:
    desk = Desk()
    for season, after in tellings:
        desk.hear(says(event, season), after)
    assert len(desk.told) == 1


@given(st.lists(st.tuples(st.sampled_from(list(Certainty)), SEASONS, MINUTES), min_size=1))
def test_the_surest_word_is_told_whatever_the_order(
    tellings: list[tuple[Certainty, int | None, timedelta]],
) -> None:
    desk = Desk()
    for certainty, season, after in tellings:
        desk.hear(renewed(season, certainty), after)
    surest = max((certainty for certainty, _, _ in tellings), key=lambda each: each.rank)
    assert desk.told[-1].certainty is surest
    ranks = [announcement.certainty.rank for announcement in desk.told]
    assert ranks == sorted(set(ranks))


NAMES = st.sampled_from(["", "Ada Example", "Ben Example"])
VALUES = st.sampled_from(["", "2027", "2027 spring", "2027-05", "2027-05-03", "2027-08-01", "N"])
YEARS = st.integers(0, 900).map(lambda days: timedelta(days=days))
TRUSTS = st.sampled_from(list(Trust))
PUBLISHERS = st.sampled_from([f"{name}.example" for name in "abcd"])
STATEMENTS = st.builds(
    Statement,
    st.just(0),
    st.sampled_from(list(Event)),
    st.just(START),
    st.sampled_from([None, 2, 3]),
    NAMES,
    VALUES,
    st.sampled_from(list(Certainty)),
    TRUSTS,
    PUBLISHERS,
    st.sampled_from([(), ("wire",)]),
    st.booleans(),
)
HEARD = st.tuples(STATEMENTS, YEARS, st.booleans())
Heard = tuple[Statement, timedelta, bool]


@given(st.lists(HEARD, max_size=12))
def test_a_repetition_is_never_told(heard: list[Heard]) -> None:
    desk = Desk()
    for statement, after, silent in heard:
        desk.hear(statement, after, silent=silent)
        desk.hear(replace(statement, leads=True), after)
        assert desk.hear(replace(statement, leads=True), after) == ""


@given(st.lists(HEARD, max_size=12), st.randoms(use_true_random=False))
def test_the_facts_do_not_depend_on_the_order_in_which_articles_arrive(
    heard: list[Heard], random: Random
) -> None:
    """Nor on whether a statement was entered at the end or the whole was replayed."""
    statements = [
        replace(statement, article=number, said=START + after)
        for number, (statement, after, _) in enumerate(heard)
    ]
    straight = replay(statements, SHOW)
    random.shuffle(statements)
    assert replay(statements, SHOW) == straight
    desk = Desk()
    for statement in statements:
        desk.heard.append(statement)
        if any(other.order > statement.order for other in desk.heard):
            desk._replay()
        else:
            desk._enter(statement)
    assert desk.facts == straight


@given(st.lists(HEARD, max_size=10), STATEMENTS)
def test_an_older_article_never_undoes_a_newer_value(heard: list[Heard], late: Statement) -> None:
    """A date that the network itself gave last stands, whatever is read of the time before."""
    last = dated("2029-01-01", season=3, **OFFICIAL)
    said = replace(last, article=10_000, said=START + 901 * DAY)
    statements = [
        replace(statement, article=number, said=START + after)
        for number, (statement, after, _) in enumerate(heard)
    ]
    facts = replay([*statements, replace(late, article=9_999), said], SHOW)
    assert any(f.value == "2029-01-01" for f in facts if f.key.event is Event.DATED)


def test_orders_of_three_outlets_one_of_which_knows_the_season() -> None:
    for order in permutations([None, None, 3]):
        desk = Desk()
        assert [desk.hear(renewed(season)) for season in order] == ["new", "", ""]
        assert desk.fact.key.season == 3
