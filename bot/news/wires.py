"""Fingerprints of an article's text: outlets that print one agency's text share them.

Only text that is long enough to be nobody else's counts: two editors who write "Hightown renewed
for season 4" did not copy it from one another.
"""

import hashlib
from collections.abc import Iterator

from bot.news.model import Article
from bot.news.text import words_of

TITLE_WORDS, SUMMARY_WORDS = 9, 12  # fewer are no fingerprint


def wires_of(article: Article) -> tuple[str, ...]:
    """The fingerprints of an article's headline and of its summary, those that it has."""
    return tuple(_prints(article))


def _prints(article: Article) -> Iterator[str]:
    title, summary = words_of(article.title), words_of(article.summary[:2000])
    if len(title) >= TITLE_WORDS:
        yield _print(title)
    if len(summary) >= SUMMARY_WORDS:
        yield _print(summary[:SUMMARY_WORDS])


def _print(words: list[str]) -> str:
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:16]
