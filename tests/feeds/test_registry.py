"""A sources file: read whole, or refused with every mistake and its remedy."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.feeds.registry import SourcesFileError, SourceSpec, load_sources
from bot.news.model import Trust


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "sources.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def problems_of(path: Path) -> tuple[str, ...]:
    with pytest.raises(SourcesFileError) as caught:
        load_sources(path)
    return caught.value.problems


def source(**fields: object) -> str:
    entry = {"name": "One", "url": "https://one.example/feed", "trust": "press", "language": "en"}
    lines = [
        f"{name} = {json.dumps(value, ensure_ascii=False)}"
        for name, value in (entry | fields).items()
        if value is not None
    ]
    return "[[source]]\n" + "\n".join(lines) + "\n"


def test_a_source_is_read_with_its_trust(write: Callable[[str], Path]) -> None:
    path = write(
        source(note="anything") + source(name="Two", url="http://two.example/", trust="official")
    )
    assert load_sources(path) == (
        SourceSpec("One", "https://one.example/feed", Trust.PRESS, "en"),
        SourceSpec("Two", "http://two.example/", Trust.OFFICIAL, "en"),
    )


@pytest.mark.parametrize(
    ("field", "value", "remedy"),
    [
        ("name", None, "name is missing; add name"),
        ("name", "", "write a text in quotes"),
        ("name", "x" * 101, "at most 100 characters"),
        ("name", "two\nlines", "one line"),
        ("url", None, "url is missing"),
        ("url", 5, "write a text in quotes"),
        ("url", "ftp://one.example/feed", "beginning with https:// or http://"),
        ("url", "one.example/feed", "beginning with https:// or http://"),
        ("url", "https://", "beginning with https:// or http://"),
        ("url", "https://one.example:port/", "beginning with https:// or http://"),
        ("url", "file:///etc/passwd", "beginning with https:// or http://"),
        ("trust", "gossip", "one of official, trade, press, blog"),
        ("trust", "Press", "one of official, trade, press, blog"),
        ("language", "English", 'a code such as "en"'),
        ("note", 5, "write a text in quotes"),
        ("priority", "high", "unknown 'priority'; use name, url, trust, language, note"),
    ],
)
def test_a_mistake_is_told_with_its_remedy(
    write: Callable[[str], Path], field: str, value: str | int | None, remedy: str
) -> None:
    (problem,) = problems_of(write(source(**{field: value})))
    assert problem.startswith("source 1")
    assert remedy in problem


def test_every_mistake_is_told_at_once(write: Callable[[str], Path]) -> None:
    path = write(
        source(trust="gossip", language="English")
        + source(name="Two", url="mailto:two@example.org")
        + source(name="Three", url="http://www.one.example/feed/#top")
    )
    problems = problems_of(path)
    assert [problem.partition(" is ")[0] for problem in problems[:3]] == [
        "source 1 (One): trust",
        "source 1 (One): language",
        "source 2 (Two): url",
    ]
    assert problems[3] == "source 1 (One) and source 3 (Three) have the same url; keep one"


def test_a_name_may_stand_once(write: Callable[[str], Path]) -> None:
    path = write(source() + source(name="ONE", url="https://other.example/"))
    assert problems_of(path) == ("source 1 (One) and source 2 (ONE) have the same name; keep one",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[source]\n", "is not valid TOML"),
        ("", "lists no source"),
        ("source = 5", "lists no source"),
        ("source = []\n[[sources]]\n", "unknown 'sources'; only [[source]] tables"),
    ],
)
def test_a_file_of_another_shape_is_refused(
    write: Callable[[str], Path], text: str, said: str
) -> None:
    assert said in problems_of(write(text))[0]


def test_an_empty_list_is_refused(write: Callable[[str], Path]) -> None:
    assert "lists no source" in problems_of(write("source = []"))[0]


def test_a_missing_file_is_told_with_the_setting_that_names_it(tmp_path: Path) -> None:
    assert "SOURCES_FILE" in problems_of(tmp_path / "none.toml")[0]


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert "cannot be opened" in problems_of(tmp_path)[0]


def test_a_file_of_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_bytes(source(name="Café").encode("latin-1"))
    assert problems_of(path) == ("is not UTF-8; save it as UTF-8",)


def test_the_message_names_the_file(write: Callable[[str], Path]) -> None:
    with pytest.raises(SourcesFileError, match=r"sources\.toml: source 1 \(One\): trust"):
        load_sources(write(source(trust="gossip")))
