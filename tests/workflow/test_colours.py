"""Whatever colour a tenant chooses, text in it and on it can be read."""

import math
import random
import re
from pathlib import Path

import pytest
from django.conf import settings

from workflow.colours import (
    DARK_PAGE,
    ENOUGH,
    LIGHT_PAGE,
    MOST_CHROMA,
    WHITE,
    contrast,
    hex_of,
    is_colour,
    oklch_of,
    shown,
)

CORNERS = ["#000000", "#ffffff", "#ff0000", "#00ff00", "#0000ff", "#ffff00", "#00ffff", "#ff00ff"]
TOKENS = Path(settings.BASE_DIR) / "servicedesk" / "static" / "css" / "tokens.css"
PAGE = re.compile(r"--(?:bg|bg-2|surface): light-dark\(oklch\((.+?)\), oklch\((.+?)\)\);")


def some_colours() -> list[str]:
    """Return the corners of the colours, and four hundred between them."""
    choose = random.Random(20_261_122)  # noqa: S311 - nothing is secret here
    return [*CORNERS, *(f"#{choose.randrange(1 << 24):06x}" for _ in range(400))]


def turned(one: str, other: str) -> float:
    """Return by how many degrees the hue of two colours differs."""
    angle = abs(math.degrees(oklch_of(one)[2] - oklch_of(other)[2])) % 360
    return min(angle, 360 - angle)


def test_every_colour_keeps_its_contrast_in_both_themes() -> None:
    for colour in some_colours():
        found = shown(colour)

        assert contrast(WHITE, found.fill) >= ENOUGH, colour
        for page in (*LIGHT_PAGE, found.soft_light):
            assert contrast(found.light, page) >= ENOUGH, (colour, page)
        for page in LIGHT_PAGE:
            assert contrast(found.fill, page) >= ENOUGH, (colour, page)
        for page in (*DARK_PAGE, found.soft_dark):
            assert contrast(found.dark, page) >= ENOUGH, (colour, page)


def test_the_hue_stays_where_there_is_one() -> None:
    for colour in some_colours():
        if oklch_of(colour)[1] > 0.06:
            found = shown(colour)
            for one in (found.fill, found.light):
                if oklch_of(one)[1] > 0.04:
                    assert turned(one, colour) < 6, (colour, one)


def test_a_colour_that_can_be_read_is_shown_as_it_is() -> None:
    assert shown("#1f6f5c").is_as_chosen
    assert not shown("#ffee00").is_as_chosen


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.478), ("#123456", "#123456", 1.0)],
)
def test_contrast_is_that_of_the_guidelines(one: str, other: str, expected: float) -> None:
    assert contrast(one, other) == pytest.approx(expected, abs=0.001)
    assert contrast(other, one) == contrast(one, other)


def test_a_colour_comes_back_from_lightness_chroma_and_hue() -> None:
    for colour in some_colours():
        if oklch_of(colour)[1] <= MOST_CHROMA:
            assert hex_of(oklch_of(colour)) == colour


def test_the_pages_are_those_of_the_stylesheet() -> None:
    found = PAGE.findall(TOKENS.read_text(encoding="utf-8"))
    light, dark = (
        {
            hex_of((float(level) / 100, float(chroma), math.radians(float(hue))))
            for level, chroma, hue in rows
        }
        for rows in zip(
            *([[part.rstrip("%") for part in one.split()] for one in pair] for pair in found),
            strict=True,
        )
    )

    assert (light, dark) == (set(LIGHT_PAGE), set(DARK_PAGE))


@pytest.mark.parametrize("written", ["#fff", "1f6f5c", "#1F6F5C", "#1f6f5g", "red", "", "#1f6f5c;"])
def test_what_is_no_colour_is_none(written: str) -> None:
    assert not is_colour(written)
