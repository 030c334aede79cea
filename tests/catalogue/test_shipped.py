"""Reading a catalogue file: what is well formed becomes shows, what is not is told all at once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.catalogue.shipped import CatalogueError, load_catalogue
from bot.news.model import Show


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "catalogue.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def problems_of(path: Path) -> tuple[str, ...]:
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(path)
    return caught.value.problems


def test_an_entry_becomes_a_show_with_a_lasting_key(write: Callable[[str], Path]) -> None:
    path = write(
        'shows = [{ slug = "harbour-2020", title = "Harbour", year = 2020, network = "NRK",'
        ' aliases = ["Havna"] }]'
    )
    assert load_catalogue(path) == (
        Show("shipped:harbour-2020", "Harbour", ("Havna",), 2020, "NRK"),
    )


def test_all_but_slug_and_title_may_be_left_out(write: Callable[[str], Path]) -> None:
    path = write('shows = [{ slug = "harbour", title = "Harbour" }]')
    assert load_catalogue(path) == (Show("shipped:harbour", "Harbour"),)


def test_all_problems_are_told_at_once_each_with_its_entry(write: Callable[[str], Path]) -> None:
    path = write(
        "shows = ["
        '{ slug = "One Show", title = "One" },'
        '{ slug = "two", title = " Two", year = 1066 },'
        '{ slug = "three", title = "Three", year = "2020", network = 5, colour = "red" },'
        '{ slug = "four", title = "Four", aliases = "IV" },'
        '{ slug = "five", title = "Five", aliases = ["V", "V"] },'
        "]"
    )
    problems = problems_of(path)
    assert [problem.partition(":")[0] for problem in problems] == [
        "entry 1 (One)",
        "entry 2 ( Two)",
        "entry 2 ( Two)",
        "entry 3 (Three)",
        "entry 3 (Three)",
        "entry 3 (Three)",
        "entry 4 (Four)",
        "entry 5 (Five)",
    ]
    assert "hyphens" in problems[0]
    assert "'colour'" in problems[3]


def test_the_message_names_the_file(write: Callable[[str], Path]) -> None:
    path = write('shows = [{ slug = "x" }]')
    with pytest.raises(CatalogueError, match=r"catalogue\.toml: entry 1 \(x\): title None"):
        load_catalogue(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("shows = [", "cannot be read as TOML"),
        ("", "no array of tables"),
        ("shows = [1]", "no array of tables"),
        ("shows = []\nseries = []", "unknown name 'series'"),
    ],
)
def test_a_file_of_another_shape_is_refused(
    write: Callable[[str], Path], text: str, said: str
) -> None:
    assert said in problems_of(write(text))[0]


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "No such file" in problems_of(tmp_path / "none.toml")[0]


def test_two_shows_never_share_a_slug_nor_title_and_year(write: Callable[[str], Path]) -> None:
    path = write(
        'shows = [{ slug = "twin", title = "Twin", year = 2001 },'
        '{ slug = "twin", title = "Twin", year = 2001 }]'
    )
    slug, title = problems_of(path)
    assert slug.startswith("slug 'twin' stands 2 times")
    assert title.startswith("'Twin' (2001) stands 2 times")


def test_a_title_may_stand_twice_with_two_years(write: Callable[[str], Path]) -> None:
    path = write(
        'shows = [{ slug = "twin-1990", title = "Twin", year = 1990 },'
        '{ slug = "twin-2001", title = "Twin", year = 2001 }]'
    )
    assert len(load_catalogue(path)) == 2
