"""Runs one benchmark by name, or lists them.

python -m tests.bench reading --count 100000
"""

import runpy
import sys
from pathlib import Path

_PREFIX = "bench_"


def main() -> int:
    names = sorted(
        path.stem.removeprefix(_PREFIX) for path in Path(__file__).parent.glob(f"{_PREFIX}*.py")
    )
    if len(sys.argv) < 2 or sys.argv[1] not in names:
        sys.stdout.write(f"Benchmarks: {', '.join(names)}\n")
        return 0 if len(sys.argv) < 2 else 2
    del sys.argv[0]
    runpy.run_module(f"tests.bench.{_PREFIX}{sys.argv[0]}", run_name="__main__", alter_sys=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
