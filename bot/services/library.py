"""The shows that the bot knows: found by name for people, found in text by the reader.

Three sorts: shows proper (shipped, followed, told of), which are read; further names that the
catalogue has for them, of which the telling ones are read; and what the catalogue has besides,
which is only offered to people.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.catalogue.offers import FurtherNames, Offers, each_once
from bot.catalogue.search import ShowSearch
from bot.news.aliases import telling_names
from bot.news.bare import BARE_PREFIX, bare_show, is_bare
from bot.news.claims import Reader
from bot.news.lexicon import Lexicon
from bot.news.model import Article, Claim, Show
from bot.news.text import words_of
from bot.news.titles import TitleIndex


@dataclass(frozen=True, slots=True)
class Found:
    """A name that fits one show."""

    show: Show


@dataclass(frozen=True, slots=True)
class Unclear:
    """A name that fits several shows, or none exactly: these are the ones that come near.

    `is_name` says that they are called so, all of them.
    """

    near: tuple[Show, ...]
    is_name: bool = False


class Library:
    """Every show of the shipped catalogue and of the database, and what was found online."""

    def __init__(self, shows: Iterable[Show], lexicons: Sequence[Lexicon]) -> None:
        self._index = TitleIndex()
        self._reader = Reader(self._index, lexicons)
        self._languages = tuple(lexicon.language for lexicon in lexicons)
        self._by_key: dict[str, Show] = {}
        self._moved: dict[str, str] = {}
        self._search = ShowSearch(())
        self._names = FurtherNames()
        self._offers = Offers()
        for show in shows:
            self.add(show)

    def __len__(self) -> int:
        return len(self._by_key)

    def __contains__(self, key: str) -> bool:
        """Whether the show of a key is read; what is only offered is not."""
        return key in self._by_key

    @property
    def shows(self) -> tuple[Show, ...]:
        """The shows that are read, in the order in which they were added."""
        return tuple(self._by_key.values())

    def add(self, show: Show) -> None:
        """Know a further show and read of it; one that is known stays as it is."""
        if show.key not in self._by_key and show.key not in self._moved:
            self.put(show)

    def put(self, show: Show, names: Iterable[str] = (), cast: tuple[str, ...] = ()) -> None:
        """Know a show, in place of the one of its key. `names` and `cast` are the catalogue's.

        The names are all found when typed; read are only those that tell it from common speech. The
        cast tells the reader the show from words and from its namesakes.
        """
        names = tuple(names)
        if self._by_key.get(show.key) != show and not is_bare(show):
            # What one person typed is not suggested to the next.
            self._search.add(show)
        self._by_key[show.key] = show
        self._names.put(show.key, names)
        own = (show.title, *show.aliases)
        read = telling_names(names, own, self._languages, lambda name: self._is_taken(name, show))
        self._index.add(replace(show, aliases=(*show.aliases, *read), cast=cast))

    def offer(self, show: Show) -> None:
        """Let people choose a show that nobody follows yet."""
        if show.key not in self._by_key:
            self._offers.add(show)

    def move(self, old_key: str, show: Show) -> None:
        """A show turned out to be another one that is known: its key leads there from now on."""
        gone = self._by_key.pop(old_key, None)
        self._index.remove(old_key)
        self._names.put(old_key, ())
        if gone is not None:
            self._search.remove(old_key)
        self._moved[old_key] = show.key
        self.add(show)

    def get(self, key: str) -> Show | None:
        """The show of a key."""
        key = self._moved.get(key, key)
        return self._by_key.get(key) or self._offers.get(key)

    def exact(self, text: str) -> tuple[Show, ...]:
        """Every show that goes by a name: by its own, or else by one of the catalogue's."""
        called_so = (*self._search.exact(text), *self._offers.exact(text))
        # A show that was only offered when it was found may be known by now.
        found = {show.key: self._by_key.get(show.key, show) for show in called_so}
        own = tuple(show for key, show in found.items() if key not in self._moved)
        return own or self._known(self._names.exact(text))

    def suggest(self, text: str, limit: int = 25) -> tuple[Show, ...]:
        """Shows whose name comes near a text, the likeliest first; for no text the newest."""
        found = (
            *(self.exact(text) if words_of(text) else ()),
            *self._search.suggest(text, limit),
            *self._offers.suggest(text, limit),
            *self._known(self._names.beginning(text, limit)),
        )
        return each_once(show for show in found if show.key not in self._moved)[:limit]

    def resolve(self, text: str) -> Found | Unclear:
        """The show that a person means: by its key, or by a name that only it has.

        `title:` and a title is the show of that bare title, unless a show is known to be called so.
        """
        known = self.get(text)
        if known is not None:
            return Found(known)
        is_asked_for = text.startswith(BARE_PREFIX)
        name = text.removeprefix(BARE_PREFIX)
        exact = self.exact(name)
        if exact:
            return Found(exact[0]) if len(exact) == 1 else Unclear(exact, is_name=True)
        bare = bare_show(name)
        if bare is not None and (is_asked_for or self.get(bare.key)):
            return Found(self.get(bare.key) or bare)
        return Unclear(self.suggest(name, limit=5))

    def read(self, article: Article) -> tuple[Claim, ...]:
        """What an article claims of the shows."""
        return self._reader.read(article)

    def _known(self, keys: Iterable[str]) -> tuple[Show, ...]:
        return tuple(self._by_key[key] for key in keys if key in self._by_key)

    def _is_taken(self, name: str, show: Show) -> bool:
        """Whether another show goes by a name."""
        return any(other.key != show.key for other in self._index.named(name))
