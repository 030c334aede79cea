"""Every test of commands plays in the same small world."""

from tests.discord_env import database, empty_database, env, opened_world, world

__all__ = ["database", "empty_database", "env", "opened_world", "world"]
