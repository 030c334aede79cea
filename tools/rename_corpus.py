"""Rename every series of a labelled corpus, to show that reading leans on no name.

    python -m tools.rename_corpus --corpus FOLDER --out FOLDER [--seed 1]

FOLDER holds `pool.jsonl`, `dev.jsonl` and `titles.jsonl`. Each title gets an invented one of as
many words; one lone word in eight gets a common word, as many real titles are. Articles, labels and
titles are renamed together, addresses and categories too: read and score the copy as the original.

A title made of common words ("The Show") may be meant or not. It is renamed in articles labelled
with it, and elsewhere only in quotation marks.
"""

import argparse
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.news.commonness import surprise
from bot.news.text import words_of
from bot.news.titles import ARTICLES

SYLLABLES = [
    "ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu", "dar", "fen", "gal", "hin", "jor",
]  # fmt: skip
COMMON = [
    "Lantern", "Harvest", "Meadow", "Compass", "Orchard", "Signal", "Thunder", "Velvet", "Marble",
]  # fmt: skip
# How surprising its words must be for a title to be renamed wherever it stands.
SURPRISING = 3.0

Rows = list[dict[str, Any]]


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the renamed copy."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    files = {
        name: _load(options.corpus / name) for name in ("pool.jsonl", "dev.jsonl", "titles.jsonl")
    }
    names = invented(files["titles.jsonl"], options.seed)
    rename = renamer(names)
    slugs = {"-".join(words_of(old)): "-".join(words_of(new)) for old, new in names.items()}
    options.out.mkdir(parents=True, exist_ok=True)
    labelled = _labelled(files["dev.jsonl"], files["titles.jsonl"])
    for row in files["pool.jsonl"]:
        meant = labelled.get(row["id"], frozenset())
        row["title"], row["summary"] = rename(row["title"], meant), rename(row["summary"], meant)
        row["link"] = renamed_address(row["link"], slugs, meant)
        row["categories"] = [names.get(c.casefold(), rename(c, meant)) for c in row["categories"]]
    for row in files["dev.jsonl"]:
        for claim in row["claims"]:
            claim["show"] = names.get(claim["show"].casefold(), claim["show"])
    for row in files["titles.jsonl"]:
        row["title"] = names[row["title"].casefold()]
        row["aliases"] = sorted({names[a.casefold()] for a in row["aliases"]} - {row["title"]})
    for name, rows in files.items():
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (options.out / name).write_text(text, encoding="utf-8")


def invented(titles: Rows, seed: int) -> dict[str, str]:
    """A new name for every title and alias, by its casefolded old one."""
    dice = random.Random(seed)  # noqa: S311 - names for a test
    taken: set[str] = set()
    names: dict[str, str] = {}
    for row in titles:
        for old in (row["title"], *row["aliases"]):
            if old.casefold() not in names:
                names[old.casefold()] = _invent(old, dice, taken)
    return names


def _invent(old: str, dice: random.Random, taken: set[str]) -> str:
    count = max(1, len(words_of(old)))
    for attempt in range(1000):
        if count == 1 and attempt == 0 and dice.random() < 1 / 8:
            name = dice.choice(COMMON)
        else:
            name = " ".join(_word(dice) for _ in range(count))
        if name.casefold() not in taken:
            break
    taken.add(name.casefold())
    return name


def _word(dice: random.Random) -> str:
    return "".join(dice.choices(SYLLABLES, k=dice.randint(2, 3))).capitalize()


def _labelled(gold: Rows, titles: Rows) -> dict[str, frozenset[str]]:
    """By article, the words of every name of the shows that it is labelled with."""
    aliases = {row["title"].casefold(): (row["title"], *row["aliases"]) for row in titles}
    return {
        row["id"]: frozenset(
            _key(name)
            for claim in row["claims"]
            for name in aliases.get(claim["show"].casefold(), (claim["show"],))
        )
        for row in gold
    }


def _key(name: str) -> str:
    words = words_of(name)
    return " ".join(words[1:] if len(words) > 1 and words[0] in ARTICLES else words)


def renamer(names: Mapping[str, str]) -> Callable[[str, frozenset[str]], str]:
    """A function that renames the titles in a text, the longest first."""
    by_words = {_key(old): new for old, new in names.items() if words_of(old)}
    longest = max((len(key.split()) for key in by_words), default=1)
    word = re.compile(r"[^\W_]+(?:[.'’][^\W_]+)*|&")

    def rename(text: str, meant: frozenset[str]) -> str:
        spans = [(m.start(), m.end()) for m in word.finditer(text)]
        return "".join(_pieces(text, spans, by_words, longest, meant))

    return rename


def _pieces(
    text: str,
    spans: list[tuple[int, int]],
    by_words: Mapping[str, str],
    longest: int,
    meant: frozenset[str],
) -> Iterator[str]:
    place = index = 0
    while index < len(spans):
        for last in range(min(index + longest, len(spans)), index, -1):
            start, end = spans[index][0], spans[last - 1][1]
            bare, tail = _without_possessive(text[start:end])
            key = _key(bare)
            if key in by_words and _is_title(text, start, end, key, meant):
                yield text[place:start] + by_words[key] + tail
                place, index = end, last
                break
        else:
            index += 1
    yield text[place:]


def _without_possessive(piece: str) -> tuple[str, str]:
    return (piece[:-2], piece[-2:]) if piece[-2:] in {"'s", "’s"} else (piece, "")


def _is_title(text: str, start: int, end: int, key: str, meant: frozenset[str]) -> bool:
    if not text[start].isupper() and not text[start].isdecimal():
        return False
    if key in meant or surprise(key) > SURPRISING:
        return True
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    return before in set("'‘“\"") and after in set("'’”\"")


def renamed_address(link: str, slugs: Mapping[str, str], meant: frozenset[str]) -> str:
    """The link with titles renamed in its path: those meant, and all of two words and more."""
    parts = link.split("-")
    result: list[str] = []
    index = 0
    while index < len(parts):
        last, new = _renamed_at(parts, index, slugs, meant)
        result.append(new)
        index = last
    return "-".join(result)


def _renamed_at(
    parts: list[str], index: int, slugs: Mapping[str, str], meant: frozenset[str]
) -> tuple[int, str]:
    head, slash, first = parts[index].rpartition("/")
    for last in range(min(index + 8, len(parts)), index, -1):
        if last == index + 1 and first not in meant:
            continue
        key = "-".join([first, *parts[index + 1 : last]])
        new = slugs.get(key) or slugs.get(key.removeprefix("the-"))
        if new:
            return last, head + slash + new
    return index + 1, parts[index]


def _load(path: Path) -> Rows:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


if __name__ == "__main__":
    main()
