"""`python -m bot backup`: a copy of all that the bot knows, without stopping it."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.cli.database_file import database_file
from bot.cli.settings import MISCONFIGURED, read_settings
from bot.settings import SettingsError
from bot.storage.backup import back_up
from bot.storage.database import DatabaseUnusableError
from bot.words import Words


def add_arguments(parser: argparse.ArgumentParser, words: Words) -> None:
    """Where to: a file that does not exist yet, or a folder."""
    parser.add_argument("to", metavar="TO", help=words("cli.backup.to"))


def run(options: argparse.Namespace, words: Words) -> int:
    """Write the copy. 0 when it is there and sound, 78 when settings, database or place forbid."""
    try:
        source = database_file(read_settings().database_url, words)
        if source is None:
            return _complain(words("cli.backup.no_file"))
        if options.to.endswith(os.sep) and not Path(options.to).is_dir():
            return _complain(words("cli.backup.no_folder", path=options.to))
        target = _target(Path(options.to), datetime.now(UTC))
        size = back_up(source, target)
    except SettingsError as error:
        return _complain(words("cli.run.settings"), *error.problems)
    except DatabaseUnusableError as error:
        return _complain(str(error))
    print(words("cli.backup.written", path=target, kilobytes=-(-size // 1000)))
    return 0


def _target(to: Path, now: datetime) -> Path:
    """The file to write; in a folder one named by the time, so that copies stand in their order."""
    return to / f"greenlit-{now:%Y%m%d-%H%M%S}.sqlite3" if to.is_dir() else to


def _complain(*lines: str) -> int:
    print(*lines, sep="\n", file=sys.stderr)
    return MISCONFIGURED
