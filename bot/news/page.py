"""An article prepared for reading: cleaned, cut into lines, its outlet's name taken off."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from bot.news.lazy import lazy
from bot.news.model import Article
from bot.news.text import Line, clean, fold, words_of

TITLE_LIMIT = 300
SUMMARY_LIMIT = 350
LINK_LIMIT = 400
CATEGORY_LIMIT = 24
SITE_LENGTH = 4  # A shorter word could be part of any site's name.

_LINK = re.compile(r"(?:(?:[a-z][a-z0-9+.-]*:)?//([^/?#]*))?([^?#]*)", re.I)
# What stands behind the last dash or bar.
_SUFFIX = re.compile(r"\s[-|–—]\s((?:(?!\s[-|–—]\s)[^|]){2,40})$")
_NOT_ALNUM = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Page:
    """What the reader has before it."""

    article: Article

    @lazy
    def headline_words(self) -> frozenset[str]:
        """The words of the headline."""
        return frozenset(self.title.stems)

    @lazy
    def title(self) -> Line:
        """The headline."""
        text = clean(self.article.title, TITLE_LIMIT)
        if " - " in text or "|" in text or "–" in text or "—" in text:
            text = _without_outlet(text, self.article.source, self._address[0])
        return Line.of(text)

    @lazy
    def summary(self) -> Line:
        """The beginning of the summary."""
        return Line.of(clean(self.article.summary, SUMMARY_LIMIT))

    @lazy
    def path(self) -> tuple[str, ...]:
        """The parts of the link's path, in lower case."""
        return self._address[1]

    @lazy
    def _address(self) -> tuple[str, tuple[str, ...]]:
        return _address(self.article.link[:LINK_LIMIT])

    @lazy
    def slug(self) -> tuple[str, ...]:
        """The words of the link's most telling part, folded."""
        longest = max(self.path, key=len, default="")
        return tuple(words_of(longest.replace("_", " "))) if "-" in longest else ()

    @lazy
    def categories(self) -> tuple[str, ...]:
        """The feed's categories, cleaned."""
        return tuple([c for c, _ in self._tags])

    @lazy
    def _tags(self) -> list[tuple[str, str]]:
        return [
            _tag(category[:TITLE_LIMIT]) for category in self.article.categories[:CATEGORY_LIMIT]
        ]

    @lazy
    def category_keys(self) -> frozenset[str]:
        """The categories, folded."""
        return frozenset([key for _, key in self._tags])

    @lazy
    def source_key(self) -> str:
        """The source's name, folded."""
        return _tag(self.article.source[:TITLE_LIMIT])[1]


@lru_cache(maxsize=4096)
def _tag(text: str) -> tuple[str, str]:
    """A category or an outlet's name, cleaned and folded: few of them recur in most articles."""
    text = clean(text, 80)
    return text, " ".join(words_of(text))


def _address(link: str) -> tuple[str, tuple[str, ...]]:
    match = _LINK.match(link)
    host, path = match.groups("") if match else ("", "")
    if "%" in path:
        path = unquote(path)
    return host.lower(), tuple(part for part in path.lower().split("/") if part)


def _without_outlet(title: str, source: str, host: str) -> str:
    """The headline without " - Deadline" at its end, where that names the source or its site."""
    owners = _NOT_ALNUM.sub("", fold(source)) + " " + _NOT_ALNUM.sub("", host)
    for _ in range(2):
        match = _SUFFIX.search(title)
        if not match:
            break
        name = _NOT_ALNUM.sub("", fold(match[1]))
        if not name or not (name.removesuffix("com") in owners or _is_section(match[1], owners)):
            break
        title = title[: match.start()]
    return title


def _is_section(name: str, owners: str) -> bool:
    """Whether a name is a site's with the name of its section: "- NDTV Movies"."""
    first, *rest = words_of(name) or [""]
    return len(rest) == 1 and len(first) >= SITE_LENGTH and first in owners
