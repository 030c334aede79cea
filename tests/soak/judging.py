"""Judging a run by what was published and what stands in Discord, not by the bot's database."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class News:
    """One publication: the `number`-th, of a show's season."""

    number: int
    show: str
    season: int

    @property
    def headline(self) -> str:
        """What the outlet writes."""
        return f"‘{self.show}’ Renewed for Season {self.season}"

    @property
    def line(self) -> str:
        """How a post of it begins."""
        return f"**{self.show}** is renewed for season {self.season} "


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of everything that was owed."""

    announcements: int
    expected: int
    delivered: int
    unknown: int
    lost: int
    doubled: int
    misordered: int

    @property
    def is_well(self) -> bool:
        """Whether nothing was lost, doubled or out of order."""
        return not (self.lost or self.doubled or self.misordered)


def judge(
    published: Sequence[News],
    followers: Mapping[str, Iterable[int]],
    posted: Mapping[int, Sequence[str]],
    without_history: frozenset[int],
) -> Verdict:
    """Compare what was published with the contents that ever stood in each channel.

    A post that is missing is `unknown` in a channel whose history the bot may not read, where it
    could not find out whether the post had arrived; anywhere else it is lost.
    """
    owed = {(channel, news) for news in published for channel in followers[news.show]}
    by_line = {news.line: news for news in published}
    arrived: Counter[tuple[int, News]] = Counter()
    misordered = 0
    for channel, contents in posted.items():
        order = [by_line[line] for text in contents if (line := _line(text)) in by_line]
        arrived.update((channel, news) for news in order)
        misordered += sum(b.number < a.number for a, b in pairwise(order))
    missing = owed - arrived.keys()
    unknown = sum(channel in without_history for channel, _ in missing)
    return Verdict(
        len(published),
        len(owed),
        len(owed & arrived.keys()),
        unknown,
        len(missing) - unknown,
        sum(count - 1 for count in arrived.values()) + len(arrived.keys() - owed),
        misordered,
    )


def _line(text: str) -> str:
    return text.partition("—")[0]
