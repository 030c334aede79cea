"""TVmaze's JSON as our own types (https://www.tvmaze.com/api).

A field of another type than documented is as good as absent; what lacks an id or a name is left
out. Nothing raises: any JSON value may be given to any function here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from bot.news.model import Precision, When
from bot.news.series import (
    Aka,
    CastMember,
    CatalogueDetail,
    ExternalIds,
    NextEpisode,
    Series,
    SeriesSeason,
    SeriesStatus,
)
from bot.news.text import clean

TITLE_LIMIT, NAME_LIMIT, SUMMARY_LIMIT, URL_LIMIT = 200, 100, 2000, 500
MOST_FOUND, MOST_SEASONS, MOST_CAST, MOST_AKAS = 25, 200, 30, 40
MOST_UPDATES = 100_000
LARGEST_ID = 2**31 - 1
STATUSES = {
    "Running": SeriesStatus.RUNNING,
    "Ended": SeriesStatus.ENDED,
    "To Be Determined": SeriesStatus.UNDECIDED,
    "In Development": SeriesStatus.IN_DEVELOPMENT,
}
_IMDB = re.compile(r"tt\d{1,10}", re.ASCII)
_UNKNOWN_PART = re.compile(r"(-00)+$")


def read_found(value: object) -> tuple[Series, ...] | None:
    """The series of a search's answer, in its order; None where it is no such answer."""
    if not isinstance(value, list):
        return None
    found = (_basics(_table(entry).get("show")) for entry in value[:MOST_FOUND])
    return tuple(Series(**one) for one in found if one is not None)


def read_detail(value: object) -> CatalogueDetail | None:
    """All of a series with what was embedded; None where it is no series."""
    basics = _basics(value)
    if basics is None:
        return None
    embedded = _table(_table(value).get("_embedded"))
    return CatalogueDetail(
        **basics,
        seasons=_seasons(embedded.get("seasons")),
        cast=_cast(embedded.get("cast")),
        akas=_akas(embedded.get("akas"), basics["title"]),
        next_episode=_next_episode(_table(embedded.get("nextepisode"))),
    )


def read_updates(value: object) -> dict[int, datetime] | None:
    """When each series changed last; None where it is no such answer."""
    if isinstance(value, list) and not value:
        return {}  # what PHP makes of an empty table
    if not isinstance(value, dict):
        return None
    return dict(_updates(value))


def _updates(table: Mapping[str, object]) -> Iterator[tuple[int, datetime]]:
    for number, (key, stamp) in enumerate(table.items()):
        changed = _time(stamp)
        if number >= MOST_UPDATES:
            return
        if key.isascii() and key.isdecimal() and len(key) < 11 and changed is not None:
            yield int(key), changed


def _basics(value: object) -> dict[str, Any] | None:
    table = _table(value)
    number, title = _whole(table.get("id"), LARGEST_ID), _text(table.get("name"), TITLE_LIMIT)
    if number is None or not title:
        return None
    network, streamer = _table(table.get("network")), _table(table.get("webChannel"))
    premiered = _when(table.get("premiered"))
    return {
        "id": number,
        "title": title,
        "year": premiered.start.year if premiered else None,
        "network": _text(network.get("name"), NAME_LIMIT),
        "streamer": _text(streamer.get("name"), NAME_LIMIT),
        "country": _country(network) or _country(streamer),
        "language": _text(table.get("language"), 40),
        "status": STATUSES.get(_text(table.get("status"), 40), SeriesStatus.UNKNOWN),
        "url": _url(table.get("url")),
        "image": _image(_table(table.get("image"))),
        "summary": _text(table.get("summary"), SUMMARY_LIMIT),
        "externals": _externals(_table(table.get("externals"))),
        "changed": _time(table.get("updated")),
    }


def _seasons(value: object) -> tuple[SeriesSeason, ...]:
    seasons: dict[int, SeriesSeason] = {}
    for table in _tables(value, MOST_SEASONS):
        number = _whole(table.get("number"), 9999)
        if number is None:
            continue
        network = _table(table.get("network")) or _table(table.get("webChannel"))
        premiere, end = _when(table.get("premiereDate")), _when(table.get("endDate"))
        seasons[number] = SeriesSeason(
            number,
            premiere,
            end.start if end and end.precision is Precision.DAY else None,
            _whole(table.get("episodeOrder"), 9999),
            _text(network.get("name"), NAME_LIMIT),
        )
    return tuple(season for _, season in sorted(seasons.items()))


def _cast(value: object) -> tuple[CastMember, ...]:
    members = (
        CastMember(
            _text(_table(table.get("person")).get("name"), NAME_LIMIT),
            # Who plays themselves has a "character" of their own name.
            ""
            if table.get("self") is True
            else _text(_table(table.get("character")).get("name"), NAME_LIMIT),
        )
        for table in _tables(value, 2 * MOST_CAST)
    )
    return tuple(dict.fromkeys(m for m in members if m.person))[:MOST_CAST]


def _akas(value: object, title: str) -> tuple[Aka, ...]:
    names: dict[str, Aka] = {title: Aka(title)}
    for table in _tables(value, 2 * MOST_AKAS):
        name = _text(table.get("name"), NAME_LIMIT)
        if name:
            names.setdefault(name, Aka(name, _country(table)))
    return tuple(names.values())[1 : MOST_AKAS + 1]


def _next_episode(table: Mapping[str, object]) -> NextEpisode | None:
    season, number = _whole(table.get("season"), 9999), _whole(table.get("number"), 9999)
    # Without an air time the stamp is a guess: noon.
    if season is None or number is None or not table.get("airtime"):
        return None
    airs = _stamp(table.get("airstamp"))
    return NextEpisode(season, number, airs) if airs else None


def _externals(table: Mapping[str, object]) -> ExternalIds:
    imdb = table.get("imdb")
    known = imdb if isinstance(imdb, str) and _IMDB.fullmatch(imdb) else ""
    return ExternalIds(known, _whole(table.get("thetvdb"), LARGEST_ID))


def _image(table: Mapping[str, object]) -> str:
    # The original may be as large as a poster is on paper.
    return _url(table.get("medium")) or _url(table.get("original"))


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _tables(value: object, most: int) -> Iterable[Mapping[str, object]]:
    return [_table(entry) for entry in value[:most]] if isinstance(value, list) else []


def _text(value: object, limit: int) -> str:
    return clean(value, limit) if isinstance(value, str) else ""


def _whole(value: object, most: int) -> int | None:
    # A bool is an int to Python.
    return value if type(value) is int and 1 <= value <= most else None


def _country(table: Mapping[str, object]) -> str:
    code = _table(table.get("country")).get("code")
    is_code = isinstance(code, str) and len(code) == 2 and code.isascii() and code.isalpha()
    return str(code).upper() if is_code else ""


def _url(value: object) -> str:
    if not isinstance(value, str) or len(value) > URL_LIMIT or not value.isascii():
        return ""
    try:
        parts = urlsplit(value)
    except ValueError:
        return ""
    is_link = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
    return value if is_link and value.isprintable() and " " not in value else ""


def _when(value: object) -> When | None:
    """A date as far as it is known: to the day, the month or the year."""
    if not isinstance(value, str):
        return None
    when = When.parse(_UNKNOWN_PART.sub("", value[:20]))
    known = {Precision.DAY, Precision.MONTH, Precision.YEAR}
    is_sane = when is not None and when.precision in known and 1900 <= when.start.year <= 2200
    return when if is_sane else None


def _time(value: object) -> datetime | None:
    seconds = _whole(value, 2**33)
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _stamp(value: object) -> datetime | None:
    try:
        parsed = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if parsed is None or parsed.tzinfo is None or not 1900 < parsed.year <= 2200:
        return None
    return parsed.astimezone(UTC)
