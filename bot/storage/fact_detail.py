"""What a fact must remember of those who said it, as the JSON of one column.

The ledger never searches in it; whatever is asked for by a query has a column of its own.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.news.model import Certainty, Dispute, Fact, LastTold, Trust, Turn, Voice

Detail = Mapping[str, Any]


def detail_of(fact: Fact, last: LastTold | None) -> dict[str, Any]:
    """The detail of a fact and of what was told of it last."""
    detail: dict[str, Any] = {
        "trust": fact.trust.value,
        "voices": [_voice(voice) for voice in fact.voices],
        "disputes": [[d.value, _voice(d.voice), d.said.isoformat()] for d in fact.disputes],
        "turns": [[turn.value, turn.at.isoformat()] for turn in fact.turns],
        "withdrawn": _written(fact.withdrawn),
        "wavers": _written(fact.wavers),
        "guessed": fact.guessed,
        "videos": [list(video) for video in fact.videos],
    }
    if last is not None:
        detail["last"] = [last.at.isoformat(), last.wavering, last.aloud]
    return detail


def memory_of(detail: Detail) -> dict[str, Any]:
    """The fields of a Fact that its detail holds; those that it lacks have their defaults."""
    return {
        "trust": Trust(detail.get("trust", Trust.PRESS)),
        "voices": tuple(_as_voice(voice) for voice in detail.get("voices", ())),
        "disputes": tuple(
            Dispute(value, _as_voice(voice), datetime.fromisoformat(said))
            for value, voice, said in detail.get("disputes", ())
        ),
        "turns": tuple(
            Turn(value, datetime.fromisoformat(at)) for value, at in detail.get("turns", ())
        ),
        "withdrawn": _read(detail.get("withdrawn")),
        "wavers": _read(detail.get("wavers")),
        "guessed": bool(detail.get("guessed")),
        "videos": tuple((video, publisher) for video, publisher in detail.get("videos", ())),
    }


def last_told(told: str | None, value: str, detail: Detail, otherwise: datetime) -> LastTold | None:
    """What was told last, None where nothing was; `otherwise` is when, where that is not noted."""
    if not told:
        return None
    at, wavering, aloud = detail.get("last") or (otherwise.isoformat(), False, True)
    return LastTold(value, Certainty(told), datetime.fromisoformat(at), wavering, aloud)


def _voice(voice: Voice) -> list[Any]:
    return [voice.publisher, voice.trust.value, voice.certainty.value, list(voice.wires)]


def _as_voice(row: list[Any]) -> Voice:
    publisher, trust, certainty, wires = row
    return Voice(publisher, Trust(trust), Certainty(certainty), tuple(wires))


def _written(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()


def _read(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
