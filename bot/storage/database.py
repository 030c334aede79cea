"""Opening the database, and the two ways to use it: to read, and to write in one transaction.

SQLite has one writer. A lock lets one task of this process write at a time, and BEGIN IMMEDIATE
takes the file's write lock at once: a deferred transaction that reads before it writes would fail
with "database is locked" without waiting (https://www.sqlite.org/lang_transaction.html).
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.storage.migrate import SchemaTooNewError, upgrade

BUSY_TIMEOUT = 10.0  # seconds another process may hold the file


class DatabaseUnusableError(Exception):
    """The database cannot be opened, read or written; the message says what to do."""


class Database:
    """One engine. `read()` gives a connection, `write()` a transaction that commits at its end."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._writing = asyncio.Lock()

    @property
    def is_ours_alone(self) -> bool:
        """Whether no other process works on this database: SQLite is for one process."""
        return self.engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection to read with: it sees one state throughout; nothing done with it is kept."""
        async with self.engine.connect() as connection:
            if self.is_ours_alone:
                await connection.execute(text("BEGIN"))
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction: committed when the block ends, undone when it raises."""
        async with self._writing, self.engine.connect() as connection:
            if self.is_ours_alone:
                await connection.execute(text("BEGIN IMMEDIATE"))
            yield connection  # closing a connection undoes what was not committed
            await connection.commit()

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


async def open_database(url: str) -> Database:
    """Open the database at an SQLAlchemy URL and bring its schema up to date.

    Raises DatabaseUnusableError, with the remedy, when the address is malformed, the file is no
    database, cannot be written, or was made by a newer version.
    """
    try:
        engine = _engine(url)
    except ArgumentError as error:
        raise DatabaseUnusableError(
            "DATABASE_URL is not a database address; use sqlite+aiosqlite:///data/greenlit.sqlite3"
        ) from error
    except ImportError as error:
        raise DatabaseUnusableError(
            f"DATABASE_URL asks for a driver that is not installed ({error.name}). Install it, "
            "or use sqlite+aiosqlite:///data/greenlit.sqlite3"
        ) from error
    database = Database(engine)
    try:
        await asyncio.to_thread(_try_to_open, engine)
        async with engine.connect() as connection:
            await connection.run_sync(upgrade)
        async with database.write() as connection:
            # A file that can only be read is found out now, not at the first news.
            await connection.execute(text("UPDATE alembic_version SET version_num = version_num"))
    except SchemaTooNewError as error:
        await database.close()
        raise DatabaseUnusableError(str(error)) from error
    except (DatabaseError, sqlite3.Error, OSError) as error:
        await database.close()
        raise DatabaseUnusableError(_remedy(engine, error)) from error
    return database


def _engine(url: str) -> AsyncEngine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_async_engine(parsed, pool_pre_ping=True)
    engine = create_async_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT})
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    return engine


def _try_to_open(engine: AsyncEngine) -> None:
    """Open the file once without aiosqlite, whose thread outlives a failure by a moment.

    At the end of a command that would print a traceback of the thread after the remedy.
    """
    if engine.dialect.name == "sqlite":
        (path,), options = engine.dialect.create_connect_args(engine.url)
        sqlite3.connect(path, uri=bool(options.get("uri"))).close()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own BEGIN is deferred; without it `write` can begin as it must.
    connection.isolation_level = None
    try:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
            cursor.fetchall()
        cursor.close()
    except Exception:
        connection.close()  # the pool never had it, and it holds a thread
        raise


def _remedy(engine: AsyncEngine, error: Exception) -> str:
    where = engine.url.render_as_string(hide_password=True)
    reason = str(getattr(error, "orig", error))
    path = engine.url.database or ""
    if "not a database" in reason or "malformed" in reason:
        return (
            f"{path} is damaged or no SQLite database. Move it aside (the bot starts afresh) "
            "or put a backup in its place."
        )
    if "locked" in reason:
        return (
            f"{path} is in use by another process. Stop the other bot, or give this one a "
            "DATABASE_URL of its own."
        )
    if "unable to open" in reason and not Path(path).parent.is_dir():
        return (
            f"The folder {Path(path).parent} does not exist. Make it, or set DATABASE_URL to "
            "another place."
        )
    if "readonly" in reason or "unable to open" in reason:
        return (
            f"{path} cannot be written. Give the bot's user write access to the file and to "
            f"{Path(path).parent}, or set DATABASE_URL to another place."
        )
    return f"The database {where} cannot be used: {reason}"
