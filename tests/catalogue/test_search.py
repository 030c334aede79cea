"""Finding shows by what somebody types: offered in a useful order, never guessed."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue.search import LABEL_LIMIT, ShowSearch, label
from bot.news.model import Show

SHOWS = [
    Show("office-uk", "The Office", ("The Office UK",), 2001, "BBC Two"),
    Show("office-us", "The Office", ("The Office US",), 2005, "NBC"),
    Show("officer", "Officer Down", (), 2010, "Sky"),
    Show("box", "The Box Office", (), 1999, "ITV"),
    Show("night", "Night Shift", ("Officina", "NS"), 2015, "Rai"),
    Show("nsx", "NSX Racing", (), 2012, "Eurosport"),
    Show("post", "Postofficed", (), 2018, "TV4"),
    Show("emergency", "9-1-1", (), 2018, "ABC"),
    Show("senor", "El Señor de la Radio", (), 2020, "La 1"),
    Show("laws", "Law & Order: Harbour", ("L&O Harbour",), 2003, "NBC"),
    Show("squid", "Ojingeo", ("오징어",), 2021, "tvN"),
    Show("bakery", "The Great Bakery Battle", (), 2024, "Channel 4"),
    Show("to-come", "Unaired", (), None, ""),
]


@pytest.fixture
def search() -> ShowSearch:
    return ShowSearch(SHOWS)


def keys(shows: Iterable[Show]) -> list[str]:
    return [show.key for show in shows]


def test_the_likeliest_comes_first(search: ShowSearch) -> None:
    # the title, its beginning, a word of it, an alias, then somewhere inside
    assert keys(search.suggest("offic")) == [
        "office-us",
        "office-uk",
        "officer",
        "box",
        "night",
        "post",
    ]


def test_a_whole_name_comes_before_names_that_only_begin_so(search: ShowSearch) -> None:
    assert keys(search.suggest("NS")) == ["night", "nsx"]


def test_the_end_of_an_alias_is_no_whole_name() -> None:
    shows = [Show("a", "Farm", ("Farm Us",)), Show("b", "Usher")]
    assert keys(ShowSearch(shows).suggest("us")) == ["b", "a"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("EL SENOR", "senor"),
        ("señor de", "senor"),
        ("911", "emergency"),
        ("9-1", "emergency"),
        ("law and order harb", "laws"),
        ("the great bak", "bakery"),
        ("great bak", "bakery"),
        ("오징", "squid"),
        ("  officer   down ", "officer"),
        ("'Officer' Down!", "officer"),
    ],
)
def test_case_accents_marks_spaces_and_articles_do_not_matter(
    search: ShowSearch, typed: str, found: str
) -> None:
    assert keys(search.suggest(typed))[0] == found


def test_a_typed_article_prefers_the_titles_that_have_it(search: ShowSearch) -> None:
    assert keys(search.suggest("the o"))[:2] == ["office-us", "office-uk"]
    assert keys(search.suggest("the"))[:4] == ["box", "bakery", "office-us", "office-uk"]


@pytest.mark.parametrize("typed", ["office nbc", "office 2005", "office us", "nbc office"])
def test_namesakes_are_told_apart_by_year_and_network(search: ShowSearch, typed: str) -> None:
    assert keys(search.suggest(typed)) == ["office-us"]


@pytest.mark.parametrize("typed", ["great bakrey battle", "nihgt shift", "unaird"])
def test_a_small_typing_error_is_forgiven(search: ShowSearch, typed: str) -> None:
    assert len(search.suggest(typed)) == 1


@pytest.mark.parametrize("typed", ["xq", "gardening", "nsz", "zzzzzzzz"])
def test_what_is_like_nothing_finds_nothing(search: ShowSearch, typed: str) -> None:
    assert search.suggest(typed) == ()


@pytest.mark.parametrize("typed", ["", "   ", "!?"])
def test_nothing_typed_offers_the_newest(search: ShowSearch, typed: str) -> None:
    assert keys(search.suggest(typed, limit=3)) == ["bakery", "squid", "senor"]
    assert keys(search.suggest(typed))[-1] == "to-come"


def test_no_more_than_the_limit_are_offered() -> None:
    search = ShowSearch(Show(str(n), f"Series {n}") for n in range(100))
    assert len(search.suggest("series")) == 25
    assert len(search.suggest("")) == 25
    assert len(search.suggest("eries", limit=4)) == 4


def test_the_order_does_not_depend_on_the_order_of_adding() -> None:
    assert ShowSearch(SHOWS).suggest("o") == ShowSearch(reversed(SHOWS)).suggest("o")


def test_each_show_is_offered_once(search: ShowSearch) -> None:
    found = keys(search.suggest("office"))
    assert len(found) == len(set(found))


def test_exact_returns_every_namesake(search: ShowSearch) -> None:
    assert keys(search.exact("the office")) == ["office-us", "office-uk"]
    assert keys(search.exact("Office")) == ["office-us", "office-uk"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Office UK", ["office-uk"]),
        ("The Office (2005, NBC)", ["office-us"]),
        ("l&o: harbour", ["laws"]),
        ("9 1 1", ["emergency"]),
        ("offic", []),
        ("nihgt shift", []),
        ("", []),
        ("?", []),
    ],
)
def test_exact_takes_a_name_or_label_and_guesses_nothing(
    search: ShowSearch, text: str, found: list[str]
) -> None:
    assert keys(search.exact(text)) == found


def test_a_show_can_be_added(search: ShowSearch) -> None:
    search.add(Show("new", "Officers of Bergen", ("OB",), 2026, "NRK"))
    assert "new" in keys(search.suggest("offi"))
    assert keys(search.exact("ob")) == ["new"]
    assert keys(search.suggest("oficers of bergn")) == ["new"]
    assert keys(search.suggest(""))[0] == "new"
    assert len(search) == len(SHOWS) + 1


def test_a_show_added_again_takes_the_place_of_the_first(search: ShowSearch) -> None:
    search.add(Show("night", "Day Shift", (), 2015, "Rai"))
    assert search.exact("Night Shift") == search.exact("NS") == ()
    assert keys(search.suggest("day")) == ["night"]
    assert "night" not in keys(search.suggest("nihgt"))
    assert len(search) == len(SHOWS)
    assert search.get("night").title == "Day Shift"


def test_a_title_of_signs_alone_can_be_found_by_its_name() -> None:
    search = ShowSearch([Show("signs", "!!!", (), 2020)])
    assert keys(search.exact("!!!")) == ["signs"]


@pytest.mark.parametrize(
    ("show", "text"),
    [
        (Show("k", "Ghosts", (), 2021, "CBS"), "Ghosts (2021, CBS)"),
        (Show("k", "Ghosts", (), 2021), "Ghosts (2021)"),
        (Show("k", "Ghosts", (), None, "CBS"), "Ghosts (CBS)"),
        (Show("k", "Ghosts"), "Ghosts"),
    ],
)
def test_a_label_tells_what_is_known(show: Show, text: str) -> None:
    assert label(show) == text


def test_a_long_label_keeps_year_and_network() -> None:
    text = label(Show("k", "Very " * 40, (), 2021, "CBS"))
    assert len(text) <= LABEL_LIMIT
    assert text.endswith("… (2021, CBS)")
    assert len(label(Show("k", "Very " * 40, (), 2021, "Channel " * 40))) == LABEL_LIMIT


TEXTS = st.text(max_size=120)
ANY_SHOWS = st.lists(
    st.builds(
        Show,
        key=st.uuids().map(str),
        title=st.text(min_size=1, max_size=120),
        aliases=st.lists(st.text(max_size=30), max_size=3).map(tuple),
        year=st.none() | st.integers(1930, 2100),
        network=st.text(max_size=120),
    ),
    max_size=8,
)


@given(shows=ANY_SHOWS, typed=TEXTS)
def test_no_text_and_no_title_breaks_the_search(shows: list[Show], typed: str) -> None:
    search = ShowSearch(shows)
    assert set(search.exact(typed)) <= set(shows)
    assert set(search.suggest(typed)) <= set(shows)


@given(shows=ANY_SHOWS)
def test_a_show_is_found_by_its_own_title_and_its_label_fits(shows: list[Show]) -> None:
    search = ShowSearch(shows)
    for show in shows:
        assert show in search.exact(show.title)
        assert len(label(show)) <= LABEL_LIMIT


@given(shows=ANY_SHOWS, typed=TEXTS)
def test_adding_one_by_one_finds_the_same_as_all_at_once(shows: list[Show], typed: str) -> None:
    one_by_one = ShowSearch()
    for show in shows:
        one_by_one.add(show)
    assert one_by_one.suggest(typed) == ShowSearch(shows).suggest(typed)
