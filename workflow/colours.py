"""What is shown of a colour that a tenant chose: its hue, as light or dark as text needs. Pure.

Colours are `#rrggbb`. Lightness, chroma and hue are those of OKLCH (https://bottosson.github.io/posts/oklab/);
contrast is WCAG 2.2's ratio of relative luminances.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

COLOUR = re.compile(r"#[0-9a-f]{6}")
ENOUGH = 4.5
# What text in the colour stands on: page, second page and surface of tokens.css, light and dark.
LIGHT_PAGE = ("#ffffff", "#f8f6f3", "#f1efeb")
DARK_PAGE = ("#0d1014", "#121519", "#1a1e22")
WHITE = "#ffffff"
SOFT_LIGHT, SOFT_DARK = (0.958, 0.016), (0.30, 0.045)
STEP = 0.005
# Paler than this a colour is told by its lightness alone, which is ours.
MOST_CHROMA = 0.16

Oklch = tuple[float, float, float]


@dataclass(frozen=True)
class Shown:
    """A chosen colour as the portal shows it.

    `fill` is what white stands on, `light` and `dark` are text on the page of either theme, the
    soft ones what such text may stand on. `is_as_chosen` says that the fill is the chosen colour.
    """

    chosen: str
    fill: str
    light: str
    dark: str
    soft_light: str
    soft_dark: str

    @property
    def is_as_chosen(self) -> bool:
        """Whether nothing had to be changed for buttons."""
        return self.fill == self.chosen


def is_colour(written: str) -> bool:
    """Whether somebody wrote a colour as #rrggbb, in small letters."""
    return COLOUR.fullmatch(written) is not None


def shown(chosen: str) -> Shown:
    """Return what the portal shows of a colour; every pair of it has a contrast of 4.5 or more."""
    lightness, chroma, hue = oklch_of(chosen)
    chroma = min(chroma, MOST_CHROMA)
    soft_light, soft_dark = (
        hex_of((level, min(most, chroma), hue)) for level, most in (SOFT_LIGHT, SOFT_DARK)
    )

    def stands_out(colour: str, pages: Sequence[str]) -> bool:
        return all(contrast(colour, page) >= ENOUGH for page in pages)

    fill = (
        chosen
        if stands_out(chosen, LIGHT_PAGE)
        else darkened(lightness, chroma, hue, until=lambda one: stands_out(one, LIGHT_PAGE))
    )
    light = darkened(
        lightness, chroma, hue, until=lambda one: stands_out(one, (*LIGHT_PAGE, soft_light))
    )
    dark = lightened(
        lightness, chroma * 0.8, hue, until=lambda one: stands_out(one, (*DARK_PAGE, soft_dark))
    )
    return Shown(chosen, fill, light, dark, soft_light, soft_dark)


def darkened(lightness: float, chroma: float, hue: float, *, until: Callable[[str], bool]) -> str:
    """Return the lightest colour of a hue, no lighter than it was, with which it is enough."""
    return stepped(lightness, chroma, hue, by=-STEP, until=until)


def lightened(lightness: float, chroma: float, hue: float, *, until: Callable[[str], bool]) -> str:
    """Return the darkest colour of a hue, no darker than it was, with which it is enough."""
    return stepped(lightness, chroma, hue, by=STEP, until=until)


def stepped(
    lightness: float, chroma: float, hue: float, *, by: float, until: Callable[[str], bool]
) -> str:
    """Return the first colour on the way to black or white with which it is enough."""
    while 0 < lightness < 1:
        found = hex_of((lightness, chroma, hue))
        if until(found):
            return found
        lightness += by
    return "#000000" if by < 0 else WHITE


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, from 0 to 1."""
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(colour: str) -> tuple[float, float, float]:
    """Return the three parts of a colour as light, from 0 to 1."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return red, green, blue


def oklch_of(colour: str) -> Oklch:
    """Return lightness (0 to 1), chroma and hue (radians) of a colour."""
    red, green, blue = linear(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def hex_of(colour: Oklch) -> str:
    """Return a colour as #rrggbb; of what no screen shows, the nearest paler one."""
    lightness, chroma, hue = colour
    while chroma > 0 and not is_shown(light_of((lightness, chroma, hue))):
        chroma -= 0.002
    parts = light_of((lightness, max(chroma, 0.0), hue))
    return "#" + "".join(f"{as_byte(part):02x}" for part in parts)


def light_of(colour: Oklch) -> tuple[float, float, float]:
    """Return the three parts of a colour as light; outside of 0 to 1 no screen shows it."""
    lightness, chroma, hue = colour
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def is_shown(parts: tuple[float, float, float]) -> bool:
    """Whether a screen shows it."""
    return all(-0.0005 <= part <= 1.0005 for part in parts)


def as_byte(part: float) -> int:
    """Return a part of light as 0 to 255."""
    part = min(max(part, 0.0), 1.0)
    return round(255 * (12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055))
