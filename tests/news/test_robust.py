"""No text makes the reader raise, or take more than linear time."""

import gc
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.news.claims import Reader
from bot.news.model import Article
from bot.news.titles import TitleIndex
from tests.corpus import Sample, load_samples, load_shows
from tests.lexicons import LEXICONS

READER = Reader(TitleIndex(load_shows()), LEXICONS)
SPOKEN = """
Kiln 'Night Ferry' ‘ ’ " renewed for season 2 trailer March next week in 3 Netflix's ? : - &amp; <b>
cancelled joins returns S01 first final 2027 mid the of and ﾟ ، テレビ 🎬 İ ﬀ ß
"""
WORDS = [*SPOKEN.split(), "\ud800", "\u202e", "\x00"]
TEXT = st.text(max_size=200) | st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)


@settings(max_examples=120, deadline=None)
@given(TEXT, TEXT, TEXT, st.lists(TEXT, max_size=3))
def test_no_text_raises(title: str, summary: str, link: str, categories: list[str]) -> None:
    tags = tuple(categories)
    article = Article("a", title, summary, link, categories=tags, italics=tags)
    assert READER.read(article) == READER.explain(article).claims


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(load_samples()), st.integers(0, 400))
def test_no_truncation_raises(sample: Sample, length: int) -> None:
    article = sample.article
    READER.read(Article("a", article.title[:length], article.summary[:length]))


def test_reading_leaves_nothing_to_the_cycle_collector() -> None:
    """What an article took is free at once, and the memory still warm for the next one."""
    articles = [sample.article for sample in load_samples()]
    for article in articles:
        READER.read(article)
    gc.collect()
    gc.disable()
    try:
        for article in articles:
            READER.read(article)
        assert gc.collect() == 0
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "piece",
    ["renewed for ", "'", "Night Ferry ", "<a>", "a.b.", "season 2 ", "March 3 ", "((", "İ"],
)
def test_time_grows_no_faster_than_length(piece: str) -> None:
    """A hundred times the text costs far less than a hundred times a hundred."""

    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        article = Article("a", text, text, text, categories=(text,))
        best = min(_timed(article) for _ in range(3))
        return max(best, 1e-4)

    assert seconds(400_000) < 60 * seconds(4_000)


def _timed(article: Article) -> float:
    start = time.process_time()
    READER.read(article)
    return time.process_time() - start
