"""Commands set logging up for their process; each test leaves it as it was."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    for name in ("discord", "alembic", "aiosqlite"):
        logging.getLogger(name).setLevel(logging.NOTSET)
