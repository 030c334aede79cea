"""`python -m bot demo`: the real bot in a simulated Discord, in the browser or as text."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from bot.demo.script import Script, load_script
from bot.logs import set_up_logging
from bot.settings import DATA
from bot.words import Words


def add_arguments(parser: argparse.ArgumentParser, words: Words) -> None:
    """`--once [--json]`, `--feed FILE.xml`, `--view CHANNEL`, `--port N`."""
    parser.add_argument("--once", action="store_true", help=words("demo.help.once"))
    parser.add_argument("--json", action="store_true", help=words("demo.help.json"))
    parser.add_argument(
        "--feed",
        action="append",
        type=_file,
        default=[],
        metavar="FILE.xml",
        help=words("demo.help.feed"),
    )
    parser.add_argument("--view", default="", metavar="#CHANNEL", help=words("demo.help.view"))
    parser.add_argument("--port", type=int, default=0, help=words("demo.help.port"))


def run(options: argparse.Namespace, words: Words) -> int:
    """Play the demo. 0 at its end, 1 where simcord is not installed."""
    try:
        from bot.demo.play import play_live  # noqa: F401 - it needs the extra "demo"
    except ImportError:
        print(words("demo.no_simcord"), file=sys.stderr)
        return 1
    set_up_logging("WARNING", "text")
    from bot.demo.stage import real_time

    script = load_script(DATA / "demo" / "script.toml", real_time().date())
    if options.once or options.json:
        asyncio.run(_once(script, options, words))
        return 0
    return _watch(script, options, words)


def _watch(script: Script, options: argparse.Namespace, words: Words) -> int:
    from simcord.backend.errors import SetupError

    from bot.demo.play import UnknownViewError

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # both end it as Ctrl+C does
    try:
        asyncio.run(_live(script, options, words))
    except KeyboardInterrupt:
        return 0
    except UnknownViewError:
        print(words("demo.no_view", view=options.view), file=sys.stderr)
        return 2
    except SetupError as error:
        if "port" not in str(error):
            raise
        print(words("demo.port_taken", port=options.port), file=sys.stderr)
        return 2
    return 0


async def _once(script: Script, options: argparse.Namespace, words: Words) -> None:
    from bot.demo.play import play_once
    from bot.demo.record import as_json, as_text

    rows = await play_once(script, options.feed)
    channel = None
    for row in rows:
        if options.json:
            if row.telling:
                print(as_json(row, row.telling))
            continue
        if row.channel != channel:
            channel = row.channel
            print(f"\n{words('demo.channel', channel=channel)}")
        print(f"\n{as_text(row)}")


async def _live(script: Script, options: argparse.Namespace, words: Words) -> None:
    from bot.demo.play import play_live

    await play_live(script, options.feed, options.view, options.port, words, _say)


def _say(text: str) -> None:
    print(text, flush=True)


def _file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"{text}: no such file")
    return path
