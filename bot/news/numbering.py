"""Which season the news is about: the headline's, else one of the summary, the address, a category.

Not every season that is named is: one that the news comes after is none, nor one that stands right
behind another show's name. What is cancelled is the season that will not be made.
"""

from collections.abc import Iterator, Sequence

from bot.news.events import Sighting
from bot.news.lazy import lazy
from bot.news.lexicon import Lexicon
from bot.news.model import Event, Show
from bot.news.page import Page
from bot.news.parts import Part, Parts
from bot.news.seasons import SeasonMention, find_seasons
from bot.news.text import Line
from bot.news.titles import title_key

# Of these a category is of the season that is on air, not of the one that the news is about.
_NOT_ON_AIR = frozenset({Event.CANCELLED, Event.RENEWED, Event.ORDERED, Event.ENDING})
# An end and an exit come after the season that they are about.
_AFTER_IT = frozenset({Event.ENDING, Event.EXITS})
_BEHIND_REACH = 4  # words
_SENTENCE_ENDS = frozenset({";", ".", "|", "?", "!"})


class Numbering:
    """The seasons that one page names."""

    def __init__(self, page: Page, lexicon: Lexicon, parts: Parts) -> None:
        self._page = page
        self._lexicon = lexicon
        self._parts = parts
        self._title = parts.title
        self._summary = parts.summary

    def of(self, sighting: Sighting, show: Show, strand: range) -> int | None:
        """The season of a show that an event is about, of which the words `strand` of the headline
        speak; None where the page does not say."""
        return next((number for number in self._said(sighting, show, strand) if number), None)

    def _said(self, sighting: Sighting, show: Show, strand: range) -> Iterator[int | None]:
        yield self._in(self._title, sighting, show, strand)
        if any(s.is_final for s in self._title.seasons):
            yield from self._final(show)
        is_cancelled = sighting.event is Event.CANCELLED
        yield self._unmade(show) if is_cancelled else self._in(self._summary, sighting, show)
        if self._address_counts:
            yield self._in(self._parts.address, sighting, show)
        if sighting.event not in _NOT_ON_AIR:
            yield self._in_categories(show)

    def _final(self, show: Show) -> Iterator[int | None]:
        """The season that the summary calls the last."""
        for season in self._summary.seasons:
            if season.is_final and not self._is_of_another(self._summary, season, show):
                yield season.number

    def _in(
        self, part: Part, sighting: Sighting, show: Show, strand: range | None = None
    ) -> int | None:
        seasons = _nearest_first(part, sighting)
        if any(self._is_of_another(part, season, show) for season in seasons):
            seasons = sorted(seasons, key=lambda s: show not in self._owners(part, s))
        for season in seasons:
            if (
                season.number
                and (strand is None or season.first in strand)
                and not self._is_behind(part, season, sighting.event)
                and not self._is_of_another(part, season, show)
            ):
                return season.number
        return None

    def _is_behind(self, part: Part, season: SeasonMention, event: Event) -> bool:
        if event in _AFTER_IT:
            return False
        words = self._lexicon.words["behind"]
        if event is Event.RENEWED:
            words |= self._lexicon.words["ahead"]
        for index in range(season.first - 1, max(-1, season.first - _BEHIND_REACH - 1), -1):
            if part.line.words[index] in words:
                return True
            if part.line.breaks[index]:
                break
        return False

    def _unmade(self, show: Show) -> int | None:
        """The season of a show that the summary says will not be made."""
        scene = self._summary.scene
        for found in self._lexicon.group("unmade").find(scene.text, scene.words):
            last = scene.word_at(found.end - 1)
            for season in self._summary.seasons:
                is_meant = season.number and season.first <= last < season.last
                if is_meant and not self._is_of_another(self._summary, season, show):
                    return season.number
        return None

    def _is_of_another(self, part: Part, season: SeasonMention, show: Show) -> bool:
        owners = self._owners(part, season)
        return bool(owners) and show not in owners

    def _owners(self, part: Part, season: SeasonMention) -> list[Show]:
        """The shows whose name stands right before a season: "Kiln (for) season 2"."""
        is_led = season.first > 0 and self._lexicon.has("links", part.line.words[season.first - 1])
        ends = {season.first, season.first - 1} if is_led else {season.first}
        return [show for n in part.names if n.mention.last in ends for show in n.mention.shows]

    @lazy
    def _address_counts(self) -> bool:
        """Whether the address numbers a season."""
        return bool(find_seasons(self._page.address, self._lexicon.seasons))

    def _in_categories(self, show: Show) -> int | None:
        """The season of the one category that is called like the show and one of them."""
        numbers: set[int | None] = set()
        for category in self._page.categories:
            name, _, rest = category.partition(" - ")
            if rest and title_key(name) == title_key(show.title):
                seasons = find_seasons(Line.of(rest), self._lexicon.seasons)
                numbers.update(s.number for s in seasons)
        return numbers.pop() if len(numbers) == 1 else None


def _nearest_first(part: Part, sighting: Sighting) -> Sequence[SeasonMention]:
    """The seasons of a part; those of the sentence that tells the event before the others: "renewed
    for season 20; sets season 19 premiere"."""
    if part is not sighting.part or len(part.seasons) < 2:
        return part.seasons
    first = part.scene.word_at(sighting.start)
    last = sighting.last - 1

    def distance(season: SeasonMention) -> int:
        if season.first <= last and first < season.last:
            return 0
        between = range(min(season.last, last + 1), max(season.first, first) + 1)
        return 2 if any(part.line.breaks[i] in _SENTENCE_ENDS for i in between) else 1

    return sorted(part.seasons, key=distance)
