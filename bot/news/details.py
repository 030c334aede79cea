"""The particulars of a claim: season, certainty, the sort of a trailer, the date, the person."""

from bot.news.events import Sighting
from bot.news.lexicon import Lexicon
from bot.news.model import Certainty, Event, Show
from bot.news.page import Page
from bot.news.parts import Part
from bot.news.seasons import SeasonMention


def season_of(
    sighting: Sighting, show: Show, title: Part, summary: Part, lexicon: Lexicon
) -> int | None:
    """The season that the news is about; not one that it comes after."""
    # What is cancelled is the season that the headline names; a summary tells of those that were.
    parts = (title,) if sighting.event is Event.CANCELLED else (title, summary)
    for part in parts:
        for season in part.seasons:
            if (
                season.number
                and not _is_behind(part, season, lexicon)
                and not _is_of_another(part, season, show)
            ):
                return season.number
    return None


def _is_behind(part: Part, season: SeasonMention, lexicon: Lexicon) -> bool:
    words = part.line.words[max(0, season.first - 4) : season.first]
    return not lexicon.words["behind"].isdisjoint(words)


def _is_of_another(part: Part, season: SeasonMention, show: Show) -> bool:
    named = [n for n in part.names if n.mention.last == season.first]
    return any(show not in n.mention.shows for n in named)


def certainty_of(sighting: Sighting, summary: Part, lexicon: Lexicon) -> Certainty:
    """How sure the words are."""
    below = lexicon.group("rumour_below")
    if below.first(summary.scene.text, summary.scene.words):
        return Certainty.RUMOUR
    scene = sighting.part.scene
    if lexicon.group("rumour").first(scene.text, scene.words):
        return Certainty.RUMOUR
    if lexicon.group("reported").first(scene.text, scene.words):
        return Certainty.REPORTED
    return Certainty.CONFIRMED


def _is_mere_look(sighting: Sighting) -> bool:
    return sighting.part.scene.text[sighting.start : sighting.end].split()[-1:] == ["look"]


def trailer_event(sighting: Sighting, title: Part, summary: Part, page: Page) -> Event:
    """The event, a trailer that the summary or the address calls a teaser being one."""
    has_trailer = "trailer" in summary.scene.words or "trailer" in page.slug
    if sighting.event is Event.IMAGES and has_trailer and _is_mere_look(sighting):
        # "Get a first look" is said of trailers as well as of stills.
        return Event.TEASER if "teaser" in summary.scene.words else Event.TRAILER
    if sighting.event is not Event.TRAILER:
        return sighting.event
    is_teaser = "teaser" in summary.scene.words or "teaser" in page.slug
    return Event.TEASER if is_teaser else Event.TRAILER


def when_of(sighting: Sighting) -> None:
    """Later."""


def subject_of(sighting: Sighting) -> None:
    """Later."""
