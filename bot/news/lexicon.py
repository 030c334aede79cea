"""What one language says when it tells TV news: words and patterns, read from a TOML text.

A lexicon is data; `docs/reading.md` says what each table is for. Nothing in it names a show or a
person. Its patterns are written in the language of `bot.news.patterns`.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from bot.news.cues import Cues
from bot.news.model import Event
from bot.news.patterns import Pattern, PatternError, PatternSet, compile_pattern
from bot.news.text import Line, words_of


class LexiconError(ValueError):
    """A lexicon that cannot be read; says which table and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """Short phrases found by their first word."""

    by_head: Mapping[str, tuple[tuple[str, ...], ...]]
    heads: frozenset[str]  # its keys: two sets meet faster than a set and a mapping

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """The phrases, longest first."""
        heads: dict[str, list[tuple[str, ...]]] = {}
        for words in sorted({tuple(words_of(text)) for text in texts}, key=len, reverse=True):
            if words:
                heads.setdefault(words[0], []).append(words)
        return cls({head: tuple(phrases) for head, phrases in heads.items()}, frozenset(heads))

    def length_at(self, words: tuple[str, ...], index: int) -> int:
        """How many words the longest phrase takes that begins at `index`; 0 for none."""
        for phrase in self.by_head.get(words[index], ()):
            if words[index : index + len(phrase)] == phrase:
                return len(phrase)
        return 0

    def find(self, words: tuple[str, ...]) -> list[tuple[int, int]]:
        """The spans of all phrases in a text; none overlap."""
        spans: list[tuple[int, int]] = []
        if self.heads.isdisjoint(words):
            return spans
        end = 0
        for index, word in enumerate(words):
            if index >= end and word in self.heads and (length := self.length_at(words, index)):
                end = index + length
                spans.append((index, end))
        return spans


@dataclass(frozen=True, slots=True)
class SeasonWords:
    """How a language numbers seasons."""

    nouns: frozenset[str]
    ordinals: Mapping[str, int]
    cardinals: Mapping[str, int]
    last: frozenset[str]
    relative: frozenset[str]
    vague: frozenset[str]
    counted: frozenset[str]
    plurals: frozenset[str]
    joints: frozenset[str]
    signs: frozenset[str]  # without one of these no season is named in words


@dataclass(frozen=True, slots=True)
class DateWords:
    """How a language names days and windows."""

    months: Mapping[str, int]
    seasons: Mapping[str, str]
    parts: Mapping[str, str]
    this: frozenset[str]
    next: frozenset[str]
    units: Mapping[str, str]
    weekdays: Mapping[str, int]
    fillers: frozenset[str]
    of: frozenset[str]
    signs: frozenset[str]
    beginnings: frozenset[str]  # what a date may begin with, beside a number
    ambiguous: frozenset[str]
    verbs: frozenset[str]
    setters: frozenset[str]
    leading: frozenset[str]
    nouns: frozenset[str]
    at: frozenset[str]
    holidays: Phrases
    days: Mapping[str, tuple[int, int]]  # of every holiday, its month and day


@dataclass(frozen=True, slots=True)
class Telling:
    """What a pattern tells: an event, firmly or as a hint that something else must confirm."""

    event: Event
    is_firm: bool


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language's words for TV news."""

    language: str
    common: frozenset[str]
    networks: Phrases
    seasons: SeasonWords
    dates: DateWords
    words: Mapping[str, frozenset[str]]
    patterns: Mapping[str, PatternSet[str]]
    events: PatternSet[Telling]
    cues: Cues
    needed: Mapping[str, float]
    firmness: Mapping[Event, float]
    triggers: frozenset[str]
    plain: frozenset[str]
    bland: frozenset[str]
    denials: frozenset[str]
    clause_ends: re.Pattern[str]

    @classmethod
    def parse(cls, toml_text: str) -> Self:
        """The lexicon of a TOML text. Raises LexiconError when it is not one."""
        try:
            return cls._of(_spelt_out(tomllib.loads(toml_text)))
        except PatternError as error:
            raise LexiconError(f"not a pattern: {error}") from error
        except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as problem:
            # A name of its own: compiled, one name has one type.
            raise LexiconError(str(problem)) from problem

    @classmethod
    def _of(cls, data: Mapping[str, Any]) -> Self:
        events = PatternSet(_events(data["events"], data.get("search", {})))
        cues = Cues.of(data["cues"])
        groups = {
            name: PatternSet((name, compile_pattern(p)) for p in patterns)
            for name, patterns in data["patterns"].items()
        }
        words = defaultdict(frozenset, {name: frozenset(w) for name, w in data["words"].items()})
        return cls(
            language=data["language"],
            common=frozenset(data["common"]),
            networks=Phrases.of(data["networks"]),
            seasons=_season_words(data["seasons"]),
            dates=_date_words(data["dates"]),
            words=words,
            patterns=groups,
            events=events,
            cues=cues,
            needed={name: float(value) for name, value in data["needed"].items()},
            firmness={
                Event.of(name): float(table["weight"]) for name, table in data["events"].items()
            },
            triggers=events.choicest,
            bland=words["plain"] | words["genres"],
            denials=words["negation"] | words["background"],
            clause_ends=_clause_ends(words["clause"]),
            plain=frozenset().union(
                *words.values(), events.choicest, cues.plain_words, data["seasons"]["nouns"]
            ),
        )

    def has(self, group: str, word: str) -> bool:
        """Whether `word` is of the word group (`series`, `film`, `beside`, ...)."""
        return word in self.words[group]

    def knows(self, word: str) -> bool:
        """Whether `word` is one that the language, or its news, uses without naming anybody."""
        return word in self.plain or word in self.common

    def may_name(self, line: Line, index: int) -> bool:
        """Whether the word at `index` may be of somebody's name: a capital, and no known word."""
        word = line.stems[index]
        return line.is_capitalised(index) and not word.isdecimal() and not self.knows(word)

    def group(self, name: str) -> PatternSet[str]:
        """The patterns of a table, none where the language has none."""
        return self.patterns.get(name, _NO_PATTERNS)


def _spelt_out(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """A lexicon's tables with "@gets" in a pattern spelt out as the words of `[classes] gets`.

    Raises LexiconError for a class that is none, and for one that is no list of words.
    """
    tables = data.get("classes", {})
    if not isinstance(tables, dict):
        raise LexiconError("classes is no table")
    classes = {name: _class_of(name, words) for name, words in tables.items()}

    def words_of_class(found: re.Match[str]) -> str:
        if found[1] not in classes:
            raise LexiconError(f"classes.{found[1]} is no class")
        return classes[found[1]]

    def spelt(value: Any, *, is_pattern: bool) -> Any:
        match value:
            case str() if is_pattern:
                return _CLASS.sub(words_of_class, value)
            case list():
                return [spelt(one, is_pattern=is_pattern) for one in value]
            case dict():
                return {
                    name: spelt(one, is_pattern=is_pattern or name in _PATTERN_LISTS)
                    for name, one in value.items()
                }
        return value

    spelt_out = {name: spelt(data[name], is_pattern=False) for name in ("cues", "events")}
    return {**data, **spelt_out, "patterns": spelt(data["patterns"], is_pattern=True)}


def _class_of(name: str, words: object) -> str:
    """The words of a class as choices of a pattern."""
    listed = words if isinstance(words, list) else []
    if not listed or not all(isinstance(word, str) and _WORDS.fullmatch(word) for word in listed):
        raise LexiconError(f"classes.{name} is no list of words")
    return "|".join(f"({word})" if " " in word else word for word in listed)


_CLASS = re.compile(r"@(\w+)")
_PATTERN_LISTS = frozenset({"firm", "hint", "patterns"})
_WORDS = re.compile(r"[\w' ]+|[,:.!-]|\?!")
_NO_PATTERNS: PatternSet[str] = PatternSet(())


def _events(
    tables: Mapping[str, Mapping[str, Any]], search: Mapping[str, Collection[str]]
) -> Iterable[tuple[Telling, Pattern]]:
    adverbs, frequent = search.get("adverbs", ()), search.get("frequent", ())
    for name, table in tables.items():
        if name.upper() not in Event.__members__:
            raise LexiconError(f"events.{name} is no event")
        for strength in ("firm", "hint"):
            for pattern in table.get(strength, ()):
                telling = Telling(Event.of(name), strength == "firm")
                yield telling, compile_pattern(pattern, adverbs, frequent)


def _clause_ends(words: frozenset[str]) -> re.Pattern[str]:
    """What ends a clause of a marked text: a comma, a dash, one of these words."""
    marks = r" [,:;-] "
    return re.compile(f"{marks}| (?:{'|'.join(sorted(words))}) " if words else marks)


def _season_words(data: Mapping[str, Any]) -> SeasonWords:
    return SeasonWords(
        nouns=frozenset(data["nouns"]),
        ordinals=dict(data["ordinals"]),
        cardinals=dict(data["cardinals"]),
        last=frozenset(data["last"]),
        relative=frozenset(data["relative"]),
        vague=frozenset(data["vague"]),
        counted=frozenset(data["counted"]),
        plurals=frozenset(data["plurals"]),
        joints=frozenset(data["joints"]),
        signs=frozenset([*data["nouns"], *data["plurals"]]),
    )


def _date_words(data: Mapping[str, Any]) -> DateWords:
    tables = ("months", "seasons", "parts", "units", "weekdays")
    days = {
        " ".join(words_of(name)): _month_and_day(text) for name, text in data["holidays"].items()
    }
    if "" in days:
        raise LexiconError("dates.holidays has a name without a word")
    holidays = Phrases.of(days)
    signs = frozenset(word for table in tables for word in data[table])
    # Few first words of holidays are rare ("new"); their last ones are.
    signs = signs.union(name.rpartition(" ")[2] for name in days)
    return DateWords(
        ambiguous=frozenset(data["ambiguous"]),
        verbs=frozenset(data.get("verbs", ())),
        setters=frozenset(data.get("setters", ())),
        leading=frozenset(data["leading"]),
        nouns=frozenset(data.get("nouns", ())),
        signs=signs,
        beginnings=signs.union(data["this"], data["next"], holidays.by_head),
        months=dict(data["months"]),
        seasons=dict(data["seasons"]),
        parts=dict(data["parts"]),
        this=frozenset(data["this"]),
        next=frozenset(data["next"]),
        units=dict(data["units"]),
        weekdays=dict(data["weekdays"]),
        fillers=frozenset(data["fillers"]),
        of=frozenset(data.get("of", ())),
        at=frozenset(data["at"]),
        holidays=holidays,
        days=days,
    )


def _month_and_day(text: str) -> tuple[int, int]:
    """The month and the day of `12-25`. Raises ValueError for what is no day of any year."""
    day = datetime.strptime(f"2000-{text}", "%Y-%m-%d")  # noqa: DTZ007 - of a day, not of a time
    return day.month, day.day
