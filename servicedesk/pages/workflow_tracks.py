"""Which tracks of a drawing are free: cards and lines as rows of bits. Pure.

A track is eight pixels wide. One number holds a whole track, a bit for each eight pixels along it,
so that asking whether something is in the way is one operation however much is drawn.
"""

from collections import defaultdict

TRACK = 8.0
CLEAR = 5.0
MOST_TRACKS = 6


class Tracks:
    """The level tracks of a drawing, or the upright ones, with what stands and runs on them.

    `origin` is the smallest coordinate along a track that is ever asked for.
    """

    def __init__(self, origin: float) -> None:
        """Begin with nothing on any track."""
        self.origin = origin
        self.cards: dict[int, int] = defaultdict(int)
        self.lines: dict[int, int] = defaultdict(int)

    def block(self, first: float, last: float, begin: float, end: float) -> None:
        """Let a card stand on the tracks from `first` to `last`, along from `begin` to `end`."""
        low = int(-((self.origin - begin) // TRACK))
        bits = ((1 << max(0, int((end - self.origin) // TRACK) - low)) - 1) << low
        for number in range(int((first - CLEAR) // TRACK), int((last + CLEAR) // TRACK) + 1):
            self.cards[number] |= bits

    def met(self, track: float, begin: float, end: float) -> tuple[int, bool]:
        """Return how many bits of cards a line on a track would cross, and if one runs there."""
        blocked = self.cards.get(int(track // TRACK), 0)
        taken = self.lines.get(round(track / TRACK), 0)
        if not blocked and not taken:
            return 0, False
        bits = self.bits(begin, end)
        return (blocked & bits).bit_count(), bool(taken & bits)

    def take(self, track: float, begin: float, end: float) -> None:
        """Let a line run on a track."""
        self.lines[round(track / TRACK)] |= self.bits(begin, end)

    def free_from(self, base: float, begin: float, end: float, *, step: float) -> float:
        """Return the first of a few tracks from `base` on which no line runs, else `base`."""
        lines, here, bits = self.lines, base, 0
        for _try in range(MOST_TRACKS):
            taken = lines.get(round(here / TRACK))
            if not taken:
                return here
            bits = bits or self.bits(begin, end)
            if not taken & bits:
                return here
            here += step
        return base

    def bits(self, begin: float, end: float) -> int:
        """Return the bits along a track between two coordinates, in either order."""
        low, high = (begin, end) if begin < end else (end, begin)
        first = max(0, int((low - self.origin) // TRACK))
        beyond = int((high - 1 - self.origin) // TRACK) + 1
        return ((1 << max(0, beyond - first)) - 1) << first
