"""Half-open stretches of whole numbers: join them, cut them, clip them. Pure."""

from collections.abc import Iterable

Interval = tuple[int, int]
"""A stretch `[from, to)`; here always microseconds, of UTC since 1970 or of one local day."""


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the same stretches in order, joined where they touch or overlap."""
    joined: list[Interval] = []
    for begin, end in sorted(intervals):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined


def clipped(intervals: Iterable[Interval], first: int, last: int) -> list[Interval]:
    """Return what of the stretches lies within `[first, last)`."""
    within = ((max(first, begin), min(last, end)) for begin, end in intervals)
    return [(begin, end) for begin, end in within if begin < end]


def without(intervals: Iterable[Interval], removed: Iterable[Interval]) -> list[Interval]:
    """Return what is left of merged stretches when merged others are cut out."""
    left: list[Interval] = []
    cuts = list(removed)
    first_cut = 0
    for begin, end in intervals:
        while first_cut < len(cuts) and cuts[first_cut][1] <= begin:
            first_cut += 1
        cursor = begin
        for index in range(first_cut, len(cuts)):
            cut_begin, cut_end = cuts[index]
            if cut_begin >= end:
                break
            if cut_begin > cursor:
                left.append((cursor, cut_begin))
            cursor = cut_end
        if cursor < end:
            left.append((cursor, end))
    return left
