"""Which slash commands Discord has been given, so that a start does not give them again."""

from typing import Protocol

from bot.storage import meta
from bot.storage.database import Database


class CommandMemory(Protocol):
    """Remembers the digest of the commands that were synced last."""

    async def recall(self) -> str:
        """The digest, "" where nothing was ever synced."""

    async def remember(self, digest: str) -> None:
        """Keep the digest of what Discord has now."""


class SyncedCommands:
    """The memory in the bot's own database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def recall(self) -> str:
        """The digest, "" where nothing was ever synced."""
        async with self._database.read() as connection:
            return await meta.get(connection, meta.COMMANDS)

    async def remember(self, digest: str) -> None:
        """Keep the digest of what Discord has now."""
        async with self._database.write() as connection:
            await meta.put(connection, meta.COMMANDS, digest)
