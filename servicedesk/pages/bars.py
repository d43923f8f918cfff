"""Small bar pictures of counts per day: places and words only, the template draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

HEIGHT = 48
WIDTH = 10
GAP = 4


@dataclass(frozen=True)
class Bars:
    """One bar for each day. `says` is the picture in a sentence; `rows` its twin as a table."""

    width: int
    height: int
    bars: list[dict[str, Any]]
    says: str
    rows: list[dict[str, Any]]
    total: int


def bars_of(days: Sequence[tuple[date, int]], *, title: str) -> Bars:
    """Return counts per day as bars; the highest fills the picture."""
    most = max((count for _day, count in days), default=0)
    total = sum(count for _day, count in days)
    shown = []
    for place, (day, count) in enumerate(days):
        height = round(HEIGHT * count / most) if most else 0
        height = max(height, 2 if count else 1)
        shown.append(
            {
                "x": place * (WIDTH + GAP),
                "y": HEIGHT - height,
                "width": WIDTH,
                "height": height,
                "is_empty": count == 0,
                "says": f"{date_format(day, 'D j M')}: {count}",
            }
        )
    says = ngettext(
        "%(title)s: %(total)d on the last day", "%(title)s: %(total)d in %(days)d days", len(days)
    ) % {"title": title, "total": total, "days": len(days)}
    if most:
        busiest = max(days, key=lambda one: one[1])
        says += _(", most on %(day)s (%(count)d)") % {
            "day": date_format(busiest[0], "D j M"),
            "count": most,
        }
    return Bars(
        width=len(days) * (WIDTH + GAP) - GAP if days else 1,
        height=HEIGHT,
        bars=shown,
        says=says,
        rows=[{"day": date_format(day, "D j M"), "count": count} for day, count in days],
        total=total,
    )
