"""A line with what was recognised in it put in the place of its words, for patterns to match.

    Netflix's 'Dead Reckoners' renewed for a third season - and gets March 3 date
    NETWORK SHOW renewed for a SEASON - and gets DATE date

Marks of punctuation stand as words of their own, a possessive as `'s`.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from bot.news.lazy import lazy
from bot.news.text import Line


class Span(NamedTuple):
    """Words `first` up to `last` of a line, recognised as `sign` (SHOW, SEASON, ...)."""

    first: int
    last: int
    sign: str


@dataclass(frozen=True)
class Scene:
    """A marked line: `text` ends in a space; `offsets[k]` is where the k-th sign begins in it, and
    `origins[k]` the index of the line's word that it stands for."""

    line: Line
    text: str
    offsets: tuple[int, ...]
    origins: tuple[int, ...]
    ends: tuple[int, ...]

    @lazy
    def words(self) -> frozenset[str]:
        """The signs that occur."""
        return frozenset(self.text.split())

    def word_at(self, offset: int) -> int:
        """The index of the line's word that stands at an offset of the marked text."""
        return self.origins[max(0, bisect_right(self.offsets, offset) - 1)] if self.origins else 0

    def original(self, start: int, end: int) -> str:
        """The words of the article behind a stretch of the marked text."""
        if not self.origins or end <= start:
            return ""
        last = max(0, bisect_right(self.offsets, end - 1) - 1)
        return self.line.raw(self.word_at(start), self.ends[last])

    def offset_of(self, word: int) -> int:
        """Where the line's word stands in the marked text."""
        return self.offsets[max(0, bisect_right(self.origins, word) - 1)] if self.offsets else 0


def mark(line: Line, spans: Iterable[Span]) -> Scene:
    """The scene of a line. Where spans overlap, the first given wins."""
    taken: list[Span | None] = [None] * len(line)
    for span in spans:
        first, last, _ = span
        if not any(taken[first:last]):
            taken[first:last] = [span] * (last - first)
    signs: list[str] = []
    offsets: list[int] = []
    origins: list[int] = []
    ends: list[int] = []
    stems, breaks, has_apostrophe = line.stems, line.breaks, line.has_apostrophe
    place = index = 0
    while index < len(stems):
        here = taken[index]
        last, sign = (here.last, here.sign) if here else (index + 1, stems[index])
        if index and breaks[index]:
            signs.append(breaks[index])
            place += 2
        offsets.append(place)
        origins.append(index)
        ends.append(last)
        if has_apostrophe and line.is_possessive(last - 1) and sign != "NETWORK":
            sign += " 's"
        signs.append(sign)
        place += len(sign) + 1
        index = last
    if line.ends and "?" in line.text[line.ends[-1] :]:
        signs.append("?")
    text = " ".join(signs) + " " if signs else ""
    return Scene(line, text, tuple(offsets), tuple(origins), tuple(ends))
