"""Every page of the program with the demo's real data, at a desk in light and on a phone in dark.

Nothing complains, axe finds nothing, nothing scrolls sideways. The pictures are left in
var/shots/tour to be looked at.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import get_resolver

from tests.isolation.access_table import PAGES
from tests.isolation.visiting import Address, addresses
from tests.pages.axe import faults
from tests.tour.conftest import Town
from tests.tour.places import NO_PAGE, values_of
from workflow.tenancy.scope import tenant_scope

pytestmark = [
    pytest.mark.browser,
    # The browser's own thread holds sockets until the session ends.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
VIEWS = {
    "desk": ({"width": 1440, "height": 900}, "light"),
    "phone": ({"width": 390, "height": 844}, "dark"),
}
Windows = Callable[[str, str], Any]
NARROWEST = 320
SHOTS = Path(settings.BASE_DIR) / "var" / "shots" / "tour"
# Who looks, if several may: the one who sees most.
BEST_EYES = ("lead", "admin", "head", "agent", "member", "contact", "reader", "anonymous")


def looked_at() -> list[Address]:
    """Return every address that answers a page by GET, each name once."""
    found = {
        address.name: address
        for address in addresses(get_resolver().url_patterns)
        if address.name in PAGES
        and PAGES[address.name].get is not None
        and PAGES[address.name].hidden != PAGES[address.name].get
        and address.name not in NO_PAGE
    }
    return list(found.values())


PLACES = looked_at()


@pytest.fixture(scope="module")
def windows(chromium: Any, town: Town) -> Windows:
    """A page of each visitor for each view, opened when it is needed first."""

    @cache
    def window(visitor: str, size: str) -> Any:
        view, scheme = VIEWS[size]
        context = chromium.new_context(
            viewport=view, color_scheme=scheme, reduced_motion="reduce", locale="en-GB"
        )
        context.add_cookies(town.cookies[visitor])
        return heard(context)

    return window


def heard(context: Any) -> Any:
    """Return an empty page of a visitor and the list that its complaints go to."""
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on(
        "console",
        lambda line: (
            said.append(line.text)
            if line.type == "error" and "/live/" not in str(line.location)
            else None
        ),
    )
    return page, said


def looks() -> list[Any]:
    """Return each page with a view: at a desk and on a phone in turn, the other one in full runs.

    The sample pages are seen in both each time (tests/pages/test_looks.py).
    """
    return [
        pytest.param(
            address,
            size,
            id=f"{address.name}-{size}",
            marks=() if number % 2 == turn else (pytest.mark.full,),
        )
        for number, address in enumerate(PLACES)
        for turn, size in enumerate(VIEWS)
    ]


@pytest.mark.parametrize(("address", "size"), looks())
def test_a_page_of_the_demo_is_fit_to_be_seen(
    windows: Windows, town: Town, address: Address, size: str
) -> None:
    may = PAGES[address.name].get or frozenset()
    visitor = next(eyes for eyes in BEST_EYES if eyes in may)
    with tenant_scope(town.tenant.pk):
        values = values_of(address.name, contact_id=town.contact_id)
    path = address.path({key: values[key] for key in address.parameters})
    SHOTS.mkdir(parents=True, exist_ok=True)
    view, _scheme = VIEWS[size]
    page, said = windows(visitor, size)
    said.clear()
    page.set_viewport_size(view)

    answer = page.goto(town.url + path, wait_until="load")
    name = f"{address.name.replace(':', '_')}_{size}.png"
    page.screenshot(path=SHOTS / name, full_page=True)
    found = faults(page)
    page.set_viewport_size({"width": min(NARROWEST, view["width"]), "height": 800})
    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")

    assert answer.status == 200, f"{path} answered {answer.status} to {visitor}"
    assert said == []
    assert over <= 0, f"{over} px too wide at {NARROWEST} px"
    assert found == []
