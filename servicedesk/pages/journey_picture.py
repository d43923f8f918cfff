"""Draw the journey of a problem: who had it, how long, what went backwards, when it will be fixed.

Pure functions from legs to shapes; components/journey.svg and components/strip.html only write them
down. Time runs right, departments are lanes, open hours are wide and closed ones narrow.
"""

from servicedesk.pages.journey_drawing import Drawing
from servicedesk.pages.journey_labels import Label
from servicedesk.pages.journey_legs import (
    Journey,
    PictureEstimate,
    PictureLeg,
    PictureTask,
    PictureUsual,
)
from servicedesk.pages.journey_scale import OpenTime, Window, weekday_windows
from servicedesk.pages.journey_shapes import Picture
from servicedesk.pages.journey_strip import Strip, strip
from servicedesk.pages.journey_words import Wording

__all__ = [
    "Journey",
    "Label",
    "OpenTime",
    "Picture",
    "PictureEstimate",
    "PictureLeg",
    "PictureTask",
    "PictureUsual",
    "Strip",
    "Window",
    "Wording",
    "draw",
    "strip",
    "weekday_windows",
]


def draw(journey: Journey, *, wording: Wording | None = None) -> Picture:
    """Return the drawing of a journey with at least one leg; 200 legs take a few milliseconds.

    Raises:
        ValueError: the journey has no leg.
    """
    if not journey.legs:
        raise ValueError("A journey has at least one leg.")
    return Drawing(journey, wording or Wording()).picture()
