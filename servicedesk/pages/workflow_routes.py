"""Lead arrows around cards: right angles, lanes of their own, returns above. Pure.

Each arrow tries a few ways and takes the one that meets the fewest cards, then the fewest other
arrows, then the shortest.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from servicedesk.pages.workflow_shapes import HEIGHT, WIDTH, Card
from servicedesk.pages.workflow_tracks import TRACK, Tracks

STUB = 20.0
# Names stand on returns: their lanes are a line of text apart.
LANE = 16.0
ARROW = 9.0
BESIDE = 24.0
FURTHER = 400.0
PORT_GAP = 14.0
# What a way costs besides its length: a card behind it is the worst, a shared track confuses.
CARD_COST = 200.0
TRACK_COST = 320.0
BEND_COST = 26.0

Point = tuple[float, float]
Points = tuple[Point, ...]


class Way(NamedTuple):
    """A step to be led: where from, where to, and whether it is a return."""

    key: str
    begin: str
    end: str
    is_back: bool


@dataclass(frozen=True, slots=True)
class Ends:
    """On which side a way leaves and arrives, and where; whether others leave beside it."""

    leaves: str
    arrives: str
    start: Point
    stop: Point
    is_crowded: bool = False


class Router:
    """Holds the cards and the tracks that are taken while ways are led."""

    def __init__(self, cards: Mapping[str, Card]) -> None:
        """Let the cards stand on their tracks."""
        self.cards = cards
        self.top = min((card.top for card in cards.values()), default=0.0)
        self.bottom = max((card.bottom for card in cards.values()), default=0.0)
        left = min((card.left for card in cards.values()), default=0.0)
        self.level = Tracks(left - FURTHER)
        self.upright = Tracks(self.top - FURTHER)
        for card in cards.values():
            self.level.block(card.top, card.bottom, card.left, card.right)
            self.upright.block(card.left, card.right, card.top, card.bottom)

    def led(self, ways: Sequence[Way]) -> dict[str, Points]:
        """Return the corner points of each way whose stages are there, by its key."""
        wanted = [way for way in ways if way.begin in self.cards and way.end in self.cards]
        ends = ends_of(wanted, self.cards)
        # Short ones first: they have the least choice.
        order = sorted(wanted, key=lambda way: distance(self.cards[way.begin], self.cards[way.end]))
        return {way.key: self._lead(way, ends[way.key]) for way in order}

    def _lead(self, way: Way, ends: Ends) -> Points:
        """Return the best of the ways that could be taken, and take its tracks."""
        best: Points = ()
        least = float("inf")
        (x, y), (to_x, to_y) = ends.start, ends.stop
        # Nothing is in the way of what is hardly longer than the crow flies at right angles.
        good = abs(x - to_x) + abs(y - to_y) + TRACK_COST
        for points in self._candidates(way, ends):
            cost = self._cost(points, at_most=least)
            if cost < least:
                best, least = points, cost
            if least < good:
                break
        self._take(best)
        return best

    def _candidates(self, way: Way, ends: Ends) -> Iterator[Points]:
        """Return the ways that could be taken, the plainest first."""
        begin, end = self.cards[way.begin], self.cards[way.end]
        if way.begin == way.end:
            yield around_itself(begin)
            return
        if ends.leaves == "right" and ends.arrives == "left":
            yield from self._onward(begin, end, ends)
        elif ends.leaves == ends.arrives == "right":
            yield from self._beside(begin, end, ends)
        elif ends.leaves == ends.arrives:
            yield from self._over(end, ends)
        else:
            yield (ends.start, ends.stop)
            yield from self._beside(begin, end, sideways(begin, end))

    def _onward(self, begin: Card, end: Card, ends: Ends) -> Iterator[Points]:
        """Ways from a right edge to a left one: straight, with one turn, or through a gap."""
        (x, y), (to_x, to_y) = ends.start, ends.stop
        if abs(y - to_y) < 1:
            yield (ends.start, ends.stop)
        else:
            tracks = ((end.left - STUB, -TRACK), (begin.right + STUB, TRACK))
            # Names stand on the long part: it is where this way runs alone.
            for base, step in reversed(tracks) if ends.is_crowded else tracks:
                turn = self.upright.free_from(base, y, to_y, step=step)
                yield ((x, y), (turn, y), (turn, to_y), (to_x, to_y))
        for row, step in rows_around(begin, end):
            first = self.upright.free_from(begin.right + STUB - 4, y, row, step=TRACK)
            last = self.upright.free_from(end.left - STUB + 4, row, to_y, step=-TRACK)
            lane = self.level.free_from(row, first, last, step=step)
            yield ((x, y), (first, y), (first, lane), (last, lane), (last, to_y), (to_x, to_y))

    def _beside(self, begin: Card, end: Card, ends: Ends) -> Iterator[Points]:
        """Ways on the right of two cards that stand above one another."""
        (x, y), (to_x, to_y) = ends.start, ends.stop
        turn = self.upright.free_from(max(begin.right, end.right) + STUB, y, to_y, step=TRACK)
        yield ((x, y), (turn, y), (turn, to_y), (to_x, to_y))

    def _over(self, end: Card, ends: Ends) -> Iterator[Points]:
        """Ways that leave and arrive above, or both below: along one lane, or by a gap between."""
        (x, y), (to_x, to_y) = ends.start, ends.stop
        is_above = ends.leaves == "top"
        away = -1.0 if is_above else 1.0
        outmost = min(y, to_y) if is_above else max(y, to_y)
        everything = self.top if is_above else self.bottom
        for row in (outmost + away * STUB, everything + away * (STUB + LANE)):
            lane = self.level.free_from(row, x, to_x, step=away * LANE)
            yield ((x, y), (x, lane), (to_x, lane), (to_x, to_y))
        first = self.level.free_from(y + away * STUB, x, to_x, step=away * LANE)
        for base, step in ((end.right + STUB, TRACK), (end.left - STUB, -TRACK)):
            last = self.level.free_from(to_y + away * STUB, base, to_x, step=away * LANE)
            turn = self.upright.free_from(base, first, last, step=step)
            yield ((x, y), (x, first), (turn, first), (turn, last), (to_x, last), (to_x, to_y))

    # ---- tracks ----

    def _cost(self, points: Points, *, at_most: float) -> float:
        """Return what a way costs; it is counted no further than `at_most`."""
        cost = BEND_COST * (len(points) - 2)
        for (x, y), (to_x, to_y) in pairwise(points):
            is_level = y == to_y
            cards, is_taken = (
                self.level.met(y, x, to_x) if is_level else self.upright.met(x, y, to_y)
            )
            cost += abs(to_x - x) + abs(to_y - y) + CARD_COST * cards + TRACK_COST * is_taken
            if cost > at_most:
                break
        return cost

    def _take(self, points: Points) -> None:
        """Remember where a way runs."""
        for (x, y), (to_x, to_y) in pairwise(points):
            if y == to_y:
                self.level.take(y, x, to_x)
            else:
                self.upright.take(x, y, to_y)


def ends_of(ways: Iterable[Way], cards: Mapping[str, Card]) -> dict[str, Ends]:
    """Return where each way leaves and arrives.

    Those of one side stand apart, in an order that crosses little.
    """
    sides: dict[str, tuple[str, str]] = {}
    ports: dict[tuple[str, str], list[tuple[float, str, bool]]] = defaultdict(list)
    for way in ways:
        begin, end = cards[way.begin], cards[way.end]
        leaves, arrives = sides[way.key] = sides_of(begin, end, is_back=way.is_back)
        ports[way.begin, leaves].append((rank(end, leaves), way.key, True))
        ports[way.end, arrives].append((rank(begin, arrives), way.key, False))
    places: dict[tuple[str, bool], Point] = {}
    alone: set[tuple[str, bool]] = set()
    for (stage, side), wanted in ports.items():
        wanted.sort()
        for number, (_rank, key, leaves_here) in enumerate(wanted):
            places[key, leaves_here] = port(cards[stage], side, number, of=len(wanted))
        if len(wanted) == 1:
            alone.add((wanted[0][1], wanted[0][2]))
    return {
        key: straightened(leaves, arrives, places[key, True], places[key, False], key, alone)
        for key, (leaves, arrives) in sides.items()
    }


def straightened(
    leaves: str, arrives: str, start: Point, stop: Point, key: str, alone: set[tuple[str, bool]]
) -> Ends:
    """Return ends without a needless small jog: an end that is alone on its side moves."""
    (x, y), (to_x, to_y) = start, stop
    if leaves == "right" and arrives == "left" and 0 < abs(y - to_y) < HEIGHT / 2 - 6:
        if (key, True) in alone:
            y = to_y
        elif (key, False) in alone:
            to_y = y
    elif {leaves, arrives} == {"top", "bottom"} and x != to_x:
        to_x = x = (x + to_x) / 2
    return Ends(leaves, arrives, (x, y), (to_x, to_y), is_crowded=(key, True) not in alone)


def sides_of(begin: Card, end: Card, *, is_back: bool) -> tuple[str, str]:
    """Return the sides on which a way leaves and arrives."""
    if end.left >= begin.right + BESIDE and not is_back:
        return "right", "left"
    if abs(begin.left - end.left) < WIDTH / 2:
        is_near = abs(begin.top - end.top) < 2.6 * HEIGHT
        if not is_near:
            return "right", "right"
        return ("bottom", "top") if end.top > begin.top else ("top", "bottom")
    return ("top", "top") if is_back else ("bottom", "bottom")


def rank(other: Card, side: str) -> float:
    """Return by what the ends on a side are sorted: the row or column of the other card."""
    return other.top if side in ("left", "right") else other.left


def port(card: Card, side: str, number: int, *, of: int) -> Point:
    """Return the place of one of `of` ends on a side of a card."""
    length = HEIGHT if side in ("left", "right") else WIDTH
    gap = min(PORT_GAP, (length - 20) / max(of - 1, 1))
    offset = length / 2 + (number - (of - 1) / 2) * gap
    if side == "left":
        return card.left, card.top + offset
    if side == "right":
        return card.right, card.top + offset
    return card.left + offset, card.top if side == "top" else card.bottom


def sideways(begin: Card, end: Card) -> Ends:
    """Return ends on the right of two cards between which something stands."""
    return Ends(
        "right",
        "right",
        (begin.right, begin.top + HEIGHT * 0.7),
        (end.right, end.top + HEIGHT * 0.3),
    )


def around_itself(card: Card) -> Points:
    """Return a small loop at the upper right corner."""
    x, y = card.right, card.top
    return ((x, y + 20), (x + 22, y + 20), (x + 22, y - 18), (x - 26, y - 18), (x - 26, y))


def rows_around(begin: Card, end: Card) -> Iterator[tuple[float, float]]:
    """Return the rows beside two cards where a lane could run, each with the way to the next."""
    upper, lower = (begin, end) if begin.top <= end.top else (end, begin)
    yield upper.bottom + STUB - 4, TRACK
    yield lower.top - STUB + 4, -TRACK
    yield upper.top - STUB + 4, -TRACK
    yield lower.bottom + STUB - 4, TRACK


def distance(begin: Card, end: Card) -> float:
    """Return how far two cards are apart."""
    return abs(begin.left - end.left) + abs(begin.top - end.top)
