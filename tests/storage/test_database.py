"""Opening a database, and the promises of `read()` and `write()`."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from bot.storage import meta, migrate, premiere_tables
from bot.storage.database import Database, DatabaseUnusableError, open_database
from tests.databases import sqlite_url


async def test_the_migrations_make_exactly_the_schema(database: Database) -> None:
    def differences(connection: Connection) -> Any:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, premiere_tables.premiere_events.metadata)

    async with database.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_database_is_opened_again_with_what_it_had(
    database: Database, database_url: str
) -> None:
    async with database.write() as connection:
        await meta.put(connection, "colour", "green")
    again = await open_database(database_url)
    async with again.read() as connection:
        assert await meta.get(connection, "colour") == "green"
    await again.close()


async def test_nothing_is_kept_of_a_transaction_that_failed(database: Database) -> None:
    async def write_and_fail() -> None:
        async with database.write() as connection:
            await meta.put(connection, "colour", "green")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await write_and_fail()
    async with database.read() as connection:
        assert await meta.get(connection, "colour") == ""


async def test_nothing_is_kept_of_a_transaction_that_was_cancelled(database: Database) -> None:
    begun = asyncio.Event()

    async def write() -> None:
        async with database.write() as connection:
            await meta.put(connection, "colour", "green")
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.write() as connection:
        assert await meta.get(connection, "colour") == ""


async def test_nothing_that_is_done_while_reading_is_kept(database: Database) -> None:
    async with database.read() as connection:
        await meta.put(connection, "colour", "green")
    async with database.read() as connection:
        assert await meta.get(connection, "colour") == ""


async def test_writers_take_turns(database: Database) -> None:
    """Each adds one to what it read; between reading and writing every other task may run."""

    async def add_one() -> None:
        async with database.write() as connection:
            number = int(await meta.get(connection, "number") or 0)
            await asyncio.sleep(0)
            await meta.put(connection, "number", str(number + 1))

    await asyncio.gather(*(add_one() for _ in range(20)))
    async with database.read() as connection:
        assert await meta.get(connection, "number") == "20"


async def test_two_processes_take_turns(database: Database, database_url: str) -> None:
    other = await open_database(database_url)

    async def add_one(through: Database) -> None:
        async with through.write() as connection:
            number = int(await meta.get(connection, "number") or 0)
            await meta.put(connection, "number", str(number + 1))

    await asyncio.gather(*(add_one(each) for each in (database, other) * 10))
    async with other.read() as connection:
        assert await meta.get(connection, "number") == "20"
    await other.close()


async def test_a_reader_sees_one_state_while_others_write(database: Database) -> None:
    async with database.read() as connection:
        assert await meta.get(connection, "colour") == ""
        async with database.write() as writing:
            await meta.put(writing, "colour", "green")
        assert await meta.get(connection, "colour") == ""
    async with database.read() as connection:
        assert await meta.get(connection, "colour") == "green"


async def test_many_more_readers_than_connections_all_have_their_turn(database: Database) -> None:
    async def read() -> str:
        async with database.read() as connection:
            return await meta.get(connection, "colour")

    assert await asyncio.gather(*(read() for _ in range(60))) == [""] * 60


async def unusable(url: str) -> str:
    with pytest.raises(DatabaseUnusableError) as caught:
        await open_database(url)
    return str(caught.value)


async def test_a_file_that_is_no_database_is_to_be_moved_aside(tmp_path: Path) -> None:
    path = tmp_path / "notes.sqlite3"
    path.write_bytes(b"These are my notes, and no database at all." * 100)
    said = await unusable(sqlite_url(path))
    assert str(path) in said
    assert "Move it aside" in said
    assert path.read_bytes().startswith(b"These are my notes")


def damaged(path: Path, copy: Path) -> Path:
    """A copy of a database in whose first page a disk wrote rubbish."""
    whole = path.read_bytes()
    copy.write_bytes(whole[:100] + b"\xff" * 4000 + whole[4100:])
    return copy


async def test_a_damaged_database_is_told_with_its_remedy(
    migrated_file: Path, tmp_path: Path
) -> None:
    said = await unusable(sqlite_url(damaged(migrated_file, tmp_path / "damaged.sqlite3")))
    assert "damaged" in said
    assert "backup" in said


async def test_a_file_that_can_only_be_read_is_found_out_at_the_start(database_url: str) -> None:
    path = database_url.removeprefix("sqlite+aiosqlite:///")
    said = await unusable(f"sqlite+aiosqlite:///file:{path}?mode=ro&uri=true")
    assert "cannot be written" in said
    assert "write access" in said


async def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    said = await unusable(sqlite_url(tmp_path / "nowhere" / "greenlit.sqlite3"))
    assert str(tmp_path / "nowhere") in said
    assert "does not exist" in said


async def test_a_folder_in_place_of_the_file_is_no_traceback(tmp_path: Path) -> None:
    assert "cannot be written" in await unusable(sqlite_url(tmp_path))


async def test_a_schema_of_a_newer_version_is_left_alone(
    database: Database, database_url: str
) -> None:
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = 'ffff'"))
    said = await unusable(database_url)
    assert "newer version" in said
    assert "Update the bot" in said


async def test_an_address_that_is_none_says_how_one_looks() -> None:
    assert "sqlite+aiosqlite:///" in await unusable("not an address")


async def test_a_driver_that_is_missing_is_named() -> None:
    assert "driver that is not installed" in await unusable("mysql+aiomysql://u:secret@h/d")


async def test_a_password_is_not_told() -> None:
    said = await unusable("mysql+aiomysql://somebody:secret@host.example/greenlit")
    assert "secret" not in said


async def test_of_a_migration_that_fails_half_way_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    scripts = tmp_path / "migrations"
    (scripts / "versions").mkdir(parents=True)
    (scripts / "env.py").write_text((migrate.SCRIPTS / "env.py").read_text())
    (scripts / "versions" / "0001_fails.py").write_text(
        "from alembic import op\nimport sqlalchemy as sa\nrevision = '0001'\ndown_revision = None\n"
        "def upgrade():\n"
        "    op.create_table('halfway', sa.Column('id', sa.Integer(), primary_key=True))\n"
        "    op.execute('SELECT * FROM a_table_that_is_not_there')\n"
    )
    monkeypatch.setattr(migrate, "SCRIPTS", scripts)
    path = tmp_path / "new.sqlite3"
    with caplog.at_level(logging.INFO, "alembic"):
        await unusable(sqlite_url(path))
    assert "Will assume transactional DDL" in caplog.text
    monkeypatch.undo()
    opened = await open_database(sqlite_url(path))
    async with opened.read() as connection:
        tables = await connection.run_sync(lambda c: inspect(c).get_table_names())
    await opened.close()
    assert "halfway" not in tables
