"""One schema, described once; the queries that services need of it."""
