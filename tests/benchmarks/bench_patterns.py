"""What a spotter costs when 100,000 cases come one after the other, and what it holds in memory."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from problems.patterns.arriving import DIMENSIONS, Arrival
from problems.patterns.grouping import group_cases
from problems.patterns.spotting import Spotter
from problems.patterns.surveying import MOST_GROUPED
from tests.benchmarks.measuring import Measurement, middle, number_from, percentile

CASES = 100_000
FLAT_FROM = 20_000
TOPICS = 500
SPREAD = 0.8  # length of the noise about a topic's vector of length one
MOST_MS = 10.0
MOST_GROWTH = 1.05
BEGAN = datetime(2025, 1, 6, tzinfo=UTC)
EACH = timedelta(seconds=30)


def bench_patterns() -> list[Measurement]:
    """Measure each case by the processor's time: none is explained by a known problem."""
    cases = number_from("BENCH_STREAM", CASES)
    flat_from = min(FLAT_FROM, cases // 2)
    spotter = Spotter(zone=ZoneInfo("Europe/Berlin"))
    spent: list[float] = []
    bytes_then = 0
    latest: list[Arrival] = []
    for number, arrival in enumerate(stream(cases)):
        began = time.process_time_ns()
        spotter.observe(arrival)
        spent.append((time.process_time_ns() - began) / 1e6)
        if number == flat_from:
            bytes_then = resident_bytes()
        if number >= cases - MOST_GROUPED:
            latest.append(arrival)
    late = spent[flat_from:]
    growth = (resident_bytes() - len(latest) * DIMENSIONS * 4) / bytes_then
    return [
        Measurement(
            name=f"a case, {cases:,} cases, middle",
            figure=f"{middle(late):.2f} ms",
            ratio=middle(late),
            gate=MOST_MS,
        ),
        Measurement(
            name="a case, 95 of 100",
            figure=f"{percentile(late, 0.95):.2f} ms",
            ratio=percentile(late, 0.95),
            gate=MOST_MS,
        ),
        Measurement(
            name=f"memory at the end against {flat_from:,} cases",
            figure=f"{resident_bytes() / 1e6:.0f} MB",
            ratio=growth,
            gate=MOST_GROWTH,
        ),
        grouping(latest),
    ]


def grouping(arrivals: list[Arrival]) -> Measurement:
    """Measure how long the latest unmatched cases take to be grouped."""
    began = time.process_time()
    groups = group_cases(arrivals)
    spent = time.process_time() - began
    return Measurement(
        name=f"{len(arrivals):,} cases into {len(groups)} groups", figure=f"{spent:.1f} s"
    )


def stream(count: int) -> Iterator[Arrival]:
    """Yield cases about topics that come at random, each of another customer."""
    chance = np.random.default_rng(7)
    topics = chance.standard_normal((TOPICS, DIMENSIONS)).astype(np.float32)
    topics /= np.linalg.norm(topics, axis=1, keepdims=True)
    for number in range(count):
        noise = chance.standard_normal(DIMENSIONS).astype(np.float32)
        vector = topics[chance.integers(TOPICS)] + SPREAD * noise / np.linalg.norm(noise)
        yield Arrival(
            case_id=number,
            at=BEGAN + number * EACH,
            customer=number,
            vector=vector / np.linalg.norm(vector),
        )


def resident_bytes() -> int:
    """Return how much memory this process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
