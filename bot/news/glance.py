"""A quick first look at a headline: whether it could tell anything at all."""

from bot.news.dates import may_have_dates
from bot.news.lexicon import Lexicon
from bot.news.seasons import may_name_seasons
from bot.news.text import Line

_SHOWN = frozenset({"SHOW"})
_QUOTED = frozenset({"OTHER", "'s"})  # the signs that take an apostrophe or a quotation mark


def may_tell(line: Line, lexicon: Lexicon) -> bool:
    """Whether a line has the words of any event's pattern. Names are not known yet: any may be
    there, and every sign that the words allow."""
    words = line.bag
    signs = _SHOWN.union(line.breaks)
    if line.has_apostrophe:
        signs |= _QUOTED
    if "?" in line.gaps[-1]:
        signs |= {"?"}
    if may_name_seasons(line, lexicon.seasons):
        signs |= {"SEASON"}
    if may_have_dates(line, lexicon.dates):
        signs |= {"DATE"}
    if line.numbers:
        signs |= {"NUMBER"}
    if not words.isdisjoint(lexicon.networks.heads):
        signs |= {"NETWORK"}
    return lexicon.events.may_find(words | signs)
