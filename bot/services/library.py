"""The shows that the bot knows: found by name for people, found in text by the reader."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.catalogue.search import ShowSearch
from bot.news.claims import Reader
from bot.news.lexicon import Lexicon
from bot.news.model import Article, Claim, Show
from bot.news.titles import TitleIndex


@dataclass(frozen=True, slots=True)
class Found:
    """A name that fits one show."""

    show: Show


@dataclass(frozen=True, slots=True)
class Unclear:
    """A name that fits several shows, or none exactly: these are the ones that come near."""

    near: tuple[Show, ...]


class Library:
    """Every show of the shipped catalogue and of the database."""

    def __init__(self, shows: Iterable[Show], lexicons: Sequence[Lexicon]) -> None:
        self._index = TitleIndex()
        self._reader = Reader(self._index, lexicons)
        self._by_key: dict[str, Show] = {}
        self._search = ShowSearch(())
        for show in shows:
            self.add(show)

    def __len__(self) -> int:
        return len(self._by_key)

    def add(self, show: Show) -> None:
        """Know a further show; one that is known stays as it is."""
        if show.key not in self._by_key:
            self._by_key[show.key] = show
            self._search.add(show)
            self._index.add(show)

    def get(self, key: str) -> Show | None:
        """The show of a key."""
        return self._by_key.get(key)

    def suggest(self, text: str, limit: int = 25) -> tuple[Show, ...]:
        """Shows whose name comes near a text, the likeliest first."""
        return self._search.suggest(text, limit)

    def resolve(self, text: str) -> Found | Unclear:
        """The show that a person means: by its key, or by a name that only it has."""
        known = self.get(text)
        if known is not None:
            return Found(known)
        exact = self._search.exact(text)
        if len(exact) == 1:
            return Found(exact[0])
        return Unclear(exact or self.suggest(text, limit=5))

    def read(self, article: Article) -> tuple[Claim, ...]:
        """What an article claims of the shows."""
        return self._reader.read(article)
