"""Bringing a database's schema up to date, with Alembic, on a connection that is already open."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

SCRIPTS = Path(__file__).parent / "migrations"


class SchemaTooNewError(Exception):
    """The database was made by a newer Greenlit."""


def upgrade(connection: Connection) -> None:
    """Apply every migration that the database lacks, in one transaction.

    Raises SchemaTooNewError when it has one that this version does not know.
    """
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    if current == scripts.get_current_head():
        return
    try:
        scripts.get_revision(current or "base")
    except CommandError as error:
        raise SchemaTooNewError(
            f"The database was made by a newer version of Greenlit (schema {current}). "
            "Update the bot, or restore the backup made before the update."
        ) from error
    if connection.dialect.name == "sqlite":
        _upgrade_sqlite(connection, config)
    else:
        command.upgrade(config, "head")
        connection.commit()


def _upgrade_sqlite(connection: Connection, config: Config) -> None:
    """SQLite changes a table by making it anew: the old one must not take its children with it.

    The procedure of https://sqlite.org/lang_altertable.html#otheralter. The pragma does nothing
    inside a transaction.
    """
    connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    command.upgrade(config, "head")
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if orphans:
        raise RuntimeError(f"a migration left rows without their parents: {orphans[:3]}")
    connection.commit()
    connection.exec_driver_sql("PRAGMA foreign_keys=ON")
