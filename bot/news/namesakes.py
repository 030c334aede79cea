"""Which of several shows of one name is meant: by network, year and cast, never by a guess.

Where nothing on the page decides between them, none is.
"""

from collections.abc import Iterator, Sequence

from bot.news.context import Context
from bot.news.lazy import lazy
from bot.news.model import Show
from bot.news.parts import Part
from bot.news.text import words_of
from bot.news.titles import title_key

# A show is announced some years ahead of its first season at most, and has two seasons a year.
YEARS_AHEAD = 4
SEASONS_A_YEAR = 2


class Namesakes:
    """What a page says for one show or another of the same name."""

    def __init__(self, context: Context, title: Part, summary: Part) -> None:
        self._context = context
        self._page = context.page
        self._title = title
        self._summary = summary

    def one_of(self, key: str, shows: Sequence[Show]) -> Show | None:
        """The one show of these that is meant by the name `key`; None where that is not told."""
        if len(shows) == 1:
            return shows[0]
        # A show that goes by its name with an article and without one stands here twice.
        shows = tuple({show.key: show for show in shows}.values())
        possible = [show for show in shows if self._is_possible(show)] or shows
        points = {show.key: self._points(show) for show in possible}
        most = max(points.values())
        best = [show for show in possible if points[show.key] == most]
        if len(best) > 1:
            # Of a show called so and one that is also called so, the first.
            best = [s for s in best if title_key(s.title) == key] or best
        return best[0] if len(best) == 1 else None

    def _is_possible(self, show: Show) -> bool:
        """Whether the show can have the season that the headline names when it was written."""
        published = self._page.article.published
        if show.year is None or published is None:
            return True
        age = published.year - show.year
        if age < -YEARS_AHEAD:
            return False
        numbers = [s.number for s in self._title.seasons if s.number]
        return not numbers or min(numbers) <= SEASONS_A_YEAR * (max(0, age) + 1) + 1

    def _points(self, show: Show) -> int:
        """3 for its year, 3 for one of its cast, and what its network counts for."""
        year = 3 if show.year is not None and str(show.year) in self._years else 0
        cast = 3 if self._context.names_one_of(show.cast) else 0
        return year + cast + self._points_of_network(frozenset(words_of(show.network)))

    def _points_of_network(self, words: frozenset[str]) -> int:
        """2 where the headline names the network, 1 where the summary does."""
        if not words:
            return 0
        if any(words <= named or named <= words for named in self._headline_networks):
            return 2
        return int(any(words <= named or named <= words for named in self._summary_networks))

    @lazy
    def _years(self) -> frozenset[str]:
        return self._page.years.union(self._title.line.words, self._page.slug)

    @lazy
    def _headline_networks(self) -> tuple[frozenset[str], ...]:
        return tuple(_networks(self._title))

    @lazy
    def _summary_networks(self) -> tuple[frozenset[str], ...]:
        return tuple(_networks(self._summary))


def _networks(part: Part) -> Iterator[frozenset[str]]:
    for span in part.networks:
        yield frozenset(part.line.stems[span.first : span.last])
