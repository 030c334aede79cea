"""The command line: `python -m bot run | demo | read | check | report | backup`.

Every command is a module of `bot.cli` with `add_arguments(parser)` and `run(options) -> exit code`;
it is imported only when it is asked for, so `read` needs no Discord and `run` no demo.
"""

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path

try:
    from bot.words import load_words
except ModuleNotFoundError as error:
    # No words can be loaded without it.
    sys.exit(
        f"{error.name} is not installed: run `make setup`, then .venv/bin/python in place of python"
    )

COMMANDS = ("run", "demo", "read", "check", "report", "backup")
ROOT = Path(__file__).resolve().parent.parent
INTERRUPTED = 130  # As shells have it: 128 and SIGINT.


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 failed, 2 misused, 78 misconfigured."""
    words = load_words(ROOT / "data" / "locale")
    parser = argparse.ArgumentParser(prog="python -m bot", description=words("cli.description"))
    parser.add_argument("command", choices=COMMANDS, help=words("cli.command"))
    arguments = sys.argv[1:] if argv is None else argv
    options = parser.parse_args(arguments[:1])
    command = import_module(f"bot.cli.{options.command}")
    inner = argparse.ArgumentParser(
        prog=f"python -m bot {options.command}", description=words(f"cli.{options.command}")
    )
    command.add_arguments(inner, words)
    code: int = command.run(inner.parse_args(arguments[1:]), words)
    return code


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has seen enough; the interpreter must not flush into the void.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
