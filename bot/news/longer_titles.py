"""Titles of which a headline has more than the name that the index found in it.

Ten Thousand Lanterns: War on Ash trailer               the series is called "War for Ash"
A Fathoms sequel series, Afterglow, sets its premiere   the series is called "Fathoms: Afterglow"
Fathoms: The Unheard Of sets date                       of something that the index does not have
"""

from collections.abc import Iterable, Sequence

from bot.news.events import Sighting
from bot.news.lazy import lazy
from bot.news.lexicon import Lexicon
from bot.news.model import Kind
from bot.news.naming import Name
from bot.news.parts import Part
from bot.news.titles import ARTICLES, Mention, TitleIndex

SUBTITLE = 4  # Words; a longer name is a sentence.
OFFSHOOT_REACH = 2  # Words between a show and what its offshoot is called by.


class LongerTitles:
    """The titles of one headline that go on from a name, or stand where a name is not."""

    def __init__(self, title: Part, index: TitleIndex, lexicon: Lexicon) -> None:
        self._title = title
        self._index = index
        self._lexicon = lexicon

    @lazy
    def offshoot(self) -> Mention | None:
        """The title that the headline has in two parts ("a Kiln sequel series, Ashes"); None where
        it names another show besides."""
        names, words = self._title.names, self._title.line.stems
        for name in names:
            start = _after_offshoot(words, name.mention.last, self._lexicon)
            found = _rest_of(name.mention, words, start, self._index) if start else None
            if found is not None and all(n.mention.last <= found.last for n in names):
                return found
        return None

    def is_subtitled(self, name: Name, sighting: Sighting) -> bool:
        """Whether more of a name stands between a title and what is told: "X: The Y sets date".

        The index would know the longer name if it were a show's; it is not the shorter's news.
        """
        line, last = self._title.line, name.mention.last
        if sighting.event.kind is Kind.CAST or last >= len(line) or line.breaks[last] != ":":
            return False
        end = sighting.part.scene.word_at(sighting.start)
        between = range(last, end)
        return 1 < len(between) <= SUBTITLE and all(map(self._is_of_a_name, between))

    def subtitled(self, name: Name, sighting: Sighting) -> Mention | None:
        """The title that the headline has, subtitle and all, but for a small word."""
        end = sighting.part.scene.word_at(sighting.start)
        subtitle = self._title.line.stems[name.mention.last : end]
        return _same_but_for_links(name.mention.key, subtitle, self._index, self._lexicon)

    def is_of_another(self, sighting: Sighting, named: Iterable[Name]) -> bool:
        """Whether a title in quotation marks that no show has stands right before the event, where
        the names of the headline are not set apart: "'Unheard Of' casts ...".

        A trailer may have a title of its own, and an exit be called something: "Harbor 'Midseason'
        trailer", "Harbor star's 'painful' exit".
        """
        named = tuple(named)
        if sighting.event.kind is not Kind.SEASON and named:
            return False
        before = sighting.part.scene.text[: sighting.start].removesuffix(", ").split()
        if before[-1:] != ["OTHER"] or any(name.is_quoted for name in named):
            return False
        joints = self._lexicon.words["joints"]
        leading = [word for word in before[-3:-1] if word != "," and word not in joints]
        return leading[-1:] != ["SHOW"]

    def _is_of_a_name(self, index: int) -> bool:
        line, word = self._title.line, self._title.line.stems[index]
        if word in ARTICLES:
            return True
        if word in self._lexicon.words["links"] and line.breaks[index] != ":":
            return True
        if any(s.first <= index < s.last for s in self._title.seasons) or not line.is_capitalised(
            index
        ):
            return False
        is_first = line.breaks[index] == ":"
        is_known = self._lexicon.knows(word)
        if is_first and is_known:
            # "X: War ...": a genre is as good a word of a subtitle as any, but "X: Drama" is none.
            is_known = (
                word not in self._lexicon.words["genres"] or word in self._lexicon.words["nouns"]
            )
        return not is_known and (is_first or not line.breaks[index])


def _same_but_for_links(
    key: str, subtitle: Sequence[str], index: TitleIndex, lexicon: Lexicon
) -> Mention | None:
    """The title that a headline has with another small word: "X: War on Y" for "X: War for Y"."""
    small = lexicon.words["links"] | lexicon.words["joints"]
    wanted = [word for word in subtitle if word not in small]
    for name, shows in index.going_on(key, subtitle[0]):
        if [w for w in name.removeprefix(key).split() if w not in small] == wanted:
            return Mention(0, 0, name, shows)
    return None


def _after_offshoot(words: Sequence[str], index: int, lexicon: Lexicon) -> int:
    """Where the title of an offshoot may begin that is called so behind a show's name ("prequel
    series called ..."); 0 where none is."""
    reach = range(index, min(index + OFFSHOOT_REACH, len(words)))
    if all(not lexicon.has("offshoots", words[i]) for i in reach):
        return 0
    while index < len(words) and (
        lexicon.has("offshoots", words[index])
        or lexicon.has("nouns", words[index])
        or lexicon.has("introduces", words[index])
    ):
        index += 1
    return index if index < len(words) else 0


def _rest_of(start: Mention, words: Sequence[str], first: int, index: TitleIndex) -> Mention | None:
    """The longest title that goes on from another's with the words from `first`."""
    found: Mention | None = None
    for name, shows in index.going_on(start.key, words[first]):
        rest = name.removeprefix(start.key).split()
        last = first + len(rest)
        if list(words[first:last]) == rest and (found is None or last > found.last):
            found = Mention(first, last, name, shows)
    return found
