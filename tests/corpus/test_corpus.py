"""The reader against articles written for it: every event, every trap."""

import re

import pytest

from bot.news.claims import Reader
from bot.news.model import Certainty, Event
from bot.news.text import words_of
from bot.news.titles import TitleIndex
from bot.settings import DATA
from bot.words import load_words
from tests.corpus import Sample, load_samples, load_shows
from tests.lexicons import LEXICONS

SAMPLES = load_samples()
READER = Reader(TitleIndex(load_shows()), LEXICONS)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.place)
def test_reads_what_an_editor_reads(sample: Sample) -> None:
    claims = READER.read(sample.article)
    told = {
        (c.show.title if c.show else "", c.event.label, c.certainty)
        for c in claims
        if c.certainty is not Certainty.RUMOUR and not c.event.is_quiet
    }
    expected = {(e.show, e.event, e.certainty) for e in sample.expected}
    due = {e for e in expected if e[2] is not Certainty.RUMOUR and not Event.of(e[1]).is_quiet}
    assert told == due, sample.article.title


@pytest.mark.parametrize(
    "sample", [s for s in SAMPLES if s.expected], ids=lambda sample: sample.place
)
def test_reads_season_date_and_quiet_events(sample: Sample) -> None:
    claims = {
        (c.show.title if c.show else "", c.event.label): c for c in READER.read(sample.article)
    }
    for expected in sample.expected:
        claim = claims.get((expected.show, expected.event))
        assert claim is not None, sample.article.title
        assert claim.season == expected.season, sample.article.title
        assert claim.certainty is expected.certainty
        assert claim.evidence
        if expected.value:
            assert claim.value == expected.value


def test_every_sign_of_a_name_can_be_told_to_a_person() -> None:
    words = load_words(DATA / "locale")
    names = [name for sample in SAMPLES for name in READER.explain(sample.article).names]
    signs = {sign for name in names for sign in name.reasons}
    assert [sign for sign in sorted(signs) if f"read.sign.{sign}" not in words] == []


def test_has_three_hundred_articles_a_third_of_them_without_news() -> None:
    silent = [s for s in SAMPLES if not s.expected]
    assert len(SAMPLES) >= 300
    assert len(silent) * 3 >= len(SAMPLES)


def test_has_every_event() -> None:
    assert {e.event for s in SAMPLES for e in s.expected} == {event.label for event in Event}


def test_no_two_articles_share_a_sentence_frame() -> None:
    frames: dict[str, str] = {}
    shows = sorted((" ".join(words_of(s.title)) for s in load_shows()), key=len, reverse=True)
    for sample in SAMPLES:
        frame = " ".join(words_of(sample.article.title))
        for show in shows:
            frame = re.sub(rf"\b{re.escape(show)}\b", "SHOW", frame)
        frame = re.sub(
            r"\b(\d+|one|two|three|four|five|six|first|second|third|fourth|fifth)\b", "N", frame
        )
        assert frame not in frames, (sample.place, frames.get(frame))
        frames[frame] = sample.place
