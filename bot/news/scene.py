"""A line with what was recognised in it put in the place of its words, for patterns to match.

    Netflix's 'Dead Reckoners' renewed for a third season - and gets March 3 date
    NETWORK SHOW renewed for a SEASON - and gets DATE date

Marks of punctuation stand as words of their own, a possessive as `'s`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Set
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from bot.news.lazy import lazy
from bot.news.text import CLOSING, Line


class Span(NamedTuple):
    """Words `first` up to `last` of a line, recognised as `sign` (SHOW, SEASON, ...)."""

    first: int
    last: int
    sign: str


@dataclass(frozen=True)
class Scene:
    """A marked line: `text` ends in a space, `signs` are what stands in it, in order.

    The k-th sign stands for the words `origins[k]` up to `ends[k]` of the line; a mark of
    punctuation belongs to the words before it.
    """

    line: Line
    text: str
    signs: tuple[str, ...]
    origins: tuple[int, ...]
    ends: tuple[int, ...]

    @lazy
    def words(self) -> frozenset[str]:
        """The signs that occur."""
        return frozenset(self.text.split() if self.line.has_apostrophe else self.signs)

    @lazy
    def _offsets(self) -> tuple[int, ...]:
        """Where each sign begins in the marked text."""
        return tuple(accumulate((len(sign) + 1 for sign in self.signs[:-1]), initial=0))

    @lazy
    def speech(self) -> tuple[int, int]:
        """Where somebody is quoted beside a colon, up to the mark or with it; (0, 0) where nobody
        is."""
        spoken = self.line.speech
        if not spoken:
            return 0, 0
        if spoken.start:
            return self.offset_of(spoken.start) - len(": "), len(self.text)
        return 0, self.offset_of(spoken.stop) - len(": ")

    def word_at(self, offset: int) -> int:
        """The index of the line's word that stands at an offset of the marked text."""
        return self.origins[max(0, bisect_right(self._offsets, offset) - 1)] if self.signs else 0

    def original(self, start: int, end: int) -> str:
        """The words of the article behind a stretch of the marked text."""
        if not self.signs or end <= start:
            return ""
        last = max(0, bisect_right(self._offsets, end - 1) - 1)
        first = self.word_at(start)
        words = self.line.raw(first, self.ends[last])
        # With the mark that a quotation within begins with.
        is_cut = self.line.opens_quote(first) and any(f"{mark} " in words for mark in CLOSING)
        return self.line.gaps[first][-1] + words if is_cut else words

    def offset_of(self, word: int) -> int:
        """Where the line's word stands in the marked text."""
        if not self.signs:
            return 0
        origin = self.origins[max(0, bisect_right(self.origins, word) - 1)]
        return self._offsets[bisect_left(self.origins, origin)]  # a mark behind it has it, too


def mark(line: Line, spans: Iterable[Span], own: Set[int] = frozenset()) -> Scene:
    """The scene of a line. Where spans overlap, the first given wins. The marks before the words
    `own` belong to what stands there."""
    stems, breaks, possessives = line.stems, line.breaks, line.possessives
    length = len(stems)
    taken: list[Span | None] = [None] * length
    for span in spans:
        first, last, _ = span
        if not any(taken[first:last]):
            taken[first:last] = [span] * (last - first)
    signs: list[str] = []
    origins: list[int] = []
    ends: list[int] = []
    index = 0
    while index < length:
        here = taken[index]
        if breaks[index] and index and index not in own:
            signs.append(breaks[index])
            origins.append(origins[-1])
            ends.append(index)
        origins.append(index)
        if here:
            _, index, sign = here
        else:
            sign = stems[index]
            index += 1
        ends.append(index)
        if index - 1 in possessives and sign != "NETWORK":
            sign += " 's"
        signs.append(sign)
    if signs and "?" in line.gaps[-1]:
        signs.append("?")
        origins.append(origins[-1])
        ends.append(length)
    text = " ".join(signs) + " " if signs else ""
    return Scene(line, text, tuple(signs), tuple(origins), tuple(ends))
