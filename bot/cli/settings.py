"""Reading the settings for a command: `.env` first, the environment over it."""

import os
from collections.abc import Iterator
from difflib import get_close_matches
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from bot.settings import KNOBS, ROOT, Settings, SettingsError

MISCONFIGURED = 78  # EX_CONFIG of sysexits.h
ENV = ROOT / ".env"
# As alike are a name and what it was meant to be.
ALIKE = 0.87


def read_settings(path: Path = ENV) -> Settings:
    """The settings of `.env` and the environment. Raises SettingsError with every problem.

    What the environment leaves empty is taken from the file.
    """
    values = dotenv_values(stream=StringIO(_text(path)))
    from_file = {name: value or "" for name, value in values.items()}
    given = {name: value for name, value in os.environ.items() if value.strip()}
    return Settings.from_env(from_file | given)


def unread(path: Path = ENV) -> list[int]:
    """The numbers of the lines in the file that are no NAME=value, and are not read.

    Raises SettingsError for a file that cannot be read.
    """
    return [each.original.line for each in parse_stream(StringIO(_text(path))) if each.error]


def misspelt(path: Path = ENV) -> Iterator[tuple[str, str]]:
    """The names in the file that are no settings, but nearly, each with the one it is like.

    Raises SettingsError for a file that cannot be read.
    """
    known = {*KNOBS, *(f"{name}_FILE" for name in KNOBS)}
    for name in dotenv_values(stream=StringIO(_text(path))):
        meant = get_close_matches(name.upper(), known, n=1, cutoff=ALIKE)
        if name not in known and meant:
            yield name, meant[0]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8") if path.exists() else ""
    except UnicodeDecodeError:
        raise SettingsError((f"{path.name} cannot be read: save it as UTF-8 text",)) from None
    except OSError as error:
        problem = f"{path.name} cannot be read ({error.strerror}): it must be a readable file"
        raise SettingsError((problem,)) from None
