"""`python -m tests.standin`: the stand-in as a process. Prints its addresses as one JSON line."""

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from tests.standin.limits import BUCKET_LIMIT, GLOBAL_LIMIT
from tests.standin.server import StandIn


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.standin", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--log", type=Path, help="a file for one JSON line an event")
    parser.add_argument("--nonce-seconds", type=float, default=300.0)
    parser.add_argument("--faults", type=float, default=0.0, help="share of requests that fail")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--world", type=Path, help="JSON of servers and channels")
    parser.add_argument("--open", action="store_true", help="every channel id is a channel")
    parser.add_argument("--openapi", type=Path, help="Discord's openapi.json, to check bodies with")
    parser.add_argument("--global-limit", type=int, default=GLOBAL_LIMIT, help="requests a second")
    parser.add_argument("--bucket-limit", type=int, default=BUCKET_LIMIT, help="messages in 5 s")
    return asyncio.run(serve(parser.parse_args()))


async def serve(options: argparse.Namespace) -> int:
    standin = StandIn(
        log=options.log,
        nonce_seconds=options.nonce_seconds,
        fault_share=options.faults,
        seed=options.seed,
        open_world=options.open,
        openapi=options.openapi,
        global_limit=options.global_limit,
        bucket_limit=options.bucket_limit,
    )
    if options.world is not None:
        standin.world.build(json.loads(options.world.read_text(encoding="utf-8")))
    await standin.start(options.port)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    addresses = {
        "api": standin.api,
        "gateway": standin.gateway_url,
        "control": f"http://{standin.address}/control",
    }
    sys.stdout.write(json.dumps(addresses) + "\n")
    sys.stdout.flush()
    await stop.wait()
    await standin.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
