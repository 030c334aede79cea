"""Which words of a headline speak of which event, where it tells several fates at once.

Netflix cancels Fathoms | , renews Night Ferry for season 3
Fathoms renewed for season 5 | , Night Ferry cancelled
Fathoms cancelled by Fox, picked up by NBC                          one show: the second names none
"""

from collections.abc import Iterable

from bot.news.alongside import are_joined
from bot.news.events import Sighting
from bot.news.lexicon import Lexicon
from bot.news.model import Kind
from bot.news.parts import Part
from bot.news.titles import ARTICLES


class Strands:
    """The stretches of one headline, each with its event."""

    def __init__(self, title: Part, sightings: Iterable[Sighting], lexicon: Lexicon) -> None:
        self._title = title
        self._lexicon = lexicon
        self._fates = [s for s in sightings if s.event.kind is Kind.SEASON]

    def nearest(self, sighting: Sighting) -> range:
        """The words that stand with an event, and not with another fate of the headline."""
        first, last = 0, len(self._title.line)
        if sighting.part is self._title and sighting.event.kind is Kind.SEASON:
            for other in self._fates:
                if other.event is sighting.event:
                    continue
                if other.end <= sighting.start:
                    first = max(first, self._cut(other, sighting))
                elif sighting.end <= other.start:
                    last = min(last, self._cut(sighting, other) or last)
        return range(first, last)

    def of(self, sighting: Sighting) -> range:
        """The words that speak of an event: all, where the rest of the headline names nobody."""
        strand = self.nearest(sighting)
        whole = range(len(self._title.line))
        if len(strand) == len(whole):
            return whole
        rest = [i for i in whole if i not in strand]
        return strand if self._names_one(rest) else whole

    def is_of_a_stranger(self, sighting: Sighting) -> bool:
        """Whether the strand of an event, which has no show's name, has another one instead: before
        the verb, or as what it is done to. Who is named further on may be anybody."""
        strand, line = self.of(sighting), self._title.line
        if len(strand) == len(line):
            return False
        end = sighting.last
        while end in strand and line.words[end] in ARTICLES:
            end += 1
        is_near = end in strand and not line.breaks[end]
        return self._names_one(range(strand.start, end + is_near))

    def _names_one(self, words: Iterable[int]) -> bool:
        """Whether somebody or something is named there, a show or not."""
        title = self._title
        spans = [(season.first, season.last) for season in title.seasons]
        spans += [(date.first, date.last) for date in title.dates]
        spans += [(network.first, network.last) for network in title.networks]
        taken = {i for first, last in spans for i in range(first, last)}
        named = {i for name in title.names for i in range(name.mention.first, name.mention.last)}
        return any(
            i in named or (i not in taken and self._lexicon.may_name(title.line, i)) for i in words
        )

    def _cut(self, sighting: Sighting, following: Sighting) -> int:
        """Where the words of one event end and those of another begin: at the last mark between
        them, else at the last "and"; 0 where there is neither. Marks within a name are none."""
        line, scene = self._title.line, self._title.scene
        first, last = sighting.last, scene.word_at(following.start)
        between = sorted({i for i in scene.origins if first <= i <= last})
        marks = [i for i in between if line.breaks[i]]
        joints = [i for i in between if self._is_joint(i)]
        return self._before_list((marks or joints or [0])[-1])

    def _before_list(self, cut: int) -> int:
        """The beginning of the list of shows in whose midst a cut is ("X canceled, Y, Z renewed"),
        unless the first event would be left without a show."""
        names = self._title.names
        while True:
            starts = {cut, cut + 1} if self._is_joint(cut) else {cut}
            at = [n for n, name in enumerate(names) if name.mention.first in starts]
            if not at or at[0] < 2:  # One must be left.
                return cut
            before = names[at[0] - 1]
            if not are_joined(self._title, before, names[at[0]], self._lexicon):
                return cut
            cut = before.mention.first

    def _is_joint(self, index: int) -> bool:
        return self._lexicon.has("clause", self._title.line.words[index])
