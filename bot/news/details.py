"""The particulars of a claim: certainty, the sort of a trailer, the date, the person."""

from itertools import pairwise

from bot.news.events import Sighting
from bot.news.lexicon import Lexicon
from bot.news.model import Certainty, Event, Kind, When
from bot.news.page import Page
from bot.news.particulars import episodes_of, stage_of, video_of
from bot.news.parts import Part
from bot.news.patterns import PatternSet
from bot.news.people import person_of
from bot.news.scene import Span
from bot.news.text import Line

# How many characters before a trailer a hedge may stand that is about the trailer itself.
VIDEO_REACH = 12

_DATED = frozenset({Event.DATED, Event.MOVED})
_MAY_BE_TEASED = frozenset({Event.TRAILER, Event.IMAGES})
_ORDERS = frozenset({Event.ORDERED, Event.RENEWED})
# What parts what is said of an event from what is said of something else.
_PARTING = frozenset(",-;.?!|")


def certainty_of(sighting: Sighting, summary: Part, lexicon: Lexicon) -> Certainty:
    """How sure the words are."""
    if sighting.event.kind is Kind.TRAILER and sighting.part is not summary:
        return _certainty_of_video(sighting, lexicon)
    if _is_rumoured(summary, lexicon):
        return Certainty.RUMOUR
    if _is_hedged(sighting, lexicon.group("rumour")):
        return Certainty.RUMOUR
    if _is_hedged(sighting, lexicon.group("reported")):
        return Certainty.REPORTED
    return Certainty.CONFIRMED


def _is_rumoured(summary: Part, lexicon: Lexicon) -> bool:
    """Whether the summary speaks of a rumour, and not of one that has come true."""
    text, words = summary.scene.text, summary.scene.words
    below = lexicon.group("rumour_below")
    if below.first(text, words) is None:
        return False
    settled = lexicon.group("settled").first(text, words)
    if settled is None or not lexicon.denials.isdisjoint(text[: settled.start].split()[-3:]):
        return True
    return below.first(text[: settled.start] + text[settled.end :], words) is not None


def _certainty_of_video(sighting: Sighting, lexicon: Lexicon) -> Certainty:
    """How sure it is that there is a video: what it hints at is another question."""
    scene = sighting.part.scene
    start = sighting.start - VIDEO_REACH
    for found in lexicon.group("rumour").find(scene.text, scene.words):
        if start <= found.start <= sighting.start:
            return Certainty.RUMOUR
    return Certainty.CONFIRMED


def _is_hedged(sighting: Sighting, hedges: PatternSet[str]) -> bool:
    """Whether a hedge stands by the event; one behind a mark is about something else,
    but for an attribution, which begins with its mark ("- sources say"). So is one of the season
    that somebody leaves before ("exits ahead of possible season 4")."""
    scene = sighting.part.scene
    leaves = sighting.event is Event.EXITS
    return any(
        found.start < sighting.end
        or _PARTING.isdisjoint(scene.text[sighting.end : found.start].split())
        for found in hedges.find(scene.text, scene.words)
        if not (leaves and scene.text.startswith("SEASON ", found.end))
    )


def told_event(sighting: Sighting, summary: Part, page: Page, lexicon: Lexicon) -> Event:
    """The event, a trailer that the summary calls a teaser being one."""
    event = sighting.event
    if event not in _MAY_BE_TEASED:
        return event
    slug = frozenset(page.slug)
    is_teaser = _calls_it_teaser(summary, lexicon)
    has_trailer = not lexicon.words["trailer"].isdisjoint(summary.scene.words | slug)
    if event is Event.IMAGES and has_trailer and _is_mere_look(sighting, lexicon):
        # "Get a first look" is said of trailers as well as of stills.
        event = Event.TRAILER
        is_teaser = is_teaser or not lexicon.words["teaser"].isdisjoint(slug)
    return Event.TEASER if event is Event.TRAILER and is_teaser else event


def _calls_it_teaser(summary: Part, lexicon: Lexicon) -> bool:
    """Whether it speaks of a teaser trailer, or of a teaser and of no trailer."""
    teaser, trailer = lexicon.words["teaser"], lexicon.words["trailer"]
    if teaser.isdisjoint(summary.scene.words):
        return False
    signs = summary.scene.signs
    is_one = any(a in teaser and b in trailer for a, b in pairwise(signs))
    return is_one or trailer.isdisjoint(signs)


def _is_mere_look(sighting: Sighting, lexicon: Lexicon) -> bool:
    last = sighting.part.scene.text[sighting.start : sighting.end].split()[-1:]
    return not lexicon.words["look"].isdisjoint(last)


def when_of(
    sighting: Sighting, title: Part, summary: Part, strand: range, lexicon: Lexicon
) -> When | None:
    """The date that the news gives: the headline's, among the words `strand` that speak of it, else
    the first of the summary. One that it moves from is none."""
    if sighting.event.kind is not Kind.SEASON:
        return None
    for part in (title, summary) if sighting.event in _DATED else (title,):
        words = part.line.words
        dates = [d for d in part.dates if d.when and (part is not title or d.first in strand)]
        to_come = [d for d in dates if not d.first or not lexicon.has("left", words[d.first - 1])]
        if dates:
            return (to_come or dates)[0].when
    return None


def subject_of(sighting: Sighting, event: Event, lexicon: Lexicon) -> str:
    """The person of a casting; the sort of a trailer, as the article calls it; filming's stage."""
    match event.kind:
        case Kind.CAST:
            return person_of(sighting, lexicon)
        case Kind.TRAILER:
            scene = sighting.part.scene
            before = scene.text[: sighting.start].split()[-1:]
            is_final = not lexicon.words["last"].isdisjoint(before)
            return f"final {event.label}" if is_final else event.label
        case Kind.SEASON:
            return stage_of(sighting, lexicon) if event is Event.PRODUCTION else ""


def value_of(
    event: Event, when: When | None, title: Part, page: Page, lexicon: Lexicon, near: range
) -> str:
    """What was said, in canonical text: a date, else what the headline has of episodes or network,
    of several the one among the words `near`.

    Of a trailer it is the video, where the article has its address.
    """
    if event.kind is Kind.TRAILER:
        return video_of(page)
    if when is not None:
        return str(when)
    if event in _ORDERS and (count := episodes_of(title, lexicon, near)):
        return count
    if event.kind is Kind.SEASON:
        spans = sorted(title.networks, key=lambda span: span.first not in near)
        return _network_of(title.line, spans[0]) if spans else ""
    return ""


def _network_of(line: Line, span: Span) -> str:
    """A network as the headline writes it, with its plus and without a possessive ending."""
    raw = line.raw(span.first, span.last)
    if line.is_possessive(span.last - 1):
        return raw[:-2]
    return f"{raw}+" if line.gaps[span.last].startswith("+") else raw
