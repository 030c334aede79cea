"""Dates of news in words and as Discord's timestamps."""

from datetime import date, datetime

from babel.dates import format_date, format_skeleton

from bot.news.model import Precision, When
from bot.news.premieres import hour_of
from bot.words import Words


def stamp(moment: datetime, style: str) -> str:
    """`<t:…>`, which every reader sees in their own zone and language. F is full, R relative."""
    return f"<t:{int(moment.timestamp())}:{style}>"


def day_stamp(day: date) -> str:
    """A day that has no hour, as a timestamp of its date and how far away it is."""
    moment = hour_of(day)
    return f"{stamp(moment, 'D')} ({stamp(moment, 'R')})"


def moment_stamp(moment: datetime) -> str:
    """An instant, as a timestamp of its day and hour and how far away it is."""
    return f"{stamp(moment, 'F')} ({stamp(moment, 'R')})"


def in_words(when: When, words: Words) -> str:
    """The date or window without a preposition: `March 3, 2027`, `spring 2027`, `2027`."""
    match when.precision:
        case Precision.DAY:
            return format_date(when.start, "long", locale=words.locale)
        case Precision.MONTH:
            return format_skeleton("yMMMM", hour_of(when.start), locale=words.locale)
        case Precision.SEASON:
            # A winter is named for the year in which it ends.
            return words(f"post.window.season.{when.start.month}", year=when.end.year)
        case Precision.HALF:
            return words(f"post.window.half.{when.start.month}", year=when.start.year)
        case Precision.YEAR:
            return str(when.start.year)


def in_sentence(when: When, words: Words) -> str:
    """The date or window with its preposition: `on March 3, 2027`, `in spring 2027`."""
    if when.precision is Precision.DAY:
        return words("post.on_day", day=in_words(when, words))
    return words("post.in_window", window=in_words(when, words))
