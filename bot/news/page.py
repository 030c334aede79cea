"""An article prepared for reading: cleaned, cut into lines, its outlet's name taken off."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from bot.news.lazy import lazy
from bot.news.model import Article
from bot.news.text import Line, clean, fold, words_of
from bot.news.titles import title_key

TITLE_LIMIT = 300
SUMMARY_LIMIT = 350
LINK_LIMIT = 400
CATEGORY_LIMIT = 24
HOST_LABELS = 8  # What stands behind more of them is no outlet's name.
# A shorter name could be a show's, at the beginning of any site's: "Dark" of darkhorizons.com.
NAME_LENGTH = 7
SITE_LENGTH = 4  # A shorter word could be part of any site's name.

# What an outlet's name stands behind at the end of a headline, and how long one is.
_SEPARATORS = (" - ", " | ", " – ", " — ")
_OUTLET_LENGTH = range(2, 41)
_YEAR = re.compile(r"\s*\((\d{4})\)\s*\Z")
_NOT_ALNUM = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Page:
    """What the reader has before it."""

    article: Article

    @lazy
    def title(self) -> Line:
        """The headline."""
        text = clean(self.article.title, TITLE_LIMIT)
        if any(separator in text for separator in _SEPARATORS):
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
        return (
            tuple(words_of(longest.replace("-", " ").replace("_", " "))) if "-" in longest else ()
        )

    @lazy
    def address(self) -> Line:
        """The same as a line."""
        return Line.of(" ".join(self.slug))

    @lazy
    def categories(self) -> tuple[str, ...]:
        """The feed's categories, cleaned."""
        return tuple([c for c, _ in self._tags])

    @lazy
    def _tags(self) -> list[tuple[str, str]]:
        return [
            _tag(_YEAR.sub("", category[:TITLE_LIMIT]))
            for category in self.article.categories[:CATEGORY_LIMIT]
        ]

    @lazy
    def years(self) -> frozenset[str]:
        """The years by which categories tell shows of one name apart: "Harbor (2023)"."""
        found = (
            _YEAR.search(text[:TITLE_LIMIT]) for text in self.article.categories[:CATEGORY_LIMIT]
        )
        return frozenset([year[1] for year in found if year])

    @lazy
    def category_keys(self) -> frozenset[str]:
        """The categories, folded."""
        return frozenset([key for _, key in self._tags])

    @lazy
    def italics(self) -> frozenset[str]:
        """What is set in italics, folded and without leading articles, as titles are kept."""
        return frozenset([title_key(text[:TITLE_LIMIT]) for text in self.article.italics])

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
    """The host of a link, "" where it has none, and the parts of its path (RFC 3986, section 3)."""
    link = link.partition("#")[0].partition("?")[0]
    scheme, parted, rest = link.partition("//")
    is_scheme = scheme.endswith(":") and scheme[0].isalpha() and "/" not in scheme
    has_host = parted and (is_scheme or not scheme)
    host, _, path = rest.partition("/") if has_host else ("", "", link)
    if "%" in path:
        path = unquote(path)
    return host.lower(), tuple(part for part in path.lower().split("/") if part)


def _without_outlet(title: str, source: str, host: str) -> str:
    """The headline without " - Deadline" at its end, where that names the source or its site."""
    owners = _owners(source[:TITLE_LIMIT], host)
    for _ in range(2):
        end = max(title.rfind(separator) for separator in _SEPARATORS)
        name = title[end + len(" - ") :]
        if end < 0 or len(name) not in _OUTLET_LENGTH or not owners.are_named(name):
            break
        title = title[:end]
    return title


@dataclass(frozen=True, slots=True)
class _Owners:
    """What an outlet is called: by its source's name, with or without an article or a country, by a
    label of its host or some of them in a row, or by the long beginning of one."""

    source: str
    labels: tuple[str, ...]
    names: frozenset[str]

    def are_named(self, text: str) -> bool:
        """Whether a text is a name of theirs, or one with that of a section: "NDTV Movies"."""
        if self._have(_NOT_ALNUM.sub("", fold(text)).removesuffix("com")):
            return True
        first, *rest = words_of(text) or [""]
        return len(rest) == 1 and len(first) >= SITE_LENGTH and first in self.names

    def _have(self, name: str) -> bool:
        if name in self.names:
            return True
        is_all_but_country = self.source.startswith(name) and len(self.source) - len(name) <= 2
        is_beginning = any(label.startswith(name) for label in self.labels)
        return len(name) >= NAME_LENGTH and (is_all_but_country or is_beginning)


@lru_cache(maxsize=1024)
def _owners(source: str, host: str) -> _Owners:
    name = _NOT_ALNUM.sub("", fold(source)).removesuffix("com")
    labels = tuple(_NOT_ALNUM.sub("", label) for label in host.split(".")[:HOST_LABELS])
    ends = range(1, len(labels) + 1)
    runs = {"".join(labels[first:last]) for last in ends for first in range(last)}
    names = {name, name.removeprefix("the"), f"the{name}", *runs} - {""}
    return _Owners(name, labels, frozenset(names))
