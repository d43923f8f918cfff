"""Pictures of how right the matching was: places in a frame and words; the template draws.

Both run from 0 to 100 % upwards. One sets certainty beside truth, the other follows the months.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from problems.matching_history import Month
from problems.matching_quality import BIN_WIDTH, Bin

WIDTH, HEIGHT = 360, 236
LEFT, RIGHT, TOP, BOTTOM = 44, 24, 12, 34
SMALLEST, LARGEST = 3.5, 11.0
STEPS = (0, 25, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class Picture:
    """A frame with lines of the scale, points and lines; `says` is the picture in a sentence."""

    says: str
    width: int
    height: int
    scale: list[dict[str, Any]]
    below: list[dict[str, Any]]
    points: list[dict[str, Any]]
    lines: list[dict[str, Any]]


def across(share: float) -> float:
    """Return the place of a share (0 to 1) from left to right."""
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def up(share: float) -> float:
    """Return the place of a share (0 to 1) from below to above."""
    return round(TOP + (1 - share) * (HEIGHT - TOP - BOTTOM), 1)


def scale() -> list[dict[str, Any]]:
    """Return the lines of the scale with their words."""
    return [
        {
            "y": up(step / 100),
            "label_y": up(step / 100) + 4,
            "from_x": across(0),
            "to_x": across(1),
            "label_x": LEFT - 8,
            "label": f"{step} %",
        }
        for step in STEPS
    ]


def calibration_picture(bins: Sequence[Bin], *, error: float | None) -> Picture:
    """Return what was said (to the right) beside what was true (upwards); the diagonal is perfect."""
    filled = [one for one in bins if one.was is not None and one.said is not None]
    most = max((one.decided for one in filled), default=1)
    says = (
        _("certainty and truth differ by %(points)s points on average.")
        % {"points": round(error * 100)}
        if error is not None
        else _("Nothing was decided yet.")
    )
    return Picture(
        says=says,
        width=WIDTH,
        height=HEIGHT,
        scale=scale(),
        below=[
            {"x": across(step / 100), "y": HEIGHT - BOTTOM + 18, "label": f"{step} %"}
            for step in STEPS
        ],
        points=[
            {
                "x": across(one.said or 0.0),
                "y": up(one.was or 0.0),
                "r": round(SMALLEST + (LARGEST - SMALLEST) * math.sqrt(one.decided / most), 1),
                "says": _("Said %(said)d %%, true %(was)d %% of %(count)d")
                % {
                    "said": round((one.said or 0.0) * 100),
                    "was": round((one.was or 0.0) * 100),
                    "count": one.decided,
                },
            }
            for one in filled
        ],
        lines=[{"kind": "perfect", "path": f"M{across(0)} {up(0)}L{across(1)} {up(1)}"}],
    )


def months_picture(months: Sequence[Month]) -> Picture:
    """Return precision and recall month by month, where anything was decided."""
    last = len(months) - 1
    places = [across((place + 0.5) / len(months)) for place in range(len(months))]
    newest = months[last] if months else None
    return Picture(
        says=_("In %(month)s %(right)s of the first suggestions were right.")
        % {
            "month": date_format(newest.begins_on, "F"),
            "right": percent(newest.precision),
        }
        if newest is not None
        else _("Nothing was decided yet."),
        width=WIDTH,
        height=HEIGHT,
        scale=scale(),
        below=[
            {"x": place, "y": HEIGHT - BOTTOM + 18, "label": date_format(one.begins_on, "M")}
            for place, one in zip(places, months, strict=True)
        ],
        points=[
            *points_of("precision", months, places, lambda one: one.precision),
            *points_of("recall", months, places, lambda one: one.recall),
        ],
        lines=[
            line_of("precision", months, places, lambda one: one.precision),
            line_of("recall", months, places, lambda one: one.recall),
        ],
    )


Share = Callable[[Month], float | None]


def points_of(
    kind: str, months: Sequence[Month], places: Sequence[float], share: Share
) -> list[dict[str, Any]]:
    """Return a point for each month that has the share."""
    return [
        {
            "kind": kind,
            "x": place,
            "y": up(found),
            "r": SMALLEST,
            "says": f"{date_format(one.begins_on, 'F Y')}: {percent(found)}",
        }
        for place, one in zip(places, months, strict=True)
        if (found := share(one)) is not None
    ]


def line_of(
    kind: str, months: Sequence[Month], places: Sequence[float], share: Share
) -> dict[str, Any]:
    """Return the line through the points of a share; without a point it is empty."""
    points = points_of(kind, months, places, share)
    if not points:
        return {"kind": kind, "path": ""}
    return {"kind": kind, "path": "M" + "L".join(f"{one['x']} {one['y']}" for one in points)}


def percent(share: float | None) -> str:
    """Write a share in per cent, or a dash where there is nothing to count."""
    return f"{round(share * 100)} %" if share is not None else "\N{EN DASH}"


def bin_rows(bins: Sequence[Bin]) -> list[dict[str, Any]]:
    """Return the picture of certainty as rows of a table, where anything was decided."""
    return [
        {
            "label": f"{one.begins // 10} \N{EN DASH} {(one.begins + BIN_WIDTH) // 10} %",
            "decided": one.decided,
            "said": percent(one.said),
            "was": percent(one.was),
        }
        for one in bins
        if one.decided
    ]


def month_rows(months: Sequence[Month]) -> list[dict[str, Any]]:
    """Return the months as rows of a table."""
    return [
        {
            "label": date_format(one.begins_on, "F Y"),
            "decided": one.decided,
            "right": one.right,
            "precision": percent(one.precision),
            "links": one.links,
            "suggested": one.suggested,
            "recall": percent(one.recall),
        }
        for one in months
    ]
