"""What comes of reading an article: its claims, and what was weighed to make them."""

from dataclasses import dataclass
from enum import StrEnum, auto

from bot.news.events import Sighting
from bot.news.model import Claim, Show
from bot.news.naming import Name


class Outcome(StrEnum):
    """What became of an event that a headline speaks of."""

    TOLD = auto()
    NO_NEWS = auto()
    NO_SERIES = auto()
    NO_SHOW = auto()
    BESIDE = auto()


@dataclass(frozen=True, slots=True)
class Weight:
    """A sign for or against: a cue's name, the words it was found in, what it weighs."""

    name: str
    words: str
    news: float
    series: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """An event of the headline, what it weighs for news, and for a series, with all cues."""

    sighting: Sighting
    news: float
    series: float
    outcome: Outcome
    shows: tuple[Show, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether the event is news of a series; of which one is another question."""
        return self.outcome in {Outcome.TOLD, Outcome.NO_SHOW}


@dataclass(frozen=True, slots=True)
class Reading:
    """The claims of an article and how they came about.

    `names` are the titles in the headline that were believed; `weights` the cues found; `verdicts`
    the events of the headline, those that led to a claim and those that did not.
    """

    claims: tuple[Claim, ...] = ()
    names: tuple[Name, ...] = ()
    weights: tuple[Weight, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    language: str = ""
