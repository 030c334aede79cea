"""The part of a long feed that is read: its newest entries, cut out before anything parses it.

Eight megabytes may hold hundreds of thousands of items. Parsed whole, they would cost seconds and
hundreds of megabytes only to be dropped.
"""

import re

from bot.feeds.dates import read_date

_START = re.compile(r"<(?:item|entry)(?=[\s>/])")
_DATE = re.compile(r"<(?:pubDate|published|updated|dc:date)>([^<]{1,100})<")
_ROOT_ENDS = (("<rss", "</channel></rss>"), ("<feed", "</feed>"), ("<rdf:RDF", "</rdf:RDF>"))
_PROLOG = 20_000
_LOOKED_AT = 20_000  # characters of the first and of the last entry, for their dates


def newest_entries(text: str, limit: int) -> tuple[str, int]:
    """The feed with `limit` entries at most, and how many were left out.

    The first ones are kept, unless the dates say that the document's last entries are newer.
    """
    starts = [found.start() for found in _START.finditer(text)]
    if len(starts) <= limit:
        return text, 0
    dropped = len(starts) - limit
    if _is_oldest_first(text, starts):
        return text[: starts[0]] + text[starts[dropped] :], dropped
    return text[: starts[limit]] + _closing(text), dropped


def _is_oldest_first(text: str, starts: list[int]) -> bool:
    first, last = (
        _DATE.search(text, start, start + _LOOKED_AT) for start in (starts[0], starts[-1])
    )
    dates = [found and read_date(found[1]) for found in (first, last)]
    return dates[0] is not None and dates[1] is not None and dates[0] < dates[1]


def _closing(text: str) -> str:
    prolog = text[:_PROLOG]
    return next((end for root, end in _ROOT_ENDS if root in prolog), "")
