"""Whether an event counts: what its words weigh against what the article looks like.

All weights stand in the lexicon; `docs/reading.md` says where they come from.
"""

from collections.abc import Collection, Iterable

from bot.news.events import Reach, Sighting
from bot.news.lexicon import Lexicon
from bot.news.model import VIDEOS, Event, Kind
from bot.news.reading import Outcome, Verdict
from bot.news.shapes import Shape

# Of two events of a kind, the one that says more of the same show comes first: "cancelled by Fox,
# picked up by NBC" is a renewal, a new and later date is a delay.
_LESSER = {
    Event.ORDERED: {Event.RENEWED},
    Event.CANCELLED: {Event.RENEWED},
    Event.DATED: {Event.MOVED, Event.ENDING},
    Event.JOINS: {Event.RECAST},
}


def firmness(sighting: Sighting, lexicon: Lexicon) -> float:
    """What the words of an event weigh by themselves."""
    return lexicon.firmness[sighting.event] if sighting.is_firm else lexicon.needed["hint"]


def _may_confirm(sighting: Sighting, shape: Shape, reach: Reach) -> bool:
    """Whether the summary may speak for an event: for a firm one against a section of the site, not
    against what the headline itself makes of it ("so good that it was renewed")."""
    return not sighting.is_firm or shape.headline(sighting.event, reach) >= 0


def could_count(sighting: Sighting, shape: Shape, lexicon: Lexicon) -> bool:
    """Whether a summary that is not read yet could make the event count."""
    needed = lexicon.needed
    reach = sighting.reach
    news = shape.news(sighting.event, reach) + firmness(sighting, lexicon)
    if _may_confirm(sighting, shape, reach):
        news += needed["confirmed"]
    if not sighting.is_firm:
        news += needed["addressed"]
    series = shape.series(sighting.event, reach) + needed["summary"]
    return news >= needed["news"] and series >= needed[sighting.event.kind]


def weigh(
    sighting: Sighting,
    shape: Shape,
    confirmed: Collection[Event],
    addressed: Collection[Event],
    lexicon: Lexicon,
) -> Verdict:
    """The verdict on one event.

    `confirmed` are the events that the summary tells firmly; they speak for the headline's.
    `addressed` are those in the address, which speak for an event that it only hints at.
    """
    needed = lexicon.needed
    event = sighting.event
    reach = sighting.reach
    news = shape.news(event, reach) + firmness(sighting, lexicon)
    series = shape.series(event, reach)
    is_short = news < needed["news"] or not sighting.is_firm
    if is_short and event in confirmed and _may_confirm(sighting, shape, reach):
        news += needed["confirmed"]
    if not sighting.is_firm:
        news += needed["addressed"] * (event in addressed)
    outcome = Outcome.TOLD
    if news < needed["news"]:
        outcome = Outcome.NO_NEWS
    elif series < needed[event.kind]:
        outcome = Outcome.NO_SERIES
    return Verdict(sighting, news, series, outcome)


def chosen(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Of the events that count, those to tell, the leading first.

    Beside one that is told firmly, hints are no news of their own; of hints alone, one is told.
    Trailers go before clips and stills of the same headline.
    """
    counting = [v for v in verdicts if v.counts]
    firm = [v for v in counting if v.sighting.is_firm]
    kept = _without_contents(firm) if firm else counting[:1]
    kept = [v for v in kept if not any(_covers(other, v) for other in kept)]
    return sorted(kept, key=lambda v: _rank(v.sighting.event, kept))


def _rank(event: Event, verdicts: list[Verdict]) -> int:
    """0 for what leads, 1 for what another event of the headline says better, 2 for stills."""
    greater: set[Event] = _LESSER.get(event, set())
    return 2 if event.is_quiet else int(any(v.sighting.event in greater for v in verdicts))


def _covers(other: Verdict, verdict: Verdict) -> bool:
    """Whether the same words, or more of them, say something heavier of another kind."""
    a, b = other.sighting, verdict.sighting
    overlap = a.start < b.end and b.start < a.end
    kinds = {a.event.kind, b.event.kind}
    # "Hulu boards 'Harbor'" is no casting, though "boards 'Harbor'" is: networks join no cast.
    is_networks = a.first_word == "NETWORK" and b.start > a.start
    is_more = is_networks and b.end <= a.end and other.news == verdict.news
    return overlap and kinds == {Kind.SEASON, Kind.CAST} and (other.news > verdict.news or is_more)


def _without_contents(verdicts: list[Verdict]) -> list[Verdict]:
    """The verdicts without what a trailer shows ("trailer reveals Ada's exit", "trailer unveils a
    new spin-off")."""
    looks = {v.sighting.event for v in verdicts if v.sighting.event.kind is Kind.TRAILER}
    if looks and not looks & VIDEOS:
        # A first look at somebody's return is a look.
        return [v for v in verdicts if v.sighting.event is not Event.RETURNS]
    trailers = [v.sighting for v in verdicts if v.sighting.event in VIDEOS]
    if not trailers:
        return verdicts
    return [v for v in verdicts if not _is_shown_in(v.sighting, trailers)]


def _is_shown_in(sighting: Sighting, trailers: Iterable[Sighting]) -> bool:
    """Whether a trailer shows it: somebody who comes back, is cast or leaves behind its word, or a
    show that it "unveils"."""
    if sighting.event is Event.ORDERED:
        return any(sighting.start == trailer.end for trailer in trailers)
    if sighting.event.kind is not Kind.CAST:
        return False
    first = min(trailer.start for trailer in trailers)
    return sighting.event is Event.RETURNS or sighting.start > first


def without_echoes(verdicts: list[Verdict], lexicon: Lexicon) -> list[Verdict]:
    """The verdicts without what a cancellation says once more: "cancelled, will not be back"."""
    if not any(v.sighting.event is Event.CANCELLED for v in verdicts):
        return verdicts
    denials = lexicon.words["negation"]
    return [
        v
        for v in verdicts
        if v.sighting.event is not Event.EXITS or v.sighting.first_word not in denials
    ]
