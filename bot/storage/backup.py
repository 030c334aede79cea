"""A copy of the database's file, made while the bot may be at work on it."""

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from bot.storage.database import BUSY_TIMEOUT, DatabaseUnusableError


def back_up(source: Path, target: Path) -> int:
    """Copy one state of an SQLite file to a new one, which only its owner can read; its bytes.

    The copy comes to its place whole and checked, or not at all
    (https://www.sqlite.org/backup.html). Raises DatabaseUnusableError, with the remedy, where
    something stands in the copy's place already, or either file cannot be used.
    """
    part = _new_file(target)
    try:
        _copy(source, part)
        _put(part, target)
    except sqlite3.Error as error:
        raise DatabaseUnusableError(
            f"{source} could not be copied: {error}. Copies made before are as they were; look for "
            f"room on the disk of {target.parent}, and whether the file is the bot's database."
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


def _new_file(target: Path) -> Path:
    """An empty file beside the copy's place. Raises DatabaseUnusableError where none can be."""
    try:
        handle, made = tempfile.mkstemp(prefix=f"{target.name}.", dir=target.parent)
    except OSError as error:
        raise DatabaseUnusableError(
            f"{target.parent} cannot be written ({error.strerror}). Name a place that can."
        ) from error
    os.close(handle)
    return Path(made)


def _put(part: Path, target: Path) -> None:
    """Move the copy to its place. Raises DatabaseUnusableError where something is there."""
    try:
        os.link(part, target)  # Unlike a renaming, a link never takes the place of a file.
    except OSError as error:
        raise DatabaseUnusableError(
            f"{target} cannot be written ({error.strerror}). Name another file, or a folder."
        ) from error


def _copy(source: Path, part: Path) -> None:
    """Copy the file and check the copy. Raises sqlite3.Error, also for one that is not sound."""
    # A connection that may only read leaves files beside the database.
    address = f"{source.absolute().as_uri()}?mode=rw"
    with (
        closing(sqlite3.connect(address, uri=True)) as original,
        closing(sqlite3.connect(part)) as copy,
    ):
        original.execute(f"PRAGMA busy_timeout={int(BUSY_TIMEOUT * 1000)}")
        # All at once: a copy by steps begins anew whenever the bot writes between two of them.
        original.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
        ((answer,), *_) = copy.execute("PRAGMA quick_check(1)")
        if answer != "ok":
            raise sqlite3.DatabaseError(f"it is damaged ({answer})")
        copy.execute("SELECT version_num FROM alembic_version")
