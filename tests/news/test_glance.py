"""The quick first look, which may let too much pass and never too little."""

from dataclasses import replace

import pytest

from bot.news.context import Context
from bot.news.events import find_events
from bot.news.glance import may_tell
from bot.news.lexicon import Lexicon
from bot.news.page import Page
from bot.news.parts import Parts
from bot.news.patterns import PatternSet, compile_pattern
from bot.news.text import Line
from bot.news.titles import TitleIndex
from tests.corpus import load_samples, load_shows
from tests.lexicons import ENGLISH, LEXICONS

INDEX = TitleIndex(load_shows())


@pytest.mark.parametrize("lexicon", LEXICONS, ids=lambda lexicon: lexicon.language)
def test_lets_every_pattern_pass(lexicon: Lexicon) -> None:
    for label, pattern in lexicon.events:
        slots = [slot for slot in (pattern.anchors, *pattern.required) if slot]
        said = {word for slot in slots for word in sorted(slot)[:1] if word.islower()}
        said |= {"season", "temporada", "2", "march", "marzo", "netflix"}
        marked = " ".join(sorted(said)) + ": a, b - c. d! e | f's g?"
        alone = replace(lexicon, events=PatternSet([(label, pattern)]))
        assert may_tell(Line.of(marked), alone), pattern.source


def test_lets_every_event_of_our_own_articles_pass() -> None:
    lost = [
        sample.article.title
        for sample in load_samples()
        for lexicon in LEXICONS
        for part in [Parts(Context(Page(sample.article), INDEX, lexicon)).title]
        if find_events(part, lexicon) and not may_tell(part.line, lexicon)
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("pattern", "fitting", "unfitting"),
    [
        ("OTHER returns", "'Kiln' returns", "Kiln returns"),
        ("SHOW 's return", "Kiln's return", "Kiln return"),
        ("returns ?!", "Kiln returns?", "Kiln returns"),
        ("SHOW , back", "Kiln, back", "Kiln: back"),
    ],
)
def test_looks_for_the_marks_that_a_pattern_takes(
    pattern: str, fitting: str, unfitting: str
) -> None:
    label, _ = next(iter(ENGLISH.events))
    alone = replace(ENGLISH, events=PatternSet([(label, compile_pattern(pattern))]))
    assert may_tell(Line.of(fitting), alone)
    assert not may_tell(Line.of(unfitting), alone)


@pytest.mark.parametrize(
    "text",
    [
        "A fine day by the river",
        "Bakers out in force",  # "out , ..." takes a comma
        "The baker gets 76 rolls",  # a number is neither a season nor a date
    ],
)
def test_sends_most_other_texts_away(text: str) -> None:
    assert not may_tell(Line.of(text), ENGLISH)
