"""Every test of commands plays in the same small world."""

import pytest

from tests.discord_env import database, empty_database, env, world

__all__ = ["database", "empty_database", "env", "world"]


@pytest.fixture(autouse=True)
def _clock(env: object) -> None:
    """Tests go by the simulation's clock."""
