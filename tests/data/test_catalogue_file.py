"""The shipped list of series keeps its promises."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from bot.catalogue.shipped import load_catalogue

PATH = Path(__file__).parents[2] / "data" / "catalogue.toml"
SHOWS = load_catalogue(PATH)
WRITTEN_DOWN_IN = 2026

THE_SEVEN = [
    ("All of Us Are Dead", 2022, "Netflix"),
    ("Bodyguard", 2018, "BBC One"),
    ("Dexter: New Blood", 2021, "Showtime"),
    ("Firefly Lane", 2021, "Netflix"),
    ("Godfather of Harlem", 2019, "MGM+"),
    ("Hightown", 2020, "Starz"),
    ("Maggie", 2022, "Hulu"),
]


def test_at_least_300_series_are_shipped() -> None:
    assert len(SHOWS) >= 300


def test_keys_are_unique() -> None:
    assert len({show.key for show in SHOWS}) == len(SHOWS)


@pytest.mark.parametrize("wanted", THE_SEVEN, ids=lambda show: show[0])
def test_the_seven_shows_are_there(wanted: tuple[str, int, str]) -> None:
    assert [(s.title, s.year, s.network) for s in SHOWS if s.title == wanted[0]] == [wanted]


@pytest.mark.parametrize(
    "title", ["Ghosts", "The Office", "Shameless", "Kingdom", "One Piece", "The Traitors"]
)
def test_same_names_are_told_apart_by_year_and_network(title: str) -> None:
    same = [(show.year, show.network) for show in SHOWS if show.title == title]
    assert len(same) >= 2
    assert all(year and network for year, network in same)
    assert len({year for year, _ in same}) == len(same)


@pytest.mark.parametrize("title", ["You", "From", "Dark", "House", "Industry", "Silo", "Friends"])
def test_names_that_are_plain_words_are_there(title: str) -> None:
    assert title in {show.title for show in SHOWS}


def test_no_year_is_a_guess_at_the_future() -> None:
    assert [show.title for show in SHOWS if show.year and show.year > WRITTEN_DOWN_IN] == []


def test_nearly_every_show_has_a_year_and_a_network() -> None:
    bare = [show.title for show in SHOWS if not (show.year and show.network)]
    assert len(bare) <= 5, bare


def test_the_file_is_sorted_by_slug() -> None:
    slugs = [entry["slug"] for entry in tomllib.loads(PATH.read_text(encoding="utf-8"))["shows"]]
    assert slugs == sorted(slugs)


def test_no_title_stands_twice_in_two_spellings() -> None:
    folded = Counter((show.title.casefold().removeprefix("the "), show.year) for show in SHOWS)
    assert [name for name, count in folded.items() if count > 1] == []
