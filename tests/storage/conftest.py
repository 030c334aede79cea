"""What the storage tests share: fresh databases, and small things to put into them."""

from tests.databases import database, database_url, migrated_file

__all__ = ["database", "database_url", "migrated_file"]
