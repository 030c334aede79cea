"""Every word that a command can need stands in the catalogue."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from bot.news.model import Certainty, Event, Kind, Trust
from bot.news.outlook import Question
from bot.news.routing import Target
from cogs.controls import KIND_LETTERS, kind_letters, kinds_of
from cogs.permissions import IN_THREADS, TO_POST
from cogs.settings import FOR_EVENTS
from tests.discord_env import WORDS

COGS = Path(__file__).parents[2] / "cogs"
CHOICES = [c for n in (1, 2, 3) for c in combinations(KIND_LETTERS, n)]

FAMILIES = [
    *(f"event.{event.label}" for event in Event),
    *(f"kind.{kind}" for kind in Kind),
    *(f"kinds.{kind_letters(choice)}" for choice in CHOICES),
    *(f"post.certainty.{certainty}" for certainty in Certainty),
    *(f"card.certainty.{certainty}" for certainty in Certainty),
    *(f"card.{question}" for question in Question),
    *(f"card.say.{event.label}" for event in Event if not event.is_quiet),
    *(f"trust.{trust}" for trust in Trust),
    *(f"permission.{name}" for name in (*TO_POST, *IN_THREADS, "manage_guild", FOR_EVENTS)),
    *(f"settings.choose.{kind}" for kind in Kind),
    *(
        f"{family}.{target}"
        for family in ("target", "subscribe.new", "subscribe.changed", "subscribe.where")
        for target in Target
    ),
]


def named_in_code() -> list[str]:
    """The keys that the cogs name in full."""
    found = re.compile(r'words(?:\.count)?\(\s*"([a-z_]+(?:\.[a-z_]+)*)"')
    return sorted({key for path in COGS.glob("*.py") for key in found.findall(path.read_text())})


@pytest.mark.parametrize("key", [*FAMILIES, *named_in_code()])
def test_the_catalogue_has_it(key: str) -> None:
    assert key in WORDS


@pytest.mark.parametrize("kinds", CHOICES)
def test_kinds_survive_their_letters(kinds: tuple[Kind, ...]) -> None:
    assert kinds_of(kind_letters(kinds)) == set(kinds)
