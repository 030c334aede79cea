"""What an article asserts of a show: the reader.

article -> page -> names -> scenes -> sightings of events -> subject -> claims
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.news.dates import DateMention, find_dates
from bot.news.lexicon import Lexicon
from bot.news.model import Article, Certainty, Claim, Event, Kind, Show
from bot.news.naming import Context, Name, find_names
from bot.news.page import Page
from bot.news.scene import Scene, Span, mark
from bot.news.seasons import SeasonMention, find_seasons
from bot.news.text import Line
from bot.news.titles import TitleIndex


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


@dataclass(frozen=True, slots=True)
class Sighting:
    event: Event
    scene: Scene
    start: int
    end: int
    pattern: str


@dataclass(frozen=True)
class Part:
    line: Line
    names: list[Name]
    seasons: list[SeasonMention]
    dates: list[DateMention]
    scene: Scene


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
        page = Page.of(article)
        lexicon = self._lexicon_of(page)
        if lexicon.triggers.isdisjoint(page.title.stems):
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
        self.reasons: list[Reason] = []

    def _part(self, line: Line) -> Part:
        lexicon = self.lexicon
        seasons = find_seasons(line, lexicon.seasons)
        networks = lexicon.networks.find(line.stems)
        published = self.page.article.published
        dates = find_dates(line, lexicon.dates, published.date() if published else None)
        names = find_names(line, self.index.find(line), seasons, networks, self.context, lexicon)
        spans = [Span(n.mention.first, n.mention.last, "SHOW") for n in names]
        spans += [Span(s.first, s.last, "SEASON") for s in seasons if s.number]
        spans += [Span(d.first, d.last, "DATE") for d in dates]
        spans += [Span(a, b, "NETWORK") for a, b in networks]
        spans += [Span(i, i + 1, "NUMBER") for i, w in enumerate(line.words) if w.isdecimal()]
        return Part(line, names, seasons, dates, mark(line, spans))

    def reading(self) -> Reading:
        quiet = self._quiet()
        if quiet:
            return Reading((), (quiet,))
        sightings = self._sightings(self.title.scene)
        if not sightings:
            return Reading((), (Reason("no_event"),))
        self.summary = self._part(self.page.summary)
        claims: list[Claim] = []
        kinds: set[Kind] = set()
        for sighting in sightings:
            show = self._subject()
            if show is None or sighting.event.kind in kinds:
                continue
            kinds.add(sighting.event.kind)
            claims.append(
                Claim(
                    show,
                    sighting.event,
                    self._season(),
                    self._certainty(),
                    evidence=(sighting.scene.original(sighting.start, sighting.end),),
                )
            )
        return Reading(tuple(claims), tuple(self.reasons))

    def _quiet(self) -> Reason | None:
        cats = self.page.category_keys & self.lexicon.words["quiet_categories"]
        if cats:
            return Reason("category", min(cats))
        scene = self.title.scene
        hit = self.lexicon.group("shape").first(scene.text, scene.words)
        if hit:
            return Reason("shape", scene.original(hit[2].start(), hit[2].end()))
        words = set(scene.line.words)
        for group in ("film", "game", "other"):
            if words & self.lexicon.words[group] and not words & self.lexicon.words["series"]:
                return Reason(group)
        return None

    def _sightings(self, scene: Scene) -> list[Sighting]:
        found = [
            Sighting(Event.of(label), scene, m.start(), m.end(), p.source)
            for label, p, m in self.lexicon.events.find(scene.text, scene.words)
        ]
        return sorted(found, key=lambda s: s.start)

    def _subject(self) -> Show | None:
        scores: dict[str, float] = {}
        shows: dict[str, Show] = {}

        def vote(show: Show, points: float) -> None:
            shows[show.key] = show
            scores[show.key] = scores.get(show.key, 0.0) + points

        for part, points in ((self.title, 6.0), (self.summary, 3.0)):
            for number, name in enumerate(part.names):
                beside = self._is_beside(part, name)
                vote(name.mention.show, (0.5 if beside else points) - 0.1 * number)
        for category in self.page.categories:
            for show in self.index.named(category)[:1]:
                vote(show, 1.5)
        for mention in self.index.find_words(self.page.slug):
            vote(mention.show, 0.3 * len(mention.key.split()))
        key = max(scores, key=lambda k: scores[k], default=None)
        return shows[key] if key is not None and scores[key] >= 3 else None

    def _is_beside(self, part: Part, name: Name) -> bool:
        last = name.mention.last
        if last < len(part.line) and self.lexicon.has("beside", part.line.words[last]):
            return True
        start = part.scene.offset_of(name.mention.first)
        return any(
            m.start() <= start < m.end()
            for _, _, m in self.lexicon.group("beside_before").find(
                part.scene.text, part.scene.words
            )
        )

    def _season(self) -> int | None:
        for part in (self.title, self.summary):
            for season in part.seasons:
                if season.number:
                    return season.number
        return None

    def _certainty(self) -> Certainty:
        words = set(self.title.line.words)
        if words & self.lexicon.words["rumour"]:
            return Certainty.RUMOUR
        if words & self.lexicon.words["reported"]:
            return Certainty.REPORTED
        return Certainty.CONFIRMED


__all__ = ["Reader", "Reading", "Reason"]
_ = Iterable
