"""Where a text speaks of an event, and whether it says that it happened.

A lexicon's event pattern says what is told; the words around it can take it back: a negation, or a
preposition that makes it the background of other news ("after the cancellation").
"""

import re
from dataclasses import dataclass

from bot.news.lazy import lazy
from bot.news.lexicon import Lexicon
from bot.news.model import Event, Kind
from bot.news.parts import Part
from bot.news.patterns import Pattern

# How many words a negation, and a preposition that puts an event in the background, reach ahead.
NEGATION_REACH = 3
BACKGROUND_REACH = 6
_CLAUSE_ENDS = frozenset(".?!:;,-|(")
_CLAUSE_MARKS = frozenset(",:;-")
_SENTENCE_ENDS = frozenset(".?!|")
_SENTENCE_END = re.compile(r"(?<= )[.?!|] ")
_PART_END = re.compile(r"(?<= )[.?!|;] ")


@dataclass(frozen=True, slots=True)
class Reach:
    """How far what stands around an event is said of it, in the marked text: its clause goes up to
    `clause` (0: to the end); its sentence begins at `first`, and is asked or told; from `speech`
    up to `silence` somebody is quoted beside it."""

    clause: int = 0
    first: int = 0
    is_asked: bool = False
    speech: int = 0
    silence: int = 0


@dataclass(frozen=True)
class Sighting:
    """An event that a part speaks of, in the marked text from `start` to `end`; `clause_ends` is
    the language's."""

    event: Event
    part: Part
    start: int
    end: int
    is_firm: bool
    clause_ends: re.Pattern[str]

    @lazy
    def reach(self) -> Reach:
        """The clause, where it is told firmly, and the sentence that it stands in."""
        scene = self.part.scene
        # Its last sign may be the mark or the word that ends the clause; who returns "as" is cast.
        ends_itself = scene.text[self.end - 2 : self.end - 1] in _CLAUSE_MARKS
        is_last = ends_itself or self.event.kind is not Kind.CAST
        last = scene.text.rfind(" ", 0, max(0, self.end - 1)) if is_last else self.end - 1
        match = self.clause_ends.search(scene.text, max(self.start, last))
        clause = match.start() if match and self.is_firm else 0
        speech, silence = self._speech()
        if _SENTENCE_ENDS.isdisjoint(scene.words):
            return Reach(clause, speech=speech, silence=silence)
        first, is_asked = 0, False
        for mark in _SENTENCE_END.finditer(scene.text):
            if mark.start() >= self.start:
                between = scene.text[self.end - 1 : mark.start()].split()
                is_asked = mark[0] == "? " and _CLAUSE_MARKS.isdisjoint(between)
                break
            if mark[0] != ". ":  # which ends "Dr." as well
                first = mark.end()
        return Reach(clause, first, is_asked, speech, silence)

    def _speech(self) -> tuple[int, int]:
        """Where somebody is quoted in the marked text, beside the event."""
        start, end = self.part.scene.speech
        is_beside = self.end <= start + len(": ") or self.start >= end
        return (start, end) if is_beside else (0, 0)

    @property
    def sentence(self) -> str:
        """The sentence that it stands in, or the part of it between semicolons, as marked."""
        text = self.part.scene.text
        before = [m.end() for m in _PART_END.finditer(text) if m.end() <= self.start]
        behind = [m.start() for m in _PART_END.finditer(text) if m.start() >= self.end - 1]
        return text[max(before, default=0) : min(behind, default=len(text))]

    @property
    def first_word(self) -> str:
        """The word or sign with which it begins."""
        return self.part.scene.text[self.start : self.end].partition(" ")[0]

    @property
    def has_season(self) -> bool:
        """Whether it speaks of a numbered season."""
        return "SEASON" in self.part.scene.text[self.start : self.end].split()

    @property
    def last(self) -> int:
        """The index of the line's word right behind it."""
        return self.part.scene.word_at(max(self.start, self.end - 2)) + 1

    @property
    def words(self) -> str:
        """The words of the article that say so."""
        return self.part.scene.original(self.start, self.end)


def find_events(part: Part, lexicon: Lexicon) -> list[Sighting]:
    """The events that a part tells as having happened, firm ones first, then as in the text."""
    text, words = part.scene.text, part.scene.words
    may_deny = not lexicon.denials.isdisjoint(words)
    found = [
        Sighting(telling.event, part, start, end, telling.is_firm, lexicon.clause_ends)
        for telling, pattern, start, end in lexicon.events.find(text, words)
        if not (may_deny and _denied_within(pattern, text[start:end], lexicon))
    ]
    if may_deny:
        found = [s for s in found if not is_taken_back(s, lexicon)]
    return sorted(found, key=lambda s: (not s.is_firm, s.start, -s.end))


def _denied_within(pattern: Pattern, text: str, lexicon: Lexicon) -> bool:
    """Whether a gap of the pattern took in a negation ("SHOW will not be delayed"), or the start of
    what is only background ("drops posters ahead of summer premiere")."""
    return not lexicon.denials.intersection(text.split()) <= pattern.words


def is_taken_back(sighting: Sighting, lexicon: Lexicon) -> bool:
    """Whether the words before the event deny it, or make it the background of something else."""
    before = sighting.part.scene.text[: sighting.start].rsplit(None, BACKGROUND_REACH)
    for distance, word in enumerate(before[: -BACKGROUND_REACH - 1 : -1]):
        if word in _CLAUSE_ENDS or lexicon.has("as", word):
            return False
        if word in lexicon.denials and (
            lexicon.has("background", word) or distance < NEGATION_REACH
        ):
            return True
    return False
