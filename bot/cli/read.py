"""`python -m bot read`: articles in, one a line; what each of them claims out."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.lexicons import load_lexicons
from bot.news.claims import Reader
from bot.news.model import Article, Claim, Show
from bot.news.titles import TitleIndex
from bot.words import Words

DATA = Path(__file__).resolve().parents[2] / "data"


def add_arguments(parser: argparse.ArgumentParser, words: Words) -> None:
    """The options of the command."""
    parser.add_argument("--titles", type=Path, metavar="FILE", help=words("read.titles"))
    parser.add_argument("--explain", metavar="HEADLINE", help=words("read.explain"))
    parser.add_argument("--summary", default="", help=words("read.summary"))


def run(options: argparse.Namespace, words: Words) -> int:
    """Read stdin to its end: 0 when every line was an article, else 1."""
    reader = Reader(TitleIndex(_shows(options.titles)), load_lexicons(DATA / "lexicon"))
    failed = False
    for number, line in enumerate(sys.stdin.buffer, 1):
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
    return Article(
        id=str(row.get("id", "")),
        title=_text(row, "title"),
        summary=_text(row, "summary"),
        link=_text(row, "link"),
        source=_text(row, "source"),
        published=_time(_text(row, "published")),
        categories=tuple(c for c in categories if isinstance(c, str))
        if isinstance(categories, list)
        else (),
    )


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else ""


def _time(text: str) -> datetime | None:
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return None
    return value.replace(tzinfo=value.tzinfo or UTC)


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


def _shows(path: Path | None) -> Iterable[Show]:
    if path is None:
        from bot.catalogue.shipped import load_catalogue

        return load_catalogue(DATA / "catalogue.toml")
    return _listed(path)


def _listed(path: Path) -> Iterator[Show]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                row = json.loads(line)
                yield Show(row["title"], row["title"], tuple(row.get("aliases", ())))
