"""Settings: all mistakes are told at once, and no secret is ever part of what is told."""

import re
from pathlib import Path

import pytest

from bot.settings import DATA, KNOBS, ROOT, Settings, SettingsError

SECRET = "a-token.that-nobody.may-see"
DATABASE = "postgresql+asyncpg://greenlit:pass%40word@db.example/greenlit"


def problems_of(**environ: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env(environ)
    return caught.value.problems


def test_nothing_set_is_a_bot_with_every_default() -> None:
    settings = Settings.from_env({"CONTACT": "", "UNRELATED": "x"})
    assert settings == Settings()
    assert settings.asks_shipped_sources
    assert settings.database_url.endswith("data/greenlit.sqlite3")


def test_three_mistakes_are_told_at_once() -> None:
    told = problems_of(POLL_FLOOR="soon", LOG_FORMAT="xml", DISCORD_API_URL="discord.example")
    assert [line.partition(":")[0] for line in told] == [
        "POLL_FLOOR",
        "DISCORD_API_URL",
        "LOG_FORMAT",
    ]
    assert "at least" in told[0] or "from 1" in told[0]
    assert "text, json" in told[2]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DISCORD_TOKEN", "two words"),
        ("CONTACT", "x" * 201),
        ("CONTACT", "me"),
        ("CONTACT", "your email"),
        ("CONTACT", f"{'m' * 24}.{'n' * 6}.{'o' * 38}"),  # a token, which outlets would be sent
        ("DATABASE_URL", "sqlite:///x"),
        ("DATABASE_URL", "sqlite+aiosqlite://"),
        ("DATABASE_URL", "sqlite+aiosqlite:///:memory:"),
        ("DATABASE_URL", "postgresql+asyncpg://[db"),
        ("DATABASE_URL", "postgresql+asyncpg://db:port/greenlit"),
        ("SOURCES_FILE", "/nowhere/sources.toml"),
        ("SOURCES_FILE", "x" * 5000),
        ("POLL_FLOOR", "0"),
        ("POLL_FLOOR", "-5"),
        ("POLL_FLOOR", "9" * 30),
        ("POLL_FLOOR", "86401"),
        ("NEWS_MAX_AGE", "59"),
        ("FEED_ALLOW_NETWORKS", "everything"),
        ("SEND_RATE", "51"),
        ("SEND_RATE", "nan"),
        ("SEND_RATE", "fast"),
        ("DISCORD_GATEWAY_URL", "https://gateway.example"),
        ("CATALOGUE_URL", "none"),
        ("CATALOGUE_URL", "ftp://catalogue.example"),
        ("DISCORD_API_URL", "http://["),
        ("DEV_GUILD", "Couch Club"),
        ("LOG_LEVEL", "chatty"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(name: str, value: str) -> None:
    (problem,) = problems_of(**{name: value})
    assert problem.startswith(f"{name}: ")
    assert len(problem) < 300


def test_values_are_read() -> None:
    settings = Settings.from_env(
        {
            "DISCORD_TOKEN": f" {SECRET}\n",
            "POLL_FLOOR": "60",
            "LOG_LEVEL": "debug",
            "LOG_FORMAT": "JSON",
            "DISCORD_API_URL": "http://127.0.0.1:8000/api/v10/",
            "DEV_GUILD": "123456789012345678",
            "FEED_ALLOW_NETWORKS": "127.0.0.1/32:8080, 10.0.0.0/8",
        }
    )
    assert settings.discord_token == SECRET
    assert (settings.poll_floor, settings.log_level, settings.log_format) == (60, "DEBUG", "json")
    assert settings.discord_api_url == "http://127.0.0.1:8000/api/v10"
    assert settings.dev_guild == 123456789012345678
    assert len(settings.feed_allow_networks) == 2


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("", "https://api.tvmaze.com"),
        ("off", ""),
        ("OFF", ""),
        ("http://127.0.0.1:8000/maze/", "http://127.0.0.1:8000/maze"),
    ],
)
def test_the_catalogue_can_be_another_or_switched_off(value: str, address: str) -> None:
    assert Settings.from_env({"CATALOGUE_URL": value}).catalogue_url == address


def test_an_operators_own_list_is_not_the_shipped_one(tmp_path: Path) -> None:
    own = tmp_path / "sources.toml"
    own.touch()
    assert not Settings.from_env({"SOURCES_FILE": str(own)}).asks_shipped_sources
    assert Settings.from_env({"SOURCES_FILE": str(DATA / "sources.toml")}).asks_shipped_sources


def test_a_value_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(f"{SECRET}\n")
    assert Settings.from_env({"DISCORD_TOKEN_FILE": str(path)}).discord_token == SECRET


def test_a_value_and_its_file_at_once_are_a_mistake(tmp_path: Path) -> None:
    (problem,) = problems_of(DISCORD_TOKEN=SECRET, DISCORD_TOKEN_FILE=str(tmp_path))
    assert "not both" in problem


@pytest.mark.parametrize("content", [None, b"\xff\xfe\xff"])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "token"
    if content is not None:
        path.write_bytes(content)
    (problem,) = problems_of(DISCORD_TOKEN_FILE=str(path))
    assert "cannot be read" in problem


def test_no_secret_is_ever_shown(tmp_path: Path) -> None:
    shown = repr(Settings.from_env({"DISCORD_TOKEN": SECRET, "DATABASE_URL": DATABASE}))
    told = problems_of(
        DISCORD_TOKEN=f"{SECRET} {SECRET}", DATABASE_URL=f"x{DATABASE}", POLL_FLOOR="0"
    )
    for text in (shown, *told):
        assert SECRET not in text
        assert "pass%40word" not in text


def test_the_log_is_told_what_to_hide() -> None:
    settings = Settings.from_env({"DISCORD_TOKEN": SECRET, "DATABASE_URL": DATABASE})
    assert set(settings.secrets) == {SECRET, "pass%40word", "pass@word"}
    assert Settings().secrets == ()


def test_the_example_names_exactly_the_settings_that_there_are() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    named = [found[1] for line in lines if (found := re.match(r"#? ?([A-Z][A-Z_]+)=", line))]
    assert sorted(named) == sorted(KNOBS)


def test_a_database_password_may_hold_any_sign() -> None:
    url = "postgresql+asyncpg://greenlit:p/w#x?y@db.example:5432/greenlit"
    assert Settings.from_env({"DATABASE_URL": url}).database_url == url
