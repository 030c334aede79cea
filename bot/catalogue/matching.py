"""Which series of the catalogue a show of ours is. It is never guessed: no agreement, no match."""

from collections.abc import Iterable, Sequence

from bot.news.model import Show
from bot.news.series import Series
from bot.news.text import words_of
from bot.news.titles import title_words

YEARS_APART = 1  # a pilot before the year's end, an airing abroad before the one at home


def match(show: Show, found: Sequence[Series]) -> Series | None:
    """The one series of the show's title that agrees with its year or its network.

    Where several agree, the one that agrees with both. A year that is known and another is a
    contradiction, whatever the network. An alias of ours counts as the title where year and network
    both agree.
    """
    agreeing = [one for one in found if _points(show, one)]
    best = [one for one in agreeing if _points(show, one) == 2]
    chosen = best or agreeing
    return chosen[0] if len(chosen) == 1 else None


def only_namesake(title: str, found: Iterable[Series]) -> Series | None:
    """The series of that title, where the catalogue has exactly one."""
    named = [one for one in found if _key(one.title) == _key(title)]
    return named[0] if len(named) == 1 else None


def _points(show: Show, one: Series) -> int:
    """How many of year and network agree; 0 where it is no match."""
    points = _year_points(show, one) + _is_same_network(show, one)
    if _is_another_year(show, one):
        return 0
    if _key(one.title) == _key(show.title):
        return points
    is_alias = _key(one.title) in {_key(alias) for alias in show.aliases}
    return points if is_alias and points == 2 else 0


def _year_points(show: Show, one: Series) -> int:
    known = show.year is not None and one.year is not None
    return int(known and not _is_another_year(show, one))


def _is_another_year(show: Show, one: Series) -> bool:
    if show.year is None or one.year is None:
        return False
    return abs(show.year - one.year) > YEARS_APART


def _is_same_network(show: Show, one: Series) -> bool:
    """Whether one name holds the other: "BBC" and "BBC One", "Apple TV" and "Apple TV+"."""
    ours = set(words_of(show.network))
    theirs = [set(words_of(name)) for name in (one.network, one.streamer)]
    return any(ours and words and (ours <= words or words <= ours) for words in theirs)


def _key(title: str) -> tuple[str, ...]:
    return tuple(title_words(title)[0])
