"""The command line: what a newcomer sees when something is missing, and the table of `check`."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import __main__ as command_line
from bot.cli import check as check_command
from bot.cli import run as run_command
from bot.cli.settings import misspelt, read_settings, unread
from bot.settings import Settings, SettingsError
from tests.catalogue.maze import on_air
from tests.databases import sqlite_url

TOKEN = "A" * 24 + ".abcdef." + "B" * 27
SOURCES = '[[source]]\nname = "Desk"\nurl = "{url}"\ntrust = "press"\nlanguage = "en"\n'


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Set what `.env` says; the environment and the developer's own `.env` have no part in it."""
    monkeypatch.setattr("os.environ", {})

    def set_to(**values: str) -> None:
        path, values = tmp_path / ".env", {"CATALOGUE_URL": "off", **values}
        path.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
        for module in (run_command, check_command):
            monkeypatch.setattr(module, "read_settings", lambda: read_settings(path))

    set_to()
    return set_to


@pytest.fixture
def sources(tmp_path: Path) -> str:
    path = tmp_path / "sources.toml"
    path.write_text(SOURCES.format(url="http://127.0.0.1:1/feed"))
    return str(path)


def test_run_without_a_token_is_one_line_that_names_the_demo(
    given: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line.main(["run"]) == 78
    said = capsys.readouterr()
    assert said.out == ""
    (line,) = said.err.splitlines()
    assert "DISCORD_TOKEN" in line
    assert "make demo" in line


def test_run_without_a_contact_asks_for_it_where_the_public_outlets_are_polled(
    given: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    given(DISCORD_TOKEN=TOKEN)
    assert command_line.main(["run"]) == 78
    (line,) = capsys.readouterr().err.splitlines()
    assert "CONTACT" in line
    assert TOKEN not in line


def test_run_tells_three_mistakes_at_once(
    given: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    given(DISCORD_TOKEN=TOKEN, POLL_FLOOR="soon", LOG_FORMAT="xml", DEV_GUILD="mine")
    assert command_line.main(["run"]) == 78
    _, *lines = capsys.readouterr().err.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["POLL_FLOOR", "DEV_GUILD", "LOG_FORMAT"]


@pytest.mark.parametrize(
    ("setting", "value", "remedy"),
    [
        ("DATABASE_URL", "sqlite+aiosqlite:////nowhere/greenlit.sqlite3", "does not exist"),
        ("SOURCES_FILE", "", "trust is missing"),
    ],
)
def test_run_tells_what_it_cannot_use_and_exits(
    given: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
    sources: str,
    tmp_path: Path,
    setting: str,
    value: str,
    remedy: str,
) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("[[source]]\nname = 3\n")
    values = {"DISCORD_TOKEN": TOKEN, "CONTACT": "a@b.example", "SOURCES_FILE": sources}
    values["DATABASE_URL"] = sqlite_url(tmp_path / "new.sqlite3")
    given(**values | {setting: value or str(broken)})
    assert command_line.main(["run"]) == 78
    said = capsys.readouterr().err
    assert remedy in said
    assert "Traceback" not in said


def table(text: str) -> dict[str, str]:
    return {line.split()[0]: line for line in text.splitlines()}


def test_check_prints_what_is_well_and_what_is_to_be_mended(
    given: Callable[..., None], capsys: pytest.CaptureFixture[str], sources: str, tmp_path: Path
) -> None:
    given(SOURCES_FILE=sources, DATABASE_URL=sqlite_url(tmp_path / "new.sqlite3"))
    assert command_line.main(["check", "--no-sources"]) == 1
    rows = table(capsys.readouterr().out)
    assert list(rows) == ["settings", "token", "contact", "database", "sources"]
    assert "MEND" in rows["token"]
    assert "make demo" in rows["token"]
    assert all("MEND" not in rows[name] for name in rows if name != "token")
    assert "1 listed" in rows["sources"]


def test_check_is_content_when_all_is_well(
    given: Callable[..., None], capsys: pytest.CaptureFixture[str], sources: str, tmp_path: Path
) -> None:
    database = sqlite_url(tmp_path / "new.sqlite3")
    given(DISCORD_TOKEN=TOKEN, SOURCES_FILE=sources, DATABASE_URL=database, CONTACT="a@b.example")
    assert command_line.main(["check", "--no-sources"]) == 0
    said = capsys.readouterr().out
    assert "MEND" not in said
    assert TOKEN not in said


def test_check_asks_each_source_and_says_what_is_wrong(
    given: Callable[..., None], capsys: pytest.CaptureFixture[str], sources: str, tmp_path: Path
) -> None:
    database = sqlite_url(tmp_path / "new.sqlite3")
    given(DISCORD_TOKEN=TOKEN, SOURCES_FILE=sources, DATABASE_URL=database, CONTACT="a@b.example")
    assert command_line.main(["check"]) == 1
    assert "MEND" in table(capsys.readouterr().out)["Desk"]


def test_check_tells_in_one_line_that_no_source_answers(
    given: Callable[..., None], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "sources.toml"
    listed = SOURCES.format(url="http://127.0.0.1:1/feed")
    path.write_text(listed + listed.replace("Desk", "Post").replace("1/feed", "1/post"))
    given(DISCORD_TOKEN=TOKEN, SOURCES_FILE=str(path), CATALOGUE_URL="off")
    assert command_line.main(["check"]) == 1
    said = capsys.readouterr().out
    assert "None of 2 answers" in said
    assert "not needed for sources of your own" in table(said)["contact"]


def test_check_says_whether_the_catalogue_answers(
    given: Callable[..., None], capsys: pytest.CaptureFixture[str], sources: str, tmp_path: Path
) -> None:
    """Without a catalogue the bot works; one that does not answer is said."""
    database = sqlite_url(tmp_path / "new.sqlite3")
    for address, said in (("off", "switched off"), ("http://127.0.0.1:9", "cannot be reached")):
        given(SOURCES_FILE=sources, DATABASE_URL=database, CATALOGUE_URL=address)
        command_line.main(["check"])
        row = table(capsys.readouterr().out)["catalogue"]
        assert said in row
        assert ("MEND" in row) == (address != "off")


async def test_check_is_content_with_a_catalogue_that_answers(
    given: Callable[..., None], capsys: pytest.CaptureFixture[str], sources: str, tmp_path: Path
) -> None:
    async with on_air() as maze:
        database = sqlite_url(tmp_path / "new.sqlite3")
        given(SOURCES_FILE=sources, DATABASE_URL=database, CATALOGUE_URL=maze.url(""))
        await asyncio.to_thread(command_line.main, ["check"])
    row = table(capsys.readouterr().out)["catalogue"]
    assert "answers: http://127.0.0.1" in row
    assert "MEND" not in row


def test_check_shows_settings_that_cannot_be_used(
    given: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    given(POLL_FLOOR="soon", LOG_LEVEL="loud")
    assert command_line.main(["check"]) == 78
    said = capsys.readouterr().out
    assert said.count("MEND") == 2


def test_check_keeps_its_table_when_a_remedy_has_several_lines(
    given: Callable[..., None], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text(SOURCES.format(url="ftp://x") + SOURCES.format(url="nothing"))
    given(SOURCES_FILE=str(broken), DATABASE_URL=sqlite_url(tmp_path / "new.sqlite3"))
    assert command_line.main(["check", "--no-sources"]) == 1
    lines = capsys.readouterr().out.splitlines()
    started = next(number for number, line in enumerate(lines) if line.startswith("sources"))
    assert all(line.startswith("  ") for line in lines[started + 1 :])


@pytest.mark.parametrize("arguments", [[], ["dance"], ["check", "--everything"]])
def test_what_is_no_command_is_explained(
    given: Callable[..., None], capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        command_line.main(arguments)
    assert ended.value.code == 2
    assert "usage: python -m bot" in capsys.readouterr().err


def test_the_environment_goes_before_the_file_but_an_empty_value_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / ".env"
    path.write_text("CONTACT=file@example.org\nPOLL_FLOOR=60\nLOG_LEVEL\n")
    monkeypatch.setattr("os.environ", {"POLL_FLOOR": "90", "CONTACT": ""})
    settings = read_settings(path)
    assert (settings.contact, settings.poll_floor) == ("file@example.org", 90)
    assert read_settings(tmp_path / "none") == Settings(poll_floor=90)


def test_a_settings_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes(b"CONTACT=\xff\xfe")
    with pytest.raises(SettingsError, match="UTF-8"):
        read_settings(path)


def test_a_settings_file_that_is_none_is_told(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.mkdir()
    with pytest.raises(SettingsError, match="must be a readable file"):
        read_settings(path)


def test_lines_that_are_no_settings_are_counted_and_passed_over(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("POLL_FLOOR=60\n=== what\nLOG_LEVEL=DEBUG\n")
    assert list(unread(path)) == [2]
    assert read_settings(path).log_level == "DEBUG"


def test_a_name_that_is_nearly_a_setting_is_told(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text(
        "DISCORD_TOKN=x\nCONTACT=a@b.example\nDISCORD_TOKEN_FILE=x\nTZ=UTC\nWEBSUB_HOST=x\n"
    )
    assert list(misspelt(path)) == [("DISCORD_TOKN", "DISCORD_TOKEN")]


def test_the_demo_as_json_is_one_object_a_message_and_nothing_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command_line.main(["demo", "--once", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(set(row) == {"channel", "content", "embed", "announcement"} for row in rows)
    told = [row["announcement"] for row in rows if row["announcement"]]
    keys = {"show", "season", "kind", "event", "certainty", "sources"}
    assert all(set(each) == keys for each in told)
    assert all(each["kind"] in {"season", "trailer", "cast"} for each in told)
    assert all(address.startswith("http") for each in told for address in each["sources"])
    assert len({each["show"] for each in told}) == 7
