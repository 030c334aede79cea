"""The shipped list of series, `data/catalogue.toml`: facts written down, read once at the start.

The file holds one array, `shows`, one line a series, sorted by `slug`:

    shows = [
        { slug = "dark", title = "Dark", year = 2017, network = "Netflix" },
    ]

A slug is for ever: the databases of running bots know a show by it.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.news.model import Show

KEY_PREFIX = "shipped:"
FIRST_YEAR, LAST_YEAR = 1930, 2100  # television began with the first, a typing error ends the other
FIELDS = frozenset({"slug", "title", "year", "network", "aliases"})
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class CatalogueError(Exception):
    """The catalogue file cannot be used. `problems` names each entry and what to do about it."""

    def __init__(self, path: Path, problems: list[str]) -> None:
        self.path = path
        self.problems = tuple(problems)
        super().__init__(f"{path}: " + "; ".join(problems))


def load_catalogue(path: Path) -> tuple[Show, ...]:
    """The shows of a catalogue file, in the file's order.

    Raises CatalogueError, with all problems at once, for a file that is missing or malformed.
    """
    entries = _entries(path)
    problems = [problem for place, entry in entries for problem in _problems(place, entry)]
    if not problems:
        problems = _repeated([entry for _, entry in entries])
    if problems:
        raise CatalogueError(path, problems)
    return tuple(_show(entry) for _, entry in entries)


def _entries(path: Path) -> list[tuple[str, Mapping[str, object]]]:
    """Each entry with the words that say where it stands."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(path, [f"cannot be read as TOML: {error}; mend it there"]) from error
    shows = document.pop("shows", None)
    problems = [f"unknown name {name!r}; the file holds `shows` alone" for name in document]
    if not isinstance(shows, list) or not all(isinstance(entry, dict) for entry in shows):
        problems.append("`shows` is no array of tables; write shows = [ { slug = … }, … ]")
    if problems:
        raise CatalogueError(path, problems)
    return [(_place(number, entry), entry) for number, entry in enumerate(shows or (), start=1)]


def _place(number: int, entry: Mapping[str, object]) -> str:
    return f"entry {number} ({entry.get('title') or entry.get('slug') or 'no title'})"


def _problems(place: str, entry: Mapping[str, object]) -> Iterator[str]:
    for name in sorted(entry.keys() - FIELDS):
        yield f"{place}: unknown field {name!r}; use {', '.join(sorted(FIELDS))}"
    slug, title, year = entry.get("slug"), entry.get("title"), entry.get("year")
    if not isinstance(slug, str) or not SLUG.fullmatch(slug):
        yield f"{place}: slug {slug!r}; write small letters and digits joined by hyphens"
    if not _is_text(title):
        yield f"{place}: title {title!r}; write the title as it is commonly known"
    if year is not None and not (type(year) is int and FIRST_YEAR <= year <= LAST_YEAR):
        yield f"{place}: year {year!r}; write the year of the first airing, or leave it out"
    if not _is_text(entry.get("network", "-")):
        yield f"{place}: network {entry['network']!r}; write its name, or leave it out"
    yield from _alias_problems(place, title, entry.get("aliases", []))


def _alias_problems(place: str, title: object, aliases: object) -> Iterator[str]:
    if not isinstance(aliases, list) or not all(_is_text(alias) for alias in aliases):
        yield f"{place}: aliases {aliases!r}; write a list of names in quotes"
    elif len({title, *aliases}) <= len(aliases):
        yield f"{place}: an alias repeats the title or another alias; take it out"


def _repeated(entries: list[Mapping[str, object]]) -> list[str]:
    slugs = Counter(entry["slug"] for entry in entries)
    # Two series of one title may both lack a year only if their networks tell them apart.
    names = Counter((e["title"], e.get("year") or e.get("network")) for e in entries)
    return [
        f"slug {slug!r} stands {count} times; each show needs its own"
        for slug, count in slugs.items()
        if count > 1
    ] + [
        f"{title!r} ({told_by}) stands {count} times; keep one, or tell them apart by the year"
        for (title, told_by), count in names.items()
        if count > 1
    ]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value) and value == value.strip()


def _show(entry: Mapping[str, object]) -> Show:
    aliases, year = entry.get("aliases", []), entry.get("year")
    assert isinstance(aliases, list)  # noqa: S101 - checked with the other problems
    return Show(
        key=f"{KEY_PREFIX}{entry['slug']}",
        title=str(entry["title"]),
        aliases=tuple(aliases),
        year=year if isinstance(year, int) else None,
        network=str(entry.get("network", "")),
    )
