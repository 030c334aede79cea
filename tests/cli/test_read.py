"""`python -m bot read`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def titles(tmp_path: Path) -> Path:
    path = tmp_path / "titles.jsonl"
    rows = [
        {"title": "Hightown", "aliases": []},
        {"title": "Kiln"},
        {"title": "Odd", "aliases": None},
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def read(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "bot", "read", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, cwd=ROOT, check=False)


def test_one_line_an_article_in_order(titles: Path) -> None:
    articles = [
        {"id": "b", "title": "Starz renews Hightown for season 4"},
        {"id": "a", "title": "A quiet day"},
        {
            "id": 3,
            "title": None,
            "summary": ["x"],
            "link": 7,
            "published": "soon",
            "categories": "TV",
        },
    ]
    result = read("--titles", titles, stdin="\n".join(map(json.dumps, articles)).encode())
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.returncode == 0
    assert [line["id"] for line in lines] == ["b", "a", 3]
    assert [len(line["claims"]) for line in lines] == [1, 0, 0]
    assert lines[0]["claims"][0] == {
        "show": "Hightown",
        "kind": "season",
        "event": "renewed",
        "season": 4,
        "certainty": "confirmed",
        "subject": "",
        "value": "Starz",
        "evidence": ["renews", "Hightown"],
    }


def test_a_file_of_titles_may_tell_namesakes_apart(tmp_path: Path) -> None:
    titles = tmp_path / "titles.jsonl"
    rows = [
        {"title": "Quarry", "year": 2024, "network": "Hulu", "cast": ["Ada Quill", 7]},
        {"title": "Kiln", "year": "soon", "network": None, "cast": "Ada Quill"},
    ]
    titles.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    article = {"id": 1, "title": "Hulu drops Ada Quill's Quarry trailer"}
    result = read("--titles", titles, stdin=json.dumps(article).encode())
    (claim,) = json.loads(result.stdout)["claims"]
    assert (claim["show"], claim["event"]) == ("Quarry", "trailer")


def test_a_line_that_is_no_object_is_named_and_the_rest_is_read(titles: Path) -> None:
    stdin = b'{"id": "1", "title": "Starz renews Hightown"}\nnonsense\n[1]\n\xff\xfe\n{"id": "2"}\n'
    result = read("--titles", titles, stdin=stdin)
    assert result.returncode == 1
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["1", "2"]
    errors = result.stderr.decode().splitlines()
    assert [number in error for number, error in zip("234", errors, strict=True)] == [True] * 3


def test_titles_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"title": "Kiln"}\n{"name": "x"}\n', encoding="utf-8")
    result = read("--titles", path)
    assert result.returncode == 1
    assert "line 2" in result.stderr.decode()


def test_an_explanation_is_in_words(titles: Path) -> None:
    result = read("--titles", titles, "--explain", "Starz renews Hightown for season 4")
    text = result.stdout.decode()
    assert result.returncode == 0
    assert "Hightown" in text
    assert "So it is told" in text
    assert "NETWORK" not in text


def test_silence_is_explained(titles: Path) -> None:
    text = read("--titles", titles, "--explain", "Why Hightown deserves a season 4").stdout.decode()
    assert "a question" in text
    assert "nothing is told" in text


def test_blank_lines_are_passed_over(titles: Path) -> None:
    result = read("--titles", titles, stdin=b'\n{"id": 1, "title": "A quiet day"}\n  \n')
    assert (result.returncode, result.stderr) == (0, b"")
    assert len(result.stdout.splitlines()) == 1


def test_a_summary_without_a_headline_is_told() -> None:
    result = read("--summary", "x")
    assert result.returncode == 2
    assert b"--explain" in result.stderr
