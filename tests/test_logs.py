"""Logs: one line an event, with its fields, and never a secret."""

import json
import logging
from collections.abc import Callable, Iterator

import pytest

from bot.logs import set_up_logging

TOKEN = 'a-token."quoted".nobody-may-see'


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """What went to standard error since the last look; afterwards logging is as it was."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield lambda: capsys.readouterr().err
    for handler in root.handlers:
        if handler not in before[0]:
            handler.close()
    root.handlers[:], root.level = before[0], before[1]
    for name in ("discord", "alembic", "aiosqlite"):
        logging.getLogger(name).setLevel(logging.NOTSET)


log = logging.getLogger("bot.example")


def fail_with(text: str) -> None:
    log.error("it broke", exc_info=ValueError(text))


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_secret_is_hidden_wherever_it_stands(written: Callable[[], str], form: str) -> None:
    set_up_logging("INFO", form, (TOKEN, ""))
    log.info("connecting with %s", TOKEN)
    log.info("connecting", extra={"header": f"Bot {TOKEN}", "parts": [TOKEN]})
    fail_with(f"no such token: {TOKEN}")
    text = written()
    assert "nobody-may-see" not in text
    assert text.count("[secret]") >= 4


def test_a_line_of_text_has_its_fields(written: Callable[[], str]) -> None:
    set_up_logging("INFO", "text")
    log.info("polled", extra={"source": "TV Desk", "articles": 3})
    assert written().endswith("INFO bot.example polled source=TV Desk articles=3\n")


def test_a_name_cannot_write_a_line_of_its_own(written: Callable[[], str]) -> None:
    set_up_logging("INFO", "text")
    log.info("polled", extra={"source": "Desk\n12:00:00 ERROR bot all is lost"})
    assert len(written().splitlines()) == 1


def test_json_is_one_object_a_line(written: Callable[[], str]) -> None:
    set_up_logging("INFO", "json")
    log.info("polled %s", "twice", extra={"source": "Desk\nline", "odd": object})
    fail_with("broken")
    first, second = map(json.loads, written().splitlines())
    assert (first["event"], first["source"], first["level"]) == (
        "polled twice",
        "Desk\nline",
        "INFO",
    )
    assert "ValueError: broken" in second["trace"]


def test_libraries_speak_only_of_trouble(written: Callable[[], str]) -> None:
    set_up_logging("INFO", "text")
    for name in ("discord.gateway", "alembic.runtime.migration", "aiosqlite"):
        logging.getLogger(name).info("chatter")
        logging.getLogger(name).warning("trouble")
    log.debug("detail")
    text = written()
    assert text.count("trouble") == 3
    assert "chatter" not in text
    assert "detail" not in text
