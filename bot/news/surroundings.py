"""What stands around the names of a line: its seasons, dates and networks, and its page."""

from dataclasses import dataclass

from bot.news.context import Context
from bot.news.dates import DateMention
from bot.news.lazy import lazy
from bot.news.lexicon import Lexicon
from bot.news.seasons import SeasonMention
from bot.news.text import Line


@dataclass(frozen=True)
class Surroundings:
    """What was recognised in a line before its names are looked for."""

    line: Line
    seasons: tuple[SeasonMention, ...]
    dates: tuple[DateMention, ...]
    networks: frozenset[tuple[int, int]]
    context: Context
    lexicon: Lexicon

    @lazy
    def network_ends(self) -> frozenset[int]:
        """The words right behind a network."""
        return frozenset(end for _, end in self.networks)
