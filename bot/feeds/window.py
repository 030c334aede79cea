"""The part of a long feed that is read: its newest entries, cut out before anything parses it.

Eight megabytes may hold hundreds of thousands of items. Parsed whole, they would cost seconds and
hundreds of megabytes only to be dropped.
"""

import re
from collections import deque

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
    count, cut, first, newest = 0, 0, 0, deque[int](maxlen=limit)
    for count, found in enumerate(_START.finditer(text), start=1):
        newest.append(found.start())
        first = first or found.start()
        cut = found.start() if count == limit + 1 else cut
    if count <= limit:
        return text, 0
    if _is_oldest_first(text, first, newest[-1]):
        return text[:first] + text[newest[0] :], count - limit
    return text[:cut] + _closing(text), count - limit


def _is_oldest_first(text: str, first: int, last: int) -> bool:
    found = [_DATE.search(text, start, start + _LOOKED_AT) for start in (first, last)]
    dates = [match and read_date(match[1]) for match in found]
    return dates[0] is not None and dates[1] is not None and dates[0] < dates[1]


def _closing(text: str) -> str:
    prolog = text[:_PROLOG]
    return next((end for root, end in _ROOT_ENDS if root in prolog), "")
