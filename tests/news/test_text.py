"""Cleaning and cutting of text."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.news.text import Line, break_mark, clean, fold, words_of


def test_markup_is_taken_off_and_entities_are_read() -> None:
    assert clean("<p>Salt &amp; <b>marsh</b></p><script>x()</script>", 100) == "Salt & marsh"


def test_control_characters_and_runs_of_space_become_one_space() -> None:
    assert clean("a\x00\x1b \u200b\t b\u2028c", 100) == "a b c"


def test_a_lone_surrogate_does_no_harm() -> None:
    assert clean("Kiln \ud83d returns", 100).encode()


def test_text_is_cut_at_its_limit() -> None:
    assert clean("word " * 100, 12) == "word word wo"


def test_words_are_compared_without_case_accents_dots_and_apostrophes() -> None:
    assert fold("Pokémon") == "pokemon"
    assert words_of("S.W.A.T. & Grey’s") == ["swat", "and", "greys"]


def test_no_letter_folds_to_nothing() -> None:
    letters = filter(str.isalnum, map(chr, range(sys.maxunicode + 1)))
    assert [letter for letter in letters if not fold(letter)] == []


def test_a_line_knows_its_words_and_what_stands_between() -> None:
    line = Line.of("Kiln’s finale: a review")
    assert line.words == ("kilns", "finale", "a", "review")
    assert line.stems[0] == "kiln"
    assert line.raw(0, 2) == "Kiln’s finale"
    assert line.breaks == ("", "", ":", "")


@settings(max_examples=300, deadline=None)
@given(st.text("aB2 ,.'’+&-_:?é½Ǆ中'", max_size=40) | st.text(max_size=40))
def test_a_line_loses_nothing_and_has_the_words_of_its_text(text: str) -> None:
    text = clean(text, 100)
    line = Line.of(text)
    apart = "".join(part for pair in zip(line.gaps, line.spelt, strict=False) for part in pair)
    assert apart + line.gaps[-1] == text
    assert list(line.words) == words_of(text)
    assert list(line.words) == ["and" if word == "&" else fold(word) for word in line.spelt]
    assert not any(character.isalnum() for gap in line.gaps for character in gap)


@pytest.mark.parametrize(
    ("text", "spelt", "gaps"),
    [
        ("Kiln, back: 'Ash' & more?", ["Kiln", "back", "Ash", "&", "more"], ", |: '|' | |?"),
        (
            "Kiln's 1,000th (100,000 fans)",
            ["Kiln's", "1,000", "th", "100,000", "fans"],
            " || (| |)",
        ),
        (
            "A&B co-star Disney+'s _x_",
            ["A", "&", "B", "co", "star", "Disney+'s", "x"],
            "|| |-| | _|_",
        ),
        (" - ", [], ""),
    ],
)
def test_words_are_parted_by_all_that_is_no_letter(text: str, spelt: list[str], gaps: str) -> None:
    line = Line.of(text)
    assert list(line.spelt) == spelt
    assert "|".join(line.gaps[1:]) == gaps


def test_a_number_is_a_word_with_a_digit() -> None:
    assert Line.of("S02 of 3 S² ﷺ 1,000 kilns").numbers == (0, 2, 5)


def test_the_bag_has_words_with_and_without_a_possessive_ending() -> None:
    assert Line.of("Kiln's fire").bag == {"kilns", "kiln", "fire"}


def test_an_initial_ends_no_sentence() -> None:
    assert Line.of("Ada B. Byron exits. A new era").breaks == ("", "", "", "", ".", "", "")


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("‘Night Ferry’ sails", True),
        ("'Night Ferry's captain", True),
        ("Night Ferry sails", False),
        ("a drama called “Night Ferry.” It sails", True),
        ("“Night Ferry!” sails", True),
        ("“Night Ferry?” asks its captain", True),
        ("the ‘Night Ferry,’ ‘Kiln’ alum", False),
        ("“Night Ferry. It sails”", False),
        ("rock'Night Ferry' sails", False),
    ],
)
def test_quotation_marks_are_told_from_apostrophes(text: str, quoted: bool) -> None:
    line = Line.of(text)
    first = next(i for i, word in enumerate(line.words) if word.endswith("night"))
    assert line.is_quoted(first, first + 2) is quoted


@pytest.mark.parametrize(
    ("gap", "mark"), [(" ", ""), ("? ", "?"), (" – ", "-"), (" (", "("), (", '", ","), (" | ", "|")]
)
def test_the_mark_between_two_words(gap: str, mark: str) -> None:
    assert break_mark(gap) == mark


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Ada Byron quits Kiln: ‘It was time’", "It was time"),
        ("'It was time': Ada Byron quits Kiln", "It was time"),
        ("“It was time!”: Ada Byron quits", "It was time"),
        ("Ada Byron quits Kiln: it was time", ""),
        ("Ada Byron quits: ‘Kiln’ was no fun", ""),
        ("Ada Byron quits ‘Kiln’", ""),
        ("Ada Byron quits Kiln: ‘It ended’", ""),
        ("‘Ada Byron quits Kiln’", ""),
    ],
)
def test_somebody_is_quoted_at_one_side_of_a_colon(text: str, spoken: str) -> None:
    line = Line.of(text)
    assert line.raw(line.speech.start, line.speech.stop) == spoken


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("Netflix Renews Night Ferry for a Third Season", True),
        ("Netflix Renews Night Ferry From Its Ashes", True),
        ("Ada Byron to succeed Ned Ross in Night Ferry Drama", False),
        ("Self-published Night Ferry Becomes a Series", True),
        ("Netflix renews Night Ferry for a third season", False),
    ],
)
def test_headlines_have_their_longer_words_in_capitals(text: str, is_so: bool) -> None:
    assert Line.of(text).is_headline_case is is_so


def test_a_title_taken_out_of_its_tag_keeps_its_ending() -> None:
    assert clean("<em>Night Ferry</em>’s pilot", 99) == "Night Ferry’s pilot"
    assert clean("Night Ferry 's pilot", 99) == "Night Ferry's pilot"
    assert clean("<em>Night Ferry</em>’s", 99) == "Night Ferry’s"
    assert clean("the <em>letter</em> 's'", 99) == "the letter 's'"


def test_an_empty_line_has_no_words() -> None:
    assert Line.of("").breaks == ()
