"""Season numbers in a text: "season 2", "second season", "S02", "2x05", "Season IV", "sophomore
season", "seasons 2 and 3"."""

import re
from dataclasses import dataclass

from bot.news.lexicon import SeasonWords
from bot.news.text import Line

HIGHEST = 60  # The longest-running series of prime time are in their forties and fifties.

# Of "2x05" one digit: a poster is 27x40.
_SHORT = re.compile(r"(?:s0?(\d{1,2})(?:e\d{1,3})?|0?(\d)x\d{2})\Z")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th|a|o)\Z")
_ROMAN = {
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10,
    "xi": 11, "xii": 12, "xiii": 13, "xiv": 14, "xv": 15, "xvi": 16, "xvii": 17, "xviii": 18,
    "xix": 19, "xx": 20,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SeasonMention:
    """A season named at the words `first` up to `last`; `number` is None for "the final season"."""

    first: int
    last: int
    number: int | None
    is_final: bool = False


def find_seasons(line: Line, words: SeasonWords) -> list[SeasonMention]:
    """The seasons that a line names, in order. A count ("after four seasons") names none."""
    if not may_name_seasons(line, words):
        return []
    has_short = _has_short(line)
    found: list[SeasonMention] = []
    for index, word in enumerate(line.stems):
        if word in words.nouns:
            mention = _at_noun(line, index, words)
        elif word in words.plurals:
            mention = _at_plural(line, index, words)
        elif has_short and (short := _SHORT.match(word)):
            mention = SeasonMention(index, index + 1, int(short[1] or short[2]))
        else:
            continue
        if mention and (mention.number is None or 0 < mention.number <= HIGHEST):
            found.append(mention)
    return found


def may_name_seasons(line: Line, words: SeasonWords) -> bool:
    """Whether a line has any word or sign of a season: a quick first look."""
    return not words.signs.isdisjoint(line.bag) or _has_short(line)


def _has_short(line: Line) -> bool:
    """Whether it has a season's short form: "S2"."""
    return any(_SHORT.match(line.stems[i]) for i in line.numbers)


def _at_noun(line: Line, index: int, words: SeasonWords) -> SeasonMention | None:
    after = line.stems[index + 1] if index + 1 < len(line) else ""
    number = None if after and line.breaks[index + 1] else _cardinal(after, words)
    then = line.stems[index + 2] if index + 2 < len(line) else ""
    is_counted = then in words.counted and not line.breaks[index + 2]
    if line.words[index] in words.vague and is_counted:
        number = None  # "cancels the series 3 days before ..."
    is_final = any(w in words.last for w in line.words[max(0, index - 3) : index])
    if number is not None:
        return SeasonMention(index, index + 2, number, is_final)
    # "Its first hit season" counts, and "fifth and final series"; of "the 13th prequel series"
    # nothing is known.
    is_vague = line.words[index] in words.vague and line.words[max(0, index - 1)] not in words.last
    reach = 1 if is_vague else 3
    for back in range(1, reach + 1):
        if index < back or any(line.breaks[index - back + 1 : index + 1]):
            break
        number = _ordinal(line.words[index - back], words)
        if number == 1 and (after in words.relative or line.words[index] in words.vague):
            # "The first season since the fire" counts from there; "its first series" is a show.
            return None
        if number is not None:
            return SeasonMention(index - back, index + 1, number, is_final)
    if is_final:
        return SeasonMention(index, index + 1, None, is_final=True)
    return None


def _at_plural(line: Line, index: int, words: SeasonWords) -> SeasonMention | None:
    """The first of several seasons in a row: "seasons 2 and 3"."""
    if index + 2 >= len(line) or line.breaks[index + 1] or line.breaks[index + 2]:
        return None
    number = _cardinal(line.stems[index + 1], words)
    then = line.stems[index + 2]
    if number is None or not (then in words.joints or then.isdecimal()):
        return None
    return SeasonMention(index, index + 2, number)


def _cardinal(word: str, words: SeasonWords) -> int | None:
    if word.isdecimal():
        return int(word) if len(word) < 3 else None
    return words.cardinals.get(word) or _ROMAN.get(word)


def _ordinal(word: str, words: SeasonWords) -> int | None:
    if match := _ORDINAL.match(word):
        return int(match[1])
    return words.ordinals.get(word)
