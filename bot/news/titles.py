"""Which shows' titles stand in a text: a dictionary of the words of every title and alias.

Finding costs a few dictionary look-ups a word and one more for each title that could begin there,
however many titles there are; adding or removing one touches its own entries alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.news.model import Show
from bot.news.text import CLOSING, Line, words_of

# No title of this many words has ever been broadcast; a longer one is cut, not refused.
LONGEST = 16
ARTICLES = frozenset({"the", "a", "an"})
SHORT = 3  # Fewest words that are left of a title without the articles within.
# "Three Body Problem" is written "3 Body Problem" as well.
_IN_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_OTHERWISE = {word: str(number) for number, word in enumerate(_IN_WORDS, 1)}
_OTHERWISE |= {digits: word for word, digits in _OTHERWISE.items()}
_NUMBERS = frozenset(_OTHERWISE)
OWN_MARKS = frozenset({"!", "?"})
_QUOTE_MARKS = "".join(CLOSING) + " "
_SENTENCE_MARKS = frozenset({".", "!", "?", "|", ":"})
# Marks that a title may hold within: "Dexter: New Blood", "9-1-1", "Yes, Minister", "Oh! My Show".
_INNER_MARKS = frozenset({"", ":", "-", ",", "!", ".", "?"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A title that stands at the words `first` up to, not including, `last` of a line.

    `key` are the words of the title, which the line may have with a number spelt otherwise.
    `shows` are all that are called so; `is_whole` says that nothing of the title is left out, its
    leading article least of all.
    """

    first: int
    last: int
    key: str
    shows: tuple[Show, ...]
    is_whole: bool = True

    def has_mark(self, line: Line) -> bool:
        """Whether the mark behind it is its own ("Harbor!") and ends no sentence: it stands alone,
        and is no question's that began earlier."""
        mark = line.breaks[self.last] if self.last < len(line.breaks) else ""
        if mark not in OWN_MARKS or line.gaps[self.last].strip(_QUOTE_MARKS) != mark:
            return False
        begins = self.first == 0 or line.breaks[self.first] in _SENTENCE_MARKS
        is_own = any(show.title.endswith(mark) for show in self.shows)
        return is_own and (begins or mark != "?")

    @property
    def show(self) -> Show:
        """The newest of that name; `bot.news.namesakes` says which is meant, if any is."""
        return self.shows[0]


@dataclass(frozen=True, slots=True)
class _Name:
    show: Show
    has_article: bool
    key: str  # as the title is spelt, whichever way the text has its numbers


@lru_cache(maxsize=4096)
def title_words(title: str) -> tuple[tuple[str, ...], bool]:
    """The words under which a title is kept, and whether a leading article was taken off."""
    words = tuple(words_of(title)[:LONGEST])
    if len(words) > 1 and words[0] in ARTICLES:
        return words[1:], True
    return words, False


def name_starts(line: Line) -> list[int]:
    """The words at which a name may begin: capital, in quotation marks, behind an article."""
    words, capitals, quotes = line.words, line.capitals, line.quotes
    return [
        i
        for i in range(len(words))
        if capitals[i] or i in quotes or (i and words[i - 1] in ARTICLES)
    ]


def title_key(title: str) -> str:
    """The words under which a title is kept, as one text."""
    return " ".join(title_words(title)[0])


def _names_of(show: Show) -> Iterator[tuple[tuple[str, ...], _Name]]:
    """The words of its title and aliases, numbers in words as well as in digits, and without the
    articles within ("The Lord of Fens: Rings of Salt" of "... The Rings of Salt")."""
    for title in {show.title, *show.aliases}:
        words, has_article = title_words(title)
        name = _Name(show, has_article, " ".join(words))
        if words:
            yield words, name
        rest = tuple([word for word in words if word not in ARTICLES])
        if SHORT <= len(rest) < len(words):
            yield rest, name
        # "Five Days" is said of many things.
        if len(words) > 2 and not _NUMBERS.isdisjoint(words):
            yield tuple([_OTHERWISE.get(word, word) for word in words]), name


class TitleIndex:
    """Shows by every name they go by. `len` counts shows."""

    def __init__(self, shows: Iterable[Show] = ()) -> None:
        self._names: dict[str, tuple[_Name, ...]] = {}
        # The longest title by its first two words: of the titles that begin with a common word,
        # few go on like the text.
        self._longest: dict[tuple[str, str], int] = {}
        self._by_first: dict[str, list[str]] = {}
        self._shows: dict[str, Show] = {}
        for show in shows:
            self.add(show)

    def __len__(self) -> int:
        return len(self._shows)

    def __contains__(self, key: str) -> bool:
        return key in self._shows

    def add(self, show: Show) -> None:
        """Take in a show by its title and aliases, in place of the one of the same key."""
        self.remove(show.key)
        self._shows[show.key] = show
        for words, name in _names_of(show):
            key = " ".join(words)
            others = self._names.get(key)
            if not others:
                self._by_first.setdefault(words[0], []).append(key)
            self._names[key] = _ordered((*others, name), key) if others else (name,)
            if len(words) > 1:
                pair = (words[0], words[1])
                self._longest[pair] = max(len(words), self._longest.get(pair, 0))

    def remove(self, key: str) -> None:
        """Forget the show of that key, if it is here."""
        show = self._shows.pop(key, None)
        if show is None:
            return
        for words, _ in _names_of(show):
            spelt = " ".join(words)
            left = tuple(n for n in self._names.get(spelt, ()) if n.show.key != key)
            if left:
                self._names[spelt] = left
            elif self._names.pop(spelt, None):
                self._forget_first(words[0], spelt)

    def _forget_first(self, word: str, name: str) -> None:
        self._by_first[word].remove(name)
        if not self._by_first[word]:
            del self._by_first[word]

    def named(self, text: str) -> tuple[Show, ...]:
        """The shows whose whole name `text` is (a feed category, a cell of a table)."""
        words, has_article = title_words(text)
        names = self._names.get(" ".join(words), ())
        return _fitting(names, has_article) if names else ()

    def going_on(self, key: str, word: str) -> list[tuple[str, tuple[Show, ...]]]:
        """The names that go on from another with that word, with their shows."""
        start = f"{key} {word} "
        return [
            (name, tuple(n.show for n in self._names[name]))
            for name in self._by_first.get(start.partition(" ")[0], ())
            if f"{name} ".startswith(start)
        ]

    def find(self, line: Line, starts: Iterable[int] | None = None) -> list[Mention]:
        """Every title in the line, longest first where two begin at one word; they may overlap.

        `starts` are the words at which one may begin, all if not given.
        """
        found: list[Mention] = []
        names, longest, firsts = self._names, self._longest, self._by_first
        words, stems = line.words, line.stems
        end = len(words) - 1
        for first in range(len(words)) if starts is None else starts:
            word, stem = words[first], stems[first]
            if word not in firsts and stem not in firsts:
                continue
            reach = 1 if word in names or stem in names else 0
            if first < end:
                after = (word, words[first + 1])
                reach = longest.get(after) or longest.get((word, stems[first + 1])) or reach
            if reach:
                found.extend(self._at(line, first, min(first + reach, end + 1)))
        return found

    def find_words(self, words: Sequence[str]) -> list[Mention]:
        """The same in bare folded words (an address, a tag), without marks or capitals."""
        found: list[Mention] = []
        firsts = self._by_first
        for first, word in enumerate(words):
            if word not in firsts:
                continue
            reach = self._longest.get((word, words[first + 1]), 1) if first + 1 < len(words) else 1
            for last in range(min(first + reach, len(words)), first, -1):
                key = " ".join(words[first:last])
                names = self._names.get(key)
                if names:
                    led = first > 0 and words[first - 1] in ARTICLES
                    found.append(Mention(first, last, names[0].key, _fitting(names, led)))
        return found

    def _at(self, line: Line, first: int, end: int) -> list[Mention]:
        found: list[Mention] = []
        words, breaks = line.words, line.breaks
        for stop in range(first + 1, end):
            if breaks[stop] not in _INNER_MARKS:
                end = stop
                break
        for last in range(end, first, -1):
            key = " ".join(words[first:last])
            names = self._names.get(key)
            if line.is_possessive(last - 1):
                # "The Pitt's trailer" is of The Pitt, not of The Pitts.
                owner = " ".join((*words[first : last - 1], line.stems[last - 1]))
                names = self._names.get(owner) or names
            if names is not None:
                found.append(_mention(line, first, last, names))
        return found


def _mention(line: Line, first: int, last: int, names: tuple[_Name, ...]) -> Mention:
    led = first > 0 and line.words[first - 1] in ARTICLES and not line.breaks[first]
    is_whole = any(n.has_article == led for n in names)
    if led and is_whole:
        first -= 1
    return Mention(first, last, names[0].key, _fitting(names, led), is_whole)


def _fitting(names: tuple[_Name, ...], has_article: bool) -> tuple[Show, ...]:
    """The shows that are called so with an article, or without one; all, where none fits."""
    if len(names) == 1:
        return (names[0].show,)
    return tuple(n.show for n in names if n.has_article == has_article) or tuple(
        n.show for n in names
    )


def _ordered(names: tuple[_Name, ...], key: str) -> tuple[_Name, ...]:
    """Own titles before aliases, newer before older, then by key: in any order of adding."""
    return tuple(
        sorted(
            # Of a title and an alias that spell a number differently the one that is spelt so.
            {
                (name.show.key, name.has_article): name
                for name in sorted(names, key=lambda n: n.key == key)
            }.values(),
            key=lambda n: (
                title_key(n.show.title) != n.key,
                -(n.show.year or 0),
                n.show.key,
            ),
        )
    )
