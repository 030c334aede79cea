"""Cues: signs in headline, summary, categories and address that speak for or against.

Each weighs on two scales: `news` (something has just become known) and `series` (it is about a
series, not a film, a game, a book). A lexicon says what they are; the sums decide.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from bot.news.patterns import Pattern, PatternSet, compile_pattern


class Asking(StrEnum):
    """Which end of a question a cue stands at, if at any."""

    NOTHING = ""
    BEGINS = "begins"
    ENDS = "ends"


PLACES = ("title", "summary", "category", "path", "address", "source")


@dataclass(frozen=True, slots=True)
class Cue:
    """A sign, where it is looked for, and what it weighs: nothing for a kind or an event that it
    spares, little in another clause than the news where it is of its own alone, and nothing where
    it `asks` in another sentence."""

    name: str
    place: str
    news: float
    series: float
    spares: frozenset[str] = frozenset()
    is_of_clause: bool = False
    asks: Asking = Asking.NOTHING


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue that was found, and the word or the place in the marked text where it was; of a word
    that weighs wherever it stands the place is not looked for (`end` is 0)."""

    cue: Cue
    word: str = ""
    start: int = 0
    end: int = 0

    def is_within(self, start: int, end: int) -> bool:
        """Whether it stands in that stretch of the headline."""
        is_placed = self.cue.place == "title" and self.end > 0
        return is_placed and start <= self.start and self.end <= end


@dataclass(frozen=True)
class Cues:
    """The cues of a lexicon, found by place; `signs` are the words that make a look worth while."""

    words: Mapping[str, Mapping[str, tuple[Cue, ...]]]
    patterns: Mapping[str, PatternSet[Cue]]
    signs: Mapping[str, frozenset[str]]
    all: tuple[Cue, ...] = field(default=())

    @classmethod
    def of(cls, tables: Mapping[str, Mapping[str, Any]]) -> Self:
        """The cues of a lexicon's tables. Raises ValueError for a place that is none."""
        words: dict[str, dict[str, tuple[Cue, ...]]] = {place: {} for place in PLACES}
        patterns: dict[str, list[tuple[Cue, Pattern]]] = {place: [] for place in PLACES}
        cues: list[Cue] = []
        for name, table in tables.items():
            cue = _cue(name, table)
            cues.append(cue)
            for word in table.get("words", ()):
                words[cue.place][word] = (*words[cue.place].get(word, ()), cue)
            patterns[cue.place].extend((cue, compile_pattern(p)) for p in table.get("patterns", ()))
        sets = {place: PatternSet(found) for place, found in patterns.items()}
        signs = {place: sets[place].anchors.union(words[place]) for place in PLACES}
        return cls(words, sets, signs, tuple(cues))

    @property
    def plain_words(self) -> frozenset[str]:
        """The words of the headline cues: none of them is half of a name."""
        return frozenset(self.words["title"])

    def find(
        self, place: str, words: Iterable[str], text: str = "", speech: tuple[int, int] = (0, 0)
    ) -> Collection[Hit]:
        """The cues of a place, each once: outside of `speech`, where somebody is quoted, if it is
        there, too."""
        signs = frozenset(words)
        if signs.isdisjoint(self.signs[place]) and not self.patterns[place].is_free:
            return ()
        start, end = speech
        found = self._found(place, signs, text, is_placed=end > 0)
        if end:
            rest = text[:start] + (" " * (end - start) + text[end:] if end < len(text) else "")
            found |= self._found(place, frozenset(rest.split()), rest, is_placed=True)
        return found.values()

    def _found(
        self, place: str, signs: frozenset[str], text: str, *, is_placed: bool
    ) -> dict[str, Hit]:
        """The cues that a text has by a word or a pattern, by their names; `is_placed`: with the
        place of every word."""
        by_word = self.words[place]
        found: dict[str, Hit] = {}
        for word in sorted(signs & self.signs[place]):
            for cue in by_word.get(word, ()):
                if cue.name not in found:
                    is_sought = cue.is_of_clause or is_placed
                    start = f" {text}".find(f" {word} ") if is_sought else 0
                    found[cue.name] = Hit(cue, word, start, start + len(word) if is_sought else 0)
        for cue, _, start, end in self.patterns[place].find(text, signs) if text else ():
            if cue.name not in found:
                found[cue.name] = Hit(cue, "", start, end)
        return found


def _cue(name: str, table: Mapping[str, Any]) -> Cue:
    place = str(table["in"])
    if place not in PLACES:
        raise ValueError(f"cues.{name}: no place is called {place}")
    return Cue(
        name,
        place,
        news=float(table.get("news", 0.0)),
        series=float(table.get("series", 0.0)),
        spares=frozenset(table.get("spares", ())),
        is_of_clause=bool(table.get("clause", False)),
        asks=Asking(table.get("asks", "")),
    )
