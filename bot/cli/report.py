"""`python -m bot report`: what members say is not right of what was told, for the operator."""

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from bot.cli.database_file import database_file
from bot.cli.settings import MISCONFIGURED, read_settings
from bot.delivery.escaping import plain
from bot.settings import SettingsError
from bot.storage.database import DatabaseUnusableError, open_database
from bot.storage.reported import Reported, reported
from bot.words import Words

TEXT_LIMIT = 200
LONGEST = 36_500  # days: a hundred years


def add_arguments(parser: argparse.ArgumentParser, words: Words) -> None:
    """`--json` for programs, `--since DAYS` for what was said lately."""
    parser.add_argument("--json", action="store_true", help=words("cli.report.json"))
    parser.add_argument("--since", type=_days, metavar="DAYS", help=words("cli.report.since"))


def run(options: argparse.Namespace, words: Words) -> int:
    """Print the report. 0 when it was read, 78 when settings or database cannot be used."""
    since = None if options.since is None else datetime.now(UTC) - options.since
    try:
        found = asyncio.run(_read(read_settings().database_url, words, since))
    except SettingsError as error:
        return _complain(words("cli.run.settings"), *error.problems)
    except DatabaseUnusableError as error:
        return _complain(str(error))
    if options.json:
        print(json.dumps(as_json(found, since), ensure_ascii=False))
    else:
        print("\n".join(as_text(found, words)))
    return 0


def as_json(found: Sequence[Reported], since: datetime | None) -> dict[str, object]:
    """The whole report as one JSON object."""
    return {
        "since": since.isoformat() if since else None,
        "reports": sum(each.count for each in found),
        "announcements": [_row(each) for each in found],
        "outlets": _sums((_outlet(each), each.count) for each in found),
        "events": _sums((_event(each), each.count) for each in found),
    }


def as_text(found: Sequence[Reported], words: Words) -> Iterator[str]:
    """The report for a reader: each announcement, then the sums by outlet and by event."""
    if not found:
        yield words("report.none")
        return
    reports = words.count("report.reports", sum(each.count for each in found))
    yield words.count("report.title", len(found), reports=reports)
    for each in found:
        yield ""
        yield from _paragraph(each, words)
    outlets = _sums((_outlet(each), each.count) for each in found)
    events = _sums((words(f"event.{_event(each)}"), each.count) for each in found)
    for title, sums in ((words("report.outlets"), outlets), (words("report.events"), events)):
        yield f"\n{title}"
        width = max(len(name) for name in sums)
        yield from (f"  {name:<{width}}  {number:>4}" for name, number in sums.items())


async def _read(url: str, words: Words, since: datetime | None) -> tuple[Reported, ...]:
    database_file(url, words)
    database = await open_database(url)
    try:
        async with database.read() as connection:
            return await reported(connection, since)
    finally:
        await database.close()


def _paragraph(each: Reported, words: Words) -> Iterator[str]:
    told = each.told
    season, subject = told.announcement.key.season, _plain(told.announcement.key.subject)
    news = words(
        "report.news" if season is None else "report.news.season",
        show=_plain(told.show.title),
        season=season,
        event=words(f"event.{_event(each)}"),
        subject=f"{subject} " if subject else "",
        certainty=words(f"read.certainty.{told.announcement.certainty}"),
        at=f"{told.announcement.at:%Y-%m-%d %H:%M}",
    )
    said = ", ".join(words(f"report.word.{what}", n=number) for what, number in each.words.items())
    yield news
    yield words("report.said", said=said, servers=each.servers, struck=each.struck)
    yield f"  {_outlet(each)}: {_plain(told.title)}"
    if told.link:
        yield f"  {_plain_link(told.link)}"
    if each.source and each.source.words:
        yield f"  “{_plain(' … '.join(each.source.words))}”"


def _row(each: Reported) -> dict[str, object]:
    told = each.told
    return {
        "id": told.id,
        "show": told.show.title,
        "season": told.announcement.key.season,
        "event": _event(each),
        "subject": told.announcement.key.subject,
        "value": told.announcement.value,
        "certainty": told.announcement.certainty,
        "at": told.announcement.at.isoformat(),
        "outlet": each.source.outlet if each.source else "",
        "title": told.title,
        "link": told.link,
        "evidence": list(each.source.words) if each.source else [],
        "words": dict(each.words),
        "states": dict(each.states),
        "servers": each.servers,
        "struck": each.struck,
        "last": each.last.isoformat(),
    }


def _sums(counted: Iterable[tuple[str, int]]) -> dict[str, int]:
    """How much was said of each name, the most first."""
    sums: Counter[str] = Counter()
    for name, number in counted:
        sums[name] += number
    return dict(sums.most_common())


def _outlet(each: Reported) -> str:
    return _plain(each.source.outlet) if each.source else "?"


def _event(each: Reported) -> str:
    return each.told.announcement.key.event.label


def _plain(text: str) -> str:
    """A stranger's text in one line, without what a terminal would obey."""
    return plain(text, TEXT_LIMIT)


def _plain_link(link: str) -> str:
    return "".join(character for character in link if character.isprintable())[:TEXT_LIMIT]


def _days(text: str) -> timedelta:
    if not text.isascii() or not text.isdecimal() or not 0 < int(text[:9]) <= LONGEST:
        raise argparse.ArgumentTypeError(f"{text}: give a number of days, 1 or more")
    return timedelta(days=int(text))


def _complain(*lines: str) -> int:
    print(*lines, sep="\n", file=sys.stderr)
    return MISCONFIGURED
