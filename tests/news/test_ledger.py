"""The ledger tells each thing once, and again only when it has changed or become surer."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.news.ledger import Weighed, agrees, weigh
from bot.news.model import (
    Announcement,
    Certainty,
    Claim,
    Event,
    Fact,
    FactKey,
    Precision,
    Show,
    When,
)

SHOW = Show("test:lantern-bay", "Lantern Bay")
START = datetime(2027, 3, 1, 12, tzinfo=UTC)
RUMOUR, REPORTED, CONFIRMED = Certainty
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Ledger:
    """The facts of one show, kept as storage keeps them: one for each key."""

    def __init__(self) -> None:
        self.facts: dict[FactKey, Fact] = {}
        self.told: list[Announcement] = []

    def hear(self, claim: Claim, after: timedelta = timedelta(), **how: bool) -> str:
        """Weigh a claim said so long after START; what is told of it, "" for nothing."""
        weighed = weigh(claim, list(self.facts.values()), START + after, show=SHOW.key, **how)
        self._keep(weighed)
        if weighed.announcement is None:
            return ""
        self.told.append(weighed.announcement)
        return weighed.announcement.change

    def _keep(self, weighed: Weighed) -> None:
        if weighed.continues is not None:
            del self.facts[weighed.continues.key]
            assert weighed.fact.key not in self.facts, "two rows of one key"
        self.facts[weighed.fact.key] = weighed.fact

    @property
    def fact(self) -> Fact:
        (only,) = self.facts.values()
        return only


def renewed(season: int | None = 3, certainty: Certainty = CONFIRMED) -> Claim:
    return Claim(SHOW, Event.RENEWED, season, certainty)


def dated(value: str, season: int | None = 3, certainty: Certainty = CONFIRMED) -> Claim:
    return Claim(SHOW, Event.DATED, season, certainty, value=value)


def joins(name: str = "", season: int | None = None, certainty: Certainty = CONFIRMED) -> Claim:
    return Claim(SHOW, Event.JOINS, season, certainty, subject=name)


def trailer(season: int | None = 3) -> Claim:
    return Claim(SHOW, Event.TRAILER, season)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def test_what_is_new_is_told_and_what_an_outlet_repeats_is_not(ledger: Ledger):
    assert ledger.hear(renewed()) == "new"
    assert ledger.hear(renewed(), HOUR) == ""
    assert ledger.hear(renewed(), 300 * DAY) == ""
    assert ledger.told[0].key == FactKey(SHOW.key, 3, Event.RENEWED)
    assert ledger.told[0].at == START


def test_another_season_is_other_news(ledger: Ledger):
    assert ledger.hear(renewed(2)) == "new"
    assert ledger.hear(renewed(3), HOUR) == "new"


@pytest.mark.parametrize("first", [None, 3])
def test_an_article_without_the_season_speaks_of_the_one_in_the_news(ledger: Ledger, first):
    other = None if first else 3
    assert ledger.hear(renewed(first)) == "new"
    assert ledger.hear(renewed(other), 40 * DAY) == ""


def test_the_season_that_a_later_outlet_adds_is_kept(ledger: Ledger):
    """Otherwise the fact without one swallows every other season's news."""
    ledger.hear(renewed(None))
    ledger.hear(renewed(3), DAY)
    assert ledger.fact.key.season == 3
    assert ledger.hear(renewed(4), 2 * DAY) == "new"


def test_a_renewal_without_a_season_a_year_later_is_the_next_one(ledger: Ledger):
    assert ledger.hear(renewed(None)) == "new"
    assert ledger.hear(renewed(None), 140 * DAY) == ""
    assert ledger.hear(renewed(None), 330 * DAY) == "new"


def test_a_rumour_that_is_confirmed_is_new_to_who_heard_no_rumour(ledger: Ledger):
    assert ledger.hear(renewed(3, RUMOUR)) == "new"
    assert ledger.hear(renewed(3, RUMOUR), HOUR) == ""
    assert ledger.hear(renewed(3, REPORTED), 2 * HOUR) == "new"
    assert ledger.hear(renewed(3, CONFIRMED), 3 * HOUR) == "confirmed"
    assert ledger.hear(renewed(3, RUMOUR), 4 * HOUR) == ""
    assert ledger.fact.certainty is CONFIRMED


def test_a_confirmation_counts_although_it_is_read_after_a_later_rumour(ledger: Ledger):
    """The network's own words of ten o'clock are polled after a blog's of five past ten."""
    assert ledger.hear(renewed(3, RUMOUR), timedelta(minutes=5)) == "new"
    assert ledger.hear(renewed(3, CONFIRMED)) == "new"
    assert ledger.fact.changed == START + timedelta(minutes=5)


def test_a_date_that_moves_is_told_with_the_one_before(ledger: Ledger):
    assert ledger.hear(dated("2027-05-03")) == "new"
    moved = replace(dated("2027-06-10"), event=Event.MOVED)
    assert ledger.hear(moved, DAY) == "changed"
    assert (ledger.told[1].before, ledger.told[1].value) == ("2027-05-03", "2027-06-10")
    assert ledger.told[1].key.event is Event.MOVED
    assert ledger.fact.key.event is Event.DATED
    assert ledger.hear(dated("2027-06-10"), 2 * DAY) == ""


def test_an_older_article_with_the_old_date_changes_nothing(ledger: Ledger):
    ledger.hear(dated("2027-06-10"), DAY)
    assert ledger.hear(dated("2027-05-03")) == ""
    assert ledger.fact.value == "2027-06-10"


def test_a_less_sure_outlet_does_not_move_a_date(ledger: Ledger):
    ledger.hear(dated("2027-05-03"))
    assert ledger.hear(dated("2027-06-10", certainty=REPORTED), DAY) == ""
    assert ledger.fact.value == "2027-05-03"


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
        ("", "2027-05-03", ""),
    ],
)
def test_a_date_that_becomes_more_exact_is_news_a_vaguer_one_is_not(ledger, known, said, told):
    ledger.hear(dated(known))
    assert ledger.hear(dated(said), DAY) == told
    assert ledger.fact.value == (said if told or not known else known)


def test_a_vaguer_date_confirms_no_exact_one(ledger: Ledger):
    ledger.hear(dated("2027-05-03", certainty=REPORTED))
    assert ledger.hear(dated("2027"), DAY) == ""
    assert ledger.hear(dated("2027-05-03"), 2 * DAY) == "confirmed"


def test_a_rumoured_date_that_was_wrong_is_no_date_that_moved(ledger: Ledger):
    ledger.hear(dated("2027-05-03", certainty=RUMOUR))
    assert ledger.hear(dated("2027-06-10"), DAY) == "new"
    assert ledger.told[1].before == ""


def test_the_next_years_date_is_no_move_of_one_that_has_passed(ledger: Ledger):
    ledger.hear(dated("2027-05-03", season=None))
    assert ledger.hear(dated("2027-05-03", season=None), 200 * DAY) == ""
    assert ledger.hear(dated("2028-05-03", season=None), 330 * DAY) == "new"


def test_a_date_far_ahead_can_move_months_later(ledger: Ledger):
    ledger.hear(dated("2028-05-03", season=None))
    assert ledger.hear(dated("2028-08-03", season=None), 200 * DAY) == "changed"


@pytest.mark.parametrize(("days", "told"), [(0, ""), (9, ""), (10, ""), (11, "new"), (60, "new")])
def test_the_same_trailer_comes_from_many_outlets_a_later_one_is_another(ledger, days, told):
    assert ledger.hear(trailer()) == "new"
    assert ledger.hear(trailer(), days * DAY) == told


def test_a_teaser_and_a_trailer_are_two(ledger: Ledger):
    assert ledger.hear(Claim(SHOW, Event.TEASER, 3)) == "new"
    assert ledger.hear(trailer(), HOUR) == "new"


@pytest.mark.parametrize("event", [Event.CLIP, Event.IMAGES])
def test_clips_and_stills_are_never_told(ledger: Ledger, event: Event):
    assert ledger.hear(Claim(SHOW, event, 3)) == ""
    assert ledger.hear(Claim(SHOW, event, 3), 30 * DAY) == ""


def test_each_person_is_other_news(ledger: Ledger):
    assert ledger.hear(joins("Ada Example")) == "new"
    assert ledger.hear(joins("ada  EXAMPLE"), DAY) == ""
    assert ledger.hear(joins("Ben Example"), DAY) == "new"
    assert ledger.hear(Claim(SHOW, Event.EXITS, subject="Ada Example"), 2 * DAY) == "new"


def test_a_casting_without_the_name_is_the_one_in_the_news(ledger: Ledger):
    assert ledger.hear(joins("Ada Example")) == "new"
    assert ledger.hear(joins(), 2 * DAY) == ""
    assert ledger.hear(joins(), 20 * DAY) == "new"


def test_the_name_that_a_later_outlet_adds_is_kept(ledger: Ledger):
    assert ledger.hear(joins()) == "new"
    assert ledger.hear(joins("Ada Example"), HOUR) == ""
    assert ledger.fact.key.subject == "Ada Example"
    assert ledger.hear(joins("Ben Example"), DAY) == "new"


def test_a_first_poll_and_old_news_only_fill_the_ledger(ledger: Ledger):
    assert ledger.hear(renewed(), silent=True) == ""
    assert ledger.fact.told is CONFIRMED
    assert ledger.hear(renewed(), HOUR) == ""
    assert ledger.hear(renewed(None), HOUR) == ""


def test_what_a_silent_article_leaves_open_is_told_when_it_happens(ledger: Ledger):
    ledger.hear(renewed(3, RUMOUR), silent=True)
    ledger.hear(dated("2027-05"), silent=True)
    assert ledger.hear(renewed(3), HOUR) == "new"
    assert ledger.hear(dated("2027-08-01"), HOUR) == "changed"


def test_what_an_article_mentions_aside_is_news_when_another_leads_with_it(ledger: Ledger):
    assert ledger.hear(dated("2027-05-03"), aside=True) == ""
    assert ledger.fact.told is None
    assert ledger.hear(dated("2027-05-03", certainty=REPORTED), HOUR) == "new"
    assert ledger.told[0].certainty is CONFIRMED
    assert ledger.hear(dated("2027-05-03"), 2 * HOUR) == ""


def test_an_aside_changes_nothing_that_was_told(ledger: Ledger):
    ledger.hear(dated("2027-05-03", certainty=REPORTED))
    assert ledger.hear(dated("2027-06-10"), HOUR, aside=True) == ""
    assert ledger.fact.value == "2027-05-03"
    assert ledger.hear(dated("2027-06-10"), 2 * HOUR) == "changed"


def test_old_news_with_an_aside_stays_old(ledger: Ledger):
    ledger.hear(dated("2027-05-03"), silent=True, aside=True)
    assert ledger.hear(dated("2027-05-03"), HOUR) == ""


@pytest.mark.parametrize(
    ("claim", "holds"),
    [
        (dated("2027-05-03"), True),
        (dated("2027"), True),
        (dated(""), True),
        (dated("2027-06-10"), False),
        (replace(dated("2027-04"), event=Event.MOVED), False),
        (renewed(), True),
    ],
)
def test_who_stands_behind_a_date(claim: Claim, holds: bool):
    key = FactKey(SHOW.key, 3, Event.DATED)
    assert agrees(claim, Fact(key, "2027-05-03", CONFIRMED, START, START)) is holds


SEASONS = st.sampled_from([None, 3])
MINUTES = st.integers(0, 9 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
TELLINGS = st.lists(st.tuples(SEASONS, MINUTES), min_size=1, max_size=8)


@given(TELLINGS, st.sampled_from([Event.RENEWED, Event.CANCELLED, Event.TRAILER, Event.DATED]))
def test_in_any_order_with_or_without_the_season_one_thing_is_told_once(tellings, event):
    ledger = Ledger()
    for season, after in tellings:
        ledger.hear(Claim(SHOW, event, season), after)
    assert len(ledger.told) == 1


@given(st.lists(st.tuples(st.sampled_from(list(Certainty)), SEASONS, MINUTES), min_size=1))
def test_the_surest_word_is_told_whatever_the_order(tellings):
    ledger = Ledger()
    for certainty, season, after in tellings:
        ledger.hear(renewed(season, certainty), after)
    surest = max((certainty for certainty, _, _ in tellings), key=lambda each: each.rank)
    assert ledger.told[-1].certainty is surest
    ranks = [announcement.certainty.rank for announcement in ledger.told]
    assert ranks == sorted(set(ranks))


NAMES = st.sampled_from(["", "Ada Example", "Ben Example"])
VALUES = st.sampled_from(["", "2027", "2027 spring", "2027-05", "2027-05-03", "2027-08-01"])
YEARS = st.integers(0, 900).map(lambda days: timedelta(days=days))
CLAIMS = st.builds(
    Claim,
    st.just(SHOW),
    st.sampled_from(list(Event)),
    st.sampled_from([None, 2, 3]),
    st.sampled_from(list(Certainty)),
    NAMES,
    VALUES,
)
HEARD = st.tuples(CLAIMS, YEARS, st.booleans(), st.booleans())


@given(st.lists(HEARD, max_size=12))
def test_whatever_is_heard_every_key_has_one_fact_and_a_repetition_is_silent(heard):
    """`Ledger` refuses two rows of one key, as the table does."""
    ledger = Ledger()
    for claim, after, silent, aside in heard:
        ledger.hear(claim, after, silent=silent, aside=aside)
        ledger.hear(claim, after)
        assert ledger.hear(claim, after) == ""


def test_orders_of_three_outlets_one_of_which_knows_the_season():
    for order in permutations([None, None, 3]):
        ledger = Ledger()
        assert [ledger.hear(renewed(season)) for season in order] == ["new", "", ""]
        assert ledger.fact.key.season == 3


WHENS = [
    When(date(2027, 5, 3), date(2027, 5, 3), Precision.DAY),
    When(date(2028, 2, 1), date(2028, 2, 29), Precision.MONTH),
    When(date(2027, 3, 1), date(2027, 5, 31), Precision.SEASON),
    When(date(2026, 12, 1), date(2027, 2, 28), Precision.SEASON),
    When(date(2027, 9, 1), date(2027, 12, 31), Precision.HALF),
    When(date(2027, 1, 1), date(2027, 12, 31), Precision.YEAR),
]


@pytest.mark.parametrize("when", WHENS, ids=str)
def test_a_canonical_date_is_read_back(when: When):
    assert When.parse(str(when)) == when


@pytest.mark.parametrize("text", ["", "soon", "2027-13", "2027-02-30", "2027 monsoon", "0000"])
def test_what_is_no_date_is_none(text: str):
    assert When.parse(text) is None
