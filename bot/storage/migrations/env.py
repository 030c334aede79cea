"""Alembic's entry: it migrates the connection that `bot.storage.migrate` hands over."""

from alembic import context

from bot.storage import catalogue_schema, premiere_tables, push_tables, report_tables
from bot.storage.schema import metadata

# Each adds its tables to the schema.
PARTS = (catalogue_schema, premiere_tables, push_tables, report_tables)

connection = context.config.attributes["connection"]
# SQLite's DDL is transactional too, which Alembic does not assume: a migration that fails half-way
# must leave nothing behind.
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
