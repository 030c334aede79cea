"""How sure the ledger is, from the outlets that bear a value out."""

from collections.abc import Iterable
from dataclasses import replace

from bot.news.model import Certainty, Statement, Trust, Voice

MOST_VOICES = 24  # remembered of one fact: more change nothing


def voice_of(statement: Statement) -> Voice:
    """The outlet that makes a statement."""
    return Voice(statement.publisher, statement.trust, statement.certainty, statement.wires)


def joined(voices: tuple[Voice, ...], voice: Voice) -> tuple[Voice, ...]:
    """The voices with one more; a publisher is heard once, at its surest."""
    for place, other in enumerate(voices):
        if other.publisher == voice.publisher:
            surer = max(other, voice, key=lambda each: (each.certainty.rank, each.trust.rank))
            wires = tuple(dict.fromkeys((*other.wires, *voice.wires)))[:8]
            return (*voices[:place], replace(surer, wires=wires), *voices[place + 1 :])
    return (*voices, voice)[:MOST_VOICES]


def independent(voices: Iterable[Voice]) -> int:
    """How many of these outlets confirm one another: other publishers, and other texts."""
    kept: list[Voice] = []
    for voice in voices:
        if all(voice.is_independent_of(other) for other in kept):
            kept.append(voice)
    return len(kept)


def certainty_of(voices: tuple[Voice, ...]) -> Certainty:
    """How sure they make it. A blog's flat word alone is a report; two of them confirm it."""
    alone = max((_alone(voice) for voice in voices), key=lambda c: c.rank)
    flat = [voice for voice in voices if voice.certainty is Certainty.CONFIRMED]
    return Certainty.CONFIRMED if independent(flat) > 1 else alone


def trust_of(voices: Iterable[Voice]) -> Trust:
    """The highest trust among them."""
    return max((voice.trust for voice in voices), key=lambda trust: trust.rank)


def _alone(voice: Voice) -> Certainty:
    if voice.trust is Trust.BLOG and voice.certainty is Certainty.CONFIRMED:
        return Certainty.REPORTED
    return voice.certainty
