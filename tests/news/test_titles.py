"""The index of titles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.news.model import Show
from bot.news.text import Line
from bot.news.titles import TitleIndex


def show(title: str, *aliases: str, year: int | None = None) -> Show:
    return Show(f"{title}:{year}", title, aliases, year)


def found(index: TitleIndex, text: str) -> set[str]:
    return {mention.show.title for mention in index.find(Line.of(text))}


def test_a_title_is_found_by_any_of_its_names() -> None:
    index = TitleIndex([show("The Long Orchard", "TLO")])
    assert found(index, "A walk in the long orchard") == {"The Long Orchard"}
    assert found(index, "TLO is back") == {"The Long Orchard"}


@pytest.mark.parametrize(
    "text",
    ["Dead Reckoners: Port Royal sails", "‘Dead Reckoners – Port Royal’", "Dead Reckoners' Port"],
)
def test_overlapping_titles_are_all_found(text: str) -> None:
    index = TitleIndex([show("Dead Reckoners"), show("Dead Reckoners: Port Royal")])
    assert "Dead Reckoners" in found(index, text)
    assert ("Port Royal" in text) == ("Dead Reckoners: Port Royal" in found(index, text))


def test_a_title_does_not_run_over_the_end_of_a_sentence_bar() -> None:
    assert not found(TitleIndex([show("Night Ferry")]), "Good night | Ferry strikes")


def test_a_possessive_title_is_found() -> None:
    assert found(TitleIndex([show("Kiln")]), "Kiln’s second firing") == {"Kiln"}


def test_words_are_not_found_inside_words() -> None:
    assert not found(TitleIndex([show("Kiln")]), "the kilns of Kilnsey")


def test_adding_and_removing_touch_one_show() -> None:
    index = TitleIndex([show("Kiln"), show("Ashfall")])
    index.add(show("Harbor"))
    index.remove("Kiln:None")
    assert len(index) == 2
    assert found(index, "Kiln, Ashfall and Harbor") == {"Ashfall", "Harbor"}
    assert "Kiln:None" not in index


def test_adding_again_replaces() -> None:
    index = TitleIndex([Show("k", "Kiln")])
    index.add(Show("k", "Kiln Redux"))
    assert len(index) == 1
    assert not found(index, "Kiln burns")


def test_of_two_shows_of_a_name_the_newest_is_meant() -> None:
    old, new = show("House", year=2004), show("House", year=2026)
    for index in (TitleIndex([old, new]), TitleIndex([new, old])):
        assert index.named("house")[0] == new


def test_a_left_out_article_is_noticed() -> None:
    index = TitleIndex([show("The Lamplighters")])
    (whole,) = index.find(Line.of("The Lamplighters march"))
    (bare,) = index.find(Line.of("Hulu's Lamplighters march"))
    assert whole.is_whole
    assert not bare.is_whole


def test_a_number_is_found_in_words_and_in_digits() -> None:
    index = TitleIndex([show("Ten Thousand Lanterns"), show("9 Quiet Rooms"), show("Seven")])
    assert found(index, "10 thousand lanterns are lit") == {"Ten Thousand Lanterns"}
    assert found(index, "Nine Quiet Rooms opens") == {"9 Quiet Rooms"}
    assert not found(index, "7 in a row")
    assert not found(TitleIndex([show("Five Days")]), "5 days later")
    index.remove("Ten Thousand Lanterns:None")
    assert not found(index, "10 thousand lanterns are lit")


def test_a_title_is_found_without_the_articles_within_it() -> None:
    index = TitleIndex([show("The House of the Ferry"), show("Man of the Moor")])
    assert found(index, "A trailer for House of Ferry") == {"The House of the Ferry"}
    assert found(index, "Man of Moor") == {"Man of the Moor"}
    assert not found(index, "House Ferry")
    index.remove("Man of the Moor:None")
    assert not found(index, "Man of Moor")


def test_an_own_title_goes_before_an_alias_however_a_number_is_written() -> None:
    own, other = show("Three Quiet Rooms", year=2004), show("Rooms", "Three Quiet Rooms", year=2026)
    for index in (TitleIndex([own, other]), TitleIndex([other, own])):
        for text in ("Three Quiet Rooms opens", "3 Quiet Rooms opens"):
            (mention,) = (m for m in index.find(Line.of(text)) if " " in m.key)
            assert mention.show == own


def test_knows_the_names_that_go_on_from_another() -> None:
    index = TitleIndex([show("Kiln"), show("Kiln: War for Ash"), show("Kiln: War at Sea")])
    assert [name for name, _ in index.going_on("kiln", "war")] == [
        "kiln war for ash",
        "kiln war at sea",
    ]
    index.remove(show("Kiln: War for Ash").key)
    assert [name for name, _ in index.going_on("kiln", "war")] == ["kiln war at sea"]
    assert index.going_on("orbit", "war") == []


def test_titles_without_a_word_are_passed_over() -> None:
    assert len(TitleIndex([show("???", "!")])) == 1


WORDS = st.lists(
    st.sampled_from(["dead", "reckoners", "port", "royal", "the", "kiln"]), min_size=1, max_size=6
)


@given(st.lists(WORDS, max_size=6), WORDS)
def test_finds_what_a_naive_search_finds(titles: list[list[str]], text: list[str]) -> None:
    index = TitleIndex(Show(" ".join(t), " ".join(t)) for t in titles)
    line = " ".join(text)
    naive = set()
    for title in titles:
        bare = title[1:] if len(title) > 1 and title[0] == "the" else title
        rest = [word for word in bare if word != "the"]
        spellings = [bare, rest] if len(rest) > 2 else [bare]
        if any(f" {' '.join(spelt)} " in f" {line} " for spelt in spellings):
            naive.add(" ".join(bare))
    assert {mention.key for mention in index.find(Line.of(line))} == naive
