"""Reading the settings for a command: `.env` first, the environment over it."""

import os
from pathlib import Path

from dotenv import dotenv_values

from bot.settings import ROOT, Settings

MISCONFIGURED = 78  # EX_CONFIG of sysexits.h


def read_settings(path: Path = ROOT / ".env") -> Settings:
    """The settings of `.env` and the environment. Raises SettingsError with every problem."""
    from_file = {name: value for name, value in dotenv_values(path).items() if value is not None}
    return Settings.from_env({**from_file, **os.environ})
