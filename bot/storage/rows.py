"""The two statements that SQLite and PostgreSQL share but SQLAlchemy keeps in their dialects."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def _insert(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    postgres = connection.dialect.name == "postgresql"
    return postgresql.insert(table) if postgres else sqlite.insert(table)


async def insert_row(connection: AsyncConnection, table: Table, **values: Any) -> int:
    """Insert a row and return its id."""
    result = await connection.execute(table.insert().values(**values).returning(table.c.id))
    return int(result.scalar_one())


async def insert_new(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert the rows that break no unique key; leave those that stand already as they are."""
    if rows:
        statement = _insert(connection, table).on_conflict_do_nothing()
        await connection.execute(statement, [dict(row) for row in rows])


async def insert_selected(
    connection: AsyncConnection, table: Table, columns: Sequence[str], query: Select[Any]
) -> None:
    """Insert what a query with a condition selects; leave rows that stand already as they are."""
    statement = _insert(connection, table).from_select(list(columns), query, include_defaults=False)
    await connection.execute(statement.on_conflict_do_nothing())


async def insert_first(connection: AsyncConnection, table: Table, **values: Any) -> int | None:
    """Insert a row and return its id; None where one stands already that has a unique key of it."""
    statement = _insert(connection, table).values(**values).on_conflict_do_nothing()
    found: int | None = await connection.scalar(statement.returning(table.c.id))
    return found


async def insert_or_touch(
    connection: AsyncConnection,
    table: Table,
    keys: Sequence[str],
    touched: str,
    rows: Sequence[Mapping[str, Any]],
) -> list[Row[Any]]:
    """Insert rows; of one that has the same `keys` as another only the column `touched` is set.

    Gives the id and the keys of each, in any order.
    """
    if not rows:
        return []
    insert = _insert(connection, table)
    again = {touched: insert.excluded[touched]}
    statement = insert.on_conflict_do_update(index_elements=list(keys), set_=again)
    returning = statement.returning(table.c.id, *(table.c[key] for key in keys))
    return list(await connection.execute(returning, [dict(row) for row in rows]))


async def upsert(
    connection: AsyncConnection, table: Table, keys: Sequence[str], **values: Any
) -> None:
    """Insert a row, or set the values of the one that has the same `keys`."""
    changed = {name: value for name, value in values.items() if name not in keys}
    statement = _insert(connection, table).values(**values)
    statement = statement.on_conflict_do_update(index_elements=list(keys), set_=changed)
    await connection.execute(statement)
