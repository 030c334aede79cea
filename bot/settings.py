"""Every knob of the bot, read from the environment once, all problems told at once.

`NAME_FILE` may hold the path of a file with the value instead, as container secrets do. No secret
is ever part of a message.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from bot.feeds.guard import AllowedNetwork, parse_allowed

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
PAGE = "https://github.com/greenlit-bot/greenlit"  # named in the User-Agent
TVMAZE = "https://api.tvmaze.com"
DAY = 24 * 3600
# Three parts, as Discord's developer portal shows a bot's token.
TOKEN_SHAPE = re.compile(r"[\w-]{20,}\.[\w-]{4,}\.[\w-]{20,}")
_REACHED_BY = re.compile(r"\S@\S|\w\.\w{2,}")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOG_FORMATS = ("text", "json")


class SettingsError(Exception):
    """The settings cannot be used. `problems` has one line for each, with the remedy."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can set; `.env.example` explains each. Times are seconds."""

    discord_token: str = field(default="", repr=False)
    # It may hold a password.
    database_url: str = field(
        default=f"sqlite+aiosqlite:///{DATA / 'greenlit.sqlite3'}", repr=False
    )
    sources_file: Path = DATA / "sources.toml"
    poll_floor: int = 300
    feed_allow_networks: tuple[AllowedNetwork, ...] = ()
    contact: str = ""
    discord_api_url: str = field(default="", repr=False)
    discord_gateway_url: str = field(default="", repr=False)
    dev_guild: int | None = None
    log_level: str = "INFO"
    log_format: str = "text"
    send_rate: float = 45.0
    news_max_age: int = 48 * 3600
    catalogue_url: str = TVMAZE
    websub_url: str = ""
    websub_port: int = 8484

    @property
    def asks_shipped_sources(self) -> bool:
        """Whether the public outlets of the shipped list are asked, who want to know by whom."""
        return self.sources_file == DATA / "sources.toml"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log may show: the token, and the passwords in addresses."""
        addresses = (self.database_url, self.discord_api_url, self.discord_gateway_url)
        passwords = [urlsplit(address).password or "" for address in addresses]
        found = (self.discord_token, *passwords, *map(unquote, passwords))
        return tuple(secret for secret in dict.fromkeys(found) if secret)

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """The settings that an environment holds; an empty value is as good as none.

        Raises SettingsError with every problem at once. The token and the contact may be missing:
        who needs them (`python -m bot run`) asks.
        """
        values: dict[str, Any] = {}
        problems: list[str] = []
        for name, (attribute, read) in KNOBS.items():
            try:
                text = _text_of(name, environ)
                if text:
                    values[attribute] = read(text)
            except ValueError as problem:
                problems.append(f"{name}: {problem}")
        if problems:
            raise SettingsError(tuple(problems))
        return cls(**values)


def _text_of(name: str, environ: Mapping[str, str]) -> str:
    """The value of a setting, taken from the file that `NAME_FILE` names where there is one."""
    text, path = environ.get(name, "").strip(), environ.get(f"{name}_FILE", "").strip()
    if text and path:
        raise ValueError(f"set either it or {name}_FILE, not both")
    if not path:
        return text
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ValueError(f"the file that {name}_FILE names cannot be read") from None


def _token(text: str) -> str:
    # Its shape is only looked at by `check`: a proxy or a stand-in may use one of another shape.
    if len(text.split()) != 1:
        raise ValueError("must be one word; copy the token again from the developer portal")
    return text


def _database_url(text: str) -> str:
    drivers = ("sqlite+aiosqlite", "postgresql+asyncpg", "postgresql+psycopg")
    scheme = text.partition("://")[0]
    if scheme not in drivers or "://" not in text:
        raise ValueError("write it as sqlite+aiosqlite:///path/to/greenlit.sqlite3")
    if scheme == drivers[0] and text.rpartition("/")[2] in {"", ":memory:"}:
        raise ValueError("names no file; what is kept in memory is lost at every start")
    try:
        # Of host and port alone: a password may hold any sign. A port is refused when asked for.
        _ = urlsplit("//" + text.partition("://")[2].rpartition("@")[2]).port
    except ValueError:
        raise ValueError("is not an address") from None
    return text


def _file(text: str) -> Path:
    path = Path(text)
    # Path.is_file raises where a folder on the way is closed to us.
    if not os.path.isfile(path):
        raise ValueError("names no file; give the path of a sources file or leave it empty")
    return path


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or len(text) > 20 or not least <= int(text) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}; it is {text[:20]!r}")
        return int(text)

    return read


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate <= 50:
        raise ValueError(f"must be a number of requests a second, at most 50; it is {text[:20]!r}")
    return rate


def _line(text: str) -> str:
    if "\n" in text or len(text) > 200:
        raise ValueError("must be one line of at most 200 characters")
    return text


def _contact(text: str) -> str:
    # It goes to every outlet, so that a token put here by mistake must not; nor is it shown.
    if TOKEN_SHAPE.fullmatch(text) or not _REACHED_BY.search(_line(text)):
        raise ValueError("must hold an e-mail address or that of a page, as https://example.org")
    return text


def _url(*schemes: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        try:
            parts = urlsplit(text)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in schemes or not parts.hostname:
            raise ValueError(f"must be an address that begins with {schemes[-1]}://")
        return text.rstrip("/")

    return read


def _url_or_off(text: str) -> str:
    # An empty value stands for the default, as everywhere.
    return "" if text.casefold() == "off" else _url("http", "https")(text)


def _public_url(text: str) -> str:
    url = _url("https")(text)
    if any(mark in url for mark in "?#@"):
        raise ValueError("must be an address without ?, # and @; a name is put behind it with a /")
    return url


def _one_of(choices: tuple[str, ...], fold: Callable[[str], str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if fold(text) not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}; it is {text[:20]!r}")
        return fold(text)

    return read


KNOBS: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "DISCORD_TOKEN": ("discord_token", _token),
    "CONTACT": ("contact", _contact),
    "DATABASE_URL": ("database_url", _database_url),
    "SOURCES_FILE": ("sources_file", _file),
    "POLL_FLOOR": ("poll_floor", _whole(1, DAY)),
    "NEWS_MAX_AGE": ("news_max_age", _whole(60, 365 * DAY)),
    "FEED_ALLOW_NETWORKS": ("feed_allow_networks", parse_allowed),
    "CATALOGUE_URL": ("catalogue_url", _url_or_off),
    "WEBSUB_URL": ("websub_url", _public_url),
    "WEBSUB_PORT": ("websub_port", _whole(1, 65535)),
    "SEND_RATE": ("send_rate", _rate),
    "DISCORD_API_URL": ("discord_api_url", _url("http", "https")),
    "DISCORD_GATEWAY_URL": ("discord_gateway_url", _url("ws", "wss")),
    "DEV_GUILD": ("dev_guild", _whole(1, 2**63 - 1)),
    "LOG_LEVEL": ("log_level", _one_of(LOG_LEVELS, str.upper)),
    "LOG_FORMAT": ("log_format", _one_of(LOG_FORMATS, str.lower)),
}
