"""How fast articles are read, with how much memory.

    python -m tests.bench.bench_reading [--titles FILE] [--articles FILE] [--count 100000]

Without files, the corpus of the tests is read over and over, for generated titles (two to five
words, seeded). Printed: seconds and memory to build the index of the titles given and of
`--count`, articles read a second with each, the time to add one title; and, on the matching of
titles alone, how many times slower a regular-expression alternation and flashtext are. The rate at
which a plain dictionary of word n-grams is looked through for headlines tells how fast the machine
is: reading is given as a share of it, too.
"""

import argparse
import json
import random
import re
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from bot.cli.read import article_of
from bot.lexicons import load_lexicons
from bot.news import claims
from bot.news.claims import Reader
from bot.news.model import Article, Show
from bot.news.text import Line, words_of
from bot.news.titles import TitleIndex
from bot.settings import DATA
from tests.corpus import load_samples, load_shows

SYLLABLES = [
    "ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu", "dar", "fen", "gal", "hin", "jor",
]  # fmt: skip
SAMPLE = 2_000  # headlines for the slow matchers


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--titles", type=Path)
    parser.add_argument("--articles", type=Path)
    parser.add_argument("--count", type=int, default=100_000)
    options = parser.parse_args(arguments)
    shows = list(_shows(options.titles))
    articles = _articles(options.articles)
    _say(f"{len(articles)} articles, the reader {'compiled' if is_compiled() else 'in Python'}")
    yardstick = _yardstick(shows, articles)
    for size in (len(shows), options.count):
        _measure(shows + generated(size - len(shows)), articles, yardstick)
    _compare(shows, [article.title for article in articles][:SAMPLE])


def is_compiled() -> bool:
    """Whether this process has the reader that `tools.compile_reader` made."""
    return not str(claims.__file__).endswith(".py")


def generated(count: int, seed: int = 1) -> list[Show]:
    """`count` shows with invented names of two to five words."""
    dice = random.Random(seed)

    def word() -> str:
        return "".join(dice.choices(SYLLABLES, k=dice.randint(1, 3))).capitalize()

    names = (" ".join(word() for _ in range(dice.randint(2, 5))) for _ in range(max(0, count)))
    return [Show(f"generated:{i}", name) for i, name in enumerate(names)]


def _yardstick(shows: list[Show], articles: list[Article]) -> float:
    """Headlines a second in which every run of up to six words is looked up in a set."""
    names = {" ".join(words_of(name)) for show in shows for name in (show.title, *show.aliases)}
    headlines = [article.title for article in articles]

    def look(headline: str) -> list[str]:
        words = re.findall(r"\w+", headline.lower())
        runs = (words[i : i + n] for i in range(len(words)) for n in range(1, 7))
        return [key for run in runs if (key := " ".join(run)) in names]

    rate = len(headlines) / _seconds(look, headlines)
    _say(f"yardstick: {rate:,.0f} headlines/s through a dictionary of n-grams")
    return rate


def _measure(shows: list[Show], articles: list[Article], yardstick: float) -> None:
    lexicons = load_lexicons(DATA / "lexicon")
    start = time.process_time()
    index = TitleIndex(shows)
    built = time.process_time() - start
    reader = Reader(index, lexicons)
    reader.read(articles[0])
    best = max(_rate(reader, articles) for _ in range(2))
    start = time.perf_counter()
    index.add(Show("one more", "One More Title"))
    added = time.perf_counter() - start
    _say(
        f"{len(shows):>7} titles: built in {built:.2f} s, {_growth(shows):.0f} MB,"
        f" {best:,.0f} articles/s ({best / yardstick:.3f} of the yardstick),"
        f" one title more in {added * 1e6:.0f} µs"
    )


def _rate(reader: Reader, articles: list[Article]) -> float:
    start = time.process_time()
    for article in articles:
        reader.read(article)
    return len(articles) / (time.process_time() - start)


def _growth(shows: list[Show]) -> float:
    tracemalloc.start()
    index = TitleIndex(shows)
    size = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    return size if len(index) else 0.0


def _compare(shows: list[Show], headlines: list[str]) -> None:
    """The matching of titles alone: ours, an alternation, flashtext."""
    index = TitleIndex(shows)
    titles = [show.title for show in shows]
    ours = _seconds(lambda text: index.find(Line.of(text)), headlines)
    pattern = re.compile(
        r"\b(?:" + "|".join(sorted(map(re.escape, titles), key=len, reverse=True)) + r")\b", re.I
    )
    _say(
        f"matching alone: index 1.0, alternation {_seconds(pattern.findall, headlines) / ours:.1f}"
    )
    try:
        from flashtext import KeywordProcessor
    except ImportError:
        _say("flashtext is not installed: pip install -e .[bench]")
        return
    processor = KeywordProcessor()
    processor.add_keywords_from_list([title for title in titles if title.strip()])
    _say(f"flashtext {_seconds(processor.extract_keywords, headlines) / ours:.1f}")


def _seconds(match: Callable[[str], object], headlines: Iterable[str]) -> float:
    start = time.process_time()
    for headline in headlines:
        match(headline)
    return time.process_time() - start


def _shows(path: Path | None) -> Iterable[Show]:
    if path is None:
        return [*load_shows(), *generated(10_000, seed=2)]
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line)
    return [Show(row["title"], row["title"], tuple(row["aliases"])) for row in rows]


def _articles(path: Path | None) -> list[Article]:
    if path is None:
        return [sample.article for sample in load_samples()] * 20
    lines = path.read_text(encoding="utf-8").split("\n")
    return [article_of(json.loads(line)) for line in lines if line]


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
