"""What the demo's outlets publish: `data/demo/script.toml`, read and checked."""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum, auto
from pathlib import Path
from typing import Any, TypeVar

from bot.news.model import Certainty, Event, Trust

T = TypeVar("T")

_DAY = re.compile(r"\{in (\d+) days\}")


class Format(StrEnum):
    """How an outlet writes its feed."""

    RSS = auto()
    ATOM = auto()
    YOUTUBE = auto()


class Told(StrEnum):
    """What an item must lead to in the channel."""

    NEW = auto()
    SOURCE = auto()
    CHANGED = auto()
    CONFIRMED = auto()
    REVERSED = auto()
    NEVER = auto()


@dataclass(frozen=True, slots=True)
class Expected:
    """The claim that an item makes. `show` is a title of the shipped catalogue.

    `value` is the ISO date that is announced, "" where none is.
    """

    show: str
    event: Event
    told: Told
    season: int | None = None
    certainty: Certainty = Certainty.CONFIRMED
    subject: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One publication. `path` is relative to its outlet's pages, `image` a file of the demo's."""

    outlet: str
    title: str
    summary: str
    path: str
    guid: str
    categories: tuple[str, ...] = ()
    image: str = ""
    expect: Expected | None = None


@dataclass(frozen=True, slots=True)
class Outlet:
    """An outlet and the item that its feed holds from the start."""

    key: str
    name: str
    trust: Trust
    language: str
    format: Format
    old: Item


@dataclass(frozen=True, slots=True)
class Script:
    """The outlets, and their items in the order of publication."""

    outlets: tuple[Outlet, ...]
    items: tuple[Item, ...]

    @property
    def shows(self) -> tuple[str, ...]:
        """The titles of the shows that are told of, in the order of their first post."""
        told = (i.expect for i in self.items if i.expect and i.expect.told is not Told.NEVER)
        return tuple(dict.fromkeys(expected.show for expected in told))


class ScriptError(Exception):
    """The demo's script cannot be used. `problems` names each entry and the mistake in it."""

    def __init__(self, path: Path, problems: list[str]) -> None:
        self.path = path
        self.problems = tuple(problems)
        super().__init__(f"{path}: " + "; ".join(problems))


def load_script(path: Path, today: date) -> Script:
    """The script of a file, with "{in 110 days}" counted from `today`.

    Images are looked for in `images/` beside the file. Raises ScriptError with every problem.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ScriptError(path, [f"cannot be read as TOML: {error}"]) from error
    problems: list[str] = []
    outlets = _read(document, "outlet", _outlet, problems)
    items = _read(document, "item", _item, problems)
    script = Script(outlets, tuple(_dated(item, today) for item in items))
    problems += _mistakes(script, path.parent / "images")
    if problems:
        raise ScriptError(path, problems)
    return script


def _read(
    document: Mapping[str, Any],
    name: str,
    build: Callable[[Mapping[str, Any]], T],
    problems: list[str],
) -> tuple[T, ...]:
    """The entries of a table array; what cannot be built is told in `problems`."""
    built = []
    for number, entry in enumerate(document.get(name, ()), start=1):
        try:
            built.append(build(entry))
        except (KeyError, TypeError, ValueError) as error:
            problems.append(f"{name} {number}: {type(error).__name__} {error}")
    if not built and not problems:
        problems.append(f"there is no [[{name}]]")
    return tuple(built)


def _outlet(entry: Mapping[str, Any]) -> Outlet:
    key = entry["key"]
    old = Item(outlet=key, path="before", guid=f"{key}-before", **entry["old"])
    return Outlet(
        **{
            **entry,
            "trust": Trust(entry["trust"]),
            "format": Format(entry["format"]),
            "old": old,
        }
    )


def _item(entry: Mapping[str, Any]) -> Item:
    fields = {**entry, "categories": tuple(entry.get("categories", ()))}
    if "expect" in entry:
        fields["expect"] = _expected(entry["expect"])
    return Item(**fields)


def _expected(entry: Mapping[str, Any]) -> Expected:
    fields = {
        **entry,
        "event": Event.of(entry["event"]),
        "told": Told(entry["told"]),
        "certainty": Certainty(entry["certainty"]),
    }
    return Expected(**fields)


def _dated(item: Item, today: date) -> Item:
    expect = item.expect
    if expect:
        expect = replace(expect, value=_DAY.sub(lambda m: _day(m, today).isoformat(), expect.value))
    return replace(
        item,
        title=_DAY.sub(lambda m: _spoken(_day(m, today)), item.title),
        summary=_DAY.sub(lambda m: _spoken(_day(m, today)), item.summary),
        expect=expect,
    )


def _day(match: re.Match[str], today: date) -> date:
    return today + timedelta(days=int(match[1]))


def _spoken(day: date) -> str:
    """The day as an outlet writes it; its year is the coming one of that day."""
    return f"{day:%B} {day.day}"


def _mistakes(script: Script, images: Path) -> Iterator[str]:
    outlets = Counter(outlet.key for outlet in script.outlets)
    places = Counter((item.outlet, item.path) for item in script.items)
    guids = Counter((item.outlet, item.guid) for item in script.items)
    yield from (f"outlet {key!r} stands twice" for key, count in outlets.items() if count > 1)
    for item in script.items:
        place = f"item {item.guid!r}"
        if item.outlet not in outlets:
            yield f"{place}: there is no outlet {item.outlet!r}"
        if guids[item.outlet, item.guid] > 1 or places[item.outlet, item.path] > 1:
            yield f"{place}: its guid or path stands twice"
        if item.image and not (images / item.image).is_file():
            yield f"{place}: there is no picture {images / item.image}"
