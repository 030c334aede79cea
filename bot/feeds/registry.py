"""The list of sources: the shipped `data/sources.toml`, or an operator's own file of that form.

[[source]]
name = "The Evening Screen"
url = "https://screen.example/feed/"
trust = "press"
language = "en"
note = "for whoever reads the file; optional"
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.feeds.canonical import canonical_link
from bot.news.model import OUTLET_TRUSTS, Trust

REQUIRED = ("name", "url", "trust", "language")
OPTIONAL = ("note",)
LONGEST_NAME = 100  # a post shows it in one line
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A source as a file names it. `language` is a code such as "en" or "pt-BR"."""

    name: str
    url: str
    trust: Trust
    language: str


class SourcesFileError(Exception):
    """A sources file cannot be used. `problems` names each entry and the remedy."""

    def __init__(self, path: Path, problems: list[str]) -> None:
        self.path = path
        self.problems = tuple(problems)
        super().__init__(f"{path}: " + "; ".join(problems))


def load_sources(path: Path) -> tuple[SourceSpec, ...]:
    """The sources of a file, in its order.

    Raises SourcesFileError, with every problem at once, for a file that is missing or malformed,
    or that lists no source or the same one twice.
    """
    entries = _entries(path)
    problems = [
        f"{_place(number, entry)}: {problem}"
        for number, entry in entries
        for problem in _problems(entry)
    ]
    problems += _repeated(entries, "name", lambda name: name.casefold())
    problems += _repeated(entries, "url", canonical_link)
    if problems:
        raise SourcesFileError(path, problems)
    return tuple(_spec(entry) for _, entry in entries)


def _entries(path: Path) -> list[tuple[int, Mapping[str, object]]]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SourcesFileError(path, ["there is no such file; check SOURCES_FILE"]) from error
    except OSError as error:
        problem = f"cannot be opened ({error.strerror}); let the bot's user read it"
        raise SourcesFileError(path, [problem]) from error
    except UnicodeDecodeError as error:
        raise SourcesFileError(path, ["is not UTF-8; save it as UTF-8"]) from error
    except tomllib.TOMLDecodeError as error:
        raise SourcesFileError(path, [f"is not valid TOML: {error}; mend that line"]) from error
    sources = document.pop("source", None)
    problems = [f"unknown {name!r}; only [[source]] tables stand here" for name in document]
    if (
        not sources
        or not isinstance(sources, list)
        or not all(isinstance(entry, dict) for entry in sources)
    ):
        problems.append("lists no source; write a [[source]] table for each")
    if problems:
        raise SourcesFileError(path, problems)
    return list(enumerate(sources, start=1))


def _place(number: int, entry: Mapping[str, object]) -> str:
    name = entry.get("name")
    return f"source {number} ({name})" if name else f"source {number}"


def _problems(entry: Mapping[str, object]) -> Iterator[str]:
    for field in sorted(entry.keys() - {*REQUIRED, *OPTIONAL}):
        yield f"unknown {field!r}; use {', '.join((*REQUIRED, *OPTIONAL))}"
    for field in (*REQUIRED, *(entry.keys() & OPTIONAL)):
        value = entry.get(field)
        if value is None:
            yield f'{field} is missing; add {field} = "…"'
        elif not isinstance(value, str) or not value.strip():
            yield f"{field} is {value!r}; write a text in quotes"
        elif remedy := _remedy(field, value):
            yield f"{field} is {value!r}; {remedy}"


def _remedy(field: str, value: str) -> str:
    """What to do about the value of a field, "" when it is right."""
    match field:
        case "name" if len(value) > LONGEST_NAME or not value.isprintable():
            return f"write one line of at most {LONGEST_NAME} characters"
        case "url" if not canonical_link(value):
            return "write the feed's whole address, beginning with https:// or http://"
        case "trust" if value not in OUTLET_TRUSTS:
            return f"write one of {', '.join(reversed(OUTLET_TRUSTS))}"
        case "language" if not LANGUAGE.fullmatch(value):
            return 'write a code such as "en" or "pt-BR"'
    return ""


def _repeated(
    entries: list[tuple[int, Mapping[str, object]]], field: str, key: Callable[[str], str]
) -> list[str]:
    places = defaultdict(list)
    for number, entry in entries:
        value = entry.get(field)
        if isinstance(value, str) and key(value):
            places[key(value)].append(_place(number, entry))
    return [
        f"{' and '.join(same)} have the same {field}; keep one"
        for same in places.values()
        if len(same) > 1
    ]


def _spec(entry: Mapping[str, object]) -> SourceSpec:
    name, url, trust, language = (str(entry[field]).strip() for field in REQUIRED)
    return SourceSpec(name, url, Trust(trust), language)
