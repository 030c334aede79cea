"""The small language in which a lexicon says what news sounds like, and its compiler.

A pattern is a row of slots parted by spaces:

    renewed|renews      one of these words
    (series order)      brackets keep words together: `(series order)|pickup`, `(in|on hiatus)`
    for?                a slot that may be absent
    ..                  up to three words, `...` up to eight; neither crosses the end of a sentence
    SHOW SEASON DATE    a capital word stands for something recognised before (see `bot.news.scene`)
    ^ $                 the beginning of the text (in front only) and its end; `(after|$)` one of
                        these, or the end
    , : - ?! |!         a mark of punctuation (`?` and `|` are written `?!` and `|!`)
    ~star|cast, ~$      what must not follow; `~..show|series` not within three words, `~...` eight

    @gets               the words of a class (`bot.news.lexicon`), spelt out before this sees them

Between two slots, but not beside `..` and `...`, one of the words passed over may stand ("will
finally premiere"); what must not follow must not follow them either. A pattern is looked for only
in texts that hold one of its anchors: the words of the slot that fewest texts have.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

_SLOT = re.compile(r"(?:\((?:[^()]|\([^()]*\))*\)|[^\s(])+")
_WORD = re.compile(r"\w+")
_GAPS = {"..": 3, "...": 8}
_MARKS = {"?!": "?", "|!": "|", ",": ",", ":": ":", "-": "-", ".": ".", "!": "!"}
_PLACEHOLDERS = frozenset({"SHOW", "OTHER", "SEASON", "DATE", "NETWORK", "NUMBER", "SEASONS"})
_NO_BRACKETS = str.maketrans("", "", "()")


class PatternError(ValueError):
    """A pattern of a lexicon that cannot be compiled; names it."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern.

    `source` is as the lexicon has it. `search` looks for it in a marked text with a space before
    it: a pattern begins with that of a word, at which the regular expressions jump ahead. `anchors`
    are the words by which it is looked for; `required` has the words of every other slot that
    cannot be absent, one of each of which a text must hold. `choicest` are those of the slot that
    tells most: a word of it is one of news, and half of no name. `words` are all of its source.
    """

    source: str
    search: Callable[[str], re.Match[str] | None]
    anchors: frozenset[str]
    required: tuple[frozenset[str], ...]
    choicest: frozenset[str]
    words: frozenset[str]


def compile_pattern(
    source: str, passed_over: Collection[str] = (), frequent: Collection[str] = ()
) -> Pattern:
    """The pattern of that source. One of the words `passed_over` may stand between two slots, where
    "*ly" is any word that ends so; `frequent` words are poor anchors.

    Raises PatternError when it is empty or unbalanced, has an empty choice, a `^` that is not in
    front, a choice within a choice, a sign of its own among the words of a choice, or behind what
    may not follow a choice without brackets ("~a|of the|in" for "~a|(of the)|in").
    """
    slots = _SLOT.findall(source)
    for slot, following in pairwise(slots):
        if slot.startswith("~") and "|" in following and following[0] not in "(~":
            raise PatternError(f"{source!r}, at {following!r}")
    is_first = slots[:1] == ["^"]
    if is_first:
        slots = slots[1:]
    if not slots or source.count("(") != source.count(")"):
        raise PatternError(source)
    parts: list[str] = []
    needed: list[list[str]] = []
    for slot in slots:
        try:
            part, choices = _compile_slot(slot)
        except PatternError as error:
            raise PatternError(f"{source!r}, at {slot!r}") from error
        parts.append(part)
        if choices:
            needed.append(choices)
    _, choicest = _anchors(needed, ())
    anchors, chosen = _anchors(needed, frequent)
    # Small sets first: they are the likeliest to be absent.
    required = tuple(sorted((slot for slot in anchors if slot != chosen), key=len))
    regex = re.compile(" " + "".join(_joined(slots, parts, _aside(passed_over))))
    search = regex.match if is_first else regex.search
    return Pattern(source, search, chosen, required, choicest, frozenset(_WORD.findall(source)))


def _aside(passed_over: Collection[str]) -> str:
    """What may stand between two slots."""
    endings = "|".join(rf"\S+{re.escape(word[1:])}" for word in passed_over if word[0] == "*")
    words = _body(sorted(word for word in passed_over if word[0] != "*"))
    choices = "|".join(filter(None, (words, endings)))
    return f"(?:(?:{choices}) )?" if choices else ""


def _joined(slots: Sequence[str], parts: Sequence[str], aside: str) -> Iterator[str]:
    """The parts of slots with what may stand between two of them, also before what must not
    follow."""
    before = ".."
    for slot, part in zip(slots, parts, strict=True):
        is_between = before not in _GAPS and slot not in _GAPS
        before = slot
        if not is_between or slot in {"$", "~$"}:
            yield part
        elif slot[0] == "~":
            yield f"(?!{aside}{part.removeprefix('(?!')}"
        else:
            yield aside + part


def _anchors(
    needed: Iterable[Iterable[str]], frequent: Collection[str]
) -> tuple[list[frozenset[str]], frozenset[str]]:
    """For each slot that must be there the likeliest word to be absent of every choice, and the
    best of these sets."""
    best = partial(max, key=partial(_choiceness, frequent))
    anchors = [frozenset(best(choice.split()) for choice in choices) for choices in needed]
    chosen = min(anchors, key=lambda slot: _commonness(slot, frequent), default=frozenset())
    return anchors, chosen


def _choiceness(frequent: Collection[str], word: str) -> tuple[bool, bool, int]:
    return (word not in _PLACEHOLDERS, word not in frequent, len(word))


def _commonness(words: frozenset[str], frequent: Collection[str]) -> tuple[bool, bool, int]:
    # A placeholder is a poor anchor: nearly every text has a show in it. Short words are common.
    is_frequent = not words.isdisjoint(frequent)
    return (bool(words & _PLACEHOLDERS), is_frequent, -min(len(word) for word in words))


def _compile_slot(slot: str) -> tuple[str, list[str]]:
    """The slot as a regular expression, and its choices, if one of them must be there."""
    if slot in _GAPS:
        return rf"(?:[^\s.?|;]+ ){{0,{_GAPS[slot]}}}?", []
    if slot == "^":
        raise PatternError(slot)  # anywhere but in front
    if slot == "$":
        return r"\Z", []
    if slot in _MARKS:
        return re.escape(_MARKS[slot]) + " ", [_MARKS[slot]]
    if slot == "~$":
        return r"(?!\Z)", []
    if slot.startswith("~"):
        dots = len(slot) - len(slot.lstrip("~.")) - 1
        reach = rf"(?:[^\s.?|;]+ ){{0,{_GAPS['.' * dots]}}}" if dots else ""
        return rf"(?!{reach}{_words_or_end(_choices(slot.lstrip('~.')))})", []
    is_optional = slot.endswith("?")
    choices = _choices(slot.removesuffix("?"))
    if "$" in choices:
        if is_optional:
            raise PatternError(slot)
        return _words_or_end(choices), []
    part = f"(?:(?:{_body(choices)}) )"
    if is_optional:
        return part + "?", []
    return part, choices


def _words_or_end(choices: list[str]) -> str:
    """One of these choices, `$` being the end of the text."""
    words = rf"(?:{_body([choice for choice in choices if choice != '$'])}) "
    return rf"(?:{words}|\Z)" if "$" in choices else words


def _choices(slot: str) -> list[str]:
    if _has_inner_choice(slot):
        raise PatternError(slot)
    choices = [" ".join(choice.split()) for choice in slot.translate(_NO_BRACKETS).split("|")]
    words = " ".join(choices).split()
    if not all(choices) or any(word[0] in "~^" or word.startswith("..") for word in words):
        raise PatternError(slot)
    return choices


def _has_inner_choice(slot: str) -> bool:
    """Whether a choice has a choice within, "(of (this|that))": it would be taken apart."""
    depth = 0
    for sign in slot:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "|" and depth > 1:
            return True
    return False


def _body(choices: list[str]) -> str:
    return "|".join(re.escape(choice).replace(r"\ ", " ") for choice in choices)


Label = TypeVar("Label")
# A pattern's number, what it requires, how it is looked for.
_Row = tuple[int, tuple[frozenset[str], ...], Callable[[str], re.Match[str] | None]]


class Found(NamedTuple, Generic[Label]):
    """A pattern that is in a marked text, from `start` to `end`."""

    label: Label
    pattern: Pattern
    start: int
    end: int


class PatternSet(Generic[Label]):
    """Patterns with a label each, found together; without one of the `anchors` there is none."""

    def __init__(self, patterns: Iterable[tuple[Label, Pattern]]) -> None:
        self._all = tuple(patterns)
        rows = [(n, pattern.required, pattern.search) for n, (_, pattern) in enumerate(self._all)]
        self._free = [rows[n] for n, (_, pattern) in enumerate(self._all) if not pattern.anchors]
        self._by_anchor: dict[str, list[_Row]] = {}
        for number, (_, pattern) in enumerate(self._all):
            for anchor in pattern.anchors:
                self._by_anchor.setdefault(anchor, []).append(rows[number])
        # Two sets meet faster than a set and the keys of a dictionary.
        self.anchors = frozenset(self._by_anchor)
        self.choicest = frozenset(word for _, pattern in self._all for word in pattern.choicest)
        self.is_free = bool(self._free)  # one of them needs no anchor

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[tuple[Label, Pattern]]:
        return iter(self._all)

    def find(self, text: str, words: frozenset[str]) -> list[Found[Label]]:
        """The patterns in `text`, whose words are `words`; each once, where it first stands, in the
        order given."""
        padded = " " + text
        found: dict[int, Found[Label]] = {}
        for rows in self._rows(words):
            for number, required, search in rows:
                for slot in required:  # The hottest loop of reading.
                    if slot.isdisjoint(words):
                        break
                else:
                    match = None if number in found else search(padded)
                    if match:
                        # The space before the pattern's first word is one before it in `text`, too.
                        start, end = match.span()
                        found[number] = Found(*self._all[number], start, end - 1)
        return [found[number] for number in sorted(found)]

    def may_find(self, words: frozenset[str]) -> bool:
        """Whether any of the patterns could be in a text of these words and signs."""
        for rows in self._rows(words):
            for _, required, _ in rows:
                for slot in required:
                    if slot.isdisjoint(words):
                        break
                else:
                    return True
        return False

    def first(self, text: str, words: frozenset[str]) -> Found[Label] | None:
        """The first of them, or None."""
        return next(iter(self.find(text, words)), None)

    def _rows(self, words: frozenset[str]) -> list[list[_Row]]:
        """The patterns of which a text has an anchor, some of them more than once."""
        rows = [self._by_anchor[word] for word in words & self.anchors]
        return [*rows, self._free] if self._free else rows
