"""The picture of the radar: angle is the team, distance the age, size the cases. Pure, no Django.

Each dot is a link; the list beside it says the same in words.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

SIZE = 460.0
MIDDLE = SIZE / 2
OUTER = 184.0
LEAST_DOT, LARGEST_DOT = 9.0, 24.0
APART = 4.0
TURNS = 24


@dataclass(frozen=True, slots=True)
class Blip:
    """A suspected problem as it is drawn: whose it is, how old, how many cases."""

    key: int
    team: str
    hue: str
    age: timedelta
    cases: int
    is_seen: bool
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Dot:
    """Where a suspected problem stands in the picture."""

    x: float
    y: float
    radius: float
    ring: float
    hue: str
    count: int
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Words:
    """A word in the picture."""

    x: float
    y: float
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class RadarPicture:
    """Everything drawn: rings with their ages, lines between teams, dots."""

    size: float
    middle: float
    rings: tuple[float, ...]
    ages: tuple[Words, ...]
    teams: tuple[Words, ...]
    lines: tuple[tuple[float, float], ...]
    dots: tuple[Dot, ...]


def radar_picture(
    blips: Sequence[Blip], *, rings: Sequence[timedelta], ages: Sequence[str]
) -> RadarPicture:
    """Return the picture; `rings` are the ages of its rings from within, `ages` their names.

    What is older than the last ring stands at the rim. The teams share the circle evenly, in order
    of their names.
    """
    teams = sorted({blip.team for blip in blips})
    width = 2 * math.pi / max(len(teams), 1)
    placed: list[Dot] = []
    # The largest first: they keep their places, smaller ones give way.
    for blip in sorted(blips, key=lambda one: (-one.cases, one.key)):
        begin = teams.index(blip.team) * width - math.pi / 2
        placed.append(free_dot(blip, begin=begin, width=width, rings=rings, others=placed))
    return RadarPicture(
        size=SIZE,
        middle=MIDDLE,
        rings=tuple(OUTER * number / len(rings) for number in range(1, len(rings) + 1)),
        ages=tuple(
            Words(
                x=round(MIDDLE + 5, 1),
                # Straight up is the edge of the first sector: no dot has its place there.
                y=round(MIDDLE - OUTER * number / len(rings) + 13, 1),
                text=age,
                anchor="start",
            )
            for number, age in enumerate(ages, start=1)
        ),
        teams=tuple(team_name(team, place, width=width) for place, team in enumerate(teams)),
        lines=tuple(
            (
                round(MIDDLE + OUTER * math.cos(place * width - math.pi / 2), 1),
                round(MIDDLE + OUTER * math.sin(place * width - math.pi / 2), 1),
            )
            for place in range(len(teams) if len(teams) > 1 else 0)
        ),
        dots=tuple(placed),
    )


def free_dot(
    blip: Blip, *, begin: float, width: float, rings: Sequence[timedelta], others: Sequence[Dot]
) -> Dot:
    """Return the dot in its sector where it covers the least of others; the middle comes first."""
    radius = radius_of(blip.cases)
    distance = max(distance_of(blip.age, rings=rings), radius + APART)
    turns = [0.5, *(0.5 + sign * step / TURNS for step in range(1, 10) for sign in (1, -1))]
    tried = [
        at_angle(blip, begin + turn * width, distance=distance, radius=radius) for turn in turns
    ]
    return min(tried, key=lambda dot: round(covered(dot, others), 3))


def distance_of(age: timedelta, *, rings: Sequence[timedelta]) -> float:
    """Return how far from the middle an age stands: evenly between one ring and the next."""
    within = timedelta()
    for place, ring in enumerate(rings):
        if age <= ring:
            return OUTER * (place + (age - within) / (ring - within)) / len(rings)
        within = ring
    return OUTER


def at_angle(blip: Blip, angle: float, *, distance: float, radius: float) -> Dot:
    """Return the dot at an angle and a distance from the middle."""
    return Dot(
        x=round(MIDDLE + distance * math.cos(angle), 1),
        y=round(MIDDLE + distance * math.sin(angle), 1),
        radius=round(radius, 1),
        ring=0.0 if blip.is_seen else round(radius + 6, 1),
        hue=blip.hue,
        count=blip.cases,
        label=blip.label,
        href=blip.href,
    )


def radius_of(cases: int) -> float:
    """Return how large so many cases are drawn: by area, within limits."""
    return min(LARGEST_DOT, max(LEAST_DOT, 3.4 * math.sqrt(cases)))


def covered(dot: Dot, others: Sequence[Dot]) -> float:
    """Return how much of others a dot would cover, in units of length."""
    return sum(
        max(
            0.0,
            room_of(dot) + room_of(other) + APART - math.hypot(dot.x - other.x, dot.y - other.y),
        )
        for other in others
    )


def room_of(dot: Dot) -> float:
    """Return how far a dot reaches, with its ring if it has one."""
    return max(dot.radius, dot.ring)


def team_name(team: str, place: int, *, width: float) -> Words:
    """Return the name of a team beside the middle of its sector, outside the rings."""
    angle = (place + 0.5) * width - math.pi / 2
    across = math.cos(angle)
    anchor = "middle" if abs(across) < 0.3 else "start" if across > 0 else "end"
    # Names beside the circle would leave the picture: they stand within it, at the corners.
    x = MIDDLE + min(OUTER + 10, SIZE / 2 - 8) * across
    x = min(max(x, 8.0), SIZE - 8)
    if anchor != "middle":
        anchor = "end" if across > 0 else "start"
        x = SIZE - 6 if across > 0 else 6.0
    y = MIDDLE + (OUTER + 26) * math.sin(angle)
    return Words(x=round(x, 1), y=round(min(max(y, 14.0), SIZE - 8), 1), text=team, anchor=anchor)


def spark(counts: Sequence[int], *, width: float = 150.0, height: float = 36.0) -> tuple[str, str]:
    """Return a line of counts as points of an SVG polyline, and as a closed area below it."""
    most = max(counts, default=0) or 1
    step = width / max(len(counts) - 1, 1)
    points = [
        f"{round(place * step, 1):g},{round(height - 3 - (height - 6) * count / most, 1):g}"
        for place, count in enumerate(counts)
    ]
    line = " ".join(points)
    return line, f"0,{height:g} {line} {width:g},{height:g}"
