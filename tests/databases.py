"""Databases for tests, by engine: real ones, migrated once and copied for each test."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.database import Database, open_database

ENGINES = ("sqlite",)


def sqlite_url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the whole schema and nothing in it."""
    path = tmp_path_factory.mktemp("template") / "migrated.sqlite3"

    async def make() -> None:
        await (await open_database(sqlite_url(path))).close()

    asyncio.run(make())
    return path


@pytest.fixture
def database_url(migrated_file: Path, tmp_path: Path) -> str:
    """The address of a fresh database file."""
    return sqlite_url(Path(shutil.copy(migrated_file, tmp_path / "greenlit.sqlite3")))


@pytest.fixture(params=ENGINES)
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh database on each engine."""
    opened = await open_database(database_url)
    yield opened
    await opened.close()
