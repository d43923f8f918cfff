"""What a benchmark reports: a figure, what it is compared with, and whether that is good enough."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROUNDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One line of the table.

    `ratio` is to the floor that was measured in the same run. Over `goal` is said; over `gate`
    fails the run. Only ratios and counts have gates: they say the same on every machine.
    """

    name: str
    figure: str
    ratio: float | None = None
    goal: float | None = None
    gate: float | None = None

    @property
    def verdict(self) -> str:
        """PASS, over (the goal) or FAIL (over the gate); empty where nothing is asked."""
        if self.ratio is None or (self.goal is None and self.gate is None):
            return ""
        if self.gate is not None and self.ratio > self.gate:
            return "FAIL"
        return "over" if self.goal is not None and self.ratio > self.goal else "PASS"

    def as_line(self) -> str:
        """Return the line as the table shows it."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        asked = "" if self.goal is None else f"<= {self.goal:g}"
        if self.gate is not None:
            asked += f" (gate {self.gate:g})"
        return f"  {self.name:<46}{self.figure:>20}{ratio:>10}  {asked:<20}{self.verdict}"


class CpuWatch:
    """Counts what this process and one other, the database's, spend on the processor."""

    def __init__(self, database_pid: int) -> None:
        self.statistics = Path(f"/proc/{database_pid}/schedstat")

    def now(self) -> float:
        """Return the milliseconds that both have spent so far."""
        database = int(self.statistics.read_text(encoding="ascii").split()[0])
        return (time.process_time_ns() + database) / 1e6


def milliseconds_each(act: Callable[[], object], *, times: int, watch: CpuWatch) -> float:
    """Return how many milliseconds of processor one call takes, here and in the database."""
    begin = watch.now()
    for _ in range(times):
        act()
    return (watch.now() - begin) / times


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share (0 to 1) of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def middle(values: Sequence[float]) -> float:
    """Return the median."""
    return float(median(values))


def number_from(name: str, default: int) -> int:
    """Return a size that the environment names."""
    return int(os.environ.get(name, "") or default)


def nanoseconds_each(action: Callable[[], object], *, times: int) -> float:
    """Return how long one call takes: the best of five rounds, for other work only adds."""
    best = float("inf")
    for _ in range(ROUNDS):
        begin = time.perf_counter_ns()
        for _ in range(times):
            action()
        best = min(best, (time.perf_counter_ns() - begin) / times)
    return best
