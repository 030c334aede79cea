"""Say from the stand-in's log alone what was lost, doubled or told in the wrong order."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Payload = Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """The counts of a run. `delivered` counts each expected message once."""

    expected: int
    delivered: int
    lost: int
    doubled: int
    misordered: int
    strange: int = 0
    """Messages that nobody published anything for."""

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.misordered or self.strange)


def judge(told: Iterable[tuple[int, str]], published: Mapping[int, Sequence[str]]) -> Verdict:
    """Compare (channel, key) of every message, in the order of the log, with what was published.

    `published` has the keys that each channel should have got, in their order.
    """
    rows = list(told)
    counts = Counter(rows)
    due = {(channel, key) for channel, keys in published.items() for key in keys}
    extra = sum(count - 1 for row, count in counts.items() if row in due)
    strange = sum(count for row, count in counts.items() if row not in due)
    delivered = len(due & counts.keys())
    misordered = sum(_inversions(channel, rows, keys) for channel, keys in published.items())
    return Verdict(len(due), delivered, len(due) - delivered, extra, misordered, strange)


def _inversions(channel: int, rows: list[tuple[int, str]], keys: Sequence[str]) -> int:
    """Messages that were told although a later one of the channel had been told before."""
    place = {key: number for number, key in enumerate(keys)}
    latest, wrong = -1, 0
    for key in dict.fromkeys(key for at, key in rows if at == channel and key in place):
        wrong += place[key] < latest
        latest = max(latest, place[key])
    return wrong


@dataclass(frozen=True)
class Upkeep:
    """What else a log shows: how many edits and replies there were, and what must not be."""

    edits: int
    replies: int
    threads: int
    doubled_threads: int
    """Forum posts of one name beyond the first."""
    mentions_added: int
    """Edits that mention somebody whom the message did not mention."""
    marks_lost: int
    """Edits after which the buttons of the message know its post no more."""

    @property
    def is_clean(self) -> bool:
        return not (self.doubled_threads or self.mentions_added or self.marks_lost)


def read_log(file: Path, key_of: Callable[[Payload], str | None]) -> list[tuple[int, str]]:
    """The messages of a log; those that `key_of` knows no key for (a greeting) are left out.

    What stands in a forum's post counts as the forum's.
    """
    rows = []
    parents: dict[int, int] = {}
    for event in _events(file):
        if event["event"] == "thread":
            parents[event["id"]] = event["parent"]
        if event["event"] == "message" and (key := key_of(event["payload"])) is not None:
            rows.append((parents.get(event["channel"], event["channel"]), key))
    return rows


def read_upkeep(file: Path) -> Upkeep:
    """Judge the edits, replies and forum posts of a log."""
    posted: dict[int, Payload] = {}
    threads: Counter[tuple[int, str]] = Counter()
    edits = added = lost = 0
    for event in _events(file):
        match event["event"]:
            case "message":
                posted[event["id"]] = event["payload"]
            case "thread":
                threads[event["parent"], event["name"]] += 1
            case "edit":
                edits += 1
                first = posted[event["id"]]
                added += not mentioned(event["payload"]) <= mentioned(first)
                lost += not _custom_ids(first) <= _custom_ids(event["payload"])
    replies = sum("message_reference" in payload for payload in posted.values())
    twice = sum(count - 1 for count in threads.values())
    return Upkeep(edits, replies, threads.total(), twice, added, lost)


def mentioned(payload: Payload) -> frozenset[str]:
    """Whom a payload mentions or may ping, by id."""
    allowed = payload.get("allowed_mentions") or {}
    ids = {str(each) for key in ("users", "roles", "parse") for each in allowed.get(key) or []}
    text = str(payload.get("content") or "")
    return frozenset(ids | set(re.findall(r"(?<=<@)[!&]?\d+|@everyone|@here", text)))


def _custom_ids(payload: Payload) -> frozenset[str]:
    rows = payload.get("components") or []
    buttons = (button for row in rows for button in row["components"])
    return frozenset(b["custom_id"] for b in buttons if "custom_id" in b)


def _events(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def article_of(payload: Payload) -> str | None:
    """The address of the article that a post tells of: that of its embed, else of its button."""
    for embed in payload.get("embeds") or []:
        if embed.get("url"):
            return str(embed["url"])
    for row in payload.get("components") or []:
        for button in row["components"]:
            if button.get("url"):
                return str(button["url"])
    return None
