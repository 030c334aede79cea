"""Say from the stand-in's log alone what was lost, doubled or told in the wrong order."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Payload = Mapping[str, object]


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


def read_log(file: Path, key_of: Callable[[Payload], str | None]) -> list[tuple[int, str]]:
    """The messages of a log; those that `key_of` knows no key for (a greeting) are left out."""
    rows = []
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            if event["event"] != "message":
                continue
            if (key := key_of(event["payload"])) is not None:
                rows.append((event["channel"], key))
    return rows


def article_of(payload: Payload) -> str | None:
    """The address of the article that a post tells of: that of its embed, else of its button."""
    for embed in payload.get("embeds") or []:
        if embed.get("url"):
            return embed["url"]
    for row in payload.get("components") or []:
        for button in row["components"]:
            if button.get("url"):
                return button["url"]
    return None
