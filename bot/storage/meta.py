"""Facts about this instance, by name."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.rows import insert_new, upsert
from bot.storage.schema import meta

INSTANCE = "instance"  # a random id; the nonces of this database's posts are derived from it
COMMANDS = "commands"  # the hash of the slash commands that Discord has


async def get(connection: AsyncConnection, key: str) -> str:
    """The value of a name, "" where there is none."""
    found = await connection.scalar(select(meta.c.value).where(meta.c.key == key))
    return found or ""


async def put(connection: AsyncConnection, key: str, value: str) -> None:
    """Set the value of a name."""
    await upsert(connection, meta, ["key"], key=key, value=value)


async def instance_id(connection: AsyncConnection, fresh: str) -> str:
    """The instance's random id; `fresh` becomes it where there is none yet."""
    await insert_new(connection, meta, [{"key": INSTANCE, "value": fresh}])
    return await get(connection, INSTANCE)
