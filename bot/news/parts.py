"""The headline and the summary of a page with everything recognised in them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.news.context import Context
from bot.news.dates import DateMention, find_dates
from bot.news.lazy import lazy
from bot.news.lexicon import Lexicon
from bot.news.naming import Name, find_names
from bot.news.scene import Scene, Span, mark
from bot.news.seasons import HIGHEST, SeasonMention, find_seasons
from bot.news.surroundings import Surroundings
from bot.news.text import Line
from bot.news.titles import name_starts

QUOTED_LIMIT = 8  # More words than this between quotation marks are speech, not a title.


@dataclass(frozen=True)
class Part:
    """A line, the names, seasons and dates in it, and the scene that they make."""

    line: Line
    names: tuple[Name, ...]
    seasons: tuple[SeasonMention, ...]
    dates: tuple[DateMention, ...]
    scene: Scene
    others: tuple[Span, ...] = ()
    networks: tuple[Span, ...] = ()


class Parts:
    """The parts of one page, each recognised when it is first asked for."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @lazy
    def title(self) -> Part:
        """The headline."""
        return recognise(self._context.page.title, self._context)

    @lazy
    def summary(self) -> Part:
        """The beginning of the summary."""
        return recognise(self._context.page.summary, self._context)

    @lazy
    def address(self) -> Part:
        """The words of the address, of which outlets make what a headline speaks of and tells."""
        return recognise(self._context.page.address, self._context)


def recognise(line: Line, context: Context) -> Part:
    """The part that a line of a page makes."""
    lexicon, published = context.lexicon, context.page.article.published
    seasons = find_seasons(line, lexicon.seasons)
    networks = lexicon.networks.find(line.stems)
    dates = find_dates(line, lexicon.dates, published.date() if published else None)
    around = Surroundings(line, tuple(seasons), tuple(dates), frozenset(networks), context, lexicon)
    names = find_names(around, context.index.find(line, name_starts(line)))
    taken = {i for n in names for i in range(n.mention.first, n.mention.last)}
    numbered = list(seasons)
    if names:
        numbered += _numbered(line, names, seasons, lexicon)
        numbered.sort(key=lambda season: season.first)
    others = [s for s in _quoted(line) if taken.isdisjoint(range(s.first, s.last))]
    spans = [Span(n.mention.first, n.mention.last, "SHOW") for n in names]
    spans += [Span(s.first, s.last, "SEASON") for s in seasons if s.number]
    spans += [Span(d.first, d.last, "DATE") for d in dates]
    channels = [Span(first, last, "NETWORK") for first, last in networks]
    spans += channels
    spans += others
    spans += [Span(i, i + 1, "NUMBER") for i in line.numbers if line.words[i].isdecimal()]
    own = frozenset([n.mention.last for n in names if n.mention.has_mark(line)])
    scene = mark(line, spans, own)
    return Part(
        line,
        tuple(names),
        tuple(numbered),
        tuple(dates),
        scene,
        tuple(others),
        tuple(channels),
    )


def _numbered(
    line: Line, names: Iterable[Name], seasons: Iterable[SeasonMention], lexicon: Lexicon
) -> Iterator[SeasonMention]:
    """Seasons numbered by the show's name alone: "Dead Reckoners 4 trailer", "Kiln Part 4" where
    none of `seasons` has a number, of which it would be a part."""
    is_numbered = any(season.number for season in seasons)
    for name in names:
        last = name.mention.last
        if last >= len(line) or line.breaks[last]:
            continue
        word = line.words[last]
        then = line.words[last + 1] if last + 1 < len(line) else ""
        # A number before a plural counts something: "adds 4 stars".
        is_count = then.endswith("s") and not lexicon.knows(then)
        if word.isdecimal() and 1 < int(word[:3]) <= HIGHEST and not is_count:
            yield SeasonMention(last, last + 1, int(word))
        elif lexicon.has("instalments", word) and then and not line.breaks[last + 1]:
            number = int(then) if then.isdecimal() else lexicon.seasons.cardinals.get(then, 0)
            # The second part is most often of a season, which is named elsewhere or is the first.
            if 2 < number <= HIGHEST and not is_numbered:
                yield SeasonMention(last, last + 2, number)


def _quoted(line: Line) -> list[Span]:
    """What stands in quotation marks, a name most likely; whether of a show is not known here."""
    if not line.has_apostrophe:
        return []
    spans: list[Span] = []
    end = 0
    for first in sorted(line.quotes):
        last = _quotation_end(line, first) if first >= end else 0
        if last and line.is_capitalised(first) and line.is_capitalised(last - 1):
            spans.append(Span(first, last, "OTHER"))
        end = max(end, last)
    return spans


def _quotation_end(line: Line, first: int) -> int:
    for last in range(first + 1, min(first + QUOTED_LIMIT, len(line)) + 1):
        if line.ends_quote(last):
            return last
    return 0
