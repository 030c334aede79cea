"""A date or window, written down and read back."""

from datetime import date

import pytest

from bot.news.model import Precision, When

WHENS = [
    When(date(2027, 5, 3), date(2027, 5, 3), Precision.DAY),
    When(date(2028, 2, 1), date(2028, 2, 29), Precision.MONTH),
    When(date(2027, 3, 1), date(2027, 5, 31), Precision.SEASON),
    When(date(2026, 12, 1), date(2027, 2, 28), Precision.SEASON),
    When(date(2027, 9, 1), date(2027, 12, 31), Precision.HALF),
    When(date(2027, 1, 1), date(2027, 12, 31), Precision.YEAR),
]


@pytest.mark.parametrize("when", WHENS, ids=str)
def test_a_canonical_date_is_read_back(when: When) -> None:
    assert When.parse(str(when)) == when


@pytest.mark.parametrize("text", ["", "soon", "2027-13", "2027-02-30", "2027 monsoon", "0000"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert When.parse(text) is None
