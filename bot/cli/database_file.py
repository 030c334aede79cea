"""The file of the database, for commands that make no new one."""

from pathlib import Path

from sqlalchemy import make_url

from bot.storage.database import DatabaseUnusableError
from bot.words import Words


def database_file(url: str, words: Words) -> Path | None:
    """The SQLite file that a setting's address names, None for a database server's address.

    Raises DatabaseUnusableError, with the remedy, where there is no such file.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return None
    path = Path(parsed.database or "")
    if not path.is_file():
        raise DatabaseUnusableError(words("cli.database.no_file", path=path))
    return path
