"""What the ledger makes of real articles: they are read and entered in order of publication.

    python -m tests.bench.report_ledger --pool POOL.jsonl --titles TITLES.jsonl [--sample 100]

Prints how many articles, claims, facts and announcements there were, and a sample of the
announcements, each with the articles behind its fact, to be judged by whoever reads them. Articles
without a full date are left out and counted.
"""

import argparse
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from yarl import URL

from bot.cli.read import DATA, article_of, shows_listed
from bot.feeds.hosts import registrable_domain
from bot.lexicons import load_lexicons
from bot.news.claims import Reader
from bot.news.ledger import enter
from bot.news.lifecycle import has_undone
from bot.news.model import (
    Announcement,
    Article,
    Claim,
    Fact,
    Kind,
    LastTold,
    Statement,
    Trust,
)
from bot.news.newsworthy import judge
from bot.news.titles import TitleIndex
from bot.news.wires import wires_of

TRADES = {"deadline.com", "variety.com", "hollywoodreporter.com", "thewrap.com", "tvline.com"}


@dataclass
class Book:
    """One show's ledger, what was told of it, and the articles behind each fact."""

    facts: tuple[Fact, ...] = ()
    last: list[LastTold | None] = field(default_factory=list)
    behind: dict[int, list[Article]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True)
class Told:
    """An announcement, the headline that led to it, and where its fact stands."""

    show: str
    announcement: Announcement
    article: Article
    place: int


def main() -> None:
    options = _options()
    articles, undated = _dated(options.pool)
    index = TitleIndex(shows_listed(options.titles))
    reader = Reader(index, load_lexicons(DATA / "lexicon"))
    books: dict[str, Book] = defaultdict(Book)
    counts: Counter[str] = Counter(articles=len(articles), undated=undated)
    told: list[Told] = []
    took = 0.0
    for number, article in enumerate(articles):
        claims = [claim for claim in reader.read(article) if claim.show is not None]
        counts["claims"] += len(claims)
        began = time.perf_counter()
        told += _entered(books, number, article, claims)
        took += time.perf_counter() - began
    counts["facts"] = sum(len(book.facts) for book in books.values())
    counts["shows"] = len(books)
    counts["announcements"] = len(told)
    changes = Counter(each.announcement.change.value for each in told)
    several = sum(len(b) > 1 for book in books.values() for b in book.behind.values())
    print(dict(counts), dict(changes), f"facts with several articles: {several}")
    print(f"ledger alone: {took:.2f} s, {counts['claims'] / max(took, 1e-9):.0f} claims/s")
    _sample(told, books, options.sample, options.seed)


def _entered(
    books: dict[str, Book], number: int, article: Article, claims: list[Claim]
) -> Iterator[Told]:
    led: set[tuple[str, Kind]] = set()
    for claim in claims:
        assert claim.show is not None
        book, leads = books[claim.show.key], (claim.show.key, claim.kind) not in led
        led.add((claim.show.key, claim.kind))
        statement = _statement(number, article, claim, leads=leads)
        entered = enter(book.facts, statement, claim.show.key)
        book.facts = entered.facts
        book.last += [None] * (len(book.facts) - len(book.last))
        book.behind[entered.place].append(article)
        undone = [
            last
            for other, last in zip(book.facts, book.last, strict=True)
            if last and has_undone(entered.fact, other)
        ]
        assert article.published is not None
        now = article.published + timedelta(microseconds=number)
        news = judge(statement, entered.fact, book.last[entered.place], now, undone=undone)
        book.last[entered.place] = news.last
        if news.announcement is not None:
            yield Told(claim.show.title, news.announcement, article, entered.place)


def _statement(number: int, article: Article, claim: Claim, *, leads: bool) -> Statement:
    assert article.published is not None
    trust = Trust.TRADE if article.publisher in TRADES else Trust.PRESS
    return Statement(
        number,
        claim.event,
        article.published,
        claim.season,
        claim.subject,
        claim.value,
        claim.certainty,
        trust,
        article.publisher,
        wires_of(article),
        leads,
    )


def _dated(path: Path) -> tuple[list[Article], int]:
    """The articles that have a full date, in order of publication; how many have none."""
    found, undated = [], 0
    for line in path.read_text(encoding="utf-8").split("\n"):
        if not line.strip():
            continue
        row = json.loads(line)
        article = article_of(row)
        if article.published is None or len(str(row.get("published"))) < len("2020-01-01"):
            undated += 1
            continue
        host = URL(article.link).host or "" if article.link else ""
        publisher = registrable_domain(host) if host else article.source
        found.append(replace(article, publisher=publisher))
    return sorted(found, key=lambda each: (each.published, each.id)), undated


def _sample(told: list[Told], books: dict[str, Book], size: int, seed: int) -> None:
    for each in random.Random(seed).sample(told, min(size, len(told))):
        news = each.announcement
        key = news.key
        season = f" s{key.season}" if key.season is not None else ""
        print(f"\n{each.show}{season} {news.change.value}: {key.event.label} {key.subject}")
        print(f"   [{news.certainty.value}] {news.before} -> {news.value}")
        for article in books[key.show].behind[each.place][:6]:
            mark = "*" if article is each.article else " "
            print(
                f"   {mark} {article.published:%Y-%m-%d} {article.publisher}: {article.title[:110]}"
            )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pool", type=Path, required=True)
    parser.add_argument("--titles", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
