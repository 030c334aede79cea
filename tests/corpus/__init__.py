"""Articles written for the tests, each with what must be read in it.

`articles/*.txt` holds blocks parted by blank lines:

    the headline
      summary: ...          also link, source, category (a comma parts several), published
    = Show | event | season or - | certainty | value     what is claimed; only the first two are due
    = nothing                                            nothing may be told, rumours aside

A claim that is told must be expected; rumours, clips and stills may be read beside those expected.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.news.model import Article, Certainty, Show

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Expected:
    """What must be read; None where the corpus does not say."""

    show: str
    event: str
    season: int | None
    certainty: Certainty
    value: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """An article and what must be read in it."""

    place: str
    article: Article
    expected: tuple[Expected, ...]


def load_shows() -> list[Show]:
    """The shows that the corpus is read for."""
    titles = tomllib.loads((FOLDER / "shows.toml").read_text(encoding="utf-8"))["titles"]
    return [Show(title, title) for title in titles]


def load_samples() -> list[Sample]:
    """Every article of the corpus."""
    return [
        sample for path in sorted((FOLDER / "articles").glob("*.txt")) for sample in _samples(path)
    ]


def _samples(path: Path) -> Iterator[Sample]:
    blocks = path.read_text(encoding="utf-8").strip().split("\n\n")
    for number, block in enumerate(blocks, 1):
        lines = block.split("\n")
        fields = dict(line.strip().split(": ", 1) for line in lines[1:] if line.startswith("  "))
        claims = [line[2:] for line in lines[1:] if line.startswith("= ")]
        published = fields.get("published")
        article = Article(
            id=f"{path.stem}-{number}",
            title=lines[0],
            summary=fields.get("summary", ""),
            link=fields.get("link", ""),
            source=fields.get("source", ""),
            published=datetime.fromisoformat(published).replace(tzinfo=UTC) if published else None,
            categories=tuple(fields["category"].split(", ")) if "category" in fields else (),
        )
        expected = tuple(_expected(claim) for claim in claims if claim != "nothing")
        yield Sample(f"{path.stem}-{number}", article, expected)


def _expected(text: str) -> Expected:
    show, event, season, certainty, value = [*text.split(" | "), "", "", "", ""][:5]
    return Expected(
        show,
        event,
        int(season) if season.isdecimal() else None,
        Certainty(certainty or "confirmed"),
        value,
    )
