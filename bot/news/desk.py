"""One article on the editor's desk, from its parts to its claims."""

from collections.abc import Iterator
from dataclasses import replace

from bot.news.context import Context
from bot.news.cues import Hit
from bot.news.details import certainty_of, subject_of, told_event, value_of, when_of
from bot.news.events import Sighting, find_events
from bot.news.glance import may_tell
from bot.news.lazy import lazy
from bot.news.lexicon import Lexicon
from bot.news.model import VIDEOS, Claim, Event, Kind, Show
from bot.news.numbering import Numbering
from bot.news.page import Page
from bot.news.parts import Part, Parts
from bot.news.people import of_persons
from bot.news.reading import Outcome, Reading, Verdict, Weight
from bot.news.roles import Roles
from bot.news.shapes import Shape, title_shape
from bot.news.strands import Strands
from bot.news.subject import Subjects
from bot.news.titles import TitleIndex
from bot.news.weighing import chosen, could_count, weigh, without_echoes

# What a summary may add to the headline's news.
COMPANIONS = frozenset({Event.DATED, Event.TRAILER, Event.TEASER})
# Who is seen to leave or to come back is so on a day.
APPEARANCES = frozenset({Event.EXITS, Event.RETURNS})


class Desk:
    """The parts of a page, looked into only as far as they are needed."""

    def __init__(
        self, page: Page, lexicon: Lexicon, index: TitleIndex, *, explains: bool = False
    ) -> None:
        """A desk; one that explains keeps what was weighed, which costs a little."""
        self._explains = explains
        self._page = page
        self._lexicon = lexicon
        self._context = Context(page, index, lexicon)
        self._parts = Parts(self._context)
        self._title = self._parts.title
        self._roles = Roles(lexicon)

    @lazy
    def _numbering(self) -> Numbering:
        return Numbering(self._page, self._lexicon, self._parts)

    @property
    def _summary(self) -> Part:
        return self._parts.summary

    def reading(self) -> Reading:
        """The claims, and what was weighed to make them."""
        sightings = of_persons(find_events(self._title, self._lexicon), self._lexicon)
        if not sightings and not self._explains:
            return Reading(language=self._lexicon.language)
        joins = any(s.event is Event.JOINS for s in sightings)
        shape = title_shape(self._context, self._title, self._roles, joins=joins)
        if not any(could_count(s, shape, self._lexicon) for s in sightings):
            return self._reading((), shape, self._hopeless(sightings, shape))
        shape = shape.with_summary(self._summary, self._lexicon)
        return self._weighed(sightings, shape)

    def _hopeless(self, sightings: list[Sighting], shape: Shape) -> list[Verdict]:
        if not self._explains:
            return []
        return [weigh(s, shape, (), (), self._lexicon) for s in sightings]

    def _weighed(self, sightings: list[Sighting], shape: Shape) -> Reading:
        below = find_events(self._summary, self._lexicon)
        confirmed = {s.event for s in below if s.is_firm}
        verdicts = [weigh(s, shape, confirmed, (), self._lexicon) for s in sightings]
        has_firm = any(v.counts and v.sighting.is_firm for v in verdicts)
        # The address may speak for hints, where nothing better counts.
        addressed = set() if has_firm else self._addressed(sightings, shape)
        if addressed:
            verdicts = [weigh(s, shape, confirmed, addressed, self._lexicon) for s in sightings]
        counting = self._without_remarks(without_echoes(chosen(verdicts), self._lexicon))
        strands = Strands(self._title, (v.sighting for v in counting), self._lexicon)
        subjects = Subjects(self._context, self._title, self._summary, self._roles, strands)
        told = [
            replace(v, shows=shows, outcome=Outcome.TOLD if shows else Outcome.NO_SHOW)
            for v in counting
            for shows in [tuple(subjects.of(v.sighting))]
        ]
        claims = list(self._claims(told, strands))
        claims += self._companions(claims, below, shape, strands)
        if self._explains:
            final = {id(v.sighting): v for v in told}
            verdicts = [final.get(id(v.sighting), _beside(v)) for v in verdicts]
        return self._reading(tuple(claims), shape, verdicts)

    def _without_remarks(self, verdicts: list[Verdict]) -> list[Verdict]:
        """The verdicts without dates said in passing beside a trailer ("premiering July 11", "in
        the trailer for its 2027 return")."""
        if not any(v.sighting.event.kind is Kind.TRAILER for v in verdicts):
            return verdicts
        has_video = any(v.sighting.event in VIDEOS for v in verdicts)
        passing, dates = self._lexicon.words["passing"], self._lexicon.words["date"]
        if not dates.isdisjoint(self._summary.scene.words):
            return verdicts
        return [
            v
            for v in verdicts
            if v.sighting.event is not Event.DATED
            or not (v.sighting.first_word in passing or (has_video and self._is_owned(v.sighting)))
        ]

    def _is_owned(self, sighting: Sighting) -> bool:
        """Whether it is but a date that somebody owns: "its 2027 return"."""
        before = sighting.part.scene.text[: sighting.start].split()[-1:]
        is_owned = not self._lexicon.words["owners"].isdisjoint(before)
        return sighting.first_word == "DATE" and is_owned

    def _addressed(self, sightings: list[Sighting], shape: Shape) -> set[Event]:
        """The events that the address tells, where they could make a hint count."""
        if not any(not s.is_firm and could_count(s, shape, self._lexicon) for s in sightings):
            return set()
        if not may_tell(self._page.address, self._lexicon):
            return set()
        return {s.event for s in find_events(self._parts.address, self._lexicon) if s.is_firm}

    def _claims(self, verdicts: list[Verdict], strands: Strands) -> Iterator[Claim]:
        told: set[tuple[str, Kind]] = set()
        for verdict in verdicts:
            for show in verdict.shows:
                key = (show.key, verdict.sighting.event.kind)
                if key not in told:
                    told.add(key)
                    yield self._claim(verdict.sighting, show, strands)

    def _companions(
        self, claims: list[Claim], below: list[Sighting], shape: Shape, strands: Strands
    ) -> list[Claim]:
        """What the summary adds of the same show in another kind: its date, its trailer, who joins.

        A show's look (stills) leaves room for its trailer.
        """
        shows = {claim.show for claim in claims if claim.show}
        if len(shows) != 1:
            return []
        (show,) = shows
        told = {claim.kind for claim in claims}
        if any(claim.event in APPEARANCES for claim in claims):
            # Who leaves or comes back is seen on a day; the show is on for long.
            below = [sighting for sighting in below if sighting.event is not Event.DATED]
        added: list[Claim] = []
        for sighting in below:
            kind = sighting.event.kind
            if kind not in told and self._is_companion(sighting, shape):
                told.add(kind)
                added.append(self._claim(sighting, show, strands))
        return added

    def _is_companion(self, sighting: Sighting, shape: Shape) -> bool:
        """Whether a summary tells it as news of the show, and not in passing."""
        if not sighting.is_firm or shape.news(sighting.event) < 0:
            return False
        event = told_event(sighting, self._summary, self._page, self._lexicon)
        if event not in COMPANIONS:
            return self._is_added(sighting)
        return self._is_announced(sighting)

    def _is_added(self, sighting: Sighting) -> bool:
        """Whether the summary has it as news of its own ("and reveals new cast members")."""
        scene = sighting.part.scene
        return any(
            found.start < sighting.end and sighting.start < found.end
            for found in self._lexicon.group("added").find(scene.text, scene.words)
        )

    def _is_announced(self, sighting: Sighting) -> bool:
        """Whether a date is the news and not said in passing ("arriving this August")."""
        if sighting.event is not Event.DATED:
            return True
        words = sighting.part.scene.text[sighting.start : sighting.end].split()
        if not self._lexicon.words["date"].isdisjoint(words):
            return True
        said = sighting.sentence
        return bool(self._lexicon.group("announced").find(said, frozenset(said.split())))

    def _claim(self, sighting: Sighting, show: Show, strands: Strands) -> Claim:
        event = told_event(sighting, self._summary, self._page, self._lexicon)
        strand, near = strands.of(sighting), strands.nearest(sighting)
        when = when_of(sighting, self._title, self._summary, strand, self._lexicon)
        return Claim(
            show,
            event,
            self._numbering.of(sighting, show, strand),
            certainty_of(sighting, self._summary, self._lexicon),
            subject=subject_of(sighting, event, self._lexicon),
            value=value_of(event, when, self._title, self._page, self._lexicon, near),
            when=when,
            evidence=self._evidence(sighting, show),
        )

    def _evidence(self, sighting: Sighting, show: Show) -> tuple[str, ...]:
        """The words that say what happened, and those that name the show, as the article has them
        in order; the latter once, where the former hold them."""
        scene = sighting.part.scene
        said = scene.word_at(sighting.start)
        for part in (self._title, self._summary):
            for name in part.names:
                if show in name.mention.shows:
                    named = part.line.raw(name.mention.first, name.mention.last)
                    if part is sighting.part and name.mention.first < said:
                        return (named, sighting.words)
                    return (sighting.words,) if named in sighting.words else (sighting.words, named)
        return (sighting.words,)

    def _reading(self, claims: tuple[Claim, ...], shape: Shape, verdicts: list[Verdict]) -> Reading:
        language = self._lexicon.language
        if not self._explains:
            return Reading(claims, language=language)
        weights = tuple(self._weights(shape))
        return Reading(claims, self._title.names, weights, tuple(verdicts), language)

    def _weights(self, shape: Shape) -> Iterator[Weight]:
        for hit in shape.hits:
            part = self._title if hit.cue.place == "title" else self._summary
            words = _words_of(hit, part)
            yield Weight(hit.cue.name, words, hit.cue.news, hit.cue.series)


def _words_of(hit: Hit, part: Part) -> str:
    """The article's words for a hit, whose own may be a sign for them (NETWORK)."""
    if hit.cue.place not in {"title", "summary"}:
        return hit.word
    if not hit.word:
        return part.scene.original(hit.start, hit.end)
    start = f" {part.scene.text}".find(f" {hit.word} ")
    return part.scene.original(start, start + len(hit.word))


def _beside(verdict: Verdict) -> Verdict:
    """The verdict on an event that would count, but stands beside a firmer one."""
    return replace(verdict, outcome=Outcome.BESIDE) if verdict.counts else verdict
