"""Compare the lexicon's weights with fitted ones, cross-validated by outlet.

    python -m tools.fit_reading --corpus FOLDER [--first N]

FOLDER holds `pool.jsonl`, `dev.jsonl`, `titles.jsonl` and `study.txt`. Every event that a headline
speaks of, with the show that it would be told of, is a candidate; it is right where the labels have
an alert of that show and kind. A logistic regression on the cues (closed patterns) and, in a second
run, on single words as well (seen in at least 20 articles of 5 outlets) decides in place of the
weights: trained on all outlets but those of a fold, asked about that fold. Nothing is written: the
shipped weights are the lexicon's (docs/decisions/reading-by-weighed-rules.md).
"""

import argparse
import json
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.cli.read import article_of
from bot.lexicons import load_lexicons
from bot.news.claims import Reader
from bot.news.model import Show
from bot.news.page import Page
from bot.news.reading import Reading, Verdict
from bot.news.titles import TitleIndex
from bot.settings import DATA

FOLDS = 10
ROUNDS = 200
RATE = 0.5
DECAY = 0.003  # of the squared weights: without it 400 candidates are learned by heart
QUIET = frozenset({"clip", "images"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """One (show, kind) that an article could be told for."""

    outlet: str
    signs: frozenset[str]
    is_right: bool
    by_rules: bool


def main(arguments: Sequence[str] | None = None) -> None:
    """Print precision, recall and F1 of rules and of both fitted models."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--first", type=int, default=None)
    options = parser.parse_args(arguments)
    corpus: Path = options.corpus
    gold = [row for row in _load(corpus / "dev.jsonl")[: options.first] if not row["skip"]]
    pool = {row["id"]: row for row in _load(corpus / "pool.jsonl")}
    titles = [
        Show(r["title"], r["title"], tuple(r["aliases"])) for r in _load(corpus / "titles.jsonl")
    ]
    reader = Reader(TitleIndex(titles), load_lexicons(DATA / "lexicon"))
    words = _common_words(pool, (corpus / "study.txt").read_text(encoding="utf-8").split())
    total = sum(1 for row in gold for _ in _alerts(row))
    for name, vocabulary in (("cues", frozenset[str]()), ("cues and words", words)):
        found = [c for row in gold for c in _candidates(row, pool[row["id"]], reader, vocabulary)]
        if name == "cues":
            _report("rules", [c.by_rules for c in found], found, total)
        _report(f"fitted on {name}", _cross_validated(found), found, total)


def _alerts(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for claim in row["claims"]:
        if claim["event"] not in QUIET and claim["certainty"] != "rumour" and claim["show"]:
            yield claim["show"].casefold(), claim["kind"]


def _candidates(
    row: dict[str, Any], article: dict[str, Any], reader: Reader, vocabulary: frozenset[str]
) -> Iterator[Candidate]:
    given = article_of(article)
    reading = reader.explain(given)
    told = {(c.show.title.casefold(), c.kind.value) for c in reading.claims if c.show}
    seen = vocabulary.intersection(Page(given).title.stems)
    right = set(_alerts(row))
    best: dict[tuple[str, str], Verdict] = {}
    for verdict in reading.verdicts:
        if verdict.sighting.event.is_quiet:
            continue
        for show in verdict.shows or _likely(reading):
            key = (show.title.casefold(), verdict.sighting.event.kind.value)
            if key not in best or verdict.news > best[key].news:
                best[key] = verdict
    for key, verdict in best.items():
        signs = _signs(reading, verdict) | {f"word {word}" for word in seen}
        yield Candidate(given.source, frozenset(signs), key in right, key in told)


def _likely(reading: Reading) -> tuple[Show, ...]:
    return tuple(name.mention.show for name in reading.names[:1])


def _signs(reading: Reading, verdict: Verdict) -> set[str]:
    sighting = verdict.sighting
    firm = "firm" if sighting.is_firm else "hint"
    kind = sighting.event.kind.value
    names = {reason for name in reading.names for reason in name.reasons}
    return {
        f"{firm} {sighting.event.label}",
        *(f"{weight.name} for {kind}" for weight in reading.weights),
        *(weight.name for weight in reading.weights),
        *(f"name by {reason}" for reason in names),
    }


def _cross_validated(candidates: list[Candidate]) -> list[bool]:
    outlets = sorted({c.outlet for c in candidates})
    fold_of = {outlet: number % FOLDS for number, outlet in enumerate(outlets)}
    decided = [False] * len(candidates)
    for fold in range(FOLDS):
        weights = _fit([c for c in candidates if fold_of[c.outlet] != fold])
        for number, candidate in enumerate(candidates):
            if fold_of[candidate.outlet] == fold:
                decided[number] = _score(weights, candidate.signs) > 0
    return decided


def _fit(candidates: list[Candidate]) -> dict[str, float]:
    weights: dict[str, float] = defaultdict(float)
    rate = RATE / len(candidates)
    for _ in range(ROUNDS):
        slope: dict[str, float] = defaultdict(float)
        for candidate in candidates:
            chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, _score(weights, candidate.signs)))))
            for sign in ("", *candidate.signs):
                slope[sign] += candidate.is_right - chance
        for sign, value in slope.items():
            weights[sign] += rate * value * 20 - DECAY * weights[sign]
    return weights


def _score(weights: dict[str, float], signs: frozenset[str]) -> float:
    return weights.get("", 0.0) + sum(weights.get(sign, 0.0) for sign in signs)


def _common_words(pool: dict[str, dict[str, Any]], study: list[str]) -> frozenset[str]:
    articles: Counter[str] = Counter()
    outlets: dict[str, set[str]] = defaultdict(set)
    for number in study:
        row = pool[number]
        for word in set(Page(article_of(row)).title.stems):
            articles[word] += 1
            outlets[word].add(row["source"])
    return frozenset(w for w, n in articles.items() if n >= 20 and len(outlets[w]) >= 5)


def _report(name: str, decided: list[bool], candidates: list[Candidate], total: int) -> None:
    hits = sum(d and c.is_right for d, c in zip(decided, candidates, strict=True))
    told = sum(decided)
    precision, recall = hits / max(1, told), hits / max(1, total)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    sys.stdout.write(f"{name:24} precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}\n")


def _load(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


if __name__ == "__main__":
    main()
