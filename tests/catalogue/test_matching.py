"""Which series a show is: title and year or network agree, or it is none."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue.matching import match, only_namesake
from bot.news.model import Show
from bot.news.series import Series

GHOSTS = Show("x", "Ghosts", ("Ghosts US",), 2021, "CBS")
ALIASED = Show("x", "Money Heist", ("La casa de papel",), 2017, "Netflix")


def series(
    title: str = "Ghosts", year: int | None = None, network: str = "", **more: Any
) -> Series:
    return Series(id=more.pop("id", 1), title=title, year=year, network=network, **more)


@pytest.mark.parametrize(
    ("one", "is_match"),
    [
        (series(year=2021, network="CBS"), True),
        (series(year=2021), True),
        (series(year=2022), True),
        (series(year=2021, network="Other"), True),
        (series(network="CBS"), True),
        (series(streamer="CBS"), True),
        (series("The Ghosts!", 2021), True),
        (series(), False),
        (series(year=2019, network="BBC One"), False),
        (series(year=2019, network="CBS"), False),
        (series("Ghost", 2021, "CBS"), False),
        (series("Ghosts UK", 2021, "CBS"), False),
    ],
)
def test_title_and_year_or_network_agree(one: Series, is_match: bool) -> None:
    assert match(GHOSTS, [one]) == (one if is_match else None)


@pytest.mark.parametrize(
    ("ours", "theirs"), [("BBC", "BBC One"), ("Apple TV", "Apple TV+"), ("FX on Hulu", "FX")]
)
def test_networks_agree_where_one_name_holds_the_other(ours: str, theirs: str) -> None:
    assert match(Show("x", "Ghosts", (), None, ours), [series(network=theirs)])


def test_of_several_that_agree_the_one_that_agrees_twice() -> None:
    half, whole = series(year=2021, id=1), series(year=2021, network="CBS", id=2)
    assert match(GHOSTS, [half, whole]) is whole
    assert match(GHOSTS, [half, series(year=2022, id=3)]) is None
    assert match(GHOSTS, [whole, series(year=2021, network="CBS", id=3)]) is None


def test_an_alias_counts_where_everything_else_agrees() -> None:
    title = "La Casa de Papel"
    assert match(ALIASED, [series(title, 2017, "Netflix")])
    assert match(ALIASED, [series(title, 2017, "Antena 3")]) is None
    assert match(ALIASED, [series(title, None, "Netflix")]) is None


def test_a_bare_title_is_the_only_series_of_that_title() -> None:
    one, other = series("Ghosts", 2019, id=1), series("Ghost Story", id=2)
    assert only_namesake("ghosts", [other, one]) is one
    assert only_namesake("Ghosts", [one, series("The Ghosts", id=3)]) is None
    assert only_namesake("Ghosts", []) is None


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_any_texts_can_be_compared(title: str, network: str, other: str) -> None:
    match(Show("x", title, (other,), None, network), [series(other, None, network)])
    only_namesake(title, [series(other)])
