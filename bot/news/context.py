"""What the rest of a page says about names: its categories, its address, the people it names."""

from collections.abc import Iterable
from functools import lru_cache

from bot.news.lazy import lazy
from bot.news.lexicon import Lexicon
from bot.news.page import Page
from bot.news.text import words_of
from bot.news.titles import ARTICLES, Mention, TitleIndex


class Context:
    """A page's categories and address, looked into only where a name is in question."""

    def __init__(self, page: Page, index: TitleIndex, lexicon: Lexicon) -> None:
        self.page = page
        self.index = index
        self.lexicon = lexicon

    @lazy
    def categories(self) -> frozenset[str]:
        """The feed's categories, without leading articles; sections and genres are left out."""
        tags = frozenset(_without_article(c) for c in self.page.category_keys)
        return tags - self.lexicon.words["genres"]

    @lazy
    def addressed(self) -> list[Mention]:
        """The titles in the address; of two that overlap the longer, the longest first."""
        taken: set[int] = set()
        kept: list[Mention] = []
        mentions = self.index.find_words(self.page.slug)
        for mention in sorted(mentions, key=lambda m: m.first - m.last):
            span = range(mention.first, mention.last)
            if taken.isdisjoint(span):
                taken.update(span)
                kept.append(mention)
        return kept

    def is_in_address(self, key: str) -> bool:
        """Whether the words of a title stand in the address."""
        return f" {key} " in self._address

    def leads_address(self, key: str) -> bool:
        """Whether the address begins with a title: no more than its outset stands before it."""
        before, found, _ = self._address.partition(f" {key} ")
        return bool(found) and len(before.split()) <= self.outset

    def names_one_of(self, people: Iterable[str]) -> bool:
        """Whether headline or summary has the full name of one of these people."""
        return _has_one(self._headline + self._summary, people)

    def heads(self, people: Iterable[str]) -> bool:
        """Whether the headline alone has the full name of one of them."""
        return _has_one(self._headline, people)

    @lazy
    def _headline(self) -> str:
        # No name stands half in the headline and half in the summary.
        return " ".join(("", *self.page.title.stems, "| "))

    @lazy
    def _summary(self) -> str:
        return " ".join(("", *self.page.summary.stems, ""))

    @lazy
    def _address(self) -> str:
        return " ".join(("", *self.page.slug, ""))

    @lazy
    def outset(self) -> int:
        """How many words of the address stand before its first telling one: networks, articles."""
        slug, index = self.page.slug, 0
        while index < len(slug) - 1:
            length = self.lexicon.networks.length_at(slug, index) or (slug[index] in ARTICLES)
            if not length:
                break
            index += length
        return index


def _has_one(text: str, people: Iterable[str]) -> bool:
    return any(f" {key} " in text for key in map(_person_key, people) if " " in key)


@lru_cache(maxsize=1 << 14)
def _person_key(name: str) -> str:
    return " ".join(words_of(name))


def _without_article(key: str) -> str:
    first, _, rest = key.partition(" ")
    return rest if rest and first in ARTICLES else key
