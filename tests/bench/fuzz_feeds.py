"""Bytes to articles for as long as wanted: `python -m tests.bench.fuzz_feeds --minutes 10`.

Sound feeds (the tests' formats) are damaged, crossed and swollen at random; every promise of
`tests.feeds.test_fuzz` is held on each. An input that breaks one, or takes over a second, is
written to the current folder. With `--atheris` the search is guided by coverage, if that package
is installed.
"""

import argparse
import hashlib
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.feeds.test_fuzz import SAMPLES, check

SLOW = 1.0  # seconds for one input
WORDS = (
    b"<item>", b"</item>", b"<entry>", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"&", b"&#0;",
    b"&#x110000;", b"<!DOCTYPE x [", b"<!ENTITY a 'b'>", b"\xff\xfe", b"\x00", b"\xef\xbb\xbf",
    b"<div>", b"<title>", b"<link>", b"<guid>", b"<media:content url='", b"xml:base='", b"http://[",
    b"<pubDate>", b"9999-99-99", b"\xe2\x80\xae", b"<a href=\"", b"encoding='utf-16'",
)  # fmt: skip


@dataclass
class Tally:
    """What a run has found."""

    inputs: int = 0
    slowest: float = 0.0
    slow: int = 0
    broken: dict[str, int] = field(default_factory=dict)

    def try_out(self, body: bytes) -> None:
        """Read one input and keep what is wrong with it."""
        started = time.perf_counter()
        try:
            check(body)
        except Exception as error:
            name = f"{type(error).__name__}: {error}"[:120]
            if name not in self.broken:
                _keep(body, "broken")
            self.broken[name] = self.broken.get(name, 0) + 1
        spent = time.perf_counter() - started
        self.inputs += 1
        self.slowest = max(self.slowest, spent)
        if spent > SLOW:
            self.slow += 1
            _keep(body, "slow")


def _keep(body: bytes, why: str) -> None:
    name = hashlib.blake2b(body, digest_size=6).hexdigest()
    Path(f"fuzz-{why}-{name}.xml").write_bytes(body)


def damaged(random: Random) -> bytes:
    """A sound feed, made unsound."""
    body = bytearray(random.choice(SAMPLES))
    for _ in range(random.randint(1, 8)):
        at = random.randrange(len(body) + 1)
        match random.randrange(6):
            case 0:
                del body[at : at + random.randint(1, 200)]
            case 1:
                body[at:at] = random.choice(WORDS) * random.choice((1, 1, 1, 50, 2000))
            case 2:
                body[at:at] = random.randbytes(random.randint(1, 30))
            case 3:
                other = random.choice(SAMPLES)
                start = random.randrange(len(other))
                body[at:at] = other[start : start + random.randint(1, 500)]
            case 4:
                body[at : at + 1] = bytes([random.randrange(256)])
            case _:
                body[at:at] = body[at : at + random.randint(1, 300)] * random.randint(1, 20)
    return bytes(body)


def guided(minutes: float) -> int:
    """The same, guided by coverage; it ends at the first input that breaks a promise."""
    import atheris

    with tempfile.TemporaryDirectory() as corpus:
        for number, sample in enumerate(SAMPLES):
            (Path(corpus) / f"{number}.xml").write_bytes(sample)
        limits = [f"-max_total_time={int(minutes * 60)}", "-max_len=8000", "-timeout=5"]
        atheris.instrument_all()
        atheris.Setup([sys.argv[0], *limits, corpus], check)
        atheris.Fuzz()
    return 0


def main() -> int:
    """Fuzz, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--atheris", action="store_true")
    options = parser.parse_args()
    if options.atheris:
        return guided(options.minutes)
    random, tally = Random(options.seed), Tally()
    end = time.monotonic() + options.minutes * 60
    while time.monotonic() < end:
        tally.try_out(damaged(random))
    sys.stdout.write(
        f"{tally.inputs} inputs, slowest {tally.slowest:.2f} s, {tally.slow} over {SLOW:.0f} s\n"
    )
    for name, count in sorted(tally.broken.items()):
        sys.stdout.write(f"{count:6} {name}\n")
    return 1 if tally.broken else 0


if __name__ == "__main__":
    sys.exit(main())
