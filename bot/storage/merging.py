"""Two shows that turned out to be one: all that belongs to the first goes over to the second."""

from collections.abc import Iterator

from sqlalchemy import Column, Table, UniqueConstraint, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.news.model import Show
from bot.storage.schema import metadata, shows
from bot.storage.shows import show_id


async def merge_show(connection: AsyncConnection, old_key: str, show: Show) -> None:
    """Make the show of `old_key` the other one, with its subscriptions and its news.

    What both have (one channel follows both) stays once.
    """
    old, new = await show_id(connection, old_key), await show_id(connection, show.key)
    if old is None:
        return
    if new is None:
        statement = update(shows).where(shows.c.id == old)
        names = {"key": show.key, "title": show.title, "aliases": show.aliases}
        await connection.execute(statement.values(**names, year=show.year, network=show.network))
        return
    for table, column in _references():
        for others in _unique_with(table, column):
            await _drop_doubles(connection, table, column, others, (old, new))
        move = update(table).where(column == old).values({column.name: new})
        await connection.execute(move)
    await connection.execute(delete(shows).where(shows.c.id == old))


def _references() -> Iterator[tuple[Table, Column[int]]]:
    """Every column that names a show by its row."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            if any(key.column is shows.c.id for key in column.foreign_keys):
                yield table, column


def _unique_with(table: Table, column: Column[int]) -> Iterator[list[Column[object]]]:
    """What must differ, besides the show, between two rows of a table: once for each rule."""
    rules = [c for c in table.constraints if isinstance(c, UniqueConstraint)]
    for rule in (*rules, table.primary_key):
        if column in list(rule.columns):
            yield [other for other in rule.columns if other is not column]


async def _drop_doubles(
    connection: AsyncConnection,
    table: Table,
    column: Column[int],
    others: list[Column[object]],
    rows: tuple[int, int],
) -> None:
    old, new = rows
    twin = table.alias()
    same = [twin.c[other.name] == other for other in others]
    has_twin = exists(select(1).select_from(twin).where(twin.c[column.name] == new, *same))
    await connection.execute(delete(table).where(column == old, has_twin))
