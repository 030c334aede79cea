"""Dates and windows."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.news.dates import find_dates
from bot.news.text import Line
from tests.lexicons import ENGLISH, SPANISH

PUBLISHED = date(2026, 11, 18)


def read(text: str, published: date | None = PUBLISHED) -> list[str]:
    return [str(d.when) for d in find_dates(Line.of(text), ENGLISH.dates, published)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("premieres March 3", "2027-03-03"),
        ("premieres on 3 March", "2027-03-03"),
        ("premieres the 3rd of March", "2027-03-03"),
        ("premieres March 3, 2028", "2028-03-03"),
        ("returns November 20", "2026-11-20"),
        ("sets March return", "2027-03"),
        ("opens season 3 on January 17", "2027-01-17"),
        ("comes back on New Year's Day", "2027-01-01"),
        ("returns Christmas Eve 2027", "2027-12-24"),
        ("gets New Year's Day release date", "2027-01-01"),
        ("trailer confirms March Netflix debut", "2027-03"),
        ("premiered on April Fools Day", "2027-04-01"),
        ("streams from Valentine’s Day", "2027-02-14"),
        ("kicks off season 4 in January", "2027-01"),
        ("returns in May", "2027-05"),
        ("returns this December", "2026-12"),
        ("arrives July 2027", "2027-07"),
        ("this winter", "2027 winter"),
        ("next summer", "2028 summer"),
        ("this summer", "2027 summer"),
        ("fall 2027", "2027 fall"),
        ("mid-2027", "2027 mid"),
        ("early 2028", "2028 early"),
        ("in 2028", "2028"),
        ("next month", "2026-12"),
        ("next year", "2027"),
        ("in 3 weeks", "2026-12"),
        ("on Sunday", "2026-11-22"),
        ("tomorrow", "2026-11-19"),
        ("tonight", "2026-11-18"),
    ],
)
def test_a_date_is_typed_with_its_precision(text: str, value: str) -> None:
    assert read(text) == [value]


@pytest.mark.parametrize(
    "text",
    [
        "airs at 20.30 on One",
        "returns to 2,050 screens",
        "it may be",
        "a march for peace",
        "February 31",
        "in 1911",
        "40 days",
    ],
)
def test_what_is_no_date_to_come_is_passed_over(text: str) -> None:
    assert read(text) == []


def test_without_a_day_of_publishing_only_full_dates_have_a_value() -> None:
    assert read("March 3, 2028", None) == ["2028-03-03"]
    assert read("this summer", None) == ["None"]


def test_a_date_knows_its_first_and_last_day() -> None:
    (mention,) = find_dates(Line.of("this winter"), ENGLISH.dates, PUBLISHED)
    assert mention.when is not None
    assert (mention.when.start, mention.when.end) == (date(2026, 12, 1), date(2027, 2, 28))


def test_a_holiday_takes_its_year_along() -> None:
    (mention,) = find_dates(Line.of("on Boxing Day 2027 at noon"), ENGLISH.dates, PUBLISHED)
    assert (mention.first, mention.last) == (1, 4)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("el 3 de marzo de 2027", "2027-03-03"),
        ("vuelve el día de Navidad", "2026-12-25"),
        ("vuelve en Nochebuena", "2026-12-24"),
    ],
)
def test_spanish_dates_are_read(text: str, value: str) -> None:
    (mention,) = find_dates(Line.of(text), SPANISH.dates, PUBLISHED)
    assert str(mention.when) == value


@pytest.mark.parametrize(
    "text", ["confirms Christmas Day twist", "a Boxing Day special", "New Year's resolutions"]
)
def test_a_holiday_that_only_describes_is_no_date(text: str) -> None:
    assert read(text) == []


def test_a_holiday_just_gone_is_no_date_to_come() -> None:
    assert read("opened on New Year's Day", date(2027, 1, 3)) == []


@given(st.text(max_size=80), st.dates() | st.none())
def test_no_text_and_no_day_raises(text: str, published: date | None) -> None:
    find_dates(Line.of(text + " March 3 next winter in 2 weeks mid 2027"), ENGLISH.dates, published)
