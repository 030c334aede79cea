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
    if target.exists():
        raise DatabaseUnusableError(f"{target} exists already. Name another file, or a folder.")
    try:
        handle, made = tempfile.mkstemp(prefix=f"{target.name}.", dir=target.parent)
    except OSError as error:
        raise DatabaseUnusableError(
            f"{target.parent} cannot be written ({error.strerror}). Name a place that can."
        ) from error
    os.close(handle)
    part = Path(made)
    try:
        _copy(source, part)
        part.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise DatabaseUnusableError(f"{source} could not be copied: {error}.") from error
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


def _copy(source: Path, part: Path) -> None:
    """Raises sqlite3.Error, also for a copy that is not sound."""
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as original,
        closing(sqlite3.connect(part)) as copy,
    ):
        original.execute(f"PRAGMA busy_timeout={int(BUSY_TIMEOUT * 1000)}")
        # All at once: a copy by steps begins anew whenever the bot writes between two of them.
        original.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
        ((answer,), *_) = copy.execute("PRAGMA quick_check(1)")
    if answer != "ok":
        raise sqlite3.DatabaseError(f"it is damaged ({answer}); earlier copies are untouched")
