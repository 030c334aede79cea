"""`python -m bot check`: what is set, what answers, and how to mend what does not."""

import argparse
import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import make_url

from bot.catalogue.port import CatalogueFailed, Span
from bot.catalogue.tvmaze import TvMaze
from bot.cli.settings import MISCONFIGURED, misspelt, read_settings, unread
from bot.feeds.answers import FetchFailed, FetchRequest, NotModified
from bot.feeds.feed import ParseFailed
from bot.feeds.fetch import Fetcher, user_agent
from bot.feeds.guard import AddressGuard
from bot.feeds.parse import FeedParser
from bot.feeds.registry import SourcesFileError, SourceSpec, load_sources
from bot.settings import PAGE, TOKEN_SHAPE, Settings, SettingsError
from bot.storage.database import DatabaseUnusableError, open_database
from bot.words import Words


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what was looked at, whether it is well, and what was found."""

    what: str
    well: bool
    found: str


def add_arguments(parser: argparse.ArgumentParser, words: Words) -> None:
    """`--no-sources` leaves the outlets and the catalogue in peace."""
    parser.add_argument("--no-sources", action="store_true", help=words("cli.check.no_sources"))


def run(options: argparse.Namespace, words: Words) -> int:
    """Print the table. 0 when all is well, 1 when something is not, 78 for unusable settings."""
    try:
        settings = read_settings()
    except SettingsError as error:
        _print([Row(words("check.settings"), False, problem) for problem in error.problems], words)
        return MISCONFIGURED
    rows = asyncio.run(_look(settings, words, ask_sources=not options.no_sources))
    _print(rows, words)
    return 0 if all(row.well for row in rows) else 1


async def _look(settings: Settings, words: Words, *, ask_sources: bool) -> list[Row]:
    what = words("check.settings")
    odd = [words("check.settings.unread", line=line) for line in unread()]
    odd += [words("check.settings.misspelt", name=n, meant=meant) for n, meant in misspelt()]
    rows = [Row(what, False, found) for found in odd] or [
        Row(what, True, words("check.settings.read"))
    ]
    rows += [_token(settings, words), _contact(settings, words), await _database(settings, words)]
    try:
        listed = load_sources(settings.sources_file)
    except SourcesFileError as error:
        return [*rows, Row(words("check.sources"), False, str(error))]
    rows.append(Row(words("check.sources"), True, words("check.sources.listed", n=len(listed))))
    if not ask_sources:
        return rows
    return [*rows, await _catalogue(settings, words), *await _ask(settings, listed, words)]


def _token(settings: Settings, words: Words) -> Row:
    what = words("check.token")
    if not settings.discord_token:
        return Row(what, False, words("check.token.missing"))
    if not TOKEN_SHAPE.fullmatch(settings.discord_token):
        return Row(what, False, words("check.token.shape"))
    return Row(what, True, words("check.token.well"))


def _contact(settings: Settings, words: Words) -> Row:
    what = words("check.contact")
    if settings.contact:
        return Row(what, True, settings.contact)
    if settings.asks_shipped_sources:
        return Row(what, False, words("check.contact.missing"))
    return Row(what, True, words("check.contact.unneeded"))


async def _database(settings: Settings, words: Words) -> Row:
    what = words("check.database")
    try:
        database = await open_database(settings.database_url)
        await database.close()
    except DatabaseUnusableError as error:
        return Row(what, False, str(error))
    return Row(what, True, make_url(settings.database_url).render_as_string(hide_password=True))


async def _catalogue(settings: Settings, words: Words) -> Row:
    what, address = words("check.catalogue"), settings.catalogue_url
    if not address:
        return Row(what, True, words("check.catalogue.off"))
    async with TvMaze(address, user_agent(PAGE, settings.contact)) as catalogue:
        answer = await catalogue.updates(Span.DAY)
    if isinstance(answer, CatalogueFailed):
        reason = words(answer.key, status=answer.status)
        return Row(what, False, words("check.catalogue.fails", reason=reason))
    return Row(what, True, words("check.catalogue.well", address=address))


async def _ask(settings: Settings, listed: Iterable[SourceSpec], words: Words) -> list[Row]:
    guard = AddressGuard(settings.feed_allow_networks)
    agent = user_agent(PAGE, settings.contact)
    async with Fetcher(agent, guard) as fetcher, FeedParser() as parser:
        asked = (_source(fetcher, parser, source, words) for source in listed)
        rows = list(await asyncio.gather(*asked))
    answers = {row.found for row in rows}
    if len(rows) > 1 and len(answers) == 1 and not any(row.well for row in rows):
        # Outlets fail one by one; where all do in one way, it is this machine.
        found = words("check.sources.none", n=len(rows), found=answers.pop())
        return [Row(words("check.sources"), False, found)]
    return rows


async def _source(fetcher: Fetcher, parser: FeedParser, source: SourceSpec, words: Words) -> Row:
    answer = await fetcher.fetch(FetchRequest(source.url))
    if isinstance(answer, FetchFailed):
        return Row(source.name, False, words(answer.key, detail=answer.detail))
    if isinstance(answer, NotModified):
        return Row(source.name, True, words("check.source.unchanged"))
    feed = await parser.parse(answer.body, answer.url, answer.content_type)
    if isinstance(feed, ParseFailed):
        return Row(source.name, False, words(feed.key, detail=feed.detail))
    return Row(source.name, True, words.count("check.source.entries", len(feed.entries)))


def _print(rows: Iterable[Row], words: Words) -> None:
    rows = list(rows)
    width = max(len(row.what) for row in rows)
    for row in rows:
        sign = words("check.well") if row.well else words("check.wrong")
        for number, line in enumerate(row.found.splitlines() or [""]):
            head = f"{row.what:<{width}}  {sign}" if number == 0 else " " * (width + 2 + len(sign))
            print(f"{head}  {line}")
