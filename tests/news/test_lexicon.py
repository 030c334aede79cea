"""Lexicons as data."""

from pathlib import Path

import pytest

from bot.lexicons import load_lexicons
from bot.news.lexicon import Lexicon, LexiconError, Phrases
from bot.news.model import Event
from bot.words import load_words
from tests.lexicons import LEXICONS

DATA = Path(__file__).parents[2] / "data"


@pytest.mark.parametrize("lexicon", LEXICONS, ids=lambda lexicon: lexicon.language)
def test_a_lexicon_weighs_every_event(lexicon: Lexicon) -> None:
    assert set(lexicon.firmness) == set(Event)


def test_english_comes_first() -> None:
    assert [lexicon.language for lexicon in LEXICONS][:2] == ["en", "es"]


def test_every_cue_can_be_named_to_a_person() -> None:
    words = load_words(DATA / "locale")
    for lexicon in LEXICONS:
        assert [cue.name for cue in lexicon.cues.all if f"read.cue.{cue.name}" not in words] == []


@pytest.mark.parametrize("text", ["", "language = 3", "[broken", 'language = "en"'])
def test_a_broken_lexicon_says_so(text: str) -> None:
    with pytest.raises(LexiconError):
        Lexicon.parse(text)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "xx.toml").write_text("[broken", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"xx\.toml"):
        load_lexicons(tmp_path)


@pytest.mark.parametrize("holiday", ['"!" = "12-25"', '"boxing day" = "W01-1"'])
def test_a_holiday_needs_a_name_and_a_day(holiday: str) -> None:
    text = (DATA / "lexicon" / "en.toml").read_text(encoding="utf-8")
    head = "[dates.holidays]"
    with pytest.raises(LexiconError):
        Lexicon.parse(text.replace(head, f"{head}\n{holiday}"))


def test_a_class_stands_for_its_words_and_must_be_one() -> None:
    text = (DATA / "lexicon" / "en.toml").read_text(encoding="utf-8")
    head = "[events.teaser]\nweight = 5.0\nfirm = ["
    assert head in text
    sources = {
        pattern.source
        for _, pattern in Lexicon.parse(text.replace(head, f'{head}\n"kiln @many ferry",')).events
    }
    assert any(source.startswith("kiln two|three|") for source in sources)
    with pytest.raises(LexiconError, match=r"classes\.many_more"):
        Lexicon.parse(text.replace(head, f'{head}\n"kiln @many_more",'))


@pytest.mark.parametrize(
    "classes",
    [
        "classes = 3",
        "[classes]\nmany = []",
        '[classes]\nmany = "two"',
        '[classes]\nmany = ["@few"]',
    ],
)
def test_a_class_is_a_list_of_words(classes: str) -> None:
    text = (DATA / "lexicon" / "es.toml").read_text(encoding="utf-8")
    with pytest.raises(LexiconError, match="classes"):
        Lexicon.parse(f"{classes}\n{text}" if "[" not in classes[:1] else f"{text}\n{classes}")


def test_an_empty_folder_is_no_lexicon(tmp_path: Path) -> None:
    with pytest.raises(LexiconError):
        load_lexicons(tmp_path)


def test_the_longest_phrase_is_taken() -> None:
    phrases = Phrases.of(["Apple", "Apple TV", "TV Land"])
    assert phrases.find(("on", "apple", "tv", "land")) == [(1, 3)]
