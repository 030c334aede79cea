"""The compiled reader: classes written out for it, and the same answers."""

import ast
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.cli.read import article_of, claim_row
from bot.news.claims import Reader
from bot.news.titles import TitleIndex
from tests.corpus import load_samples, load_shows
from tests.lexicons import LEXICONS
from tools.compile_reader import (
    ROOT,
    UnreadableError,
    compile_modules,
    prepare,
    reader_modules,
    written_out,
)

MODULE = '''
from dataclasses import dataclass, field
from bot.news.lazy import lazy

made = []

@dataclass(frozen=True)
class Series:
    title: str
    seasons: int = 1
    tags: list[str] = field(default_factory=list)

    @lazy
    def key(self) -> str:
        """The title, folded."""
        made.append(self.title)
        return self.title.lower()

class Shelf:
    def __init__(self, series: Series) -> None:
        self.series = series

    @lazy
    def label(self) -> str:
        return self.series.key + "!"

@dataclass(frozen=True, eq=False)
class Mark:
    sign: str
'''

BROKEN = """
from bot.news.lexicon import Lexicon, LexiconError
try:
    Lexicon.parse("")
except LexiconError as error:
    print(repr(error))
"""


def _executed(source: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": __name__}
    exec(compile(source, "module", "exec"), names)
    return names


def test_a_lazy_value_is_made_when_asked_for_and_kept() -> None:
    names = _executed(written_out(MODULE))
    series = names["Series"]("Kiln")
    assert names["made"] == []
    assert (series.key, series.key, names["Shelf"](series).label) == ("kiln", "kiln", "kiln!")
    assert names["made"] == ["Kiln"]


def test_a_dataclass_is_built_compared_and_copied_as_before() -> None:
    names = _executed(written_out(MODULE))
    series, mark = names["Series"], names["Mark"]
    one = series("Kiln", seasons=2)
    assert one == series("Kiln", 2, []) != series("Kiln")
    assert series("Ash").tags is not series("Ash").tags
    assert replace(one, title="Ash").key == "ash"
    assert hash(mark("!")) != hash(mark("!"))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("@dataclass(kw_only=True)\nclass A:\n    a: int\n", "A is a dataclass with kw_only"),
        (
            "class A:\n    @lazy\n    def a(self) -> int: ...\n",
            "A has lazy values and no constructor",
        ),
        ("class A:\n    @lazy\n    def a(self): ...\n", "A.a has no type"),
        ("@dataclass\nclass A:\n    a: int = field(repr=False)\n", "A has field\\(repr=False\\)"),
    ],
)
def test_a_class_that_cannot_be_written_out_is_named(source: str, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        written_out(source)


def test_the_reader_is_what_reading_imports() -> None:
    modules = reader_modules()
    assert {"claims", "desk", "text", "titles", "lexicon"} <= modules
    assert modules.isdisjoint({"model", "lazy", "ledger", "routing", "schedule"})
    for name in modules:
        source = written_out((ROOT / "bot" / "news" / f"{name}.py").read_text(encoding="utf-8"))
        decorators = [
            ast.unparse(decorator)
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.ClassDef | ast.FunctionDef)
            for decorator in node.decorator_list
        ]
        assert "lazy" not in decorators, name
        assert not any("frozen" in decorator for decorator in decorators), name


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters").touch()
    with pytest.raises(SystemExit, match="holds something else"):
        prepare(tmp_path)
    assert (tmp_path / "letters").exists()


def test_a_folder_is_made_anew(tmp_path: Path) -> None:
    prepare(tmp_path)
    (tmp_path / "bot" / "news" / "old.so").touch()
    prepare(tmp_path)
    assert not (tmp_path / "bot" / "news" / "old.so").exists()
    assert (tmp_path / "data" / "lexicon" / "en.toml").exists()
    assert (tmp_path / ".env").readlink() == ROOT / ".env"


def test_no_copy_is_made_within_the_sources() -> None:
    with pytest.raises(SystemExit, match="part of the sources"):
        prepare(ROOT / "bot" / "copy")
    assert not (ROOT / "bot" / "copy").exists()


def test_the_reader_written_out_reads_as_the_sources_do(tmp_path: Path) -> None:
    prepare(tmp_path / "bot")
    assert _read_in(tmp_path / "bot") == _expected()


@pytest.mark.skipif(not shutil.which("gcc"), reason="no C compiler")
def test_the_compiled_reader_reads_as_the_sources_do(tmp_path: Path) -> None:
    folder = tmp_path / "bot"
    compile_modules(folder, prepare(folder), level="0")
    assert list((folder / "bot" / "news").glob("claims.*.so"))
    assert "LexiconError" in _run_in(folder, "-c", BROKEN).stdout
    assert _read_in(folder) == _expected()


def _rows() -> Iterator[dict[str, object]]:
    for sample in load_samples():
        article = sample.article
        yield {
            "id": article.id,
            "title": article.title,
            "summary": article.summary,
            "link": article.link,
            "source": article.source,
            "categories": list(article.categories),
            "published": article.published.isoformat() if article.published else None,
        }
    dice = random.Random(1)
    for sample in load_samples():
        title = [*sample.article.title]
        title.insert(
            dice.randrange(len(title) + 1), dice.choice("’\u0301\ud800&#<é中²\u202e\x00|—:")
        )
        odd = "".join(title)
        yield {"id": f"odd-{sample.place}", "title": odd, "summary": odd[::-1], "link": odd}


def _expected() -> list[object]:
    reader = Reader(TitleIndex(load_shows()), LEXICONS)
    found = [[claim_row(claim) for claim in reader.read(article_of(row))] for row in _rows()]
    return json.loads(json.dumps(found))  # type: ignore[no-any-return]


def _read_in(folder: Path) -> list[object]:
    """What `python -m bot read` of a copy of the bot claims."""
    titles = folder / "titles.jsonl"
    shows = [{"title": show.title, "aliases": []} for show in load_shows()]
    titles.write_text("\n".join(map(json.dumps, shows)), encoding="utf-8")
    lines = "\n".join(map(json.dumps, _rows()))
    read = _run_in(folder, "-m", "bot", "read", "--titles", str(titles), lines=lines)
    return [json.loads(line)["claims"] for line in read.stdout.splitlines()]


def _run_in(folder: Path, *command: str, lines: str = "") -> subprocess.CompletedProcess[str]:
    """What Python answers with the bot of a folder."""
    return subprocess.run(
        [sys.executable, "-P", *command],
        input=lines,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
