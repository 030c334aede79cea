"""Dates as feeds write them, as aware times in UTC.

The standards come first (RFC 822, ISO 8601), then the habits that feedparser misreads or drops:
a time zone as a word after an ISO date, day-first slashes, English long forms, hour 24, week days
in another language. A date that stays unclear is None: an article may lack a date, not have a
wrong one.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

EARLIEST_YEAR = 1971  # `0000-00-00` and the epoch are no dates; an old one still says "old"

_ZONES = {
    "BST": 60, "IST": 330, "CET": 60, "CEST": 120, "EET": 120, "EEST": 180, "MSK": 180,
    "JST": 540, "KST": 540, "HKT": 480, "SGT": 480, "AEST": 600, "AEDT": 660, "NZST": 720,
    "NZDT": 780, "AKST": -540, "AKDT": -480, "HST": -600, "WET": 0, "WEST": 60, "ET": -300,
    "PT": -480, "CT": -360,
}  # fmt: skip
_AMERICAN = {  # email.utils knows these itself
    "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360,
    "PST": -480, "PDT": -420,
}  # fmt: skip
_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?\s*"
    r"(Z|[A-Z]{2,4}|[+-]\d{2}:?\d{2}|[+-]\d{2})?",
    re.IGNORECASE,
)
_CLOCK = r"(\d{1,2}):(\d{2})(?::(\d{2}))?"
_SLASHES = re.compile(rf"(\d{{1,2}})[/.](\d{{1,2}})[/.](\d{{4}})(?:[, ]+{_CLOCK})?")
_LONG = re.compile(
    rf"([A-Za-z]{{3,9}})\.? (\d{{1,2}}),? (\d{{4}})"
    rf"(?:,?(?: at)? {_CLOCK} ?([ap]m)?)?(?: ([A-Z]{{2,4}}))?",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"^[^\W\d]{2,12}\.?,\s*")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read_date(text: str) -> datetime | None:
    """The instant that a feed's date means, None when it cannot be told."""
    text = " ".join(text[:100].split())
    for reader in (_iso, _long, _slashes, _rfc822):
        try:
            found = reader(text)
            moment = found and found.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
        if moment:
            return moment if EARLIEST_YEAR <= moment.year < 2200 else None
    return None


def _iso(text: str) -> datetime | None:
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    return _moment(int(year), int(month), int(day), hour, minute, second, zone or "Z")


def _rfc822(text: str) -> datetime | None:
    # Week days say nothing that the date does not, and are the part that gets translated.
    parsed = parsedate_tz(_WEEKDAY.sub("", text))
    if parsed is None:
        return None
    year, month, day, hour, minute, second, *_, offset = parsed
    word = text.rsplit(" ", 1)[-1].upper().strip("()")
    minutes = _ZONES.get(word, (offset or 0) // 60)
    start = datetime(year, month, day, tzinfo=timezone(timedelta(minutes=minutes)))
    # Hour 24 and second 60 exist in feeds: as a sum they are the moment that was meant.
    return start + timedelta(hours=hour, minutes=minute, seconds=second)


def _slashes(text: str) -> datetime | None:
    match = _SLASHES.match(text)
    if match is None:
        return None
    first, second, year, hour, minute, secs = match.groups()
    # Day first, as most of the world writes; only a number over 12 says that it is the month.
    day, month = (int(second), int(first)) if int(second) > 12 else (int(first), int(second))
    return _moment(int(year), month, day, hour, minute, secs, "Z")


def _long(text: str) -> datetime | None:
    match = _LONG.fullmatch(_WEEKDAY.sub("", text))
    if match is None or match[1][:3].lower() not in _MONTHS:
        return None
    name, day, year, hour, minute, second, half, zone = match.groups()
    moment = _moment(
        int(year), _MONTHS.index(name[:3].lower()) + 1, int(day), hour, minute, second, zone or "Z"
    )
    if half and half.lower() == "pm" and int(hour) < 12:
        moment += timedelta(hours=12)
    if half and half.lower() == "am" and int(hour) == 12:
        moment -= timedelta(hours=12)
    return moment


def _moment(
    year: int,
    month: int,
    day: int,
    hour: str | None,
    minute: str | None,
    second: str | None,
    zone: str,
) -> datetime:
    start = datetime(year, month, day, tzinfo=_zone(zone.upper()))
    return start + timedelta(
        hours=int(hour or 0), minutes=int(minute or 0), seconds=int(second or 0)
    )


def _zone(name: str) -> timezone:
    if name[0] in "+-":
        digits = name[1:].replace(":", "").ljust(4, "0")
        minutes = int(digits[:2]) * 60 + int(digits[2:])
        return timezone(timedelta(minutes=-minutes if name[0] == "-" else minutes))
    return timezone(timedelta(minutes=(_ZONES | _AMERICAN).get(name, 0)))
