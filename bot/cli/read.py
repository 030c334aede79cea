"""`python -m bot read`: articles in, one a line; what each of them claims out."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.cli.explaining import explanation
from bot.feeds.text import italics
from bot.lexicons import load_lexicons
from bot.news.claims import Reader
from bot.news.model import Article, Claim, Show
from bot.news.titles import TitleIndex
from bot.words import Words

DATA = Path(__file__).resolve().parents[2] / "data"


class TitlesError(ValueError):
    """The file of titles cannot be used; says where and why."""


def add_arguments(parser: argparse.ArgumentParser, words: Words) -> None:
    """The options of the command."""
    parser.add_argument("--titles", type=Path, metavar="FILE", help=words("read.titles"))
    parser.add_argument("--explain", metavar="HEADLINE", help=words("read.explain"))
    parser.add_argument("--summary", default="", help=words("read.summary"))
    parser.add_argument("--link", default="", help=words("read.link"))


def run(options: argparse.Namespace, words: Words) -> int:
    """Explain one headline, or read stdin to its end: 0 when every line was an article, 2 for
    options that do nothing, else 1."""
    if options.explain is None and (options.summary or options.link):
        sys.stderr.write(words("read.explain_needed") + "\n")
        return 2
    try:
        reader = Reader(TitleIndex(shows_listed(options.titles)), load_lexicons(DATA / "lexicon"))
    except TitlesError as error:
        sys.stderr.write(words("read.bad_titles", problem=error) + "\n")
        return 1
    if options.explain is not None:
        shown = {"title": options.explain, "summary": options.summary, "link": options.link}
        article = article_of(shown)
        sys.stdout.write(explanation(reader.explain(article), words) + "\n")
        return 0
    return _read_lines(reader, sys.stdin.buffer, words)


def _read_lines(reader: Reader, lines: Iterable[bytes], words: Words) -> int:
    failed = False
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        row = _parsed(line)
        if row is None:
            failed = True
            sys.stderr.write(words("read.bad_line", number=number) + "\n")
            continue
        claims = [claim_row(claim) for claim in reader.read(article_of(row))]
        sys.stdout.write(json.dumps({"id": row.get("id"), "claims": claims}) + "\n")
    return 1 if failed else 0


def _parsed(line: bytes) -> Mapping[str, Any] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def article_of(row: Mapping[str, Any]) -> Article:
    """The article of a JSON object; what is absent or of a wrong type is taken as empty."""
    categories = row.get("categories")
    named = categories if isinstance(categories, list) else []
    title, summary = _text(row, "title"), _text(row, "summary")
    return Article(
        id=_text(row, "id"),
        title=title,
        summary=summary,
        link=_text(row, "link"),
        source=_text(row, "source"),
        published=_time(_text(row, "published")),
        categories=tuple(c for c in named if isinstance(c, str)),
        italics=(*italics(title), *italics(summary)),
    )


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else ""


def _time(text: str) -> datetime | None:
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def claim_row(claim: Claim) -> dict[str, object]:
    """A claim as the command prints it."""
    return {
        "show": claim.show.title if claim.show else "",
        "kind": claim.kind.value,
        "event": claim.event.label,
        "season": claim.season,
        "certainty": claim.certainty.value,
        "subject": claim.subject,
        "value": claim.value,
        "evidence": list(claim.evidence),
    }


def shows_listed(path: Path | None) -> Iterable[Show]:
    """The shows of a file of titles, those of the shipped catalogue where there is none.

    Raises TitlesError for a file that cannot be used.
    """
    if path is None:
        # Only this branch needs the catalogue; with --titles none has to be shipped.
        from bot.catalogue.shipped import load_catalogue

        return load_catalogue(DATA / "catalogue.toml")
    return tuple(_listed(path))


def _listed(path: Path) -> Iterator[Show]:
    """The shows of a file of JSON lines; a show's title is its key."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TitlesError(f"{path}: {error}") from error
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        row = _parsed(line.encode("utf-8", "replace"))
        if row is None or not isinstance(row.get("title"), str):
            raise TitlesError(f"{path}, line {number}: not a JSON object with a title")
        yield _show_of(row)


def _show_of(row: Mapping[str, Any]) -> Show:
    """The show of a row; what stands beside its title counts where it is of the right kind."""
    year, network = row.get("year"), row.get("network")
    return Show(
        row["title"],
        row["title"],
        _texts(row.get("aliases")),
        year if isinstance(year, int) else None,
        network if isinstance(network, str) else "",
        _texts(row.get("cast")),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(t for t in value if isinstance(t, str)) if isinstance(value, list) else ()
