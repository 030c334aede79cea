"""A stand-in for TVmaze over real sockets, shaped by its public documentation.

https://www.tvmaze.com/api: searches in order of relevance, a show with what is embedded, the list
of updates, 404 for what is not there, and 429 from the 21st call within ten seconds on.
"""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.news.text import fold
from tests.feeds.server import Reply, Server, response, serving

Json = dict[str, Any]
UPDATED = 1_780_000_000
NOT_FOUND = {"name": "Not Found", "message": "", "code": 0, "status": 404}


def named(name: str, country: str = "US") -> Json:
    """A network or a web channel."""
    where = {"name": "Somewhere", "code": country, "timezone": "America/New_York"}
    return {"id": 1, "name": name, "country": where, "officialSite": None}


def show(number: int, name: str, premiered: str | None = "2024-05-02", **fields: Any) -> Json:
    """A show with every field that is documented."""
    page = f"https://www.tvmaze.com/shows/{number}/{name.lower().replace(' ', '-')}"
    return {
        "id": number,
        "url": page,
        "name": name,
        "type": "Scripted",
        "language": "English",
        "genres": ["Drama"],
        "status": "Running",
        "runtime": 60,
        "averageRuntime": 60,
        "premiered": premiered,
        "ended": None,
        "officialSite": None,
        "schedule": {"time": "21:00", "days": ["Thursday"]},
        "rating": {"average": 7.5},
        "weight": 90,
        "network": named("Northern"),
        "webChannel": None,
        "dvdCountry": None,
        "externals": {"tvrage": None, "thetvdb": 5000 + number, "imdb": f"tt{number:07}"},
        "image": {
            "medium": f"https://static.tvmaze.com/medium/{number}.jpg",
            "original": f"https://static.tvmaze.com/original/{number}.jpg",
        },
        "summary": f"<p><b>{name}</b> is about people &amp; places.</p>",
        "updated": UPDATED,
        "_links": {"self": {"href": f"https://api.tvmaze.com/shows/{number}"}},
        **fields,
    }


def season(number: int, premiere: str | None = None, **fields: Any) -> Json:
    """A season of a show."""
    return {
        "id": 900 + number,
        "url": "https://www.tvmaze.com/seasons/1/x",
        "number": number,
        "name": "",
        "episodeOrder": None,
        "premiereDate": premiere,
        "endDate": None,
        "network": named("Northern"),
        "webChannel": None,
        "image": None,
        "summary": "",
        **fields,
    }


def member(person: str, character: str, **fields: Any) -> Json:
    """One of the main cast."""
    who = {"id": 1, "url": "https://www.tvmaze.com/people/1/x", "name": person, "image": None}
    whom = {"id": 2, "url": "https://www.tvmaze.com/characters/2/x", "name": character}
    return {"person": who, "character": whom, "self": False, "voice": False, **fields}


def aka(name: str, country: str | None = None) -> Json:
    """A further name; without a country it is the one of its own."""
    where = {"name": "Somewhere", "code": country, "timezone": "Europe/Paris"}
    return {"name": name, "country": where if country else None}


@dataclass
class Maze(Server):
    """The stand-in. `trouble` is answered in place of everything else."""

    shows: dict[int, Json] = field(default_factory=dict)
    parts: dict[int, dict[str, Any]] = field(default_factory=dict)
    trouble: bytes | Reply | None = None
    clock: Callable[[], float] = lambda: 0.0
    limit: int = 20
    calls: list[float] = field(default_factory=list)

    def add(self, entry: Json, **parts: Any) -> None:
        """Have a show; `parts` are what can be embedded: seasons, cast, akas, nextepisode."""
        self.shows[entry["id"]] = entry
        self.parts[entry["id"]] = parts

    @property
    def asked(self) -> list[str]:
        """The paths asked for, without their queries."""
        return [urlsplit(request.path).path for request in self.requests]

    def reply_to(self, path: str) -> bytes | Reply:
        now = self.clock()
        self.calls = [*(at for at in self.calls if at > now - 10), now]
        if len(self.calls) > self.limit:
            return response(b"", status="429 Too Many Requests")
        return self._answer_to(path) if self.trouble is None else self.trouble

    def _answer_to(self, path: str) -> bytes:
        parts = urlsplit(path)
        query = parse_qs(parts.query)
        match parts.path.strip("/").split("/"):
            case ["search", "shows"]:
                return as_json(self._search(query["q"][0]))
            case ["updates", "shows"]:
                return as_json({str(n): entry["updated"] for n, entry in self.shows.items()})
            case ["shows", number] if int(number) in self.shows:
                return as_json(self._embedding(int(number), query.get("embed[]", [])))
            case ["shows", number, part] if part in self.parts.get(int(number), {}):
                return as_json(self.parts[int(number)][part])
            case _:
                return as_json(NOT_FOUND, status="404 Not Found")

    def _search(self, text: str) -> list[Json]:
        typed = fold(text)
        found = [entry for entry in self.shows.values() if typed in fold(entry["name"])]
        best = sorted(found, key=lambda entry: (fold(entry["name"]) != typed, entry["id"]))
        return [{"score": 1.0 / (n + 1), "show": entry} for n, entry in enumerate(best[:10])]

    def _embedding(self, number: int, names: list[str]) -> Json:
        parts = self.parts[number]
        there = {name: parts[name] for name in names if name in parts}
        return self.shows[number] | ({"_embedded": there} if there else {})


def as_json(value: object, status: str = "200 OK") -> bytes:
    """A whole answer with a JSON body."""
    kind = "Content-Type: application/json; charset=UTF-8"
    return response(json.dumps(value).encode(), kind, status=status)


@asynccontextmanager
async def on_air(maze: Maze | None = None) -> AsyncIterator[Maze]:
    """The stand-in on a free port."""
    made = maze or Maze()
    async with serving(server=made):
        yield made
