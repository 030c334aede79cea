"""`python -m bot backup`: a copy of the database that is whole, or none."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import __main__ as command_line
from bot.cli import backup as backup_command
from bot.cli.settings import read_settings
from bot.storage import schema
from bot.storage.database import open_database
from tests.databases import database_url, migrated_file, sqlite_url
from tests.storage.rows import add_announcement

__all__ = ["database_url", "migrated_file"]


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Set DATABASE_URL."""
    monkeypatch.setattr("os.environ", {})
    path = tmp_path / ".env"
    monkeypatch.setattr(backup_command, "read_settings", lambda: read_settings(path))

    def set_to(url: str) -> None:
        path.write_text(f"DATABASE_URL={url}\n")

    return set_to


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The folder for copies."""
    folder = tmp_path / "kept"
    folder.mkdir()
    return folder


@pytest.fixture
def database(given: Callable[[str], None], database_url: str) -> Path:
    """The file of the database that is set."""
    given(database_url)
    return Path(database_url.partition("///")[2])


async def told(url: str) -> int:
    opened = await open_database(url)
    async with opened.read() as connection:
        rows = (await connection.execute(select(schema.announcements))).all()
    await opened.close()
    return len(rows)


def test_a_running_bots_database_is_copied_with_all_that_was_committed(
    database: Path, database_url: str, kept: Path
) -> None:
    copy = kept / "copy.sqlite3"

    async def copy_between_two_writes() -> None:
        running = await open_database(database_url)
        async with running.write() as connection:
            await add_announcement(connection, 2)
        async with running.write() as connection:
            await add_announcement(connection, 3)
            assert await asyncio.to_thread(command_line.main, ["backup", str(copy)]) == 0
        await running.close()

    asyncio.run(copy_between_two_writes())
    assert [path.name for path in kept.iterdir()] == ["copy.sqlite3"]
    assert copy.stat().st_mode & 0o777 == 0o600
    assert asyncio.run(told(sqlite_url(copy))) == 1
    assert asyncio.run(told(database_url)) == 2


def test_a_copy_in_a_folder_is_named_by_the_time(
    database: Path, kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line.main(["backup", str(kept)]) == 0
    (copy,) = kept.iterdir()
    assert copy.match("greenlit-2*-*.sqlite3")
    assert str(copy) in capsys.readouterr().out


def test_what_stands_at_the_place_is_not_overwritten(
    database: Path, kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (kept / "copy.sqlite3").write_text("precious")
    assert command_line.main(["backup", str(kept / "copy.sqlite3")]) == 78
    assert "cannot be written" in capsys.readouterr().err
    assert (kept / "copy.sqlite3").read_text() == "precious"


def test_nothing_is_left_beside_a_database_that_no_bot_runs_on(database: Path, kept: Path) -> None:
    before = sorted(database.parent.iterdir())
    assert command_line.main(["backup", str(kept)]) == 0
    assert sorted(database.parent.iterdir()) == before


def test_what_is_no_database_of_the_bot_gives_no_copy(
    database: Path, kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database.write_bytes(b"")
    assert command_line.main(["backup", str(kept)]) == 78
    assert "whether the file is the bot's database" in capsys.readouterr().err
    assert list(kept.iterdir()) == []


def test_a_damaged_database_gives_no_copy(
    database: Path, kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(database)) as opened:
        ((page,),) = opened.execute("SELECT rootpage FROM sqlite_master WHERE name = 'shows'")
        ((size,),) = opened.execute("PRAGMA page_size")
    with database.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    assert command_line.main(["backup", str(kept)]) == 78
    assert "Copies made before are as they were" in capsys.readouterr().err
    assert list(kept.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "to", "remedy"),
    [
        ("postgresql+asyncpg://bot:hush@localhost/greenlit", ".", "pg_dump"),
        ("greenlit.sqlite3", ".", "sqlite+aiosqlite:///"),
        ("sqlite+aiosqlite:///nowhere/greenlit.sqlite3", ".", "make run"),
    ],
)
def test_what_cannot_be_copied_says_what_to_do(
    given: Callable[[str], None],
    url: str,
    to: str,
    remedy: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given(url)
    assert command_line.main(["backup", to]) == 78
    said = capsys.readouterr().err
    assert remedy in said
    assert "hush" not in said


def test_a_folder_that_is_missing_is_named(
    database: Path, kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line.main(["backup", str(kept / "not" / "copy.sqlite3")]) == 78
    assert f"{kept / 'not'} cannot be written" in capsys.readouterr().err


def test_a_folder_is_not_taken_for_a_file(
    database: Path, kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line.main(["backup", f"{kept / 'daily'}/"]) == 78
    assert "make it" in capsys.readouterr().err
    assert list(kept.iterdir()) == []
