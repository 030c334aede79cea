"""Reading the settings for a command: `.env` first, the environment over it."""

import os
from pathlib import Path

from dotenv import dotenv_values

from bot.settings import ROOT, Settings, SettingsError

MISCONFIGURED = 78  # EX_CONFIG of sysexits.h


def read_settings(path: Path = ROOT / ".env") -> Settings:
    """The settings of `.env` and the environment. Raises SettingsError with every problem.

    What the environment leaves empty is taken from the file.
    """
    try:
        from_file = dotenv_values(path)
    except (OSError, UnicodeDecodeError):
        raise SettingsError((f"{path.name} cannot be read: save it as UTF-8 text",)) from None
    given = {name: value for name, value in os.environ.items() if value.strip()}
    return Settings.from_env({name: value or "" for name, value in (from_file | given).items()})
