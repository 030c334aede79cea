"""Titles that a line lists: "Harbor, Kiln & Saltmarsh", "Harbor, Kiln and more"."""

from collections.abc import Iterable, Set

from bot.news.lexicon import Lexicon
from bot.news.text import Line
from bot.news.titles import ARTICLES, Mention

# What may stand before the "and" of a list.
_MARKS = frozenset({"", ","})


def lists_of(line: Line, mentions: Iterable[Mention], lexicon: Lexicon) -> list[list[Mention]]:
    """The lists that some mentions of a line make: rows of two at least, with an "and" between or
    behind them, or ", more". Commas alone part clauses as well ("Yes, Chef, ...")."""
    rows: list[list[Mention]] = []
    for mention in sorted(mentions, key=lambda m: (m.first, -m.last)):
        if rows and _are_joined(line, rows[-1][-1].last, mention.first, lexicon):
            rows[-1].append(mention)
        else:
            rows.append([mention])
    return [row for row in rows if len(row) > 1 and _has_joint(line, row, lexicon)]


def is_told_of(line: Line, row: list[Mention], network_ends: Set[int], lexicon: Lexicon) -> bool:
    """Whether a list follows a network's verb ("NBC cancels") or "dates for", or has its fate
    behind it ("renewed at NBC")."""
    first, last, words = row[0].first, row[-1].last, line.words
    if last < len(words) and lexicon.has("fates", words[last]):
        return True
    before, then = words[max(0, first - 1)], words[max(0, first - 2)]
    is_dated = before in lexicon.words["links"] and lexicon.has("date", then)
    return is_dated or (first - 1 in network_ends and lexicon.has("acts", before))


def _are_joined(line: Line, end: int, start: int, lexicon: Lexicon) -> bool:
    """Whether a comma, "and" or both join the words up to `end` to those from `start`."""
    if end == start:
        return line.breaks[start] == ","
    is_and = end == start - 1 and _is_joint(line.words[end], lexicon)
    return is_and and line.breaks[end] in _MARKS and not line.breaks[start]


def _has_joint(line: Line, row: list[Mention], lexicon: Lexicon) -> bool:
    last = row[-1].last
    words = line.words[row[0].last : last + 1]
    goes_on = last < len(line) and line.breaks[last] == "," and lexicon.has("others", words[-1])
    return goes_on or any(_is_joint(word, lexicon) for word in words)


def _is_joint(word: str, lexicon: Lexicon) -> bool:
    return lexicon.has("joints", word) and word not in ARTICLES
