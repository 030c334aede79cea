"""Further names of shows: those that are common speech are not looked for in headlines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.news.aliases import MOST, telling_names

LANGUAGES = ("en", "es")


def kept(*names: str, own: tuple[str, ...] = ("Money Heist",), taken: str = "") -> tuple[str, ...]:
    return telling_names(names, own, LANGUAGES, lambda name: name == taken)


@pytest.mark.parametrize(
    "name", ["Haus des Geldes", "Bahía Linterna", "Tehdit Altında", "Rumpelstilz", "Kağıt Ev"]
)
def test_a_name_of_its_own_is_read(name: str) -> None:
    assert kept(name) == (name,)


@pytest.mark.parametrize(
    "name",
    ["", "!", "24", "9-1-1", "Dark", "Oscuro", "You", "El", "The Show", "Él y ella", "Xyq", "Kolo"],
)
def test_plain_words_numbers_and_short_names_are_not(name: str) -> None:
    assert kept(name) == ()


def test_what_is_read_anyway_is_not_doubled() -> None:
    assert kept("Money Heist!", "The Money Heist", "Haus des Geldes", "HAUS DES GELDES") == (
        "Haus des Geldes",
    )


def test_another_shows_name_is_left_to_it() -> None:
    assert kept("Haus des Geldes", taken="Haus des Geldes") == ()


@given(st.lists(st.text(max_size=30), max_size=60))
def test_any_names_are_taken_and_bounded(names: list[str]) -> None:
    assert len(kept(*names)) <= MOST
