"""`python -m bot report`: what the operator reads of what members say is not right."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot import __main__ as command_line
from bot.cli import report as report_command
from bot.cli.settings import read_settings
from bot.news.model import Claim, Event
from bot.storage import articles, reports, schema, strikes
from bot.storage.database import open_database
from bot.storage.reports import What
from bot.storage.strikes import How
from tests.databases import database_url, migrated_file, sqlite_url
from tests.storage.rows import NOW, SHOW, add_announcement

__all__ = ["database_url", "migrated_file"]
TODAY = datetime.now(UTC)
OLD = TODAY - timedelta(days=40)
WIRE = "Evil \x1b[31mWire"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Set what `.env` says."""
    monkeypatch.setattr("os.environ", {})
    path = tmp_path / ".env"

    def set_to(**values: str) -> None:
        path.write_text("".join(f"{name}={value}\n" for name, value in values.items()))

    set_to()
    monkeypatch.setattr(report_command, "read_settings", lambda: read_settings(path))
    return set_to


@pytest.fixture
def database(database_url: str, settings: Callable[..., None]) -> None:
    """A database whose announcements three members doubt in two servers."""
    asyncio.run(fill(database_url))
    settings(DATABASE_URL=database_url)


async def fill(url: str) -> None:
    opened = await open_database(url)
    async with opened.write() as connection:
        first = await add_announcement(connection, 2)
        second = await add_announcement(connection, 3)
        claim = Claim(SHOW, Event.RENEWED, 2, evidence=("has been", "renewed"))
        await articles.add_claim(connection, 1, 1, claim, NOW)
        await connection.execute(
            schema.fact_articles.insert(),
            [{"fact_id": n, "article_id": n, "certainty": "confirmed", "at": NOW} for n in (1, 2)],
        )
        await connection.execute(update(schema.sources).values(name=WIRE))
        for number, guild, user, what, at in (
            (first, 1, 7, What.NOT_NEWS, OLD),
            (first, 1, 8, What.NOT_NEWS, TODAY),
            (first, 2, 7, What.RUMOUR, TODAY),
            (second, 0, 7, What.WRONG_SHOW, OLD),
        ):
            await reports.put_word(connection, number, guild, user, what, at)
        await strikes.strike(connection, first, 1, What.NOT_NEWS, How.STRIKE, 9, TODAY)
    await opened.close()


def report(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert command_line.main(["report", *arguments]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    return said.out


def test_it_lists_what_is_doubted_by_announcement_then_the_sums(
    database: None, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = report(capsys).splitlines()

    assert lines[0] == "4 reports of 2 announcements"
    assert lines[2].startswith("Lantern Bay, season 2: renewed (confirmed), told 2027-03-01 12:00")
    assert lines[3] == "  2 × not news, 1 × only a rumour; servers: 2, struck in 1"
    assert lines[4] == "  Evil [31mWire: A headline"
    assert lines[5:7] == ["  https://outlet.example/1", "  “has been … renewed”"]
    assert lines[8].startswith("Lantern Bay, season 3: renewed")
    assert [line.split() for line in lines[-2:]] == [["By", "event"], ["renewed", "4"]]
    assert "\x1b" not in "".join(lines)


def test_for_programs_it_is_one_json_object_without_anybodys_id(
    database: None, capsys: pytest.CaptureFixture[str]
) -> None:
    found = json.loads(report(capsys, "--json"))

    assert found["reports"] == 4
    assert found["outlets"] == {"Evil [31mWire": 4}
    assert found["events"] == {"renewed": 4}
    first, second = found["announcements"]
    assert first["words"] == {"not_news": 2, "rumour": 1}
    assert first["evidence"] == ["has been", "renewed"]
    assert (first["servers"], first["struck"], second["struck"]) == (2, 1, 0)
    assert "user" not in json.dumps(found)


def test_since_leaves_out_what_was_said_before(
    database: None, capsys: pytest.CaptureFixture[str]
) -> None:
    found = json.loads(report(capsys, "--json", "--since", "7"))

    [only] = found["announcements"]
    assert only["words"] == {"not_news": 1, "rumour": 1}


@pytest.mark.parametrize("days", ["0", "-1", "soon", "1.5", "99999999999"])
def test_since_wants_a_number_of_days(
    days: str, settings: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        command_line.main(["report", "--since", days])
    assert ended.value.code == 2
    assert "days" in capsys.readouterr().err


def test_where_nobody_said_anything_it_says_so(
    database_url: str, settings: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    settings(DATABASE_URL=database_url)
    assert report(capsys) == "Nobody said that anything was not right.\n"
    assert json.loads(report(capsys, "--json"))["announcements"] == []


def test_it_makes_no_new_database(
    tmp_path: Path, settings: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "none.sqlite3"
    settings(DATABASE_URL=sqlite_url(missing))

    assert command_line.main(["report"]) == 78

    said = capsys.readouterr().err
    assert f"There is no database at {missing}" in said
    assert "Traceback" not in said
    assert not missing.exists()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"DATABASE_URL": "nothing"}, "DATABASE_URL"),
        ({"POLL_FLOOR": "soon"}, "POLL_FLOOR"),
    ],
)
def test_what_cannot_be_used_is_told(
    values: dict[str, str],
    said: str,
    settings: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings(**values)
    assert command_line.main(["report"]) == 78
    assert said in capsys.readouterr().err


def test_a_file_that_is_no_database_is_told(
    tmp_path: Path, settings: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "notes.sqlite3"
    path.write_bytes(b"These are my notes, and no database at all." * 100)
    settings(DATABASE_URL=sqlite_url(path))
    assert command_line.main(["report"]) == 78
    assert "Move it aside" in capsys.readouterr().err
