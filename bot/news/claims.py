"""What an article asserts of a show: the reader.

article -> page -> parts -> is it news? -> events -> subject -> claims
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.news.cues import Hit
from bot.news.details import (
    certainty_of,
    season_of,
    subject_of,
    told_event,
    value_of,
    when_of,
)
from bot.news.events import Sighting, find_events
from bot.news.lexicon import Lexicon
from bot.news.model import Article, Claim, Event, Kind, Show
from bot.news.naming import Context
from bot.news.page import Page
from bot.news.parts import Part, recognise
from bot.news.shapes import Shape, title_shape
from bot.news.subject import Subjects
from bot.news.text import Line
from bot.news.titles import TitleIndex

# What a summary may add to the headline's news.
COMPANIONS = frozenset({Event.DATED, Event.TRAILER, Event.TEASER})


@dataclass(frozen=True, slots=True)
class Reason:
    """A step of the reading, for people: a message id of `read.po` and the words it speaks of."""

    code: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """The claims of an article and how they came about."""

    claims: tuple[Claim, ...]
    reasons: tuple[Reason, ...]


class Reader:
    """Reads articles for the shows of an index. Pure: the same article gives the same claims."""

    def __init__(self, index: TitleIndex, lexicons: Sequence[Lexicon]) -> None:
        self._index = index
        self._lexicons = tuple(lexicons)

    def read(self, article: Article) -> tuple[Claim, ...]:
        """The claims of an article, the leading one first."""
        return self.explain(article).claims

    def explain(self, article: Article) -> Reading:
        """The claims of an article and the reasons for and against them."""
        page = Page(article)
        lexicon = self._lexicon_of(page)
        if not lexicon.may_tell(frozenset(page.title.stems)):
            return Reading((), (Reason("no_event"),))
        return _Desk(page, lexicon, self._index).reading()

    def _lexicon_of(self, page: Page) -> Lexicon:
        first = self._lexicons[0]
        if len(self._lexicons) == 1:
            return first
        words = {*page.title.words, *page.summary.words}
        return max(self._lexicons, key=lambda lexicon: len(lexicon.common & words))


class _Desk:
    """One article on the editor's desk."""

    def __init__(self, page: Page, lexicon: Lexicon, index: TitleIndex) -> None:
        self.page = page
        self.lexicon = lexicon
        self.index = index
        self.context = Context.of(page, index, lexicon)
        self.title = self._part(page.title)

    @cached_property
    def summary(self) -> Part:
        """The summary is looked into only when the headline promises news."""
        return self._part(self.page.summary)

    @cached_property
    def address(self) -> Part:
        """The words of the address, which an outlet makes of the headline's subject and news."""
        return self._part(Line.of(" ".join(self.page.slug)))

    def _part(self, line: Line) -> Part:
        published = self.page.article.published
        day = published.date() if published else None
        return recognise(line, self.index, self.lexicon, self.context, day)

    def reading(self) -> Reading:
        """The claims, or the reason why there are none."""
        sightings = find_events(self.title, self.lexicon)
        if not sightings:
            return Reading((), (Reason("no_event"),))
        shape = title_shape(self.page, self.title, self.lexicon)
        if not any(self._could_count(s, shape) for s in sightings):
            return Reading((), self._reasons(shape, sightings))
        shape = shape.with_summary(self.summary, self.lexicon)
        claims = self._claims(sightings, shape)
        return Reading(tuple(claims), self._reasons(shape, sightings))

    def _reasons(self, shape: Shape, sightings: list[Sighting]) -> tuple[Reason, ...]:
        cues = (Reason(h.cue.name, h.word or self._words(h)) for h in shape.hits)
        return (*cues, *(Reason(s.event.label, s.words) for s in sightings))

    def _words(self, hit: Hit) -> str:
        part = self.title if hit.cue.place == "title" else self.summary
        return part.scene.original(hit.start, hit.end)

    def _claims(self, sightings: list[Sighting], shape: Shape) -> list[Claim]:
        subjects = Subjects(self.page, self.title, self.summary, self.index, self.lexicon)
        claims: list[Claim] = []
        told: set[tuple[str, Kind]] = set()
        below = find_events(self.summary, self.lexicon)
        for sighting in self._weighed(sightings, below, shape):
            for show in subjects.of(sighting):
                if (show.key, sighting.event.kind) not in told:
                    told.add((show.key, sighting.event.kind))
                    claims.append(self._claim(sighting, show))
        return claims + self._companions(claims, below, shape)

    def _companions(self, claims: list[Claim], below: list[Sighting], shape: Shape) -> list[Claim]:
        """What the summary adds of the same show in another kind: a date, a trailer."""
        if len(claims) != 1 or claims[0].show is None:
            return []
        lead = claims[0]
        assert lead.show is not None
        found: list[Claim] = []
        for sighting in below:
            event = sighting.event
            if event not in COMPANIONS or event.kind is lead.kind or not sighting.is_firm:
                continue
            if shape.news(event.kind) < 0 or not self._is_announced(sighting):
                continue
            found.append(self._claim(sighting, lead.show))
        return found[:1]

    def _is_announced(self, sighting: Sighting) -> bool:
        """Whether a date is the news and not said in passing ("arriving this August")."""
        words = sighting.part.scene.text[sighting.start : sighting.end].split()
        return sighting.event is not Event.DATED or "date" in words

    def _claim(self, sighting: Sighting, show: Show) -> Claim:
        event = told_event(sighting, self.summary, self.page, self.lexicon)
        when = when_of(sighting, self.title, self.summary)
        return Claim(
            show,
            event,
            season_of(sighting, show, self.title, self.summary, self.lexicon),
            certainty_of(sighting, self.summary, self.lexicon),
            subject=subject_of(sighting, event, self.lexicon),
            value=value_of(event, when, self.title),
            when=when,
            evidence=self._evidence(sighting, show),
        )

    def _evidence(self, sighting: Sighting, show: Show) -> tuple[str, ...]:
        """The words that name the show, and those that say what happened to it."""
        named = (
            part.line.raw(name.mention.first, name.mention.last)
            for part in (self.title, self.summary)
            for name in part.names
            if show in name.mention.shows
        )
        return tuple(dict.fromkeys((sighting.words, *list(named)[:1])))

    def _could_count(self, sighting: Sighting, shape: Shape) -> bool:
        """Whether the summary, which is not read yet, could make the event count."""
        needed = self.lexicon.needed
        weight = shape.news(sighting.event.kind) + firmness(sighting, self.lexicon)
        if not sighting.is_firm:
            weight += needed["confirmed"] + needed["addressed"]
        series = shape.series + needed["summary"]
        return weight >= needed["news"] and series >= needed[sighting.event.kind.value]

    def _weighed(
        self, sightings: list[Sighting], below: list[Sighting], shape: Shape
    ) -> list[Sighting]:
        """The sightings that outweigh what speaks against them."""
        needed = self.lexicon.needed
        confirmed = {s.event for s in below if s.is_firm}
        addressed = {s.event for s in find_events(self.address, self.lexicon)}
        kept: list[Sighting] = []
        for sighting in sightings:
            weight = shape.news(sighting.event.kind) + firmness(sighting, self.lexicon)
            if not sighting.is_firm:
                weight += needed["confirmed"] * (sighting.event in confirmed)
                weight += needed["addressed"] * (sighting.event in addressed)
            if weight >= needed["news"] and shape.is_of_series(sighting.event.kind, self.lexicon):
                kept.append(sighting)
        if any(s.is_firm for s in kept):
            kept = _without_contents([s for s in kept if s.is_firm])
        else:
            kept = kept[:1]
        return sorted(kept, key=lambda s: s.event.is_quiet)


def _without_contents(sightings: list[Sighting]) -> list[Sighting]:
    """The sightings without castings that a trailer shows ("trailer reveals Ada's exit")."""
    trailers = [s.start for s in sightings if s.event in {Event.TRAILER, Event.TEASER}]
    if not trailers:
        return sightings
    return [
        s
        for s in sightings
        if s.event.kind is not Kind.CAST
        or (s.start < min(trailers) and s.event is not Event.RETURNS)
    ]


def firmness(sighting: Sighting, lexicon: Lexicon) -> float:
    """What the words of an event weigh by themselves."""
    if not sighting.is_firm:
        return lexicon.needed["hint"]
    label = sighting.event.label
    return lexicon.needed["trailer_event" if label == "trailer" else label]


__all__ = ["Reader", "Reading", "Reason"]
