"""`python -m bot run`: the bot on Discord, until it is told to stop."""

import argparse
import asyncio
import logging
import signal
import sys

import discord

from bot.app import run as run_bot
from bot.catalogue.shipped import CatalogueError
from bot.cli.settings import MISCONFIGURED, read_settings
from bot.feeds.receiver import PortUnusableError
from bot.feeds.registry import SourcesFileError
from bot.logs import set_up_logging
from bot.news.lexicon import LexiconError
from bot.settings import Settings, SettingsError
from bot.storage.database import DatabaseUnusableError
from bot.words import Words

log = logging.getLogger(__name__)

# What keeps the bot from starting; each message says what to do.
STARTING = (
    DatabaseUnusableError,
    SourcesFileError,
    CatalogueError,
    LexiconError,
    PortUnusableError,
)


def add_arguments(parser: argparse.ArgumentParser, words: Words) -> None:
    """It takes none: everything is a setting."""


def run(options: argparse.Namespace, words: Words) -> int:
    """Run the bot. 0 when it was stopped, 78 when the settings keep it from starting."""
    try:
        settings = read_settings()
    except SettingsError as error:
        return _complain(words("cli.run.settings"), *error.problems)
    if not settings.discord_token:
        return _complain(words("cli.run.no_token"))
    if not settings.contact and settings.asks_shipped_sources:
        return _complain(words("cli.run.no_contact"))
    set_up_logging(settings.log_level, settings.log_format, settings.secrets)
    try:
        asyncio.run(_until_stopped(settings))
    except STARTING as error:
        return _complain(str(error))
    except discord.LoginFailure:
        return _complain(words("cli.run.bad_token"))
    return 0


async def _until_stopped(settings: Settings) -> None:
    """Run until the process is asked to end; whatever else ends the bot is raised."""
    task = asyncio.create_task(run_bot(settings))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        log.info("stopped")


def _complain(*lines: str) -> int:
    print(*lines, sep="\n", file=sys.stderr)
    return MISCONFIGURED
