"""Dates and windows in a text, as typed values: "March 3", "this fall", "mid-2027", "next month".

What a text leaves open is settled by the day on which the article was published; where that is not
known, only dates with a year of their own are read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.news.lexicon import DateWords
from bot.news.model import Precision, When
from bot.news.text import Line

_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\Z")
_YEAR = re.compile(r"(?:19|20)\d\d\Z")
# An announcement names a day to come; one that lies further back than this is next year's.
_LOOK_BACK = timedelta(days=60)
# An article from outside of these years has a wrong date.
_FIRST, _LAST = 1950, 2200
_SEASON_STARTS = {"spring": 3, "summer": 6, "fall": 9, "winter": 12}
_PART_STARTS = {"early": 1, "mid": 5, "late": 9}


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date at the words `first` up to `last` of a line.

    `when` is None for one that only the day of the article, which is not known, could settle.
    """

    first: int
    last: int
    when: When | None


def find_dates(line: Line, words: DateWords, published: date | None) -> list[DateMention]:
    """The dates of a line, in order; none overlap."""
    if not may_have_dates(line, words):
        return []
    if published is not None and not _FIRST <= published.year <= _LAST:
        published = None
    reader = _DateReader(line, words, published)
    beginnings = words.beginnings
    found: list[DateMention] = []
    after = 0
    for index, word in enumerate(line.words):
        # A quick look: with most words no date can begin.
        if index < after or not (word in beginnings or word[0].isdigit()):
            continue
        mention = reader.at(index)
        if mention is not None:
            after = mention.last
            if not reader.is_past(mention):
                found.append(mention)
    return found


def may_have_dates(line: Line, words: DateWords) -> bool:
    """Whether a line has any word or number of a date: a quick first look."""
    has_year = any(_YEAR.match(line.spelt[i]) for i in line.numbers)
    return has_year or not words.signs.isdisjoint(line.bag)


def day(value: date) -> When:
    """The single day."""
    return When(value, value, Precision.DAY)


def month(year: int, number: int) -> When:
    """The whole month."""
    return When(date(year, number, 1), _month_end(year, number), Precision.MONTH)


def season_of_year(year: int, name: str) -> When:
    """Spring, summer, fall or winter of a year; a winter begins in December of the year before."""
    start = _SEASON_STARTS[name]
    if start == 12:
        return When(date(year - 1, 12, 1), _month_end(year, 2), Precision.SEASON)
    return When(date(year, start, 1), _month_end(year, start + 2), Precision.SEASON)


def part_of_year(year: int, name: str) -> When:
    """The early, middle or late third of a year."""
    start = _PART_STARTS[name]
    return When(date(year, start, 1), _month_end(year, start + 3), Precision.HALF)


def whole_year(year: int) -> When:
    """The year."""
    return When(date(year, 1, 1), date(year, 12, 31), Precision.YEAR)


def _month_after(day_: date, months: int) -> When:
    number = day_.month - 1 + months
    return month(day_.year + number // 12, number % 12 + 1)


def _month_end(year: int, number: int) -> date:
    following = date(year + number // 12, number % 12 + 1, 1)
    return following - timedelta(days=1)


class _DateReader:
    def __init__(self, line: Line, words: DateWords, published: date | None) -> None:
        self._line = line
        self._words = words
        self._published = published
        # Any day will do to find where dates stand; their values are then withheld.
        self._today = published or date(2000, 1, 1)

    def at(self, index: int) -> DateMention | None:
        """The date that begins at a word, if one does."""
        for reading in self._readings(index):
            if reading is not None:
                return reading
        return None

    def is_past(self, mention: DateMention) -> bool:
        """Whether the date is a year gone by: the setting of a story, not a premiere."""
        return mention.when is not None and mention.when.end < self._today - timedelta(days=366)

    def _open(self, first: int, last: int, when: When) -> DateMention:
        """A date that the text leaves open: worth nothing where the article's day is not known."""
        return DateMention(first, last, when if self._published else None)

    def _readings(self, index: int) -> Iterator[DateMention | None]:
        word = self._word(index)
        if word in self._words.holidays.by_head:
            yield self._holiday(index)
        if word in self._words.months:
            yield self._month_first(index)
        if _DAY.match(word):
            yield self._day_first(index)
        if word in self._words.seasons or word in self._words.parts:
            yield self._window(index)
        if word in self._words.this or word in self._words.next:
            yield self._relative(index)
        if word in self._words.weekdays or word in self._words.units:
            yield self._near(index)
        if _YEAR.match(word):
            yield self._year(index)

    def _word(self, index: int) -> str:
        words = self._line.words
        return words[index] if 0 <= index < len(words) else ""

    def _skip(self, index: int) -> int:
        while self._word(index) in self._words.fillers:
            index += 1
        return index

    def _year_at(self, index: int) -> int | None:
        word = self._word(index)
        return int(word) if _YEAR.match(word) else None

    def _holiday(self, index: int) -> DateMention | None:
        length = self._words.holidays.length_at(self._line.words, index)
        last = index + length
        is_said_of_news = (
            self._word(index - 1) in self._words.at
            or self._word(last) in self._words.nouns
            or self._ends_clause(last)
        )
        if not length or not is_said_of_news:
            return None  # "confirms Christmas Day twist"
        number, day_number = self._words.days[" ".join(self._line.words[index:last])]
        year = self._year_at(last)
        mention = self._date(index, last + bool(year), number, day_number, year)
        # Unlike another day, one that was a moment ago is not spoken of as to come.
        is_gone = mention and mention.when and mention.when.end < self._today
        return None if is_gone else mention

    def _ends_clause(self, index: int) -> bool:
        """Whether a mark, a year or the end of the line stands here."""
        line = self._line
        return index >= len(line) or bool(line.breaks[index]) or self._year_at(index) is not None

    def _month_first(self, index: int) -> DateMention | None:
        number = self._words.months[self._word(index)]
        day_match = _DAY.match(self._word(index + 1))
        if day_match:
            year = self._year_at(index + 2)
            return self._date(index, index + (3 if year else 2), number, int(day_match[1]), year)
        year = self._year_at(index + 1)
        if year:
            return DateMention(index, index + 2, month(year, number))
        # "May" is a verb and "March" a walk, unless something before says that a time is meant, or
        # behind: "sets May return", "March Netflix debut", though not "may return".
        word, words = self._word(index), self._words
        before = self._word(index - 1)
        is_named = word not in words.verbs and self._leads_to_a_noun(index)
        is_set = before in words.setters and self._word(index + 1) in words.nouns
        is_meant = is_named or is_set or before in words.leading or self._is_a_noun(index)
        if word in words.ambiguous and not is_meant:
            return None
        return self._open(index, index + 1, self._coming_month(number))

    def _leads_to_a_noun(self, index: int) -> bool:
        """Whether a premiere, a return, a date stands behind, with a network between at most."""
        if self._word(index + 1) in self._words.nouns:
            return not self._line.breaks[index + 1]
        is_near = self._word(index + 2) in self._words.nouns
        return is_near and not any(self._line.breaks[index + 1 : index + 3])

    def _is_a_noun(self, index: int) -> bool:
        """Whether it has a capital within a sentence, behind a word that has none."""
        line = self._line
        is_within = index > 0 and not line.breaks[index] and not line.is_headline_case
        return is_within and line.capitals[index] and not line.capitals[index - 1]

    def _day_first(self, index: int) -> DateMention | None:
        # "Season 3 in January" has no day, nor has "season 3 on January 17" two.
        after = index + 2 if self._word(index + 1) in self._words.of else index + 1
        number = self._words.months.get(self._word(after))
        if number is None or self._line.breaks[after]:
            return None
        later = self._skip(after + 1)
        year = self._year_at(later)
        last = later + 1 if year else after + 1
        return self._date(index, last, number, int(self._word(index).rstrip("stndrh")), year)

    def _window(self, index: int) -> DateMention | None:
        after = self._skip(index + 1)
        year = self._year_at(after)
        word = self._word(index)
        if word in self._words.seasons and self._word(index + 1) in self._words.nouns:
            # "Gets summer premiere date"
            return self._open(index, index + 1, self._coming_season(self._words.seasons[word], 0))
        if year is None and word in self._words.seasons and self._is_when(index):
            return self._open(index, index + 1, self._coming_season(self._words.seasons[word], 0))
        if year is None or after > index + 2:
            return None
        if word in self._words.seasons:
            when = season_of_year(year, self._words.seasons[word])
        else:
            when = part_of_year(year, self._words.parts[word])
        return DateMention(index, after + 1, when)

    def _is_when(self, index: int) -> bool:
        """Whether it is said when something is: "in autumn on BBC One", not "in summer camp"."""
        then = index + 1
        is_whole = self._ends_clause(then) or self._word(then) in self._words.fillers
        return is_whole and self._word(index - 1) in self._words.leading

    def _relative(self, index: int) -> DateMention | None:
        after = self._word(index + 1)
        ahead = 1 if self._word(index) in self._words.next else 0
        today, last = self._today, index + 2
        if after in self._words.seasons:
            name = self._words.seasons[after]
            return self._open(index, last, self._coming_season(name, ahead))
        if after in self._words.months:
            return self._open(index, last, self._coming_month(self._words.months[after]))
        if after in self._words.weekdays and not self._is_dated(last):
            return self._open(index, last, self._coming_weekday(self._words.weekdays[after]))
        match self._words.units.get(after):
            case "year":
                return self._open(index, last, whole_year(today.year + ahead))
            case "month":
                return self._open(index, last, _month_after(today, ahead))
            case "week":
                return self._open(index, last, _month_after(today + timedelta(weeks=ahead), 0))
        return None

    def _is_dated(self, index: int) -> bool:
        """Whether a day is named here, which says more than the weekday before it."""
        return self._word(index) in self._words.months or bool(_DAY.match(self._word(index)))

    def _near(self, index: int) -> DateMention | None:
        word = self._word(index)
        if word in self._words.weekdays and self._is_dated(index + 1):
            return None
        count = self._count(index - 1)
        match self._words.units.get(word):
            case "today":
                return self._open(index, index + 1, day(self._today))
            case "tomorrow":
                return self._open(index, index + 1, day(self._today + timedelta(days=1)))
            case "month" if count:
                return self._open(index - 1, index + 1, _month_after(self._today, count))
            case "week" if count:
                then = self._today + timedelta(weeks=count)
                return self._open(index - 1, index + 1, _month_after(then, 0))
            case None if self._word(index - 1) in self._words.fillers:
                when = self._coming_weekday(self._words.weekdays[word])
                return self._open(index, index + 1, when)
        return None

    def _count(self, index: int) -> int:
        """The number in "in three weeks", 0 where there is none."""
        word = self._word(index)
        if self._word(index - 1) not in self._words.fillers:
            return 0
        return int(word) if word.isdecimal() and len(word) < 3 else 0

    def _year(self, index: int) -> DateMention | None:
        year = int(self._word(index))
        is_led = self._word(index - 1) in self._words.fillers
        # "Sets 2026 return": a year gone by is a date of the past, and read as none by `is_past`.
        if is_led or self._word(index + 1) in self._words.nouns:
            return DateMention(index, index + 1, whole_year(year))
        return None

    def _coming_weekday(self, number: int) -> When:
        ahead = (number - self._today.weekday()) % 7
        return day(self._today + timedelta(days=ahead))

    def _date(
        self, first: int, last: int, number: int, day_number: int, year: int | None
    ) -> DateMention | None:
        try:
            if year is not None:
                return DateMention(first, last, day(date(year, number, day_number)))
            value = date(self._today.year, number, day_number)
            if value < self._today - _LOOK_BACK:
                value = date(value.year + 1, number, day_number)
        except ValueError:
            return None
        return self._open(first, last, day(value))

    def _coming_month(self, number: int) -> When:
        return month(self._today.year + (number < self._today.month), number)

    def _coming_season(self, name: str, ahead: int) -> When:
        when = season_of_year(self._today.year, name)
        if when.end < self._today:
            when = season_of_year(self._today.year + 1, name)
        return season_of_year(when.end.year + ahead, name) if ahead else when
