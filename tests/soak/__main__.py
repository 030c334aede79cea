"""`make soak KILLS=200 FAULTS=0.1 SEED=n`: exits 0 only if all kills were done and all is well."""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.soak.run import Plan, Run


def main() -> int:
    """Run once and print the verdict as the last line."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--faults", type=float, default=0.1, help="share of requests that fail")
    parser.add_argument("--seed", type=int, default=0, help="0 takes one from the clock")
    parser.add_argument("--channels", type=int, default=200)
    options = parser.parse_args()
    seed = options.seed or int(time.time())
    plan = Plan(options.kills, options.faults, seed, options.channels)
    with tempfile.TemporaryDirectory(prefix="greenlit-soak-") as folder:
        result = asyncio.run(Run(plan, Path(folder)).play())
    verdict, upkeep = result.verdict, result.upkeep
    sys.stdout.write(
        f"edits={upkeep.edits} replies={upkeep.replies} threads={upkeep.threads} "
        f"doubled_threads={upkeep.doubled_threads} mentions_added={upkeep.mentions_added} "
        f"marks_lost={upkeep.marks_lost}\n"
    )
    sys.stdout.write(
        f"kills={result.kills} announcements={result.announcements} expected={verdict.expected} "
        f"delivered={verdict.delivered} unknown={result.unknown} lost={result.lost} "
        f"doubled={verdict.doubled + verdict.strange} misordered={verdict.misordered} seed={seed}\n"
    )
    return 0 if result.is_well and result.kills == plan.kills else 1


if __name__ == "__main__":
    sys.exit(main())
