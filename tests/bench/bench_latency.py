"""How soon is an article noticed, and what does that cost the outlets?

    python -m tests.bench.bench_latency --corpus pool.jsonl [--svg curve.svg]

The real hours at which outlets publish (the corpus) are laid over simulated days: each shipped
source takes the hours of one outlet and publishes 6 to 40 articles a day at them. The schedule of
`bot.news.schedule` polls them, day after day; the last day counts. Printed for several rhythms of
polling: latency from an item's appearance to its delivery row (median, 95th percentile, minutes)
and requests a day and source. `--svg` draws the curve.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from pathlib import Path
from random import Random
from statistics import mean, median, quantiles

from bot.feeds.registry import load_sources
from bot.news.schedule import DEFAULT_RULES, Rules, next_poll, pace_of
from bot.settings import DATA

START = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = 4  # the schedule learns a source's rhythm in the first ones
ENTRIES = 20  # that a feed shows
FEWEST, MOST = 6, 40  # articles a day
RHYTHMS = (1.0, 2.0, 4.0, 8.0, 16.0)  # polls between two articles


@dataclass(frozen=True, slots=True)
class Figure:
    """What one rhythm of polling comes to."""

    rhythm: float
    median: float
    p95: float
    requests: float
    missed: int


def main() -> None:
    """Print the table, and draw the curve where it is wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="articles, one JSON a line")
    parser.add_argument("--svg", type=Path, help="where to draw the curve")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    hours = list(outlet_hours(options.corpus))
    figures = [simulate(hours, rhythm, options.seed) for rhythm in RHYTHMS]
    print("polls a gap  median min  p95 min  requests a day  rolled out unseen")
    for f in figures:
        print(f"{f.rhythm:11.0f}  {f.median:10.1f}  {f.p95:7.1f}  {f.requests:14.0f}  {f.missed}")
    if options.svg:
        options.svg.write_text(curve(figures), encoding="utf-8")


def outlet_hours(corpus: Path) -> Iterable[list[timedelta]]:
    """For each outlet of at least 40 fully dated articles, the times of day of all of them."""
    found: dict[str, list[timedelta]] = defaultdict(list)
    for line in corpus.read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        published = article.get("published") or ""
        if len(published) < 16:
            continue  # only a year or a day
        at = datetime.fromisoformat(published).astimezone(UTC)
        found[article["source"]].append(timedelta(hours=at.hour, minutes=at.minute))
    return (times for times in found.values() if len(times) >= 40)


def simulate(hours: Sequence[Sequence[timedelta]], rhythm: float, seed: int) -> Figure:
    """Poll every shipped source for DAYS days; the last one is measured."""
    random = Random(seed)
    rules = replace(DEFAULT_RULES, polls_a_gap=rhythm)
    latencies: list[float] = []
    requests, missed = [], 0
    for number, _ in enumerate(load_sources(DATA / "sources.toml")):
        times = hours[number % len(hours)]
        published = sorted(
            START + timedelta(days=day) + random.choice(times) + timedelta(seconds=random.random())
            for day in range(-DAYS, DAYS)
            for _ in range(random.randint(FEWEST, MOST))
        )
        late, asked, lost = poll(published, rules, random)
        latencies += late
        requests.append(asked)
        missed += lost
    p95 = quantiles(latencies, n=20)[-1]
    return Figure(rhythm, median(latencies), p95, mean(requests), missed)


def poll(
    published: Sequence[datetime], rules: Rules, random: Random
) -> tuple[list[float], int, int]:
    """Minutes of latency of the last day's articles, its requests, and articles never seen."""
    last_day = START + timedelta(days=DAYS - 1)
    end = last_day + timedelta(days=1)
    now, seen = START, {at for at in published if at <= START}
    latencies: list[float] = []
    requests = 0
    while now < end:
        shown = [at for at in published if at <= now][-ENTRIES:]
        fresh = [at for at in shown if at not in seen]
        latencies += [(now - at).total_seconds() / 60 for at in fresh if at >= last_day]
        seen.update(fresh)
        requests += now >= last_day
        now = next_poll(now, pace_of(shown, now), random.random(), rules=rules).at
    missed = sum(
        1 for at in published if last_day <= at < now - timedelta(hours=6) and at not in seen
    )
    return latencies, requests, missed


def curve(figures: Sequence[Figure]) -> str:
    """Latency (median and p95, minutes) against requests a day, as an SVG of 640 by 400."""
    right = max(f.requests for f in figures) * 1.1
    top = max(f.p95 for f in figures) * 1.1

    def place(x: float, y: float) -> str:
        return f"{60 + 540 * x / right:.0f},{350 - 310 * y / top:.0f}"

    lines = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 400" font-family="sans-serif"',
        ' font-size="13"><rect width="640" height="400" fill="white"/>',
        '<path d="M60 40V350H610" fill="none" stroke="#555"/>',
        '<text x="335" y="390" text-anchor="middle">requests a day and source</text>',
        '<text x="14" y="30">minutes until noticed</text>',
    ]
    for name, colour, value in (
        ("median", "#2e9e6a", attrgetter("median")),
        ("95th percentile", "#c2563a", attrgetter("p95")),
    ):
        points = [place(f.requests, value(f)) for f in figures]
        lines.append(f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}"/>')
        for point, f in zip(points, figures, strict=True):
            x, y = point.split(",")
            lines.append(f'<circle cx="{x}" cy="{y}" r="4" fill="{colour}"/>')
            lines.append(f'<text x="{x}" y="{int(y) - 8}" fill="{colour}">{value(f):.0f}</text>')
        x, y = points[0].split(",")
        lines.append(f'<text x="{int(x) + 24}" y="{y}" fill="{colour}">{name}</text>')
    for f in figures:
        x = place(f.requests, 0).split(",")[0]
        lines.append(f'<text x="{x}" y="368" text-anchor="middle">{f.requests:.0f}</text>')
    return "\n".join([*lines, "</svg>"]) + "\n"


if __name__ == "__main__":
    main()
